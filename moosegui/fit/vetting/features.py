"""The few features by which blends and false sources are told."""

from __future__ import annotations

import math

from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.grids import SAME_GALAXY, is_same_redshift
from moosegui.fit.vetting.gain import Gain

MIN_RUNS = 0.3
SAME_LIGHT = 40.0  # Angstrom within which two redshifts rest on the same line
BLEND_FEATURES = ("evidence", "apart", "known_share", "runs", "lead", "sky_share", "misfit")


def blend_features(deblending: Deblending) -> dict[str, float]:
    """Return the features of a search for a second galaxy.

    evidence: log10 of the clean gain of the best candidate in units of the misfit, at least 0;
    apart: by which fraction it exceeds that of the next other redshift that rests on other light,
    as several readings of one line leave no doubt of the line; known_share: how much of it lies
    near lines of the first galaxy; runs: log10 of what neighbouring residuals that both leave sum
    up to. For models of before: lead, over the next redshift of any kind; sky_share: how much lies
    on sky lines; misfit: log10 of chi2 a pixel that both galaxies leave.
    """
    best = deblending.best
    if best is None:
        return dict.fromkeys(BLEND_FEATURES, 0.0)
    others = [
        candidate
        for candidate in deblending.candidates
        if not is_same_redshift(candidate.redshift, best.redshift, SAME_GALAXY)
    ]
    elsewhere = [one for one in others if not _is_same_light(one, best)]
    highest = max(best.clean_evidence, 1.0)
    return {
        "evidence": math.log10(max(highest / deblending.misfit, 1.0)),
        "apart": _lead(highest, elsewhere),
        "known_share": best.known_share,
        "runs": math.log10(max(deblending.runs, MIN_RUNS)),
        "lead": _lead(highest, others),
        "sky_share": best.sky_share,
        "misfit": math.log10(max(deblending.misfit, 1.0)),
    }


def _is_same_light(one: SecondSource, other: SecondSource) -> bool:
    return abs(one.strongest_at - other.strongest_at) <= SAME_LIGHT


def _lead(highest: float, others: list[SecondSource]) -> float:
    """Return by which fraction an evidence exceeds the largest of others."""
    return 1.0 - max(max((one.clean_evidence for one in others), default=1.0), 1.0) / highest


def false_features(evidence: Gain | None) -> dict[str, float]:
    """Return the features of a detection.

    evidence: log10 of the clean gain of a galaxy, at least 0; sky_share: how much of all the
    gain lies on sky lines.
    """
    return {
        "evidence": 0.0 if evidence is None else math.log10(max(evidence.clean, 1.0)),
        "sky_share": 0.0 if evidence is None else evidence.sky_share,
    }
