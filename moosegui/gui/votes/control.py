"""Reconcile mode: the votes of several inspectors, and keys that adopt one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog

from moosegui.data.catalogue import VerdictEvent
from moosegui.gui.keys.actions import LETTERS
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.plots.vote_marks import VoteMark
from moosegui.gui.session.session import Session
from moosegui.gui.session.shown_redshift import BY_HAND, ShownRedshift
from moosegui.gui.session.votes import Votes
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours
from moosegui.gui.votes.panel import VotesPanel
from moosegui.gui.votes.projection import letter_of, line_marks, redshift_marks, votes_view
from moosegui.pipeline.reconciliation import remember_rule


@dataclass(frozen=True, slots=True)
class MarksOfVotes:
    """Where votes are marked: on the axis of χ², and on the spectrum."""

    on_curve: Callable[[Sequence[VoteMark]], None]
    on_spectrum: Callable[[Sequence[VoteMark]], None]


@dataclass(frozen=True, slots=True)
class WishesOfVotes:
    """What may be asked for in reconcile mode."""

    adopt: Callable[[VerdictEvent], None]
    show: Callable[[ShownRedshift], None]
    show_conflicts: Callable[..., None]
    reconcile: Callable[[tuple[Path, ...]], None]


class VotesControl(Control):
    """Shows votes while inspectors are reconciled; hidden and not computed otherwise."""

    def __init__(
        self,
        session: Session,
        votes: Votes,
        preferences: PreferenceStore,
        *,
        marks: MarksOfVotes,
        wishes: WishesOfVotes,
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._votes, self._preferences = session, votes, preferences
        self._on_screen = session.on_screen
        self._marks, self._wishes, self._post = marks, wishes, post
        self._preferred = preferences.preferences.rule
        self.panel = self._panel = VotesPanel()
        self._panel.hide()
        self._panel.vote_chosen.connect(self.look_at)
        self._panel.vote_taken.connect(self._take)
        session.sources_opened.connect(self._on_sources_opened)
        session.blinding_changed.connect(self._show)
        votes.rule_changed.connect(self._show)
        preferences.changed.connect(self._on_preferences_changed)
        session.verdict_changed.connect(self._on_verdict_changed)

    @override
    def handlers(self) -> Handlers:
        takes = {f"vote{n}": partial(self._take, n - 1) for n in range(1, len(LETTERS) + 1)}
        return {"reconcile": self._ask_sessions, "next_vote": self._look_at_next, **takes}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if self._votes.is_open:
            self._show()

    @override
    def set_colours(self, colours: Colours) -> None:
        self._panel.set_colours(colours)

    @override
    def set_keys(self, keys: Mapping[str, str]) -> None:
        self._panel.teach_keys(keys)

    def _show(self) -> None:
        view = votes_view(self._session, self._votes)
        self._panel.display(view)
        self._panel.setVisible(view is not None)
        self._marks.on_curve(redshift_marks(self._session))
        self._marks.on_spectrum(line_marks(self._session))

    def _take(self, i_vote: int) -> None:
        vote = self._vote(i_vote)
        if vote is not None:
            self._wishes.adopt(vote)

    def look_at(self, i_vote: int) -> None:
        """Show the redshift of a vote, decided by nobody here."""
        vote = self._vote(i_vote)
        if vote is None:
            return
        verdict = vote.verdict
        shown = ShownRedshift(verdict.redshift, verdict.redshift_error, "trial", BY_HAND)
        if shown.is_known:
            self._wishes.show(shown)
        else:
            self._post(Notice(f"{vote.inspector} gave no redshift.", is_brief=True))

    def _look_at_next(self) -> None:
        """Show the next voted redshift after the one on screen, in the order of the letters."""
        marks = redshift_marks(self._session)
        if not marks:
            self._post(Notice("There is no vote with a redshift to look at.", is_brief=True))
            return
        here = [i for i, m in enumerate(marks) if m.position == self._session.shown.redshift]
        self.look_at(marks[(here[-1] + 1) % len(marks) if here else 0].i_vote)

    def _vote(self, i_vote: int) -> VerdictEvent | None:
        """Return a vote, or say why there is none."""
        votes = self._votes
        if not votes.is_open:
            text = "There are no votes; File, Reconcile opens the sessions of several inspectors."
        elif not (votes_on_screen := self._on_screen.votes):
            text = "Blind mode hides the votes until you have decided."
        elif i_vote >= len(votes_on_screen):
            text = f"There is no vote {letter_of(i_vote)}."
        elif (vote := votes_on_screen[i_vote]) is None:
            text = f"{votes.inspectors[i_vote]} did not inspect this source."
        else:
            return vote
        self._post(Notice(text, is_brief=True))
        return None

    def _ask_sessions(self) -> None:
        source_list = self._session.source_list
        folder = "" if source_list is None else str(source_list.path.parent)
        names, _ = QFileDialog.getOpenFileNames(
            self._panel.window(), "Sessions of several inspectors", folder, "Sessions (*.moose)"
        )
        if names:
            self._wishes.reconcile(tuple(Path(name) for name in names))

    def _on_sources_opened(self) -> None:
        votes = self._votes
        self._wishes.show_conflicts(are_shown=votes.is_open)
        self._show()
        if votes.is_open:
            names = ", ".join(votes.inspectors)
            text = f"{len(votes.conflicts)} sources to reconcile between {names}."
            self._post(Notice(text, is_brief=True))

    def _on_preferences_changed(self) -> None:
        rule = self._preferences.preferences.rule
        if rule == self._preferred:
            return  # another preference changed; the rule may have been given on the command line
        self._preferred = rule
        self._votes.set_rule(rule)
        if self._votes.is_open:
            remember_rule(self._session.store, rule)

    def _on_verdict_changed(self, key: str) -> None:
        current = self._session.current
        if current is not None and current.key == key and self._votes.is_open:
            self._show()
