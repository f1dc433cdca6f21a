"""A second opinion on the redshift: which one explains the features that are seen?

Features are found by a matched filter without any model of a galaxy: peaks and troughs of the
spectrum about its running median, in units of their own scatter. A redshift explains a feature
where a known line falls on it. Bright lines vote more than faint ones, but no single one decides:
each has the weight 1 + ln(S / S_min). Lines that nature ties, as both of [O III], must keep their
order: what contradicts them counts against the redshift.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.medium import convert
from moosegui.data.posterior import LineMatch
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.matched_filter import line_width
from moosegui.fit.lines.sky import AIRGLOW, HALF_WIDTH, is_on_sky_line
from moosegui.fit.running_median import median_of, running_median

SEEN = 5.0  # S/N of a feature
BLOCK = 48  # pixels of the running median
MAX_FEATURES = 40
N_ANCHORS = 8  # strongest features that are tried as each of the anchors
WITHIN = 200.0  # km/s
WITHIN_PIXELS = 1.0
BRIGHT = 10.0  # S/N of a pixel above which its variance may be its own light's
TIE_SNR = 15.0  # S/N that the weaker of two tied lines must be expected at
NORMAL_MAD = 1.4826
KEPT = 4  # spectra of which the filter is known

# Emission of nebulae, rest vacuum wavelengths in Angstrom (NIST ASD); those that may carry a
# redshift first. Longer lists only make chance agreements likelier.
ANCHORS = (
    1215.670, 1549.48, 1907.7, 2799.9, 3728.5, 3869.861, 4341.692, 4862.691, 4960.295, 5008.240,
    6564.632, 6585.27, 6725.5, 9071.1, 9533.2,
)  # fmt: skip
OTHERS = (
    1640.420, 1664.0, 3836.485, 3890.166, 3970.1, 4102.892, 4364.436, 4472.735, 4687.0, 4712.6,
    4741.5, 5877.249, 6302.046, 6365.536, 6313.8, 6549.86, 6679.995, 7067.1, 7137.77, 7322.0,
    7332.0, 7753.2, 8865.0, 9017.8, 9231.9, 3798.987, 3771.7, 3188.667,
)  # fmt: skip
EMISSION = np.array(ANCHORS + OTHERS)
# (stronger, weaker, smallest ratio of their fluxes)
TIES = ((5008.240, 4960.295, 2.0), (6564.632, 4862.691, 1.8), (4862.691, 4341.692, 1.3))


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What stands out of a spectrum, in emission.

    Parameters
    ----------
    wave : ndarray of shape (n,)
        Observed vacuum wavelengths in Angstrom, the strongest feature first.
    snr : ndarray of shape (n,)
        In units of the scatter of the filtered spectrum, at least of its errors.
    is_sky : ndarray of bool, shape (n,)
        On lines of the night sky.
    grid : ndarray of shape (n_wave,)
        Wavelengths of the pixels.
    filtered : ndarray of shape (n_wave,)
        S/N of a line at each pixel.
    sky : ndarray of bool, shape (n_wave,)
        Pixels on lines of the night sky.
    """

    wave: FloatArray
    snr: FloatArray
    is_sky: BoolArray
    grid: FloatArray
    filtered: FloatArray
    sky: BoolArray

    @property
    def weights(self) -> FloatArray:
        """Votes of the features, shape (n,); those on the sky count a third."""
        votes = 1.0 + np.log(np.maximum(self.snr, SEEN) / SEEN)
        return np.asarray(np.where(self.is_sky, votes / 3.0, votes))


def find_features(spectrum: Spectrum, flux: FloatArray | None = None) -> Features:
    """Find emission that stands out.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    flux : ndarray of shape (n_wave,), optional
        Instead of its own, as what a model leaves over.

    Returns
    -------
    Features
        At most 40, above 5 sigma.
    """
    filtered = filter_spectrum(spectrum, spectrum.flux if flux is None else flux)
    inner = filtered[1:-1]
    is_peak = (inner >= filtered[:-2]) & (inner > filtered[2:]) & (inner > SEEN)
    peaks = 1 + np.flatnonzero(is_peak)
    peaks = peaks[np.argsort(-filtered[peaks], kind="stable")][:MAX_FEATURES]
    sky = _is_sky(spectrum)
    return Features(
        _centred(spectrum.wave, filtered, peaks),
        filtered[peaks],
        sky[peaks],
        spectrum.wave,
        filtered,
        sky,
    )


def filter_spectrum(spectrum: Spectrum, flux: FloatArray) -> FloatArray:
    """Return the S/N of a narrow line at each pixel, shape (n_wave,); zero where masked.

    The noise is the larger of the errors and of the scatter of what is returned.
    """
    good = np.flatnonzero(spectrum.ivar > 0)
    filtered = np.zeros(spectrum.wave.size)
    if good.size < 2 * BLOCK:
        return filtered
    residual = np.zeros(spectrum.wave.size)
    own = flux[good]
    residual[good] = own - running_median(own, BLOCK)
    kernel, norms = _line_filter(spectrum)
    total = scipy.ndimage.correlate1d(residual * spectrum.ivar, kernel, mode="constant")
    seen = total[good] / norms
    scatter = running_median(np.abs(seen), 8 * BLOCK) * NORMAL_MAD
    filtered[good] = seen / np.maximum(scatter, 1.0)
    return filtered


@lru_cache(maxsize=KEPT)
def _line_filter(spectrum: Spectrum) -> tuple[FloatArray, FloatArray]:
    """Return the profile of a narrow line, and the norm of the filter at each unmasked pixel.

    The same for the flux of a spectrum and for what models leave of it.
    """
    good = np.flatnonzero(spectrum.ivar > 0)
    step = (spectrum.wave[good[-1]] - spectrum.wave[good[0]]) / max(spectrum.wave.size - 1, 1)
    sigma = max(line_width(median_of(spectrum.wave[good])) / step, 0.8)
    offsets = np.arange(-int(4 * sigma) - 1, int(4 * sigma) + 2)
    kernel = np.exp(-0.5 * (offsets / sigma) ** 2)
    norm = scipy.ndimage.correlate1d(spectrum.ivar, kernel**2, mode="constant")
    return kernel, np.sqrt(norm[good])


def _is_sky(spectrum: Spectrum) -> BoolArray:
    """Tell pixels on lines of the night sky; bright ones have the noise of their own light."""
    is_bright = spectrum.flux**2 * spectrum.ivar > BRIGHT**2
    sky = is_on_sky_line(spectrum) & ~is_bright
    for centre in convert(np.array(AIRGLOW), "air", spectrum.medium):
        sky |= np.abs(spectrum.wave - centre) < HALF_WIDTH
    return np.asarray(sky)


def _centred(wave: FloatArray, filtered: FloatArray, peaks: IntArray) -> FloatArray:
    """Return the vertices of parabolas through the peaks."""
    left, top, right = (filtered[peaks + i] for i in (-1, 0, 1))
    curvature = left - 2.0 * top + right
    offset = np.where(curvature < 0, 0.5 * (left - right) / np.minimum(curvature, -1e-30), 0.0)
    spacing = 0.5 * (wave[peaks + 1] - wave[peaks - 1])
    return np.asarray(wave[peaks] + np.clip(offset, -0.5, 0.5) * spacing)


def match_at(features: Features, redshift: float) -> LineMatch:
    """Tell how one redshift (vacuum) explains the features."""
    return _best(features, np.array([redshift]))


def best_match(features: Features, limits: tuple[float, float]) -> LineMatch:
    """Find the redshift that explains most.

    Parameters
    ----------
    features : Features
    limits : (float, float)
        Smallest and largest redshift.

    Returns
    -------
    LineMatch
        With a redshift of nan where fewer than two features agree.
    """
    strongest = features.wave[:N_ANCHORS]
    tried = (strongest[:, None] / np.array(ANCHORS) - 1.0).ravel()
    best = _best(features, tried[(tried >= limits[0]) & (tried <= limits[1])])
    return best if best.n_matched >= 2 else LineMatch()


def _best(features: Features, redshifts: FloatArray) -> LineMatch:
    """Return how the first of the redshifts with the most votes explains the features."""
    if not features.wave.size or not redshifts.size:
        return LineMatch()
    expected = EMISSION * (1.0 + redshifts[:, None])  # (n_z, n_lines)
    pixel = median_of(np.diff(features.grid))
    reach = expected * WITHIN / SPEED_OF_LIGHT + WITHIN_PIXELS * pixel
    offset = features.wave[None, :, None] - expected[:, None, :]  # (n_z, n_features, n_lines)
    is_near: BoolArray = np.asarray(np.abs(offset) <= reach[:, None, :])
    is_matched: BoolArray = np.asarray(is_near.any(axis=2))
    # one sum a redshift: a product of matrices rounds otherwise, and ties are settled by order
    gained = np.array([features.weights[matched].sum() for matched in is_matched])
    votes = gained - _contradictions(features, redshifts)
    i_best = int(np.argmax(votes))
    return LineMatch(
        _refined(features, float(redshifts[i_best]), is_near[i_best]),
        int(np.count_nonzero(is_matched[i_best] & ~features.is_sky)),
        float(gained[i_best]) / float(features.weights.sum()),
        float(votes[i_best]),
    )


def _refined(features: Features, redshift: float, is_near: BoolArray) -> float:
    """Return the median redshift of the matched features, by their votes the strongest three."""
    rows = np.flatnonzero(is_near.any(axis=1))[:3]
    if not rows.size:
        return redshift
    expected = EMISSION * (1.0 + redshift)
    distance = np.abs(features.wave[rows, None] - expected)
    nearest = np.argmin(distance, axis=1)
    return float(np.median(features.wave[rows] / EMISSION[nearest])) - 1.0


def _contradictions(features: Features, redshifts: FloatArray) -> FloatArray:
    """Return votes against redshifts at which tied lines stand in the wrong order."""
    against = np.zeros(redshifts.size)
    first, last = features.grid[[0, -1]]
    for strong, weak, ratio in TIES:
        waves = [rest * (1.0 + redshifts) for rest in (strong, weak)]
        covered = (waves[0] > first) & (waves[0] < last) & (waves[1] > first) & (waves[1] < last)
        high, low = (_peak_near(features, wave) for wave in waves)
        is_wrong = covered & (low > TIE_SNR) & (high < 0.3 * ratio * low)
        against += np.where(is_wrong, 1.0 + np.log(np.maximum(low, SEEN) / SEEN), 0.0)
        is_missing = covered & (high > 8.0 * TIE_SNR) & (low < 0.01 * high)
        against += np.where(is_missing, 1.0, 0.0)
    return against


def _peak_near(features: Features, waves: FloatArray) -> FloatArray:
    """Return the largest filtered S/N within two pixels of wavelengths."""
    nearest = np.clip(np.searchsorted(features.grid, waves), 2, features.grid.size - 3)
    return np.asarray(np.max([features.filtered[nearest + i] for i in range(-2, 3)], axis=0))
