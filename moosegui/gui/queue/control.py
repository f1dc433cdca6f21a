"""The queue follows the session, and its wishes move it: choice, order, next to inspect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PyQt6.QtCore import QTimer

from moosegui.data.catalogue import Source
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.queue.projection import catalogue_columns, queue_row, untold_row
from moosegui.gui.queue.row import Chip, Mark, QueueRow
from moosegui.gui.queue.table import SourceTable
from moosegui.gui.session.session import Session
from moosegui.gui.session.sources import KnownSources
from moosegui.gui.session.votes import Votes
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours

COUNTING_PAUSE = 500  # ms


class QueueControl(Control):
    """Keeps every row of the queue as the session has it, and takes its order."""

    def __init__(
        self,
        session: Session,
        votes: Votes,
        queue: SourceTable,
        *,
        known: KnownSources,
        preferences: PreferenceStore,
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._votes, self._queue, self._post = session, votes, queue, post
        self._known = known
        self._store = preferences
        self._queue.choose_columns(self._store.preferences.queue_columns)
        self._counting = QTimer(queue)  # while the list is scanned, twice a second will do
        self._counting.setSingleShot(True)
        self._counting.setInterval(COUNTING_PAUSE)
        self._connect()

    def _connect(self) -> None:
        session, queue = self._session, self._queue
        session.sources_opened.connect(self._on_sources_opened)
        session.sources_changed.connect(self._on_sources_opened)
        session.source_selected.connect(queue.select)
        session.analysis_updated.connect(self._on_analysis_updated)
        session.blinding_changed.connect(self._on_sources_opened)
        self._votes.rule_changed.connect(self._on_sources_opened)
        self._counting.timeout.connect(queue.update_counts)
        session.verdict_changed.connect(self._on_verdict_changed)
        session.source_vetted.connect(self._on_analysis_updated)
        queue.source_chosen.connect(session.select)
        queue.order_changed.connect(self._on_order_changed)
        queue.columns_chosen.connect(self._on_columns_chosen)

    @override
    def handlers(self) -> Handlers:
        return {
            "filter": self._enter_filter,
            "next_unreviewed": partial(self._go_to_unreviewed, is_backwards=False),
            "previous_unreviewed": partial(self._go_to_unreviewed, is_backwards=True),
            "sort_catalogue": self._queue.sorting.as_catalogue,
            "sort_uncertain": self._queue.sorting.by_uncertainty,
            "sort_near": self._sort_near,
        }

    @override
    def set_colours(self, colours: Colours) -> None:
        self._queue.set_colours(colours)

    @override
    def set_keys(self, keys: Mapping[str, str]) -> None:
        self._queue.filter_field.teach_keys(keys.get("filter", ""))

    def _enter_filter(self) -> None:
        """Give the keyboard to the filter, which a folded queue has to show first."""
        if self._queue.is_folded:
            self._queue.unfold_requested.emit()
        self._queue.filter_field.enter()

    def _go_to_unreviewed(self, *, is_backwards: bool) -> None:
        key = self._queue.later(Chip.UNREVIEWED, is_backwards=is_backwards)
        if key is not None:
            self._session.select(key)
            return
        where, there = ("before", "after") if is_backwards else ("after", "before")
        text = f"Nothing is left to inspect {where} this source."
        if self._queue.later(Chip.UNREVIEWED, is_backwards=not is_backwards) is not None:
            text = f"Nothing is left to inspect {where} this source; {there} it there is."
        self._post(Notice(text, is_brief=True))

    def _sort_near(self) -> None:
        if not self._queue.sorting.by_distance():
            text = "The catalogue has no position of this source, so nothing is near it."
            self._post(Notice(text, "warning"))

    def _on_sources_opened(self) -> None:
        if self._session.source_list is not None:
            rows = self._rows()
            self._queue.display(rows, extra_columns=catalogue_columns(rows))

    def _rows(self) -> list[QueueRow]:
        """Make every row; of most sources of a new list nothing is known, and nobody is asked."""
        seen, is_told = self._known.seen(), self._known.told().__contains__
        if self._votes.is_open:
            return [self._row(source) for source in seen]
        return [self._row(one) if is_told(one.key) else untold_row(one) for one in seen]

    def _on_columns_chosen(self, names: tuple[str, ...]) -> None:
        self._store.change(queue_columns=names)

    def _on_order_changed(self) -> None:
        self._session.reorder(self._queue.order())

    def _on_analysis_updated(self, key: str) -> None:
        self._update_row(key)
        if not self._counting.isActive():
            self._counting.start()

    def _on_verdict_changed(self, key: str) -> None:
        self._update_row(key)
        self._queue.update_counts()

    def _update_row(self, key: str) -> None:
        source = self._session.source(key)
        if source is not None:
            self._queue.update_row(key, self._row(source))

    def _row(self, source: Source) -> QueueRow:
        row, votes = queue_row(self._session, source), self._votes
        if not votes.is_open:
            return row
        reasons, standing = votes.reasons(source.key), row.standing
        marks = standing.marks | ({Mark.CONFLICT} if reasons else set())
        return replace(row, standing=replace(standing, marks=marks, conflict="; ".join(reasons)))
