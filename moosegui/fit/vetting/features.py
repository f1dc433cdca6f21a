"""The few features by which blends and false sources are told."""

from __future__ import annotations

import math

from moosegui.data.deblending import Deblending
from moosegui.data.grids import SAME_GALAXY, is_same_redshift
from moosegui.fit.vetting.gain import Gain

MIN_RUNS = 0.3
BLEND_FEATURES = ("evidence", "lead", "sky_share", "misfit", "runs")


def blend_features(deblending: Deblending) -> dict[str, float]:
    """Return the features of a search for a second galaxy.

    evidence: log10 of the clean gain of the best candidate in units of the misfit, at least 0;
    lead: by which fraction it exceeds that of the next other redshift; sky_share: how much of it
    lies on sky lines; misfit: log10 of chi2 a pixel that both galaxies leave; runs: the same
    of what neighbouring residuals sum up to.
    """
    best = deblending.best
    if best is None:
        return dict.fromkeys(BLEND_FEATURES, 0.0)
    others = [
        candidate.clean_evidence
        for candidate in deblending.candidates
        if not is_same_redshift(candidate.redshift, best.redshift, SAME_GALAXY)
    ]
    highest = max(best.clean_evidence, 1.0)
    return {
        "evidence": math.log10(max(highest / deblending.misfit, 1.0)),
        "lead": 1.0 - max(max(others, default=1.0), 1.0) / highest,
        "sky_share": best.sky_share,
        "misfit": math.log10(max(deblending.misfit, 1.0)),
        "runs": math.log10(max(deblending.runs, MIN_RUNS)),
    }


def false_features(evidence: Gain | None) -> dict[str, float]:
    """Return the features of a detection.

    evidence: log10 of the clean gain of a galaxy, at least 0; sky_share: how much of all the
    gain lies on sky lines.
    """
    return {
        "evidence": 0.0 if evidence is None else math.log10(max(evidence.clean, 1.0)),
        "sky_share": 0.0 if evidence is None else evidence.sky_share,
    }
