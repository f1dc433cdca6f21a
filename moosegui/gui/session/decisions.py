"""What an expert decides about the source on screen: ZCONF, false source, flags, comment, undo."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from uuid import uuid4

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.blend import BlendVerdict
from moosegui.data.catalogue import EventKind, FalseReason, SourceFlag, Verdict, VerdictEvent
from moosegui.data.conditions import ScanConditions
from moosegui.data.team.reconciliation import take
from moosegui.data.votes import CastVote
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.fit.evaluation.suggest import Suggestion
from moosegui.gui.session import shown_redshift
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.work.notice import Notice

MERGED = "merged:"  # begins the name of a decision on two sources
SETTLING_TIME = 0.25  # s after a change of source in which a decision key is ignored


@dataclass(frozen=True, slots=True)
class DecisionInputs:
    """What is known when a decision is taken, beside the z on screen."""

    suggestion: Callable[[], Suggestion | None]
    proposal: Callable[[str], float]
    basis_fingerprint: Callable[[], str]
    conditions: Callable[[], ScanConditions]
    votes: Callable[[str], tuple[CastVote, ...]]
    extraction: Callable[[], str]


class Decisions(QObject):
    """Decisions of one inspector, each on disk when its method returns.

    Signals: `recorded(key)` whatever was recorded, `decided(key)` when that settles a source,
    `taken_back(VerdictEvent)` after an undo or a redo, `ignored(reason)`, `notice_posted(Notice)`.
    """

    recorded = pyqtSignal(str)
    decided = pyqtSignal(str)
    taken_back = pyqtSignal(object)
    ignored = pyqtSignal(str)
    notice_posted = pyqtSignal(object)

    def __init__(
        self,
        screen: RedshiftOnScreen,
        inputs: DecisionInputs,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._screen, self.inputs, self._clock = screen, inputs, clock
        self._store: SessionStore | None = None
        self._keys: Container[str] = ()
        self._key: str | None = None
        self._looked_at = -math.inf

    @property
    def store(self) -> SessionStore:
        """The journal of decisions; raises MooseError before `open`."""
        if self._store is None:
            raise MooseError("No catalogue is open; open one first.")
        return self._store

    def open(self, store: SessionStore, keys: Container[str]) -> None:
        """Begin with the journal of earlier decisions and the sources of a list."""
        self._store, self._keys, self._key = store, keys, None

    def close(self) -> None:
        """Record nothing more; the journal belongs to who opened it."""
        self._store = None

    def look_at(self, key: str) -> None:
        """Decide about this source from now on, once the expert had time to see it."""
        self._key, self._looked_at = key, self._clock()

    def verdict(self, key: str | None) -> Verdict | None:
        """The verdict in force on a source."""
        return None if key is None or self._store is None else self._store.verdict(key)

    def judge(
        self,
        zconf: int,
        *,
        flag: SourceFlag | None = None,
        blend: BlendVerdict | None = None,
    ) -> bool:
        """Assign a ZCONF to the z on screen; return whether it was taken.

        0 is "inspected, no redshift": no z is saved with it. A flag is set in the same decision,
        and so is what is held of a second galaxy.
        """
        if not self._may_decide():
            return False
        shown = self._screen.shown
        if zconf > 0 and not shown.is_known:
            self.ignored.emit(
                "There is no redshift on screen: A takes the automatic one, O a solution, Z yours."
            )
            return False
        shown = shown if zconf > 0 else ShownRedshift()
        suggestion = self.inputs.suggestion() if flag is None and zconf > 0 else None
        self._decide(shown, zconf, None, flag=flag, blend=blend)
        if suggestion is not None and suggestion.flag is not None:
            self._tell_of_flag(suggestion.flag)
        return True

    def _tell_of_flag(self, flag: SourceFlag) -> None:
        """Say that a number says nothing of a class, where Enter would have."""
        verdict = self.verdict(self._key)
        if verdict is not None and flag not in verdict.flags:
            text = f"Saved without the flag {flag.short}: F and its letter sets it."
            self.notice_posted.emit(Notice(text, is_brief=True))

    def confirm(self, *, blend: BlendVerdict | None = None) -> bool:
        """Keep what is assigned, else assign the suggested ZCONF, or call false what is so.

        What is held of a second galaxy joins it, in one decision.
        """
        if self._screen.shown.state == "assigned":
            return blend is None or self.judge_blend(blend)
        suggestion = self.inputs.suggestion()
        if suggestion is None:
            self.ignored.emit("Nothing is suggested yet.")
            return False
        if suggestion.false_reason is not None and blend is None:
            return self.reject(suggestion.false_reason)
        return self.judge(suggestion.zconf, flag=suggestion.flag, blend=blend)

    def reject(self, reason: FalseReason | None) -> bool:
        """Call the detection false for a reason; with None take that back."""
        if not self._may_decide():
            return False
        verdict = self.verdict(self._key)
        if reason is None and (verdict is None or verdict.false_reason is None):
            self.ignored.emit("This source was not called false.")
            return False
        self._decide(ShownRedshift(), None, reason)
        return True

    def adopt(self, vote: VerdictEvent) -> bool:
        """Make the vote of an inspector one's own; return whether it was taken."""
        if not self._may_decide() or (key := self._key) is None:
            return False
        self._record(key, take(vote, self.verdict(key) or Verdict()))
        self.decided.emit(key)
        return True

    def toggle_flag(self, flag: SourceFlag) -> None:
        """Set or clear a flag on the source on screen."""
        if self._may_decide() and (key := self._key) is not None:
            self._record(key, (self.verdict(key) or Verdict()).with_flag_toggled(flag))

    def judge_blend(self, blend: BlendVerdict) -> bool:
        """Record what is held of a second galaxy; return whether it was taken."""
        if not self._may_decide() or (key := self._key) is None:
            return False
        self._record(key, (self.verdict(key) or Verdict()).with_blend(blend))
        return True

    def set_conditions(self, conditions: ScanConditions) -> None:
        """Record under which conditions the source on screen is scanned."""
        if (key := self._key) is not None:
            before = self.verdict(key) or Verdict()
            if before.conditions != conditions:
                self._record(key, before.with_conditions(conditions))

    def set_comment(self, key: str, text: str) -> None:
        """Store a comment on the source for which it was written, whatever is on screen now."""
        before = self.verdict(key) or Verdict()
        if key in self._keys and before.comment != text:
            self._record(key, before.with_comment(text))

    def merge(self, kept: str, words: tuple[str, str]) -> bool:
        """Call the source on screen a duplicate of another, which keeps what was said of it.

        Both are one decision: undone and redone together.

        Parameters
        ----------
        kept : str
            Key of the other.
        words : (str, str)
            What joins the comment of the other, and that of the source on screen.

        Returns
        -------
        bool
            Whether it was taken.
        """
        if not self._may_decide() or (key := self._key) is None or kept not in self._keys:
            return False
        own, other = self.verdict(key) or Verdict(), self.verdict(kept) or Verdict()
        joined = other.with_comment(_with_words(_with_words(other.comment, words[0]), own.comment))
        missing = [flag for flag in own.flags if flag not in other.flags]
        for flag in missing:
            joined = joined.with_flag_toggled(flag)
        gone = replace(
            shown_redshift.written(ShownRedshift(), own),
            zconf=None,
            false_reason=FalseReason.DUPLICATE,
            comment=_with_words(own.comment, words[1]),
            proposal=self.inputs.proposal(key),
            basis_fingerprint=self.inputs.basis_fingerprint(),
            taken_from="",
        )
        together = f"{MERGED}{uuid4().hex}"
        for one, verdict in ((key, gone), (kept, joined)):  # undone last, and shown: the second
            votes = self.inputs.votes(one)
            taken = replace(verdict, sweep=together)
            self.store.record(one, replace(taken, votes=votes) if votes else taken)
            self.recorded.emit(one)
        self.decided.emit(key)
        return True

    def undo(self) -> None:
        """Take back the last decision."""
        self._follow("undo", self.store.undo)

    def redo(self) -> None:
        """Bring back what was undone last."""
        self._follow("redo", self.store.redo)

    def _may_decide(self) -> bool:
        if self._key is None:
            return False
        if self._clock() - self._looked_at < SETTLING_TIME:
            self.ignored.emit("The source has only just changed: look first.")
            return False
        return True

    def _decide(
        self,
        shown: ShownRedshift,
        zconf: int | None,
        false_reason: FalseReason | None,
        *,
        flag: SourceFlag | None = None,
        blend: BlendVerdict | None = None,
    ) -> None:
        if (key := self._key) is None:
            return
        conditions = self.inputs.conditions()
        if shown.origin == "auto" and not conditions.is_default:
            shown = replace(shown, origin="solution")  # the best one, not of the automatic scan
        verdict = replace(
            shown_redshift.written(shown, self.verdict(key) or Verdict()),
            zconf=zconf,
            false_reason=false_reason,
            proposal=self.inputs.proposal(key),
            basis_fingerprint=self.inputs.basis_fingerprint(),
            conditions=conditions,
            taken_from="",
            extraction=self.inputs.extraction(),
        )
        if flag is not None and flag not in verdict.flags:
            verdict = verdict.with_flag_toggled(flag)
        if blend is not None:
            verdict = verdict.with_blend(blend)
        self._record(key, verdict)
        self.decided.emit(key)

    def _record(self, key: str, verdict: Verdict) -> None:
        votes = self.inputs.votes(key)
        alone = replace(verdict, sweep="")  # whatever the decision before it belonged to
        self.store.record(key, replace(alone, votes=votes) if votes else alone)
        self.recorded.emit(key)

    def _follow(self, what: EventKind, step: Callable[[], VerdictEvent | None]) -> None:
        """Take back, or bring back, one decision, or all that were taken in one sweep."""
        target = self.store.target(what)
        sweep = "" if target is None else target.verdict.sweep
        event = step()
        if event is None:
            self.notice_posted.emit(Notice(f"There is nothing to {what}.", is_brief=True))
            return
        n_taken = 1
        while sweep and (more := self.store.target(what)) and more.verdict.sweep == sweep:
            self.recorded.emit(event.source_key)
            event = step() or event
            n_taken += 1
        self.taken_back.emit(event)
        if n_taken > 1:
            of_what = f"a sweep of {n_taken} sources"
            if sweep.startswith(MERGED):
                of_what = "two sources merged"
            text = f"{'Undone' if what == 'undo' else 'Redone'}: {of_what}."
            self.notice_posted.emit(Notice(text, is_brief=True))


def _with_words(comment: str, words: str) -> str:
    """Return a comment with more words, which are not said twice."""
    if not words or words in comment:
        return comment
    return f"{comment}; {words}" if comment else words
