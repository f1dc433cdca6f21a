"""From pixels to what is seen of them: limits and stretch, as astronomers name them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.sky_image import SkyImage

if TYPE_CHECKING:
    from astropy.visualization import BaseInterval, BaseStretch

Stretch = Literal["asinh", "linear", "sqrt", "log"]
Limits = Literal["noise", "zscale", "99.5 %", "min and max"]
STRETCHES: tuple[Stretch, ...] = get_args(Stretch)
LIMITS: tuple[Limits, ...] = get_args(Limits)
KEPT = 64  # images, as often as an expert goes back and forth
SOFTENING = 0.1  # of the range, above which the inverse hyperbolic sine is logarithmic


@lru_cache(maxsize=KEPT)
def levels_of(image: SkyImage, stretch: Stretch = "asinh", limits: Limits = "noise") -> FloatArray:
    """Return how bright the pixels of an image are drawn; kept for a few images.

    Parameters
    ----------
    image : SkyImage
    stretch : "asinh", "linear", "sqrt" or "log"
    limits : "noise", "zscale", "99.5 %" or "min and max"
        Between which values. "noise" is from just below the median to the brightest pixels, as
        `SkyImage.grey_levels`; "zscale" that of IRAF; "99.5 %" leaves out as many pixels at the
        ends.

    Returns
    -------
    ndarray of shape (n_y, n_x)
        Between 0 and 1; 0 where there are no data.
    """
    if (stretch, limits) == ("asinh", "noise"):
        return image.grey_levels()
    finite = image.pixels[np.isfinite(image.pixels)]
    if not finite.size:
        return np.zeros_like(image.pixels)
    lower, upper = _range(finite, limits)
    span = max(upper - lower, np.finfo(np.float64).tiny)
    part = np.clip(np.nan_to_num((image.pixels - lower) / span, nan=0.0), 0.0, 1.0)
    return np.asarray(_stretch(stretch)(part), dtype=np.float64)


def _range(finite: FloatArray, limits: Limits) -> tuple[float, float]:
    from astropy.visualization import MinMaxInterval, PercentileInterval, ZScaleInterval

    if limits == "noise":
        middle = float(np.median(finite))
        noise = 1.4826 * float(np.median(np.abs(finite - middle)))
        return middle - noise, max(float(np.percentile(finite, 99.7)), middle + 3.0 * noise)
    interval: BaseInterval = {
        "zscale": ZScaleInterval(),
        "99.5 %": PercentileInterval(99.5),
        "min and max": MinMaxInterval(),
    }[limits]
    lower, upper = interval.get_limits(finite)
    return float(lower), float(upper)


def _stretch(name: Stretch) -> BaseStretch:
    from astropy.visualization import AsinhStretch, LinearStretch, LogStretch, SqrtStretch

    return {
        "asinh": AsinhStretch(SOFTENING),
        "linear": LinearStretch(),
        "sqrt": SqrtStretch(),
        "log": LogStretch(),
    }[name]
