"""Search for another galaxy in a spectrum (method, section 8).

The augmented scan proposes redshifts; the likeliest are fitted together with the galaxies that are
known, with all their lines, and judged by what they explain beyond them. So a line that the first
galaxy has in a ratio that physics allows is never evidence for a second one, and one that it cannot
have is, even where the two share a wavelength.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.deblending import METHODS, Deblending, Method, SecondSource
from moosegui.data.grids import LogGrid, shifted_redshift
from moosegui.data.lines import CONFUSABLE, LINES_BY_NAME
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.augmented import augment
from moosegui.fit.embed import EmbeddedSpectrum, resample
from moosegui.fit.evidence import Judge
from moosegui.fit.known_sources import Joined, KnownSources, fit_known
from moosegui.fit.normal_equations import NormalEquations
from moosegui.fit.scan import usable_trials
from moosegui.fit.scores import curve_scale, significance
from moosegui.fit.solutions import local_minima
from moosegui.fit.workers import Report

SAME_GALAXY = 0.01  # in (1 + z): nothing is found at a known redshift
CONFUSED = 0.01  # in z, as published
LEAST_CLEAN = 25.0  # what a confused candidate must explain elsewhere: 5 sigma
N_MINIMA = 60

LineFit = Callable[[Spectrum, float], FloatArray]


@dataclass(frozen=True, slots=True)
class DeblendSettings:
    """How to search.

    Parameters
    ----------
    method : "fixed" or "two-bases"
        What stays while the basis slides: the model of the known galaxies, or one copy of the basis
        at each of their redshifts (Tsalmantza & Hogg 2012, ApJ 753, 122).
    n_candidates : int
        Minima of the augmented scan that are fitted together with the known galaxies.

    Raises
    ------
    ValueError
        If the method is unknown or no candidate is asked for.
    """

    method: Method = "fixed"
    n_candidates: int = 30

    def __post_init__(self) -> None:
        if self.method not in METHODS or self.n_candidates < 1:
            raise ValueError(f"cannot deblend by {self.method!r} with {self.n_candidates}")


def deblend(
    spectrum: Spectrum,
    equations: NormalEquations,
    known: tuple[float, ...],
    *,
    scan_settings: ScanSettings | None = None,
    settings: DeblendSettings | None = None,
    line_fit: LineFit | None = None,
    executor: Executor | None = None,
    report: Report | None = None,
) -> Deblending:
    """Search for one more galaxy.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    equations : NormalEquations
        Of the same spectrum, weighted by the variances.
    known : tuple of float
        Redshifts of the galaxies that are known, in the convention of the basis; not empty.
    scan_settings : ScanSettings, optional
        Its trial redshifts are searched.
    settings : DeblendSettings, optional
    line_fit : callable, optional
        Gives the flux density of a galaxy at a redshift on the spectrum's pixels, in place of our
        own fit (method, section 8b).
    executor, report
        As in `moosegui.fit.scan.scan`.

    Returns
    -------
    Deblending
        Not scored yet.

    Raises
    ------
    ValueError
        If no galaxy is known, or the equations are unweighted.
    Cancelled
        When `report` raised it.
    """
    if not known:
        raise ValueError("deblending starts from the redshift of a galaxy")
    settings, scan_settings = settings or DeblendSettings(), scan_settings or ScanSettings()
    given = None
    if line_fit is not None:
        given = np.sum([np.nan_to_num(line_fit(spectrum, z)) for z in known], axis=0)
    fitted = fit_known(spectrum, equations.prepared.basis, known, given=given)
    fixed = _fixed_vectors(fitted, given, equations, settings.method)
    trials = scan_settings.trials
    shifts, usable = usable_trials(trials, equations.prepared, equations.embedded)
    augmented = augment(equations, fixed, executor=executor, report=report)
    chi2 = np.full(shifts.size, np.nan)
    chi2[usable], _ = augmented.solve(shifts[usable], executor=executor, report=report)
    minima = local_minima(trials.redshifts, chi2, N_MINIMA)
    found = _judge(fitted, trials.redshifts[minima], chi2[minima], settings.n_candidates, chi2)
    if report is not None:
        report(1.0)
    candidates = tuple(candidate for candidate, _ in found)
    first, second = (
        (found[0][1].first, found[0][1].second)
        if found
        else (fitted.model, np.zeros(spectrum.wave.size))
    )
    return Deblending(
        known=known,
        redshifts=trials.redshifts,
        chi2=chi2,
        candidates=candidates,
        wave=spectrum.wave,
        first=first,
        second=second,
        single=fitted.model,
    )


def _fixed_vectors(
    fitted: KnownSources, given: FloatArray | None, equations: NormalEquations, method: Method
) -> FloatArray:
    """Return what stays in the observed frame, shape (n_fixed, n_samples)."""
    embedded, basis = equations.embedded, equations.prepared.basis
    if method == "fixed":
        model = fitted.model if given is None else given
        return on_window(fitted.spectrum.wave, model, embedded, basis.grid)[None]
    lowest, highest = equations.shift_limits
    starts = [
        embedded.start - int(np.clip(basis.grid.shift_of(z), lowest, highest))
        for z in fitted.redshifts
    ]
    return np.vstack([basis.components[:, start : start + embedded.n_samples] for start in starts])


def on_window(
    wave: FloatArray, flux: FloatArray, embedded: EmbeddedSpectrum, grid: LogGrid
) -> FloatArray:
    """Put a model on the samples of a spectrum's window.

    Parameters
    ----------
    wave, flux : ndarray of shape (n_wave,)
        Flux density; what is not finite counts as zero.
    embedded : EmbeddedSpectrum
    grid : LogGrid

    Returns
    -------
    ndarray of shape (n_samples,)
        Flux per dex, zero outside.
    """
    start, per_dex, _ = resample(wave, np.nan_to_num(flux), np.ones(wave.size), grid)
    window = np.zeros(embedded.n_samples)
    offset = start - embedded.start
    first, last = max(offset, 0), min(offset + per_dex.size, window.size)
    window[first:last] = per_dex[first - offset : last - offset]
    return window


def _judge(
    fitted: KnownSources,
    redshifts: FloatArray,
    minima: FloatArray,
    n_candidates: int,
    curve: FloatArray,
) -> list[tuple[SecondSource, Joined]]:
    """Fit the minima together with the known galaxies; the best first."""
    scale = curve_scale(curve)
    known = np.array(fitted.redshifts)
    judge = Judge(fitted)
    found: list[tuple[SecondSource, Joined]] = []
    for redshift, value in zip(redshifts.tolist(), minima.tolist(), strict=True):
        if np.any(np.abs(redshift - known) < SAME_GALAXY * (1.0 + known)):
            continue
        evidence, joined = judge.judge(redshift)
        candidate = SecondSource(
            redshift=redshift,
            significance=significance(value, scale),
            evidence=evidence.total,
            clean_evidence=evidence.clean,
            line_share=evidence.line_share,
            sky_share=evidence.sky_share,
            confusion=_confusion(redshift, fitted),
        )
        if not candidate.confusion or candidate.clean_evidence > LEAST_CLEAN:
            found.append((candidate, joined))
        if len(found) == n_candidates:
            break
    found.sort(key=lambda entry: -entry[0].clean_evidence)
    return found


def _confusion(redshift: float, fitted: KnownSources) -> str:
    """Name a strong line at `redshift` that falls on one of a known galaxy; empty without one."""
    wave = fitted.spectrum.wave
    for known in fitted.redshifts:
        for name in CONFUSABLE:
            for other in CONFUSABLE:
                line, rival = LINES_BY_NAME[name], LINES_BY_NAME[other]
                observed = rival.observed(known)
                if not wave[0] <= observed <= wave[-1]:
                    continue
                if abs(redshift - (observed / line.wave - 1.0)) <= CONFUSED:
                    return f"{line.label} as {rival.label}"
    return ""


def refine_pair(
    spectrum: Spectrum, basis: Basis, first: float, second: float
) -> tuple[float, float]:
    """Refine two redshifts together, on the spectrum's own pixels.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    first, second : float
        Convention of the basis, right to 300 km/s.

    Returns
    -------
    first, second : float
        Where the sum of both fits best.
    """
    nothing = np.zeros(spectrum.wave.size)

    def chi2_at(velocities: FloatArray) -> float:
        pair = shifted_redshift(first, velocities[0]), shifted_redshift(second, velocities[1])
        return fit_known(spectrum, basis, pair, given=nothing).chi2

    start = np.array([[0.0, 0.0], [60.0, 0.0], [0.0, 60.0]])
    found = scipy.optimize.minimize(
        chi2_at,
        start[0],
        method="Nelder-Mead",
        bounds=[(-300.0, 300.0)] * 2,
        options={"initial_simplex": start, "xatol": 2.0, "fatol": 0.1, "maxfev": 80},
    )
    return (
        shifted_redshift(first, float(found.x[0])),
        shifted_redshift(second, float(found.x[1])),
    )
