"""The spatial evidence of a source: where the light of its first and second redshift lies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import FalseReason
from moosegui.data.deblending import Deblending, Vetting
from moosegui.data.sky.cube import CubeBox
from moosegui.data.sky.spatial import SpatialEvidence
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.blind import find_lines
from moosegui.fit.sky.components import (
    AT_SOURCE,
    component_maps,
    gain_apart,
    gain_away,
    weigh_place,
    white_snr,
)
from moosegui.fit.sky.expected import agreement_of
from moosegui.fit.sky.line_image import LineImage
from moosegui.fit.vetting.joint_fits import join
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.models import spatial_blend_model, spatial_false_model, spatial_own_model
from moosegui.pipeline.neighbours import fit_known_of

N_CANDIDATES = 5  # second galaxies whose place is looked for
CLEARLY = 20.0  # fall of chi2 with which a candidate has a place; then no other is looked for
SAME_PLACE = 0.03  # of S/N^2, what a place that is wrong by a third of a spaxel loses
PLACED = 8.0  # fall of chi2 from which another galaxy's place is told
OF_NOISE = 15.0  # fall of chi2 by the strongest of all lines of noise
OF_SPAXEL = 0.0  # compactness below which one spaxel explains more than a source
CERTAIN = 1e-4  # nearest that a probability of the spectrum counts to 0 or 1


def spatial_evidence(
    engine: Engine, spectrum: Spectrum, blend: Deblending, box: CubeBox
) -> SpatialEvidence:
    """Return where the light of a source's redshifts lies.

    Parameters
    ----------
    engine : Engine
    spectrum : Spectrum
        In vacuum, the one that was searched for a second galaxy.
    blend : Deblending
        What was found.
    box : CubeBox
        Around the source, with its `noise`.

    Returns
    -------
    SpatialEvidence
    """
    (alone,) = component_maps(box, [_on(box, blend.wave, blend.single)])
    here = weigh_place(box, alone)
    first_place = 0.0, 0.0
    if alone is not None and alone.distance < AT_SOURCE:
        first_place = alone.east, alone.north
    lines = find_lines(box, _on(box, blend.wave, blend.single), first_place)
    found = SpatialEvidence(
        snr=here.here,
        distance=float("nan") if alone is None else alone.distance,
        compactness=here.compactness,
        agreement=agreement_of(box, spectrum, blend.single, blend.known[0]),
        noise=box.noise,
        away=gain_away(here),
        white=white_snr(box),
        line=lines.here,
        line_compactness=lines.compactness,
        line_apart=lines.apart,
        away_east=here.east,
        away_north=here.north,
        line_east=lines.apart_place[0],
        line_north=lines.apart_place[1],
    )
    best: SpatialEvidence | None = None
    for redshift, first, second in _candidates(engine, spectrum, blend):
        models = [_on(box, blend.wave, first), _on(box, blend.wave, second)]
        one, other = component_maps(box, models)
        place = weigh_place(box, other)
        apart = gain_apart(box, one, other)
        if best is not None and not apart > best.apart + CLEARLY:
            continue  # noise has places too
        east, north = _place(other)
        best = replace(
            found,
            second_redshift=redshift,
            second_snr=place.best,
            second_east=east,
            second_north=north,
            apart=apart,
        )
        if apart > CLEARLY:
            break
    best = best or replace(found, second_snr=0.0, apart=0.0)
    east, north = other_place(best)
    return replace(best, other_east=east, other_north=north)


def blend_evidence(score: float, found: SpatialEvidence) -> dict[str, float]:
    """Return the features of a blend with its place.

    spectrum: log-odds of the spectrum alone; light: log10 of (1 + S/N^2) of the second galaxy's
    best place; apart, away: log10 of (1 + gain) of a place of its own, less what a place that is
    not quite right loses, and of the first galaxy beside the source; line: the same of the
    strongest line that has another place than the first galaxy, at any redshift.
    """
    return {
        "spectrum": _log_odds(score),
        "light": math.log10(1.0 + found.second_snr**2),
        "apart": math.log10(1.0 + max(found.apart - SAME_PLACE * found.second_snr**2, 0.0)),
        "away": math.log10(1.0 + found.away),
        "line": math.log10(1.0 + max(found.line_apart - OF_NOISE, 0.0)),
    }


def false_evidence(score: float, found: SpatialEvidence) -> dict[str, float]:
    """Return the features of a false detection with its place.

    spectrum: log-odds of the spectrum alone; place: log10 of (1 + S/N^2) of what the redshift
    explains at the source; compactness as `SpatialEvidence`; white: log10 of (1 + S/N^2) of white
    light there; line, line_compactness: the same of the strongest line at any redshift.
    """
    return {
        "spectrum": _log_odds(score),
        "place": math.log10(1.0 + found.snr**2),
        "compactness": found.compactness,
        "white": math.log10(1.0 + max(found.white, 0.0) ** 2),
        "line": math.log10(1.0 + found.line**2),
        "line_compactness": found.line_compactness,
    }


def own_evidence(found: SpatialEvidence) -> dict[str, float]:
    """Return the feature of light that is not the source's own: log10 of (1 + gain) beside it."""
    return {"away": math.log10(1.0 + found.away)}


def with_place(vetting: Vetting, found: SpatialEvidence) -> Vetting:
    """Return what was found in a spectrum, judged by where its light lies too."""
    blends, false = spatial_blend_model(), spatial_false_model()
    blend_score = blends.probability(blend_evidence(vetting.blend_score, found))
    false_score = false.probability(false_evidence(vetting.false_score, found))
    is_false = false_score > false.threshold
    reason = vetting.false_reason or FalseReason.NOISE.value
    if found.compactness < OF_SPAXEL:
        reason = FalseReason.COSMIC_RAY.value
    return replace(
        vetting,
        blend_score=blend_score,
        is_blend=blend_score > blends.threshold,
        false_score=false_score,
        is_false=is_false,
        false_reason=reason if is_false else "",
        spectrum_blend_score=vetting.blend_score,
        spectrum_false_score=vetting.false_score,
        map_snr=found.snr,
        map_distance=found.distance,
        map_compactness=found.compactness,
        map_agreement=found.agreement,
        map_noise=found.noise,
        map_own=spatial_own_model().probability(own_evidence(found)),
        second_snr=found.second_snr,
        second_east=found.other_east,
        second_north=found.other_north,
    )


def of_candidate(blend: Deblending, found: SpatialEvidence, *, is_blend: bool) -> Deblending:
    """Return a search whose best candidate is the one that has a place on the sky."""
    chosen = [one for one in blend.candidates if one.redshift == found.second_redshift]
    others = [one for one in blend.candidates if one.redshift != found.second_redshift]
    return replace(blend, candidates=(*chosen, *others), is_blend=is_blend and bool(chosen))


def _log_odds(score: float) -> float:
    chance = min(max(score, CERTAIN), 1.0 - CERTAIN)
    return math.log(chance / (1.0 - chance))


def _candidates(
    engine: Engine, spectrum: Spectrum, blend: Deblending
) -> Iterator[tuple[float, FloatArray, FloatArray]]:
    """Yield redshift and both models of the best candidates, the best one first."""
    if blend.best is None:
        return
    yield blend.best.redshift, blend.first, blend.second
    known = fit_known_of(engine, spectrum, blend)
    for candidate in blend.candidates[1:N_CANDIDATES]:
        joined = join(known, engine.from_vacuum(candidate.redshift))
        yield candidate.redshift, joined.first, joined.second


def _on(box: CubeBox, wave: FloatArray, model: FloatArray) -> FloatArray:
    """Return a model on the wavelengths of a box; nan where it does not reach."""
    if wave.shape == box.wave.shape and np.allclose(wave, box.wave, rtol=0.0, atol=1e-3):
        return model
    return np.interp(box.wave, wave, model, left=np.nan, right=np.nan)


def other_place(found: SpatialEvidence) -> tuple[float, float]:
    """Return the place that explains most; nan where none explains what noise does not."""
    places = (
        (found.apart - SAME_PLACE * found.second_snr**2, (found.second_east, found.second_north)),
        (found.line_apart - OF_NOISE, (found.line_east, found.line_north)),
        (found.away, (found.away_east, found.away_north)),
    )
    gain, place = max(places, key=lambda pair: pair[0])
    return place if gain > PLACED else (float("nan"), float("nan"))


def _place(image: LineImage | None) -> tuple[float, float]:
    return (float("nan"), float("nan")) if image is None else (image.east, image.north)
