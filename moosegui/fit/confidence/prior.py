"""What P(z) is where something is known of the redshift beside the spectrum."""

from __future__ import annotations

from dataclasses import replace

from moosegui.data.prior import RedshiftPrior
from moosegui.data.results import Analysis, Solution


def under_prior(analysis: Analysis, prior: RedshiftPrior | None) -> Analysis:
    """Return a scan whose P(z) knows a prior, and what is proposed with it.

    Parameters
    ----------
    analysis : Analysis
        Of the spectrum alone. χ²(z), the solutions and their order stay.
    prior : RedshiftPrior or None

    Returns
    -------
    Analysis
        The same object without a prior, and without a redshift that it could weigh.
    """
    if prior is None or analysis.posterior is None:
        return analysis
    return replace(analysis, posterior=analysis.posterior.under(prior), alone=analysis.posterior)


def proposed(analysis: Analysis) -> Solution | None:
    """Return what is proposed: another class where it is one, else the first solution.

    Under a prior it is the most probable solution; None where there is none.
    """
    if not analysis.solutions or analysis.other_class is not None or analysis.alone is None:
        return next(iter(analysis.proposals), None)
    modes = () if analysis.posterior is None else analysis.posterior.modes
    chances = {mode.rank: mode.probability for mode in modes}
    return max(analysis.solutions, key=lambda one: chances.get(one.rank, 0.0))
