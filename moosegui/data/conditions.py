"""Under which conditions a spectrum is scanned: masks, limits of z, weighting, and a prior of z."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from moosegui.data.grids import RedshiftGrid
from moosegui.data.prior import RedshiftPrior
from moosegui.data.results import WEIGHTINGS, ScanSettings, Weighting

Interval = tuple[float, float]

MASK_STEP = 0.01  # Angstrom to which the edges of a mask are rounded
LIMIT_STEP = 0.001  # in z, the same for limits


@dataclass(frozen=True, slots=True)
class ScanConditions:
    """What an expert asked of the scan of one source; nothing of it touches the data.

    Parameters
    ----------
    masks : tuple of (float, float)
        Ranges of observed vacuum wavelength in Angstrom that get no weight: increasing, disjoint.
    redshift_limits : (float, float) or None
        Smallest and largest trial redshift; None is all of them.
    weighting : "ivar", "unweighted" or None
        None is the weighting of the other scans.
    prior : RedshiftPrior or None
        What is known of z beside the spectrum; it weighs P(z) and leaves χ²(z) as it is.

    Raises
    ------
    ValueError
        If the masks are not finite, increasing and disjoint, the limits not finite and
        increasing, or the weighting is unknown.
    """

    masks: tuple[Interval, ...] = ()
    redshift_limits: Interval | None = None
    weighting: Weighting | None = None
    prior: RedshiftPrior | None = None

    def __post_init__(self) -> None:
        edges = [edge for mask in self.masks for edge in mask]
        if not _increase(edges):
            raise ValueError(f"masks must be finite, increasing and disjoint, not {self.masks}")
        if self.redshift_limits is not None and not _increase(self.redshift_limits):
            raise ValueError(f"no redshifts between the limits {self.redshift_limits}")
        if self.weighting is not None and self.weighting not in WEIGHTINGS:
            raise ValueError(f"unknown weighting {self.weighting!r}")

    @property
    def is_default(self) -> bool:
        """Whether the scan is the automatic one."""
        return self == AUTOMATIC

    def with_masks(self, masks: Iterable[Interval]) -> ScanConditions:
        """Return a copy with other masks, in any order and overlap."""
        return replace(self, masks=merged_intervals(masks))

    def with_limits(self, limits: Interval | None) -> ScanConditions:
        """Return a copy with other limits of the redshift, in any order."""
        if limits is None:
            return replace(self, redshift_limits=None)
        low, high = sorted(_rounded(limit, LIMIT_STEP) for limit in limits)
        return replace(self, redshift_limits=(low, high) if low < high else None)

    def with_weighting(self, weighting: Weighting | None) -> ScanConditions:
        """Return a copy with another weighting."""
        return replace(self, weighting=weighting)

    def with_prior(self, prior: RedshiftPrior | None) -> ScanConditions:
        """Return a copy with another prior of the redshift, or none."""
        return replace(self, prior=prior)

    @property
    def is_usual_scan(self) -> bool:
        """Whether χ²(z) is that of the automatic scan, whatever the prior."""
        return self.with_prior(None) == AUTOMATIC

    def settings(self, usual: ScanSettings) -> ScanSettings:
        """Return how to scan under these conditions where else one scans as `usual`.

        The trial redshifts are those of `usual` that lie within the limits, at least two.
        """
        trials = usual.trials
        if self.redshift_limits is not None:
            trials = limited(trials, self.redshift_limits)
        return replace(usual, trials=trials, weighting=self.weighting or usual.weighting)


def merged_intervals(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the union of intervals of wavelength, each given in any order.

    Parameters
    ----------
    intervals : iterable of (float, float)
        Angstrom; rounded to `MASK_STEP`, and dropped if nothing is left of them then.

    Returns
    -------
    tuple of (float, float)
        Increasing and disjoint.
    """
    union: list[Interval] = []
    for start, stop in sorted(_ordered(interval) for interval in intervals):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], stop))
        elif stop > start:
            union.append((start, stop))
    return tuple(union)


def limited(trials: RedshiftGrid, limits: Interval) -> RedshiftGrid:
    """Return the trial redshifts between two limits; the nearest two where there are fewer.

    Parameters
    ----------
    trials : RedshiftGrid
    limits : (float, float)
        Lower and upper.

    Returns
    -------
    RedshiftGrid
        Every one of its redshifts is one of `trials`.
    """
    last = trials.n_z - 1
    first = math.ceil((limits[0] - trials.zmin) / trials.dz - 1e-6)
    stop = math.floor((limits[1] - trials.zmin) / trials.dz + 1e-6)
    first = min(max(first, 0), last - 1)
    stop = min(max(stop, first + 1), last)
    return replace(
        trials, zmin=trials.zmin + first * trials.dz, zmax=trials.zmin + stop * trials.dz
    )


def _ordered(interval: Interval) -> Interval:
    start, stop = sorted(_rounded(edge, MASK_STEP) for edge in interval)
    return start, stop


def _rounded(value: float, step: float) -> float:
    return round(round(float(value) / step) * step, 6)


def _increase(values: Iterable[float]) -> bool:
    numbers = list(values)
    return all(math.isfinite(n) for n in numbers) and all(a < b for a, b in pairwise(numbers))


AUTOMATIC = ScanConditions()  # nothing is asked for
