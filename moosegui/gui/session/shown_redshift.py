"""The one redshift: what is on screen, how it came there, and how it is moved."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.catalogue import Origin, Verdict
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.results import Analysis, Solution
from moosegui.fit.confidence.prior import proposed
from moosegui.gui.session.states import RedshiftState

MUSE_PIXEL = 1.25  # Angstrom
MIDDLE_OF_MUSE = 7000.0  # Angstrom, where a pixel is turned into a velocity
SAME_REDSHIFT = 1e-7
CLEAR = 3.0  # sigma of a line that may carry a redshift
CONTINUUM, TEMPLATE = "continuum", "template"

PROPOSAL: RedshiftState = "proposal"
TRIAL: RedshiftState = "trial"
BY_HAND: Origin = "expert"
TYPED_LINE: Origin = "line"
REFINED: Origin = "refined"


@dataclass(frozen=True, slots=True)
class ShownRedshift:
    """The z on screen, the only one that is ever saved.

    Parameters
    ----------
    redshift, redshift_error : float
        Vacuum convention; nan without one.
    state : "proposal", "trial" or "assigned"
    origin : Origin
    solution_rank : int or None
        The solution that is shown, if it is one.
    feature : str
        The line or feature that carries it; empty where nobody named one.
    """

    redshift: float = math.nan
    redshift_error: float = math.nan
    state: RedshiftState = "proposal"
    origin: Origin = ""
    solution_rank: int | None = None
    feature: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a redshift to show."""
        return math.isfinite(self.redshift)


def from_solution(solution: Solution, *, state: RedshiftState) -> ShownRedshift:
    """Show a solution of the scan; the first, or another class before it, is the proposal."""
    origin: Origin = "auto" if solution.rank <= 1 else "solution"
    return ShownRedshift(
        solution.redshift,
        solution.redshift_error,
        state,
        origin,
        solution.rank,
        carrying_feature(solution),
    )


def carrying_feature(solution: Solution) -> str:
    """Name the line that is seen most clearly at a solution, or say that none is.

    Another class than a galaxy is carried by its whole template.
    """
    if solution.rank < 1:
        return TEMPLATE
    clear = [line for line in solution.lines if abs(line.snr) >= CLEAR]
    return max(clear, key=lambda line: abs(line.snr)).name if clear else CONTINUUM


def at_rest(
    verdict: Verdict | None,
    draft: float | None,
    analysis: Analysis | None,
    of_blend: float = math.nan,
) -> ShownRedshift:
    """Return what a source shows when it is entered: draft, else assigned, else proposal.

    A draft is younger than the verdict: deciding clears it. In a probable blend the proposal is
    the first redshift of both together, `of_blend`; nan where there is none.
    """
    if draft is not None:
        return ShownRedshift(draft, state="trial", origin=BY_HAND)
    if verdict is not None and verdict.is_inspected:
        return assigned(verdict)
    if analysis is None or not analysis.proposals:
        return ShownRedshift()
    if math.isfinite(of_blend) and analysis.other_class is None:
        return _in_blend(of_blend, analysis)
    best = proposed(analysis)
    return ShownRedshift() if best is None else from_solution(best, state="proposal")


def _in_blend(redshift: float, analysis: Analysis) -> ShownRedshift:
    """Show the first redshift of a blend, with the name of the solution there if there is one."""
    for solution in analysis.solutions:
        if is_within_velocity(redshift, solution.redshift, SAME_ON_SCREEN):
            return replace(from_solution(solution, state="proposal"), redshift=redshift)
    return ShownRedshift(redshift, state="proposal", origin="auto")


def assigned(verdict: Verdict) -> ShownRedshift:
    """Return the redshift of a verdict, with its state."""
    return ShownRedshift(
        verdict.redshift,
        verdict.redshift_error,
        "assigned",
        verdict.origin,
        verdict.solution_rank,
        verdict.feature,
    )


def written(shown: ShownRedshift, verdict: Verdict) -> Verdict:
    """Return a verdict with what is on screen."""
    return replace(
        verdict,
        redshift=shown.redshift,
        redshift_error=shown.redshift_error,
        origin=shown.origin,
        solution_rank=shown.solution_rank,
        feature=shown.feature,
    )


def nudged(shown: ShownRedshift, n_pixels: float) -> ShownRedshift:
    """Move z by a number of MUSE pixels in velocity; so many back lead to the same place."""
    factor = (1.0 + MUSE_PIXEL / MIDDLE_OF_MUSE) ** n_pixels
    return ShownRedshift((1.0 + shown.redshift) * factor - 1.0, math.nan, TRIAL, BY_HAND)


def recognised(shown: ShownRedshift, analysis: Analysis | None) -> ShownRedshift:
    """Name the solution that a redshift coincides with, if any; a draft becomes it again."""
    if analysis is None or shown.solution_rank is not None or not shown.is_known:
        return shown
    for solution in analysis.proposals:
        if is_same(solution.redshift, shown.redshift):
            if shown.state == TRIAL and shown.origin == BY_HAND:
                return from_solution(solution, state=TRIAL)
            return replace(shown, solution_rank=solution.rank)
    return shown


def is_same(redshift: float, other: float) -> bool:
    """Whether two redshifts are one on screen and on disk."""
    return abs(redshift - other) < SAME_REDSHIFT


def next_rank(shown: ShownRedshift, step: int, analysis: Analysis) -> int:
    """Return the rank that is `step` solutions on; from no solution, the nearest in z."""
    lowest = analysis.proposals[0].rank
    if shown.solution_rank is None:
        distances = [abs(s.redshift - shown.redshift) for s in analysis.solutions]
        return 1 + int(np.argmin(distances)) if shown.is_known else 1
    return min(max(shown.solution_rank + step, lowest), len(analysis.solutions))
