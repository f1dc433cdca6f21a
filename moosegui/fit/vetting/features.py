"""The few features by which blends and false sources are told."""

from __future__ import annotations

import math

from moosegui.data.deblending import Deblending
from moosegui.data.grids import SAME_GALAXY, is_same_redshift
from moosegui.fit.vetting.gain import Gain

BLEND_FEATURES = ("evidence", "lead", "sky_share")


def blend_features(deblending: Deblending) -> dict[str, float]:
    """Return the features of a search for a second galaxy.

    evidence: log10 of the clean gain of the best candidate, at least 0; lead: by which fraction
    it exceeds that of the next other redshift; sky_share: how much of it lies on sky lines.
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
        "evidence": math.log10(highest),
        "lead": 1.0 - max(max(others, default=1.0), 1.0) / highest,
        "sky_share": best.sky_share,
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
