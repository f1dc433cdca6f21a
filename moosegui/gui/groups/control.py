"""Ctrl+Shift+G: what may be one object, and what belongs together, over the whole list."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtWidgets import QWidget

from moosegui.data.catalogue import FalseReason
from moosegui.gui.groups.projection import GroupsView, PairRow, groups_view
from moosegui.gui.groups.window import GroupsWindow
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.session import Session
from moosegui.gui.session.sources import KnownSources
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override


class GroupsControl(Control):
    """Searches the list when it is asked to, and anew before and after each decision on a pair."""

    def __init__(
        self,
        session: Session,
        known: KnownSources,
        decisions: Decisions,
        window: QWidget,
        *,
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._known, self._decisions = session, known, decisions
        self._on_screen, self._post = session.on_screen, post
        self._window = GroupsWindow(window)
        self._window.pair_selected.connect(self._on_pair_selected)
        self._window.source_wanted.connect(session.select)
        self._window.duplicate_marked.connect(self._mark)
        self._window.merge_wanted.connect(self._merge)

    @override
    def handlers(self) -> Handlers:
        return {"groups": self._open}

    def _open(self) -> None:
        if self._session.source_list is None:
            return
        self._search()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        if (pair := self._window.pair) is not None:
            self._on_pair_selected(pair)

    def _search(self) -> None:
        if (found := self._found()) is not None:
            self._window.display(found)

    def _found(self) -> GroupsView | None:
        sources = self._session.source_list
        if sources is None:
            return None
        return groups_view(tuple(sources), self._known.redshift, self._decisions.verdict)

    def _on_pair_selected(self, pair: PairRow) -> None:
        """Look at the one that may go."""
        self._session.select(pair.other.key)

    def _mark(self, pair: PairRow) -> None:
        """Call the second false, a duplicate of the first, and say of which."""
        if self._looked_at(pair, "D") is None or not self._decisions.reject(FalseReason.DUPLICATE):
            return
        given = self._decisions.verdict(pair.other.key)
        words, before = f"duplicate of {pair.kept.source_id}", given.comment if given else ""
        if words not in before:
            comment = f"{before}; {words}" if before else words
            self._decisions.set_comment(pair.other.key, comment)
        self._go_on()

    def _merge(self, pair: PairRow) -> None:
        """Make one source of both: the first keeps what was said of the second."""
        if (now := self._looked_at(pair, "M")) is None:
            return
        kept, other = now.kept, now.other
        of_other = [] if np.isnan(other.redshift) else [f"z {other.redshift:.5f}"]
        of_other += [] if other.zconf is None else [f"ZCONF {other.zconf}"]
        details = f" ({', '.join(of_other)})" if of_other else ""
        words = f"merged with {other.source_id}{details}", f"merged into {kept.source_id}"
        if self._decisions.merge(kept.key, words):
            self._go_on()

    def _looked_at(self, pair: PairRow, key: str) -> PairRow | None:
        """Return a pair as it is now, if its second is on screen; else say what is missing.

        What was decided since the pairs were listed may have ended it, or turned it round.
        """
        found, keys = self._found(), (pair.kept.key, pair.other.key)
        pairs = () if found is None else found.pairs
        now = next((one for one in pairs if (one.kept.key, one.other.key) == keys), None)
        if now is None:
            self._search()
            text = "Decisions since then have changed the pairs: these are those of now."
            self._post(Notice(text, is_brief=True))
            return None
        if self._on_screen.key != pair.other.key:
            self._session.select(pair.other.key)
            text = f"This is the second of the pair: look, and press {key}."
            self._post(Notice(text, is_brief=True))
            return None
        return now

    def _go_on(self) -> None:
        self._search()
        if (following := self._window.pair) is not None:
            self._on_pair_selected(following)
