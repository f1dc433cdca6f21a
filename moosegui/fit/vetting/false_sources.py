"""Is a detection a galaxy at all (docs/method.md, section 7)? Beyond Delta chi2 of the curve.

The gain is what the minima of the scan explain beyond a smooth continuum of either sign,
without what lies on sky lines. Its yardstick is what the same search finds where there is no
galaxy: in the negative of the spectrum about its continuum, and in its own noise, shuffled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.solutions import local_minima
from moosegui.fit.vetting.gain import Gain, Judge
from moosegui.fit.vetting.known_sources import KnownSources, smooth_again
from moosegui.fit.vetting.scan_alike import scan_alike
from moosegui.fit.workers import Report, breathe

N_MINIMA = 20  # of each curve
N_SHUFFLED = 2  # besides the negative
EULER = 0.5772156649  # mean of a Gumbel law of unit scale
# Scale of the law of the highest gain in noise, and how many spectra that knowledge is worth
USUAL_SCALE = 5.0
USUAL_WORTH = 10.0
SEED = 20260101


def best_gain(
    smooth: KnownSources, redshifts: Sequence[float], judge: Judge | None = None
) -> Gain | None:
    """Return the largest clean gain among some redshifts; None without any.

    Parameters
    ----------
    smooth : KnownSources
        The continuum alone, `fit_known(spectrum, basis, ())`.
    redshifts : sequence of float
        Convention of the basis.
    judge : Judge, optional
        Of a spectrum with the same pixels and variances.
    """
    judge = Judge(smooth, judge)
    weighed = [judge.weigh(float(redshift)) for redshift in redshifts]
    return next((gain for _, gain, _ in judge.leading(weighed, 1)), None)


def noise_copies(
    smooth: KnownSources, n_shuffled: int = N_SHUFFLED, seed: int = SEED
) -> tuple[Spectrum, ...]:
    """Return spectra without a galaxy: the negative about the continuum, then shuffled noise.

    Parameters
    ----------
    smooth : KnownSources
        The continuum alone.
    n_shuffled : int
    seed : int

    Returns
    -------
    tuple of Spectrum
        1 + n_shuffled of them, with the variances of the spectrum.
    """
    spectrum, good = smooth.spectrum, smooth.root > 0
    rng = np.random.default_rng(seed)
    copies = [replace(spectrum, flux=2.0 * smooth.model - spectrum.flux)]
    pulls = smooth.residual[good]
    for _ in range(n_shuffled):
        flux = smooth.model.copy()
        flux[good] += rng.permutation(pulls) / smooth.root[good]
        copies.append(replace(spectrum, flux=flux))
    return tuple(copies)


def noise_gains(
    smooth: KnownSources,
    prepared: PreparedBasis,
    settings: ScanSettings,
    *,
    report: Report | None = None,
) -> FloatArray:
    """Search the copies without a galaxy as the spectrum is searched.

    Parameters
    ----------
    smooth : KnownSources
        The continuum alone.
    prepared : PreparedBasis
    settings : ScanSettings
    report : callable, optional
        Called now and then.

    Returns
    -------
    ndarray of shape (n_copies,)
        The largest clean gain in each; zero where nothing could be tried.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    copies, judge = noise_copies(smooth), Judge(smooth)
    embedded = [embed(copy, prepared.basis) for copy in copies]
    redshifts, found = settings.trials.redshifts, []
    for copy, chi2 in zip(
        copies, scan_alike(embedded, prepared, settings, report=report), strict=True
    ):
        minima = local_minima(redshifts, chi2, N_MINIMA)
        best = best_gain(smooth_again(smooth, copy), redshifts[minima].tolist(), judge)
        found.append(0.0 if best is None else max(best.clean, 0.0))
        breathe(report)
    return np.array(found)


def false_alarm_probability(gain: float, noise: FloatArray) -> float:
    """Return how probable noise gives so much gain, by a Gumbel law of the noise's maxima.

    Parameters
    ----------
    gain : float
    noise : ndarray of shape (n_copies,)
        The law's location is fitted to them; its scale too, held by what is usual.

    Returns
    -------
    float
        nan without copies.
    """
    if not noise.size or not np.isfinite(gain):
        return float("nan")
    squared_scale = 6.0 / np.pi**2 * float(np.var(noise))
    worth = noise.size + USUAL_WORTH
    scale = np.sqrt((noise.size * squared_scale + USUAL_WORTH * USUAL_SCALE**2) / worth)
    location = float(np.mean(noise)) - EULER * scale
    return float(-np.expm1(-np.exp(-(gain - location) / scale)))
