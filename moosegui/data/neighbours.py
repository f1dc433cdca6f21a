"""Which sources of a list lie close to one of them on the sky."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from moosegui.data.catalogue import Source

ARCSECONDS = np.degrees(1.0) * 3600.0  # in a radian
NEIGHBOURHOOD = 5.0  # arcsec


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A source and its distance in arcseconds."""

    source: Source
    distance: float


class SkyPositions:
    """The positions of a list of sources, made once.

    Parameters
    ----------
    sources : iterable of Source
        Those without a position are nobody's neighbours.
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources = tuple(s for s in sources if np.isfinite(s.ra) and np.isfinite(s.dec))
        ra = np.radians([source.ra for source in self._sources])
        dec = np.radians([source.dec for source in self._sources])
        self._directions = np.stack(
            (np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)), axis=-1
        )

    def around(self, source: Source, radius: float) -> tuple[Neighbour, ...]:
        """Return the neighbours of a source.

        Parameters
        ----------
        source : Source
            Is not its own neighbour; without a position it has none.
        radius : float
            Arcseconds.

        Returns
        -------
        tuple of Neighbour
            The nearest first.
        """
        if not (np.isfinite(source.ra) and np.isfinite(source.dec) and self._sources):
            return ()
        ra, dec = np.radians(source.ra), np.radians(source.dec)
        here = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
        chord = np.sqrt(np.sum((self._directions - here) ** 2, axis=1))
        distance = 2.0 * np.arcsin(np.minimum(0.5 * chord, 1.0)) * ARCSECONDS
        near = np.flatnonzero(distance <= radius)
        found = (
            Neighbour(self._sources[i], float(distance[i]))
            for i in near[np.argsort(distance[near], kind="stable")]
        )
        return tuple(neighbour for neighbour in found if neighbour.source.key != source.key)
