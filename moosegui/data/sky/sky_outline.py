"""The outline of an object on an image: of a mask, or of one label of a segmentation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, frozen


@dataclass(frozen=True, slots=True, eq=False)
class SkyOutline:
    """Which pixels of an image belong to an object, and where they lie on the sky.

    Parameters
    ----------
    name : str
        What is outlined, as "object" or "segment".
    inside : ndarray of bool, shape (n_y, n_x)
        The first row is the lowest.
    centre : (float, float)
        Where the source lies, x and y in pixels from 0 at the centre of the first.
    offsets : ndarray of shape (2, 2)
        As of `SkyImage`.
    """

    name: str
    inside: BoolArray
    centre: tuple[float, float]
    offsets: FloatArray

    def __post_init__(self) -> None:
        inside = np.array(self.inside, dtype=bool)
        inside.setflags(write=False)
        object.__setattr__(self, "inside", inside)
        object.__setattr__(self, "offsets", frozen(self.offsets))

    def edges(self) -> FloatArray:
        """Return the sides that pixels inside share with pixels outside.

        Returns
        -------
        ndarray of shape (n_edges, 2, 2)
            The two ends of each, arcseconds east and north of the source.
        """
        padded = np.pad(self.inside, 1)
        rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
        upright = np.stack([columns - 0.5, rows - 1.5, columns - 0.5, rows - 0.5], axis=1)
        rows, columns = np.nonzero(padded[1:] != padded[:-1])
        level = np.stack([columns - 1.5, rows - 0.5, columns - 0.5, rows - 0.5], axis=1)
        corners = np.concatenate([upright, level]).reshape(-1, 2, 2) - np.array(self.centre)
        return np.asarray(corners @ self.offsets.T)
