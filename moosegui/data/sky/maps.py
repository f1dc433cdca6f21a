"""What a scan of every spaxel of a cube yields, and which spaxels are scanned together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray

FAMILIES = ("balmer", "forbidden", "resonant", "interstellar", "stellar")
# Name of a map, and what it is; in the order of the numbers of a spaxel
MAPS: tuple[tuple[str, str], ...] = (
    ("Z", "redshift of the best solution, vacuum convention"),
    ("Z_ERR", "its 1 sigma error"),
    ("DCHI2", "Delta chi2 of the best solution"),
    ("R", "robustness of the best solution"),
    ("P", "probability of the best solution by the curve alone"),
    ("CLASS", "1 galaxy, 2 star, 3 quasar, 0 nothing that can be fitted"),
    ("SNR", "median S/N a pixel"),
    *((f"SNR_{name.upper()}", f"S/N of the {name} lines at Z") for name in FAMILIES),
)
NAMES = tuple(name for name, _ in MAPS)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Which spaxels are scanned as one spectrum.

    Parameters
    ----------
    labels : ndarray of int, shape (n_y, n_x)
        The number of the region of each spaxel, from 0; -1 is in none.
    kind : str
        How they were made, as `boxes 3`.

    Raises
    ------
    ValueError
        If this is no plane of whole numbers.
    """

    labels: IntArray = field(repr=False)
    kind: str

    def __post_init__(self) -> None:
        if self.labels.ndim != 2 or not np.issubdtype(self.labels.dtype, np.integer):
            raise ValueError(f"regions of shape {self.labels.shape}, {self.labels.dtype}")
        self.labels.flags.writeable = False

    @property
    def n(self) -> int:
        """How many there are."""
        return int(self.labels.max(initial=-1)) + 1

    def paint(self, values: FloatArray) -> FloatArray:
        """Return a map, shape (n_y, n_x): the value of its region in each spaxel, nan in none."""
        padded = np.append(np.asarray(values, dtype=np.float64), np.nan)
        return np.asarray(padded[self.labels])


def boxes(shape: tuple[int, int], side: int = 1) -> Regions:
    """Return boxes of so many spaxels a side, the last ones smaller; 1 is every spaxel."""
    y, x = np.indices(shape) // side
    labels = y * -(-shape[1] // side) + x
    return Regions(labels, "spaxels" if side == 1 else f"boxes {side}")


def segments(numbers: IntArray) -> Regions:
    """Return the segments of a map of whole numbers, 0 is the background."""
    _, inverse = np.unique(numbers, return_inverse=True)
    labels = inverse.reshape(numbers.shape).astype(np.int64)
    background = int(labels[numbers == 0].max(initial=-1))
    labels = np.where(labels > background, labels - 1, labels) if background >= 0 else labels
    return Regions(np.where(numbers == 0, -1, labels), "segments")
