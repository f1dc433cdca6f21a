"""Blends and false sources: the searches of `moosegui.fit`, with the models that judge them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from moosegui.data.catalogue import FalseReason
from moosegui.data.deblending import Deblending, Method, Vetting
from moosegui.data.medium import Medium
from moosegui.data.results import Analysis
from moosegui.data.sky.cube import CubeBox
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.fit.scan.solutions import local_minima
from moosegui.fit.vetting.deblend import DeblendSettings, LineFit, deblend
from moosegui.fit.vetting.false_sources import (
    N_MINIMA,
    best_gain,
    false_alarm_probability,
    noise_gains,
)
from moosegui.fit.vetting.features import blend_features, false_features
from moosegui.fit.vetting.gain import Gain
from moosegui.fit.vetting.joint import Pair, solve_jointly
from moosegui.fit.vetting.known_sources import KnownSources, fit_known
from moosegui.fit.workers import Report
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.models import blend_model, false_model
from moosegui.pipeline.spatial import of_candidate, spatial_evidence, with_place

# Third galaxies are rare, and none was labelled to choose a threshold: one must be likely
THIRD_ABOVE = 0.5
N_READINGS = 7  # solutions that may be the first galaxy of a blend
EXPLAINED = 1.2  # misfit below which nothing is left for another galaxy
KEPT = 4  # spectra without impossible pixels, which each search of a source asks for
RUN = 16  # neighbouring residuals that are summed
NORMAL_MAD = 1.4826  # standard deviation of a normal law over its median deviation
# Of the sources with this P(z), on two independent features, none of 395 on odd rows is false
SURE, WELL_SEEN = 0.9, 2
ON_SKY = 0.5  # share of the gain on sky lines that makes a false source a sky residual


@dataclass(frozen=True, slots=True)
class FalseVerdict:
    """Whether a detection is false, and why.

    Parameters
    ----------
    score : float
        Probability that it is false; nan without a spectrum to fit.
    is_false : bool
        Whether it is above the calibrated threshold.
    false_alarm : float
        How probable noise gives as much gain.
    evidence : Gain or None
        Of the best minimum, beyond a smooth continuum.
    noise : tuple of float
        The same in the negative of the spectrum and in its shuffled noise.
    reason : str
        What it probably is instead, in the words of `FalseReason`; empty where it is not false.
    """

    score: float = float("nan")
    is_false: bool = False
    false_alarm: float = float("nan")
    evidence: Gain | None = None
    noise: tuple[float, ...] = ()
    reason: str = ""


def deblend_source(
    engine: Engine,
    spectrum: Spectrum,
    *known: float,
    method: Method = "fixed",
    line_fit: LineFit | None = None,
    executor: Executor | None = None,
    report: Report | None = None,
) -> Deblending:
    """Search a spectrum for one more galaxy beside those that are known.

    Parameters
    ----------
    engine : Engine
    spectrum : Spectrum
        In vacuum.
    *known : float
        Vacuum redshifts: z1, or z1 and z2 in search of a third galaxy.
    method : "fixed" or "two-bases"
    line_fit : callable, optional
        Another fit of a galaxy at a redshift, in the medium and convention of the basis, as
        `moosegui.fit.linefit.alternatives.line_fit_named` gives.
    executor, report
        As in `moosegui.fit.scan.scan.scan`.

    Returns
    -------
    Deblending
        Scored; all redshifts in the vacuum convention.

    Raises
    ------
    ValueError
        If no galaxy is known.
    Cancelled
        When `report` raised it.
    """
    found = search_blend(
        engine,
        spectrum,
        *known,
        method=method,
        line_fit=line_fit,
        executor=executor,
        report=report,
    )
    return _scored(found, engine)


def _scored(found: Deblending, engine: Engine) -> Deblending:
    model = engine.confidence.blends.of(blend_model())
    score = model.probability(blend_features(found))
    return replace(found, score=score, is_blend=bool(found.candidates) and score > model.threshold)


def search_blend(
    engine: Engine,
    spectrum: Spectrum,
    *known: float,
    method: Method = "fixed",
    line_fit: LineFit | None = None,
    executor: Executor | None = None,
    report: Report | None = None,
) -> Deblending:
    """Do as `deblend_source`, without a score: what its model is tuned on."""
    basis = engine.basis
    observed = _observed(spectrum, engine.basis.medium)
    if not np.any(embed(observed, basis).weight > 0):
        trials = engine.settings.trials.redshifts
        nothing = np.zeros(spectrum.wave.size)
        unknown = np.full(trials.size, np.nan)
        return Deblending(known, trials, unknown, (), spectrum.wave, nothing, nothing, nothing)
    found = deblend(
        observed,
        engine.prepared,
        tuple(engine.from_vacuum(z) for z in known),
        companions=[member.basis for member in engine.members[1:]],
        scan_settings=engine.settings,
        settings=DeblendSettings(method),
        line_fit=line_fit,
        executor=executor,
        report=report,
    )
    candidates = tuple(
        replace(one, redshift=engine.to_vacuum(one.redshift)) for one in found.candidates
    )
    return replace(
        found,
        known=known,
        redshifts=engine.to_vacuum(found.redshifts),
        candidates=candidates,
        wave=spectrum.wave,
        misfit=_misfit(observed, found),
        runs=_runs(observed, found),
    )


@lru_cache(maxsize=KEPT)
def _observed(spectrum: Spectrum, medium: Medium) -> Spectrum:
    """Return a spectrum (vacuum) as each of its searches fits it."""
    return without_impossible(spectrum).in_medium(medium)


def _with_third(blend: Deblending, engine: Engine, search: Callable[..., Deblending]) -> Deblending:
    """Return a search scored again where a third galaxy explains what two leave over."""
    best = blend.best
    if best is None or blend.is_blend or blend.misfit < EXPLAINED:
        return blend
    left = search(*blend.known, best.redshift)
    if left.misfit >= EXPLAINED:
        return blend
    return _scored(replace(blend, misfit=left.misfit, runs=left.runs), engine)


def _misfit(spectrum: Spectrum, found: Deblending) -> float:
    """Return chi2 a pixel that the galaxies leave together, at least 1.

    From the median residual: the lines of a third galaxy are no misfit of the basis.
    """
    residual = spectrum.flux - found.first - found.second
    covered = (spectrum.ivar > 0) & np.isfinite(residual)
    if not covered.any():
        return 1.0
    pulls = np.abs(residual[covered]) * np.sqrt(spectrum.ivar[covered])
    return max(1.0, float(NORMAL_MAD * np.median(pulls)) ** 2)


def _runs(spectrum: Spectrum, found: Deblending) -> float:
    """Return the mean square of the sums of sixteen residuals, in units of one."""
    residual = (spectrum.flux - found.first - found.second) * np.sqrt(spectrum.ivar)
    n_runs = residual.size // RUN
    if not n_runs:
        return 1.0
    sums = np.nan_to_num(residual)[: n_runs * RUN].reshape(n_runs, RUN).sum(axis=1)
    return float(np.mean(sums**2)) / RUN


def judge_detection(
    engine: Engine, analysis: Analysis, *, report: Report | None = None
) -> FalseVerdict:
    """Tell whether a detection that was scanned is false.

    Parameters
    ----------
    engine : Engine
    analysis : Analysis
        Of a spectrum in vacuum.
    report : callable, optional
        Called now and then.

    Returns
    -------
    FalseVerdict

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    smooth, evidence = weigh_detection(engine, analysis)
    if smooth is None or evidence is None:
        return FalseVerdict()
    noise = noise_gains(smooth, engine.prepared, engine.settings, report=report)
    model = engine.confidence.false_sources.of(false_model())
    score = _heed_evidence(model.probability(false_features(evidence)), analysis)
    is_false = score > model.threshold
    instead = FalseReason.SKY_RESIDUAL if evidence.sky_share > ON_SKY else FalseReason.NOISE
    return FalseVerdict(
        score=score,
        is_false=is_false,
        reason=instead.value if is_false else "",
        false_alarm=false_alarm_probability(evidence.clean, noise),
        evidence=evidence,
        noise=tuple(noise.tolist()),
    )


def _heed_evidence(score: float, analysis: Analysis) -> float:
    """Return the probability of a false source, which what is well seen cannot be.

    Lines of the sky on top of lines that are hundreds of sigma strong, or a continuum that no
    smooth curve fits, take a source for a residual that its redshift explains.
    """
    found, evidence, stated = analysis.classes, analysis.evidence, analysis.posterior
    chance = 0.0
    if found is not None and found.source_class != "GALAXY":
        chance = found.p_redshift
    elif evidence is not None and stated is not None and evidence.n_independent >= WELL_SEEN:
        chance = stated.modes[0].probability
    return min(score, 1.0 - chance) if chance > SURE else score


def weigh_detection(engine: Engine, analysis: Analysis) -> tuple[KnownSources | None, Gain | None]:
    """Return the smooth continuum of a scanned spectrum, and the gain beyond it."""
    curve = analysis.scan
    minima = local_minima(curve.redshifts, curve.chi2, N_MINIMA)
    if not minima.size:
        return None, None
    basis = engine.basis
    smooth = fit_known(_observed(analysis.spectrum, basis.medium), basis, ())
    tried = [float(curve.redshifts[i]) for i in minima]
    # what the lines gave may be no minimum of the curve
    tried += [solution.redshift for solution in analysis.solutions[:1]]
    redshifts = [engine.from_vacuum(redshift) for redshift in tried]
    return smooth, best_gain(smooth, redshifts)


def find_blend(
    engine: Engine,
    spectrum: Spectrum,
    first: float,
    *,
    method: Method = "fixed",
    line_fit: LineFit | None = None,
    report: Report | None = None,
) -> Deblending:
    """Search for a second galaxy beside the first, and judge it as the table of a scan does.

    Where two galaxies leave much over and a third explains it, the score counts that for them and
    not as a misfit. Parameters, result and errors are those of `deblend_source`.
    """
    search = partial(
        deblend_source, engine, spectrum, method=method, line_fit=line_fit, report=report
    )
    return _with_third(search(first), engine, search)


def joint_pair(engine: Engine, analysis: Analysis, blend: Deblending) -> Pair | None:
    """Return both redshifts of a flagged blend, fitted together.

    Parameters
    ----------
    engine : Engine
    analysis : Analysis
        Its solutions are the readings of the first galaxy, beside the other candidates.
    blend : Deblending
        Of the first solution.

    Returns
    -------
    Pair or None
        Vacuum redshifts, the galaxy with the stronger features first; None without a blend.
    """
    best = blend.best
    if best is None or not blend.is_blend:
        return None
    readings = [solution.redshift for solution in analysis.solutions[1:N_READINGS]]
    readings += [candidate.redshift for candidate in blend.candidates[1:]]
    found = solve_jointly(
        _observed(analysis.spectrum, engine.basis.medium),
        [member.basis for member in engine.members],
        engine.from_vacuum(blend.known[0]),
        replace(best, redshift=engine.from_vacuum(best.redshift)),
        readings=[engine.from_vacuum(redshift) for redshift in readings],
    )
    if found is None:
        return None
    return Pair(engine.to_vacuum(found.first), engine.to_vacuum(found.second))


def vet(
    engine: Engine,
    analysis: Analysis,
    box: CubeBox | None = None,
    *,
    method: Method = "fixed",
    line_fit: LineFit | None = None,
    report: Report | None = None,
) -> Vetting:
    """Search a scanned spectrum (vacuum) for a second galaxy, and judge whether it is false.

    With a box of a cube around the source, both are judged by where the light lies too. Where a
    second one is flagged, both redshifts are found together, and a third is looked for. `report` is
    called every few hundredths of a second, with the share of the step at hand; what it raises ends
    the search.
    """
    if not analysis.solutions:
        return Vetting()
    first, spectrum = analysis.solutions[0].redshift, analysis.spectrum
    how: dict[str, Any] = {"method": method, "line_fit": line_fit, "report": report}
    blend = find_blend(engine, spectrum, first, **how)
    verdict = judge_detection(engine, analysis, report=report)
    found = Vetting(
        blend_score=blend.score,
        is_blend=blend.is_blend,
        false_score=verdict.score,
        is_false=verdict.is_false,
        false_alarm=verdict.false_alarm,
        false_reason=verdict.reason,
    )
    if box is not None:
        place = spatial_evidence(engine, spectrum, blend, box)
        found = with_place(found, place)
        blend = of_candidate(blend, place, is_blend=found.is_blend)
    best = blend.best
    if best is None:
        return found
    found = replace(found, redshift=best.redshift, relative_depth=best.relative_depth)
    pair = joint_pair(engine, analysis, blend)
    if pair is None:
        return found
    found = replace(found, first=pair.first, redshift=pair.second)
    third = deblend_source(engine, spectrum, pair.first, pair.second, **how)
    if third.best is None or not third.score > THIRD_ABOVE:
        return found
    return replace(found, third=third.best.redshift, third_score=third.score)
