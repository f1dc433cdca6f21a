"""Scores of a chi2(z) curve: relative depth and robustness (docs/method.md, section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.fit.running_median import quantile_of

HALF_WINDOW = 0.0125  # in z: 25 trials at the published step of 0.0005


@dataclass(frozen=True, slots=True)
class CurveScale:
    """The yardsticks of a curve: its first quartile, and the scatter below it."""

    first_quartile: float
    scatter: float


def curve_scale(chi2: FloatArray) -> CurveScale:
    """Return Q1 and sigma_Q1 of a curve.

    Parameters
    ----------
    chi2 : ndarray of shape (n_z,)
        nan where a trial was not tried.

    Returns
    -------
    CurveScale
        Of nan when nothing was tried.
    """
    tried = chi2[np.isfinite(chi2)]
    if tried.size == 0:
        return CurveScale(float("nan"), float("nan"))
    first_quartile = quantile_of(tried, 0.25)
    return CurveScale(first_quartile, float(np.std(tried[tried <= first_quartile])))


def relative_depth(chi2_minimum: float, scale: CurveScale) -> float:
    """Delta chi2 = 1 - chi2_min / Q1; nan for an empty curve or a perfect fit everywhere."""
    if not scale.first_quartile > 0:
        return float("nan")
    return 1.0 - chi2_minimum / scale.first_quartile


def robustness(
    redshifts: FloatArray,
    chi2: FloatArray,
    redshift: float,
    chi2_minimum: float,
    *,
    scale: CurveScale | None = None,
) -> float:
    """R = (min_2 - min_1) / sigma_Q1, with min_2 outside +-0.0125 in z around the minimum.

    Parameters
    ----------
    redshifts, chi2 : ndarray of shape (n_z,)
        The curve, nan where a trial was not tried.
    redshift, chi2_minimum : float
        The minimum that is scored; negative R means that a better one exists.
    scale : CurveScale, optional
        Of the curve, where it is known: sorting it is most of the work.

    Returns
    -------
    float
        nan when there is no curve outside the window, or no scatter.
    """
    from moosegui.fit.scan import _pixel_kernels  # with numba, after the window has appeared

    scatter = (scale or curve_scale(chi2)).scatter
    # half a step of tolerance keeps the window at exactly 25 trials against rounding
    step = float(redshifts[1] - redshifts[0]) if redshifts.size > 1 else 0.0
    lowest = _pixel_kernels.lowest_outside(redshifts, chi2, redshift, HALF_WINDOW + 0.5 * step)
    if not np.isfinite(lowest) or not scatter > 0:
        return float("nan")
    return float((lowest - chi2_minimum) / scatter)
