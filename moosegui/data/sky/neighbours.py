"""Which sources of a list lie close to one of them on the sky."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import ArrayLike

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import Source

ARCSECONDS = np.degrees(1.0) * 3600.0  # in a radian
NEIGHBOURHOOD = 5.0  # arcsec


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A source and its distance in arcseconds."""

    source: Source
    distance: float


def angular_distance(
    ra: ArrayLike, dec: ArrayLike, other_ra: ArrayLike, other_dec: ArrayLike
) -> FloatArray:
    """Return the distance on the sky between positions.

    Parameters
    ----------
    ra, dec, other_ra, other_dec : array_like that broadcast together
        Degrees.

    Returns
    -------
    ndarray
        Arcseconds along the great circle; nan where a position is unknown.
    """
    return _arcseconds(_directions(ra, dec), _directions(other_ra, other_dec))


def sky_offsets(source: Source, here: Source) -> tuple[float, float]:
    """Return how far a near source lies to the east and north of another, in arcseconds."""
    stretch = math.cos(math.radians(here.dec))
    east = 3600.0 * stretch * math.remainder(source.ra - here.ra, 360.0)
    return east, 3600.0 * (source.dec - here.dec)


def _directions(ra: ArrayLike, dec: ArrayLike) -> FloatArray:
    """Return unit vectors, shape (..., 3)."""
    ra, dec = np.radians(ra), np.radians(dec)
    return np.stack(
        np.broadcast_arrays(np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)),
        axis=-1,
    )


def _arcseconds(directions: FloatArray, others: FloatArray) -> FloatArray:
    """Return the angle between unit vectors by their chord, exact also for small ones."""
    chord = np.sqrt(np.sum((directions - others) ** 2, axis=-1))
    return np.asarray(2.0 * np.arcsin(np.minimum(0.5 * chord, 1.0)) * ARCSECONDS)


class SkyPositions:
    """The positions of a list of sources, made once.

    Parameters
    ----------
    sources : iterable of Source
        Those without a position are nobody's neighbours, nor is one that is asked for again.
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        own = [source for source in sources if not source.is_repeat]
        ra, dec = np.array([source.ra for source in own]), np.array([source.dec for source in own])
        known = np.isfinite(ra) & np.isfinite(dec)
        self._sources = tuple(compress(own, known.tolist()))
        self._directions = _directions(ra[known], dec[known])

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
        distance = _arcseconds(self._directions, _directions(source.ra, source.dec))
        near = np.flatnonzero(distance <= radius)
        found = (
            Neighbour(self._sources[i], float(distance[i]))
            for i in near[np.argsort(distance[near], kind="stable")]
        )
        return tuple(near for near in found if not _is_same(near.source, source))


def _is_same(one: Source, other: Source) -> bool:
    """Whether two are one source; the second may ask for the first again."""
    return one.key == other.key or (other.is_repeat and one.row == other.row)
