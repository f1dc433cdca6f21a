"""The light of each of two galaxies in one spectrum, and where that of the second comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from moosegui.data.catalogue import Source
from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.grids import (
    SAME_GALAXY,
    SAME_NEIGHBOUR,
    SAME_ON_SCREEN,
    is_same_redshift,
    is_within_velocity,
)
from moosegui.data.results import ScanSummary
from moosegui.data.sky.neighbours import NEIGHBOURHOOD, Neighbour, SkyPositions, sky_offsets
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.fit.scan.scores import curve_scale, relative_depth
from moosegui.fit.vetting.deblend import confusion_with
from moosegui.fit.vetting.gain import Judge
from moosegui.fit.vetting.joint_fits import join
from moosegui.fit.vetting.known_sources import KnownSources, fit_known
from moosegui.pipeline.engine import Engine

ON_NEIGHBOUR = 0.8  # arcsec within which light lies on a neighbour, chosen on simulated cubes


def fit_known_of(engine: Engine, spectrum: Spectrum, deblending: Deblending) -> KnownSources:
    """Fit the galaxies that a search knew to the possible pixels of its spectrum (vacuum)."""
    return fit_known(
        engine.observed(without_impossible(spectrum)),
        engine.basis,
        tuple(engine.from_vacuum(z) for z in deblending.known),
        companions=[member.basis for member in engine.members[1:]],
    )


def separate(
    spectrum: Spectrum, engine: Engine, deblending: Deblending, i_candidate: int
) -> Deblending:
    """Fit the known galaxies together with another candidate.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, the one that was searched.
    engine : Engine
    deblending : Deblending
    i_candidate : int

    Returns
    -------
    Deblending
        With the components of that candidate.

    Raises
    ------
    IndexError
        If there is no such candidate.
    """
    candidate = deblending.candidates[i_candidate]
    fitted = fit_known_of(engine, spectrum, deblending)
    joined = join(fitted, engine.from_vacuum(candidate.redshift))
    return replace(deblending, first=joined.first, second=joined.second, single=fitted.model)


def with_candidate(
    spectrum: Spectrum, engine: Engine, deblending: Deblending, redshift: float
) -> Deblending:
    """Put the second galaxy first that was found otherwise: beside the source, or with another z1.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, the one that was searched.
    engine : Engine
    deblending : Deblending
    redshift : float
        Of the galaxy; a candidate at this redshift is taken as it is, else there is one more.

    Returns
    -------
    Deblending
        With the components of that galaxy.
    """
    known = [
        one
        for one in deblending.candidates
        if is_within_velocity(one.redshift, redshift, SAME_ON_SCREEN)
    ]
    if known and known[0] is deblending.best:
        return deblending
    chosen = known[0] if known else _judged(spectrum, engine, deblending, redshift)
    others = [
        one
        for one in deblending.candidates
        if not is_same_redshift(one.redshift, chosen.redshift, SAME_GALAXY)
    ]
    return separate(
        spectrum, engine, replace(deblending, candidates=(chosen, *others)), i_candidate=0
    )


def _judged(
    spectrum: Spectrum, engine: Engine, deblending: Deblending, redshift: float
) -> SecondSource:
    """Return what speaks for a galaxy at a redshift beside the known ones."""
    fitted = fit_known_of(engine, spectrum, deblending)
    judge, there = Judge(fitted), engine.from_vacuum(redshift)
    first, joined = judge.judge(there)
    gain = judge.judge_again(there, first, joined.gains)
    i_nearest = int(np.argmin(np.abs(deblending.redshifts - redshift)))
    return SecondSource(
        redshift=redshift,
        relative_depth=relative_depth(
            float(deblending.chi2[i_nearest]), curve_scale(deblending.chi2)
        ),
        evidence=gain.total,
        clean_evidence=gain.clean,
        line_share=gain.line_share,
        sky_share=gain.sky_share,
        confusion=confusion_with(there, fitted),
        known_share=gain.known_share,
        strongest_at=gain.strongest_at,
    )


def neighbour_at(
    redshift: float, around: Iterable[Neighbour], known_redshift: Callable[[Source], float]
) -> Neighbour | None:
    """Return the nearest neighbour with a redshift; its light may be in the spectrum.

    Parameters
    ----------
    redshift : float
    around : iterable of Neighbour
        The nearest first.
    known_redshift : callable
        Gives what is known of a source, or nan.
    """
    for near in around:
        known = known_redshift(near.source)
        if is_within_velocity(redshift, known, SAME_NEIGHBOUR):
            return near
    return None


def _neighbour_on(
    source: Source, place: tuple[float, float], around: Iterable[Neighbour]
) -> Neighbour | None:
    """Return the neighbour at a place; None where it is as near to the source itself."""
    distances = []
    for near in around:
        east, north = sky_offsets(near.source, source)
        distances.append((math.hypot(place[0] - east, place[1] - north), near))
    distance, nearest = min(distances, key=lambda pair: pair[0], default=(math.inf, None))
    return nearest if distance < min(ON_NEIGHBOUR, math.hypot(*place)) else None


def name_neighbours(
    rows: Sequence[tuple[Source, ScanSummary]], radius: float = NEIGHBOURHOOD
) -> list[tuple[Source, ScanSummary]]:
    """Name, for each second galaxy of a vetted list, the neighbour whose light it is.

    That is the neighbour where its lines lie on the sky; where no cube says so, the nearest one
    that has its redshift.

    Parameters
    ----------
    rows : sequence of (Source, ScanSummary)
        The whole list; a neighbour's redshift is that of the catalogue, else of the scan.
    radius : float
        Arcseconds.
    """
    sky = SkyPositions(source for source, _ in rows)
    scanned = {source.key: summary.redshift for source, summary in rows}

    def known(source: Source) -> float:
        return source.redshift if math.isfinite(source.redshift) else scanned[source.key]

    named = []
    for source, summary in rows:
        found = summary.vetting
        if found is not None and math.isfinite(found.redshift):
            around = sky.around(source, radius)
            near = neighbour_at(found.redshift, around, known)
            if math.isfinite(found.second_east):
                near = _neighbour_on(source, (found.second_east, found.second_north), around)
            if near is not None:
                found = replace(
                    found, neighbour=near.source.source_id, neighbour_distance=near.distance
                )
        named.append((source, replace(summary, vetting=found)))
    return named
