"""The redshift on screen, and everything that moves it without deciding anything."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Verdict
from moosegui.data.grids import SAME_GALAXY, is_same_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.redshift_entry import line_typed, parse_redshift
from moosegui.data.results import Analysis
from moosegui.errors import MooseError
from moosegui.fit.confidence.prior import proposed
from moosegui.gui.session import shown_redshift
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.work.notice import Notice


@dataclass(frozen=True, slots=True)
class SourceOnScreen:
    """How the source on screen is looked up: its analysis, its verdict and its draft.

    `of_blend` is the first redshift of a probable blend; nan where there is none.
    """

    analysis: Callable[[], Analysis | None]
    verdict: Callable[[], Verdict | None]
    draft: Callable[[], float | None]
    of_blend: Callable[[], float] = lambda: math.nan


class RedshiftOnScreen(QObject):
    """The one z: proposal, trial or assigned.

    Signals: `changed(ShownRedshift)`, `notice_posted(Notice)`.
    """

    changed = pyqtSignal(object)
    notice_posted = pyqtSignal(object)

    def __init__(self, source: SourceOnScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._around = source
        self._shown = ShownRedshift()

    @property
    def shown(self) -> ShownRedshift:
        """What is on screen."""
        return self._shown

    def return_to_source(self) -> None:
        """Show what the source has: its draft, else the assigned z, else the proposal."""
        around = self._around
        analysis = around.analysis()
        resting = shown_redshift.at_rest(
            around.verdict(), around.draft(), analysis, around.of_blend()
        )
        self._shown = shown_redshift.recognised(resting, analysis)

    def recognise(self) -> None:
        """Take in an analysis that has arrived: the proposal, or the name of what is tried."""
        if self._shown.state == "proposal":
            self.return_to_source()
        else:
            self._shown = shown_redshift.recognised(self._shown, self._around.analysis())

    def propose_again(self) -> bool:
        """Take in what was found since of a source; return whether another z is proposed now."""
        before = self._shown
        if before.state == "proposal":
            self.return_to_source()
        return before.is_known and not shown_redshift.is_same(before.redshift, self._shown.redshift)

    def follow(self) -> None:
        """Take in another analysis of the same source: a proposal follows it, other z stay."""
        if self._shown.state == "proposal":
            self.return_to_source()
        else:
            unnamed = replace(self._shown, solution_rank=None)
            self._shown = shown_redshift.recognised(unnamed, self._around.analysis())

    def show(self, shown: ShownRedshift) -> None:
        """Show a redshift; the assigned one stays assigned, however it is reached."""
        verdict = self._around.verdict()
        if verdict is not None and shown_redshift.is_same(verdict.redshift, shown.redshift):
            shown = shown_redshift.assigned(verdict)
        self._shown = shown_redshift.recognised(shown, self._around.analysis())
        self.changed.emit(self._shown)

    def type(self, text: str) -> None:
        """Show the redshift that was typed (`0.7342`, `5007@8682`, `v+120`).

        Raises
        ------
        MooseError
            If the text is no redshift; z stays.
        """
        try:
            redshift, line = parse_redshift(text, self._shown.redshift), line_typed(text)
        except ValueError as error:
            raise MooseError(str(error)) from error
        origin = shown_redshift.TYPED_LINE if line else shown_redshift.BY_HAND
        self.show(ShownRedshift(redshift, math.nan, "trial", origin, feature=line))

    def point_at(self, redshift: float) -> None:
        """Show a redshift that was pointed at."""
        self.show(ShownRedshift(redshift, math.nan, "trial", shown_redshift.BY_HAND))

    def nudge(self, n_pixels: float) -> None:
        """Move z by MUSE pixels in velocity."""
        if self._shown.is_known:
            self.show(shown_redshift.nudged(self._shown, n_pixels))
        else:
            text = "There is no redshift on screen; type one with Z."
            self.notice_posted.emit(Notice(text, is_brief=True))

    def accept_refined(self, redshift: float, redshift_error: float, line: str = "") -> None:
        """Show the nearest minimum that a refinement found, or the place of a line."""
        redshift_error = self._no_less(redshift, redshift_error)
        feature, refined = line or self._shown.feature, shown_redshift.REFINED
        self.show(ShownRedshift(redshift, redshift_error, "trial", refined, feature=feature))
        if line:
            label = LINES_BY_NAME[line].label
            text = f"z is that of {label}, which alone carries it."
            self.notice_posted.emit(Notice(text, is_brief=True))

    def _no_less(self, redshift: float, redshift_error: float) -> float:
        """The error of a refined z: no smaller than that of the solution at which it is.

        The curve alone knows the noise; that of a solution knows what the basis adds to it too.
        """
        analysis = self._around.analysis()
        near = [
            one.redshift_error
            for one in (() if analysis is None else analysis.proposals)
            if is_same_redshift(one.redshift, redshift, SAME_GALAXY)
        ]
        known = [error for error in (redshift_error, *near[:1]) if math.isfinite(error)]
        return max(known, default=math.nan)

    def choose_solution(self, rank: int) -> None:
        """Show the solution of a rank."""
        analysis = self._around.analysis()
        offered = () if analysis is None else analysis.proposals
        solution = next((one for one in offered if one.rank == rank), None)
        if solution is None:
            self.notice_posted.emit(Notice(f"There is no solution {rank}.", is_brief=True))
            return
        verdict = self._around.verdict()
        is_decided = verdict is not None and verdict.is_inspected
        is_proposed = solution.rank == _proposed_rank(analysis) and not is_decided
        state = shown_redshift.PROPOSAL if is_proposed else shown_redshift.TRIAL
        self.show(shown_redshift.from_solution(solution, state=state))

    def step_solution(self, step: int) -> None:
        """Show the next or the previous solution."""
        analysis = self._around.analysis()
        if analysis is None or not analysis.solutions:
            return
        rank = shown_redshift.next_rank(self._shown, step, analysis)
        if rank == self._shown.solution_rank:
            words = f"This is the {'first' if step < 0 else 'last'} solution."
            self.notice_posted.emit(Notice(words, is_brief=True))
        self.choose_solution(rank)

    def restore_automatic(self) -> None:
        """Show the automatic redshift again."""
        analysis = self._around.analysis()
        self.choose_solution(_proposed_rank(analysis))

    def restore_assigned(self) -> None:
        """Show the assigned redshift again."""
        verdict = self._around.verdict()
        if verdict is None or not verdict.is_inspected:
            self.notice_posted.emit(Notice("Nothing is assigned yet.", is_brief=True))
            return
        self.show(shown_redshift.assigned(verdict))


def _proposed_rank(analysis: Analysis | None) -> int:
    best = None if analysis is None else proposed(analysis)
    return 1 if best is None else best.rank
