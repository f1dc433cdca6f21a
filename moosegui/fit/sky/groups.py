"""Which sources of a survey belong together: the same object detected twice, and groups in z."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.grids import SPEED_OF_LIGHT

PAIR_DISTANCE, PAIR_VELOCITY = 2.0, 300.0  # arcsec, km/s: one object twice, or a halo's light
# The extent of a galaxy group at z 0.5 to 1 (500 kpc), and the linking velocity that is usual
# (Eke et al. 2004, MNRAS 348, 866)
GROUP_DISTANCE, GROUP_VELOCITY = 60.0, 700.0
MIN_MEMBERS = 3
ARCSECONDS = float(np.degrees(1.0) * 3600.0)  # in a radian


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources close to each other at one redshift; `first` and `second` are their places.

    Parameters
    ----------
    first, second : int
        Places in the list that was searched, `first` the smaller.
    distance : float
        Arcseconds.
    velocity : float
        km/s of the second relative to the first.
    """

    first: int
    second: int
    distance: float
    velocity: float


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that are linked with each other on the sky and in redshift.

    Parameters
    ----------
    members : tuple of int
        Places in the list that was searched.
    redshift : float
        The median.
    dispersion : float
        km/s, by the gapper of Beers, Flynn & Gebhardt (1990, AJ 100, 32), in the frame of the
        group.
    radius : float
        Arcseconds from the mean position to the member that is farthest from it.
    """

    members: tuple[int, ...]
    redshift: float
    dispersion: float
    radius: float


def find_pairs(
    ra: FloatArray,
    dec: FloatArray,
    redshifts: FloatArray,
    *,
    distance: float = PAIR_DISTANCE,
    velocity: float = PAIR_VELOCITY,
) -> tuple[Pair, ...]:
    """Find sources that may be one: close on the sky, with the same redshift.

    Parameters
    ----------
    ra, dec : ndarray of shape (n_sources,)
        Degrees; nan where unknown.
    redshifts : ndarray of shape (n_sources,)
        nan where unknown.
    distance : float
        Arcseconds within which they lie.
    velocity : float
        km/s within which their redshifts agree.

    Returns
    -------
    tuple of Pair
        The closest first.
    """
    places, near, apart = _links(ra, dec, redshifts, distance, velocity)
    pairs = [
        Pair(int(first), int(second), float(far), float(speed))
        for (first, second), far, speed in zip(places, near, apart, strict=True)
    ]
    return tuple(sorted(pairs, key=lambda pair: (pair.distance, pair.first, pair.second)))


def find_groups(
    ra: FloatArray,
    dec: FloatArray,
    redshifts: FloatArray,
    *,
    distance: float = GROUP_DISTANCE,
    velocity: float = GROUP_VELOCITY,
) -> tuple[Group, ...]:
    """Link sources to groups of three and more, friends of friends (Huchra & Geller 1982, ApJ 257).

    Parameters
    ----------
    ra, dec, redshifts, distance, velocity
        As of `find_pairs`; any two linked members are within both.

    Returns
    -------
    tuple of Group
        The one with the most members first.
    """
    places, _, _ = _links(ra, dec, redshifts, distance, velocity)
    n_sources = redshifts.size
    links = scipy.sparse.coo_array((np.ones(len(places)), places.T), shape=(n_sources, n_sources))
    _, labels = scipy.sparse.csgraph.connected_components(links, directed=False)
    counts = np.bincount(labels, minlength=1)
    groups = [
        _group(np.flatnonzero(labels == label), ra, dec, redshifts)
        for label in np.flatnonzero(counts >= MIN_MEMBERS)
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.redshift)))


def _links(
    ra: FloatArray, dec: FloatArray, redshifts: FloatArray, distance: float, velocity: float
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return pairs of places, shape (n, 2), with their distances (arcsec) and velocities (km/s)."""
    known = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec) & np.isfinite(redshifts))
    if known.size < 2:
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0), np.zeros(0)
    lon, lat = np.radians(ra[known]), np.radians(dec[known])
    directions = np.stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1
    )
    chord = 2.0 * np.sin(0.5 * distance / ARCSECONDS)
    found = scipy.spatial.cKDTree(directions).query_pairs(chord, output_type="ndarray")
    first, second = known[found[:, 0]], known[found[:, 1]]
    lengths = np.linalg.norm(directions[found[:, 0]] - directions[found[:, 1]], axis=1)
    near = 2.0 * np.arcsin(np.minimum(0.5 * lengths, 1.0)) * ARCSECONDS
    z = redshifts
    speeds = SPEED_OF_LIGHT * (z[second] - z[first]) / (1.0 + 0.5 * (z[first] + z[second]))
    is_same = np.abs(speeds) <= velocity
    places = np.stack([first, second], axis=1)[is_same].astype(np.int64)
    return places, near[is_same], speeds[is_same]


def _group(members: IntArray, ra: FloatArray, dec: FloatArray, redshifts: FloatArray) -> Group:
    z = np.sort(redshifts[members])
    n, middle = z.size, float(np.median(z))
    order = np.arange(1, n)
    gaps = np.sum(order * (n - order) * np.diff(z))
    dispersion = SPEED_OF_LIGHT * np.sqrt(np.pi) / (n * (n - 1)) * gaps / (1.0 + middle)
    here = ra[members[0]]
    east = (ra[members] - here + 180.0) % 360.0 - 180.0
    east = (east - east.mean()) * np.cos(np.radians(dec[members].mean()))
    radius = 3600.0 * np.hypot(east, dec[members] - dec[members].mean()).max()
    return Group(tuple(members.tolist()), middle, float(dispersion), float(radius))
