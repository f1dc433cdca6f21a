"""The best fits of the classes, compared on the same pixels.

Each class is scanned by the same engine: the types of stars within 1,000 km/s, quasars over their
own redshifts. Their models are then compared on the pixels that all of them reach, with a relative
error of the flux added to the variances: at a high S/N no basis is perfect, and the class that is
less wrong by a hundredth of the flux is not thereby the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, RedshiftGrid
from moosegui.data.posterior import ClassFit, Classification
from moosegui.data.results import Reconstruction, ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.classes.templates import ClassTemplates
from moosegui.fit.classes.tilted import tilted_model
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.reconstruct import reconstruct
from moosegui.fit.scan.scan import scan_together
from moosegui.fit.scan.solutions import Refined, find_minima
from moosegui.fit.workers import Report

STARS = ScanSettings(RedshiftGrid(-0.0033, 0.0033, 1.0e-4))  # +-1,000 km/s by 30 km/s
QUASARS = ScanSettings(RedshiftGrid(0.15, 6.7, 0.002))
N_QUASARS = 3  # redshifts of a quasar that are compared
FLOOR = 0.02  # relative error of the smoothed flux
SMOOTHING = 31  # pixels
# km/s by which redshifts scatter beyond the noise, as the bases are not every star and quasar (odd
# rows of the points for validation: 75 stars, 93 quasars)
STAR_ERROR, QUASAR_ERROR = 3.0, 100.0
MIN_PIXELS = 100  # on which classes can be told apart


@dataclass(frozen=True, slots=True, eq=False)
class Arena:
    """The pixels on which the classes compete.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, with the variances of the fit.
    weight : ndarray of shape (n_wave,)
        Inverse variance with the relative error; zero where a class does not reach.
    """

    spectrum: Spectrum
    weight: FloatArray

    @property
    def n_pixels(self) -> int:
        """Number of pixels with weight."""
        return int(np.count_nonzero(self.weight))

    def chi2(self, model: FloatArray) -> float:
        """Sum of w (flux - model)^2; nothing is fitted where a model is nan."""
        residual = self.spectrum.flux - np.where(np.isnan(model), 0.0, model)
        return float(np.sum(self.weight * residual**2))


def compete(
    spectrum: Spectrum,
    galaxies: Sequence[Reconstruction],
    templates: ClassTemplates,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> Classification | None:
    """Fit stars and quasars, and compare them with the models of a galaxy.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, with the variances of the fit.
    galaxies : sequence of Reconstruction
        Models of the first solutions, on the same pixels.
    templates : ClassTemplates
    executor, report
        As in `moosegui.fit.scan.scan.scan`.

    Returns
    -------
    Classification or None
        Without probabilities; None where there are too few pixels, or no model of a galaxy.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    arena = make_arena(spectrum, galaxies, templates)
    if arena is None:
        return None
    how = _How(executor, report)
    galaxy = best_of(
        [ClassFit(m.redshift, np.nan, arena.chi2(m.flux)) for m in galaxies], arena.n_pixels
    )
    star = best_of(_stars(arena, templates, how), arena.n_pixels)
    quasar = best_of(_quasars(arena, templates.quasar, how), arena.n_pixels)
    if star is None or quasar is None or galaxy is None:
        return None
    null = float(np.sum(arena.weight * spectrum.flux**2))
    explained = max(null - min(galaxy.chi2, star.chi2, quasar.chi2), 0.0)
    signal = float(np.sqrt(explained / arena.n_pixels))
    return Classification(galaxy, star, quasar, arena.n_pixels, signal)


def make_arena(
    spectrum: Spectrum, galaxies: Sequence[Reconstruction], templates: ClassTemplates
) -> Arena | None:
    """Return the pixels that all classes reach; None where they are too few."""
    lower, upper = templates.stars[0][1].basis.observed_range
    reached = (spectrum.ivar > 0) & (spectrum.wave >= lower) & (spectrum.wave <= upper)
    for model in galaxies:
        reached &= np.isfinite(model.flux)
    if not galaxies or np.count_nonzero(reached) < MIN_PIXELS:
        return None
    return Arena(spectrum, _floored(spectrum, reached))


def _floored(spectrum: Spectrum, reached: BoolArray) -> FloatArray:
    """Return the inverse variances with a relative error of the smoothed flux."""
    good = spectrum.ivar > 0
    share = scipy.ndimage.uniform_filter1d(good.astype(np.float64), SMOOTHING)
    level = scipy.ndimage.uniform_filter1d(np.where(good, spectrum.flux, 0.0), SMOOTHING)
    error = FLOOR * level / np.maximum(share, 1.0 / SMOOTHING)
    variance = 1.0 / np.where(good, spectrum.ivar, 1.0) + error**2
    return np.asarray(np.where(reached, 1.0 / variance, 0.0))


class _How(NamedTuple):
    """By whom the scans are done, and who hears of them."""

    executor: Executor | None
    report: Report | None


def _stars(arena: Arena, templates: ClassTemplates, how: _How) -> list[ClassFit]:
    """Return the best fit of each type."""
    fits = []
    bases = [prepared for _, prepared in templates.stars]
    all_minima = _minima(arena.spectrum, bases, STARS, how)
    for (label, prepared), minima in zip(templates.stars, all_minima, strict=True):
        for found in minima[:1]:
            model = tilted_model(arena.spectrum, prepared.basis, found.redshift)
            chi2 = arena.chi2(model.flux)
            error = _honest_error(found, STAR_ERROR)
            fits.append(ClassFit(found.redshift, error, chi2, np.inf, label))
    return fits


def _quasars(arena: Arena, prepared: PreparedBasis, how: _How) -> list[ClassFit]:
    """Return the first solutions of a quasar."""
    fits = []
    for found in _minima(arena.spectrum, [prepared], QUASARS, how)[0]:
        model = reconstruct(arena.spectrum, prepared.basis, found.redshift)
        chi2 = arena.chi2(model.flux)
        error = _honest_error(found, QUASAR_ERROR)
        fits.append(ClassFit(found.redshift, error, chi2))
    return fits


def _honest_error(found: Refined, velocity: float) -> float:
    """Return the error of a redshift with what the bases add to it, a velocity in km/s."""
    term = velocity / SPEED_OF_LIGHT * (1.0 + found.redshift)
    return float(np.hypot(found.redshift_error, term))


def _minima(
    spectrum: Spectrum, bases: Sequence[PreparedBasis], settings: ScanSettings, how: _How
) -> list[list[Refined]]:
    """Return the deepest minima of the curve of each basis, all on one grid."""
    embedded = embed(spectrum, bases[0].basis)
    curves = scan_together(embedded, bases, settings, executor=how.executor, report=how.report)
    redshifts = settings.trials.redshifts
    found = [find_minima(redshifts, chi2, own, N_QUASARS) for chi2, own in curves]
    return found or [[] for _ in bases]


def best_of(fits: Sequence[ClassFit], n_pixels: int) -> ClassFit | None:
    """Return the fit with the smallest chi2, with its lead over the next; None of none.

    Parameters
    ----------
    fits : sequence of ClassFit
    n_pixels : int
        With which the noise is scaled where the best fit leaves more than its variances.
    """
    if not fits:
        return None
    ranked = sorted(fits, key=lambda fit: fit.chi2)
    first = ranked[0]
    lead = float("inf")
    if len(ranked) > 1:
        lead = (ranked[1].chi2 - first.chi2) / noise_scale(first.chi2, n_pixels)
    return ClassFit(first.redshift, first.redshift_error, first.chi2, lead, first.label)


def noise_scale(chi2: float, n_pixels: int) -> float:
    """By how much a chi2 exceeds that of the given variances; at least 1."""
    return max(1.0, chi2 / max(n_pixels, 1))
