"""What P(z) is where it is known whose light a redshift explains."""

from __future__ import annotations

import math
from dataclasses import replace

from moosegui.data.results import Analysis


def at_place(analysis: Analysis, own: float) -> Analysis:
    """Return a scan whose P(z) knows whose light its first redshift explains.

    Parameters
    ----------
    analysis : Analysis
    own : float
        Probability that it is the source's own, and no neighbour's; nan where nobody looked.

    Returns
    -------
    Analysis
        The same object where nothing is known, and where a star or a quasar is more probable.
    """
    if analysis.posterior is None or analysis.other_class is not None or math.isnan(own):
        return analysis
    return replace(analysis, posterior=analysis.posterior.at_place(own))
