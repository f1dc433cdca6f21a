"""The path of one spectrum, the same for the window and the command line."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import replace
from functools import lru_cache

import numpy as np

from moosegui.data.catalogue import Source
from moosegui.data.grids import RedshiftGrid, is_within_velocity
from moosegui.data.posterior import Classification, CrossCorrelation, Evidence, LineMatch
from moosegui.data.results import (
    Analysis,
    Reconstruction,
    ScanFlag,
    ScanResult,
    ScanSettings,
    Solution,
)
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.spectra import read_spectrum
from moosegui.fit.classes.compete import QUASARS, STARS, compete
from moosegui.fit.classes.decide import decide, heed_broad_lines, heed_lines
from moosegui.fit.classes.tilted import BROAD_TYPES, broad_velocity, tilted_model
from moosegui.fit.confidence.decision import is_decisive
from moosegui.fit.confidence.evidence import second_opinion
from moosegui.fit.lines.displaced import carried_redshift
from moosegui.fit.lines.match import Features, match_at
from moosegui.fit.lines.matched_filter import measure_strong_lines, strong_features
from moosegui.fit.scan.cross_correlation import cross_correlate
from moosegui.fit.scan.embed import EmbeddedSpectrum, embed
from moosegui.fit.scan.ensemble import scan_ensemble
from moosegui.fit.scan.impossible_pixels import (
    ImpossiblePixels,
    find_impossible,
    without_impossible,
)
from moosegui.fit.scan.inflate_variances import inflate_variances
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.reconstruct import reconstruct, refine_redshift
from moosegui.fit.scan.solutions import find_solutions
from moosegui.fit.workers import Report, breathe
from moosegui.pipeline.belief import believe, model_of
from moosegui.pipeline.engine import Engine

CLASS_REACH = 1000.0  # km/s from the redshift of a star or a quasar within which it is drawn as one
KEPT = 8  # spectra as they are fitted, for model after model of what is on screen
N_GALAXIES = 4  # solutions that speak for a galaxy in the competition of the classes


def analyse(
    key: str,
    spectrum: Spectrum,
    engine: Engine,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
    before: Analysis | None = None,
) -> Analysis:
    """Scan a spectrum and rank its solutions.

    Parameters
    ----------
    key : str
        The source's key, passed through.
    spectrum : Spectrum
        In vacuum, as readers deliver it.
    engine : Engine
    executor, report
        As in `moosegui.fit.scan.scan.scan`.
    before : Analysis, optional
        Of the same spectrum before it was masked: its r(z) and its class stand for those of this
        one, which cost as much as all the rest.

    Returns
    -------
    Analysis
        All redshifts in the vacuum convention, whatever the medium of the basis.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    started = time.perf_counter()
    basis, settings = engine.basis, engine.settings
    impossible = find_impossible(spectrum)
    possible = without_impossible(spectrum)
    fitted = _weighed(possible, engine)
    embedded = embed(fitted, basis)
    matches = second_opinion(possible, (settings.trials.zmin, settings.trials.zmax))
    result, solutions = _scanned(embedded, possible, engine, matches, (executor, report))
    breathe(report)
    result = _with_impossible(result, impossible)
    cross = None if before is None else before.cross
    if before is None:
        cross = _cross_correlated(embedded, engine.prepared, engine, settings.trials)
    solutions, evidence, stated = believe(
        engine, (possible, fitted), result, solutions, matches, cross=cross
    )
    breathe(report)
    if before is not None:
        classes = before.classes
    else:
        classes = classify(possible, engine, solutions, executor=executor, report=report)
        classes = _heeding(classes, evidence)
        cross = _class_cross(possible, engine, classes) or cross
    if stated is not None and classes is not None:
        stated = stated.of_classes(classes)
    return Analysis(
        key=key,
        spectrum=spectrum,
        scan=result,
        solutions=solutions,
        engine_fingerprint=engine.fingerprint,
        posterior=stated,
        evidence=evidence,
        seconds=time.perf_counter() - started,
        classes=classes,
        cross=cross,
    )


def _scanned(
    embedded: EmbeddedSpectrum,
    possible: Spectrum,
    engine: Engine,
    matches: tuple[Features, LineMatch],
    how: tuple[Executor | None, Report | None],
) -> tuple[ScanResult, tuple[Solution, ...]]:
    """Return a scan and its solutions in the vacuum convention; its equations, 50 MB, go."""
    executor, report = how
    result, equations = scan_ensemble(
        embedded, engine.members, engine.settings, executor=executor, report=report
    )
    solutions: tuple[Solution, ...] = ()
    if equations is not None:
        features, lines = matches
        solutions = find_solutions(
            result,
            equations,
            _wave_range(possible),
            n_max=engine.settings.n_solutions,
            also=engine.from_vacuum(lines.redshift),
            is_beaten=lambda z: is_decisive(lines, match_at(features, engine.to_vacuum(z))),
        )
    if engine.basis.medium != "vacuum":
        solutions = tuple(replace(s, redshift=engine.to_vacuum(s.redshift)) for s in solutions)
    return replace(result, redshifts=engine.to_vacuum(result.redshifts)), solutions


def _heeding(found: Classification | None, evidence: Evidence | None) -> Classification | None:
    return found if found is None or evidence is None else heed_lines(found, evidence)


def _cross_correlated(
    embedded: EmbeddedSpectrum, prepared: PreparedBasis, engine: Engine, trials: RedshiftGrid
) -> CrossCorrelation | None:
    """Return r(z) in the vacuum convention."""
    found = cross_correlate(embedded, prepared.basis, trials)
    if found is None or prepared is not engine.prepared:
        return found
    redshifts, redshift = engine.to_vacuum(found.redshifts), engine.to_vacuum(found.redshift)
    return replace(found, redshifts=redshifts, redshift=redshift)


def _class_cross(
    spectrum: Spectrum, engine: Engine, found: Classification | None
) -> CrossCorrelation | None:
    """Return r(z) of the star or the quasar that a spectrum most probably is; None of a galaxy."""
    templates = engine.classes
    if found is None or templates is None or found.source_class == "GALAXY":
        return None
    is_star = found.source_class == "STAR"
    prepared = dict(templates.stars)[found.star.label] if is_star else templates.quasar
    embedded = embed(_inflated(spectrum, engine), prepared.basis)
    return _cross_correlated(embedded, prepared, engine, (STARS if is_star else QUASARS).trials)


def classify(
    spectrum: Spectrum,
    engine: Engine,
    solutions: tuple[Solution, ...],
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> Classification | None:
    """Let galaxy, star and quasar compete.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, without impossible pixels.
    engine : Engine
    solutions : tuple of Solution
        Of a galaxy, best first, in the vacuum convention.
    executor, report
        As in `moosegui.fit.scan.scan.scan`.

    Returns
    -------
    Classification or None
        None where the engine knows galaxies only, or too few pixels tell.
    """
    if engine.classes is None or not engine.settings.classes:
        return None
    weighed = _inflated(spectrum, engine)
    spectra = (spectrum, engine.observed(weighed))
    models = [model_of(engine, spectra, solution) for solution in solutions[:N_GALAXIES]]
    found = compete(weighed, models, engine.classes, executor=executor, report=report)
    if found is None:
        return None
    found = decide(found, engine.classes.star_model, engine.classes.quasar_model)
    if found.source_class == "STAR" and found.star.label in BROAD_TYPES:
        star_basis = dict(engine.classes.stars)[found.star.label].basis
        return found.with_star_at(*broad_velocity(weighed, star_basis))
    best = solutions[0]
    return heed_broad_lines(found, spectrum, (best.redshift, best.redshift_error))


def _as_fitted(spectrum: Spectrum, engine: Engine) -> Spectrum:
    """Return a spectrum as the scan fits it: pixels, variances, and the medium of the basis."""
    return _in_medium(_possible(spectrum, engine.settings.inflates_variances), engine.basis.medium)


@lru_cache(maxsize=KEPT)
def _possible(spectrum: Spectrum, is_inflated: bool) -> Spectrum:  # noqa: FBT001  (hashed)
    possible = without_impossible(spectrum)
    return inflate_variances(possible) if is_inflated else possible


_in_medium = lru_cache(maxsize=KEPT)(Spectrum.in_medium)


def _with_impossible(result: ScanResult, pixels: ImpossiblePixels) -> ScanResult:
    if not pixels.n:
        return result
    flags = result.flags | ScanFlag.BAD_PIXELS
    return replace(result, flags=flags, facts=(*result.facts, pixels.fact))


def _weighed(spectrum: Spectrum, engine: Engine) -> Spectrum:
    """Return a spectrum with the variances of the fit, in the medium of the basis."""
    return engine.observed(_inflated(spectrum, engine))


def _inflated(spectrum: Spectrum, engine: Engine) -> Spectrum:
    return inflate_variances(spectrum) if engine.settings.inflates_variances else spectrum


def _wave_range(spectrum: Spectrum) -> tuple[float, float]:
    good = spectrum.wave[spectrum.ivar > 0]
    return (float(good[0]), float(good[-1])) if good.size else (0.0, 0.0)


def with_line_detections(analysis: Analysis, n_solutions: int = 5) -> Analysis:
    """Measure the strong lines of the first solutions, which experts want to see beside them."""
    possible = without_impossible(analysis.spectrum)
    measured = tuple(
        replace(s, lines=measure_strong_lines(possible, s.redshift))
        for s in analysis.solutions[:n_solutions]
    )
    return replace(analysis, solutions=measured + analysis.solutions[n_solutions:])


def analyse_source(
    source: Source,
    engine: Engine,
    *,
    masks: tuple[tuple[float, float], ...] = (),
    executor: Executor | None = None,
    report: Report | None = None,
) -> Analysis:
    """Read the spectrum of a source and analyse it.

    Parameters
    ----------
    source : Source
    engine : Engine
    masks : tuple of (float, float)
        Ranges of observed vacuum wavelength in Angstrom that get no weight.
    executor, report
        As in `moosegui.fit.scan.scan.scan`.

    Returns
    -------
    Analysis

    Raises
    ------
    InputError
        When the source has no readable spectrum.
    Cancelled
        When `report` raised it.
    """
    if source.spectrum is None:
        raise InputError(source.problem or f"Source {source.source_id} has no spectrum.")
    spectrum = read_spectrum(source.spectrum).masked(masks)
    return analyse(source.key, spectrum, engine, executor=executor, report=report)


def model_at(spectrum: Spectrum, engine: Engine, redshift: float) -> Reconstruction:
    """Reconstruct a spectrum (vacuum) at a vacuum redshift, on its own pixels.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    engine : Engine
    redshift : float
        Vacuum convention.

    Returns
    -------
    Reconstruction
        Its wavelengths and redshift in vacuum.
    """
    basis = engine.basis
    fitted = reconstruct(
        _as_fitted(spectrum, engine),
        basis,
        engine.from_vacuum(redshift),
        engine.settings.weighting,
    )
    return replace(fitted, redshift=redshift, wave=spectrum.wave)


def class_model(analysis: Analysis, engine: Engine, redshift: float) -> Reconstruction | None:
    """Reconstruct a star or a quasar near its redshift.

    Parameters
    ----------
    analysis : Analysis
    engine : Engine
    redshift : float
        Vacuum convention.

    Returns
    -------
    Reconstruction or None
        None where a galaxy is more probable, the redshift is another one, or below those of the
        basis of quasars, where that of galaxies has the host.
    """
    other, found, templates = analysis.other_class, analysis.classes, engine.classes
    if other is None or found is None or templates is None:
        return None
    if not is_within_velocity(redshift, other.redshift, CLASS_REACH):
        return None
    weighed = _possible(analysis.spectrum, engine.settings.inflates_variances)
    if found.source_class == "QSO":
        if redshift < QUASARS.trials.zmin:
            return None
        return reconstruct(weighed, templates.quasar.basis, redshift)
    return tilted_model(weighed, dict(templates.stars)[found.star.label].basis, redshift)


def refine_at(spectrum: Spectrum, engine: Engine, redshift: float) -> tuple[float, float, str]:
    """Refine a vacuum redshift locally.

    Where one clear line carries the redshift and lies beside its place, the redshift is that of
    the line (`moosegui.fit.lines.displaced`), else that of the nearest minimum of the curve.

    Returns
    -------
    redshift, error : float
        Vacuum convention; the error is 1 sigma, nan if unknown.
    line : str
        Name of the line on which it was put; else empty.
    """
    basis = engine.basis
    refined, error = refine_redshift(
        _as_fitted(spectrum, engine),
        basis,
        engine.from_vacuum(redshift),
        engine.settings.weighting,
    )
    found = engine.to_vacuum(refined)
    emission = tuple(line for line in strong_features() if line.kind != "absorption")
    carried = carried_redshift(spectrum, emission, found)
    if carried is None:
        return found, error, ""
    return carried.redshift, carried.redshift_error, carried.line.name


def warm_up(engine: Engine) -> None:
    """Compile what a scan and a model need, off the thread that must stay responsive."""
    lower, upper = engine.basis.observed_range
    wave = np.linspace(lower, upper, 64)
    spectrum = Spectrum(wave, np.ones(64), np.ones(64))
    few = engine.with_settings(ScanSettings(RedshiftGrid(0.0, 0.01, 0.005)))
    analyse("", spectrum, few)
    model_at(spectrum, few, 0.0)
