"""What to believe of a scan: the lines' opinion, the evidence for the first solution, and P(z)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT, is_within_velocity
from moosegui.data.posterior import CrossCorrelation, Evidence, LineMatch, Posterior
from moosegui.data.results import Analysis, Reconstruction, ScanFlag, ScanResult, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.carrier import (
    DETECTED,
    LYA_ABSORPTION,
    LYALPHA,
    ON_LINES,
    ON_LYALPHA,
    error_group,
    with_honest_error,
)
from moosegui.fit.confidence.evidence import gather_evidence
from moosegui.fit.confidence.lyalpha import (
    AROUND_LYALPHA,
    SCATTERED,
    equivalent_width,
    is_displaced,
    lya_redshift,
)
from moosegui.fit.confidence.sandwich import residual_error
from moosegui.fit.confidence.spread import spread_of
from moosegui.fit.confidence.systemic import lya_width, systemic_redshift
from moosegui.fit.evaluation.suggest import confused_with
from moosegui.fit.lines.match import Features
from moosegui.fit.lines.matched_filter import measure_strong_lines
from moosegui.fit.scan.posterior import divide_into_cells, modes_of, posterior
from moosegui.fit.scan.reconstruct import reconstruct, refine_redshift
from moosegui.pipeline.engine import Engine

RESOLVED = 3.0  # Angstrom a pixel: coarser ones are of spectrographs that make every line broad


def believe(
    engine: Engine,
    spectra: tuple[Spectrum, Spectrum],
    scan: ScanResult,
    solutions: Sequence[Solution],
    matches: tuple[Features, LineMatch],
    *,
    cross: CrossCorrelation | None = None,
) -> tuple[tuple[Solution, ...], Evidence | None, Posterior | None]:
    """Weigh what speaks for the first solution of a scan, and state P(z).

    Parameters
    ----------
    engine : Engine
    spectra : (Spectrum, Spectrum)
        Without impossible pixels, in vacuum; and as the scan fits it.
    scan : ScanResult
    solutions : sequence of Solution
        Redshifts in the vacuum convention.
    matches : (Features, LineMatch)
        As `moosegui.fit.confidence.evidence.second_opinion` gives.
    cross : CrossCorrelation, optional
        With the basis of the galaxies.

    Returns
    -------
    solutions : tuple of Solution
        The first with its line detections.
    evidence : Evidence or None
        None without a solution.
    posterior : Posterior or None
        None without a solution.
    """
    if not solutions:
        return (), None, None
    possible, fitted = spectra
    first, group = _centred(engine, spectra, scan, solutions, matches)
    measured = (first, *solutions[1:])
    model, temperature = engine.confidence, engine.confidence.temperature
    cells = divide_into_cells(scan, measured, possible.n_good)
    modes = modes_of(measured, cells.depths, temperature)
    second = model_of(engine, spectra, measured[1]) if len(measured) > 1 else None
    evidence = gather_evidence(
        possible,
        measured,
        (model_of(engine, (possible, fitted), first), second),
        cells,
        modes[0].probability,
        matches=matches,
        confusion=confused_with(first, measured, modes)[0],
        cross=cross,
    )
    evidence = _with_lyalpha(replace(evidence, error_group=group), possible, first)
    trusted = None
    if model.trust is not None:
        trusted = (
            model.trust.first.probability(evidence.features),
            model.trust.other.probability(evidence.features),
        )
    stated = posterior(scan, measured, possible.n_good, temperature, trusted=trusted, cells=cells)
    return measured, evidence, stated


def _with_lyalpha(evidence: Evidence, spectrum: Spectrum, first: Solution) -> Evidence:
    """Return the evidence with what the width of Lyman alpha says, where that carries z."""
    if evidence.carrier != LYALPHA:
        return evidence
    width = lya_width(spectrum, first.redshift)
    is_alone = not any(line.name != "LYA" and line.snr >= DETECTED for line in first.lines)
    is_resolved = float(np.median(np.diff(spectrum.wave))) <= RESOLVED
    return replace(
        evidence,
        systemic=systemic_redshift(first.redshift, width),
        lone_width=width if is_alone and is_resolved else float("nan"),
    )


def _centred(
    engine: Engine,
    spectra: tuple[Spectrum, Spectrum],
    scan: ScanResult,
    solutions: Sequence[Solution],
    matches: tuple[Features, LineMatch],
) -> tuple[Solution, str]:
    """Return the first solution on what carries it, with its honest error, and whose term it has.

    That is Lyman alpha, or the lines where they overruled the curve.
    """
    first, (features, lines), (spectrum, fitted) = solutions[0], matches, spectra
    measured = replace(first, lines=measure_strong_lines(spectrum, first.redshift))
    centre, group = lines.redshift, ON_LINES
    if not any(other.chi2 < first.chi2 for other in solutions[1:]):
        net_width = equivalent_width(spectrum, first.redshift)
        against = _against(scan, first, spectrum.n_good)
        centre = lya_redshift(measured, features, net_width=net_width, against=against)
        # away from a clear peak the redshift is no surer where the rest of the light keeps it there
        peak = lya_redshift(measured, features, net_width=net_width)
        is_away = bool(np.isfinite(peak)) and is_displaced(first.redshift, peak)
        group = ON_LYALPHA if is_away else ""
    if np.isfinite(centre):
        measured = replace(measured, redshift=centre, lines=measure_strong_lines(spectrum, centre))
    if not group:
        width = equivalent_width(spectrum, measured.redshift)
        group = error_group(measured.lines, measured.redshift, width)
    if group == LYA_ABSORPTION:
        measured = _without_lyalpha(engine, spectra, measured)
    terms = {name: (scale, floor) for name, scale, floor in engine.confidence.error_terms}
    pixel = SPEED_OF_LIGHT * float(np.median(np.diff(spectrum.wave) / spectrum.wave[1:]))
    at_least = float("nan")
    if terms and group not in (ON_LINES, ON_LYALPHA):
        at_least = _statistical(engine, fitted, scan, first, group)
    return with_honest_error(measured, terms, pixel, group=group, at_least=at_least), group


def _without_lyalpha(
    engine: Engine, spectra: tuple[Spectrum, Spectrum], solution: Solution
) -> Solution:
    """Return a galaxy in net absorption where all but Lyman alpha puts it, if that is near."""
    spectrum, fitted = spectra
    place = engine.from_vacuum(solution.redshift)
    rest = fitted.wave / (1.0 + place)
    is_lya = (rest > AROUND_LYALPHA[0]) & (rest < AROUND_LYALPHA[1])
    masked = replace(fitted, ivar=np.where(is_lya, 0.0, fitted.ivar))
    refined, _ = refine_redshift(masked, engine.basis, place, engine.settings.weighting)
    found = engine.to_vacuum(refined)
    if not is_within_velocity(found, solution.redshift, SCATTERED):
        return solution
    return replace(solution, redshift=found, lines=measure_strong_lines(spectrum, found))


def _statistical(
    engine: Engine, fitted: Spectrum, scan: ScanResult, first: Solution, group: str
) -> float:
    """Return the error in km/s by the residuals, and by the minima beside that of the redshift.

    Of Lyman alpha the curve has shoulders, which are of the line's shape and no other redshift.
    Terms from before these counted are learned without them.
    """
    place = engine.from_vacuum(first.redshift)
    error = residual_error(fitted, engine.basis, place, engine.settings.weighting)
    knows_spread = any(name == ON_LYALPHA for name, _, _ in engine.confidence.error_terms)
    if group in (LYALPHA, LYA_ABSORPTION) or not knows_spread:
        return error
    curve = first.redshift_error * SPEED_OF_LIGHT / (1.0 + first.redshift)
    own = float(np.fmax(error, curve))
    noise = _noise(scan, first, fitted.n_good)
    return spread_of(scan, (first.redshift, first.chi2), own, noise)


def _noise(scan: ScanResult, first: Solution, n_pixels: int) -> float:
    """Return the statistical chi2 a pixel of the first solution, at least 1.

    Of pixels as given, as the S/N of lines is; that of P(z) counts that they are resampled.
    """
    return max(1.0, first.chi2 * scan.n_samples / scan.oversampling / max(n_pixels, 1))


def _against(scan: ScanResult, first: Solution, n_pixels: int) -> Callable[[float], float]:
    """Return by how much chi2 in units of the noise another redshift is worse than the first."""
    statistical, noise = scan.n_samples / scan.oversampling, _noise(scan, first, n_pixels)

    def against(redshift: float) -> float:
        chi2 = float(np.interp(redshift, scan.redshifts, scan.chi2))
        return float(np.nan_to_num((chi2 - first.chi2) * statistical / noise))

    return against


def model_of(
    engine: Engine, spectra: tuple[Spectrum, Spectrum], solution: Solution
) -> Reconstruction:
    """Return the model of a solution, of a spectrum (vacuum) and the same as the scan fits it."""
    possible, fitted = spectra
    redshift = engine.from_vacuum(solution.redshift)
    found = reconstruct(fitted, engine.basis, redshift, engine.settings.weighting)
    return replace(found, redshift=solution.redshift, wave=possible.wave)


def why_no_scan(analysis: Analysis, reach: tuple[float, float]) -> str:
    """Say why a spectrum has no χ²(z), as a part of a sentence; empty where it has one.

    Parameters
    ----------
    analysis : Analysis
    reach : (float, float)
        Observed wavelengths of the basis in Angstrom, vacuum.
    """
    if ScanFlag.NO_DATA not in analysis.scan.flags:
        return ""
    wave = analysis.spectrum.wave
    is_beyond = wave[-1] < reach[0] or wave[0] > reach[1]
    has = f"has {wave[0]:,.0f} to {wave[-1]:,.0f} Å" if is_beyond else "is all masked there"
    return (
        f"the basis knows the light from {reach[0]:,.0f} to {reach[1]:,.0f} Å, and this spectrum "
        f"{has}"
    )
