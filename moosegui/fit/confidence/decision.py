"""When the lines overrule the curve: they agree on a redshift where its best minimum does not.

The basis holds ordinary galaxies. Where lines tower over the continuum as in none of them, its best
fit may leave every line unexplained; then many lines at one redshift are the better witness.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.posterior import Evidence, LineMatch

MIN_LINES = 6
MIN_SHARE = 0.6
MIN_LEAD = 10.0  # votes above those of the best minimum
MIN_TOLD = 3
DISAGREES = 3.0  # votes of three lines or more, above which their disagreement is told


def is_decisive(lines: LineMatch, at_first: LineMatch) -> bool:
    """Whether the lines overrule the best minimum of the curve.

    Parameters
    ----------
    lines : LineMatch
        The redshift that explains most.
    at_first : LineMatch
        How the best minimum explains the same features.
    """
    if not np.isfinite(lines.redshift):
        return False
    return (
        lines.n_matched >= MIN_LINES
        and lines.share >= MIN_SHARE
        and lines.votes - at_first.votes >= MIN_LEAD
    )


def disagrees(evidence: Evidence) -> bool:
    """Whether the lines alone speak for another redshift than that of the first solution."""
    lines, first = evidence.lines, evidence.at_first
    return lines.n_matched >= MIN_TOLD and lines.votes - first.votes >= DISAGREES
