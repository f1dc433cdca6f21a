"""How fast the gas moves: the first moment of a line in each spaxel of a box."""

from __future__ import annotations

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.cube import CubeBox
from moosegui.fit.sky.line_image import SPEED_OF_LIGHT, Band, LineImage, snr_map

MIN_SNR = 5.0  # of an unresolved source at a spaxel, below which its velocity is noise
OWN = 1.5  # arcsec around the source whose mean velocity is zero
SMOOTHED = 0.3  # arcsec, the standard deviation over which spaxels are averaged


def velocity_map(box: CubeBox, image: LineImage) -> FloatArray:
    """Return the mean velocity of a line in each spaxel.

    Parameters
    ----------
    box : CubeBox
    image : LineImage
        Of one line, with its band.

    Returns
    -------
    ndarray of shape (n_y, n_x)
        km/s, sum(v F) / sum(F) over the band without the continuum of the bands beside it, less the
        flux-weighted mean within 1.5 arcsec of the source; nan where the line is not seen there.
    """
    band = image.bands[0]
    on = (box.wave >= band.on[0]) & (box.wave <= band.on[1])
    line = np.where(box.ivar[on] > 0, box.flux[on], 0.0).astype(np.float64) - _continuum(box, band)
    width = SMOOTHED / box.pixel_size
    line = scipy.ndimage.gaussian_filter(line, (0.0, width, width))
    wave = box.wave[on]
    velocity = SPEED_OF_LIGHT * (wave / wave.mean() - 1.0)
    total = line.sum(axis=0)
    seen = snr_map(box, (image.pixels, image.variance), SMOOTHED * 2.355)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (velocity[:, None, None] * line).sum(axis=0) / total
        is_seen = (seen > MIN_SNR) & (total > 0) & (np.abs(found) <= velocity[-1])
    own = is_seen & box.within(OWN)  # others in the field have other velocities, or other lines
    if not own.any():
        return np.full(box.shape, np.nan)
    middle = float((found * total)[own].sum() / total[own].sum())
    return np.asarray(np.where(is_seen, found - middle, np.nan))


def _continuum(box: CubeBox, band: Band) -> FloatArray:
    """Return the mean of the bands beside a line, shape (n_y, n_x)."""
    beside = np.zeros(box.wave.size, dtype=bool)
    for low, high in (band.blue, band.red):
        beside |= (box.wave >= low) & (box.wave <= high)
    good = box.ivar[beside] > 0
    total = np.where(good, box.flux[beside], 0.0).sum(axis=0, dtype=np.float64)
    return np.asarray(total / np.maximum(good.sum(axis=0), 1))
