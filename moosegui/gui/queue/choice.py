"""Which sources of a session are meant: by an expression as in the queue, by ZCONF, by ID."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from moosegui.data.catalogue import Source, SourceList, Verdict
from moosegui.data.results import ScanSummary
from moosegui.errors import InputError
from moosegui.files.session.store import SessionStore
from moosegui.gui.queue.columns import QueueColumns
from moosegui.gui.queue.filter import parse_filter
from moosegui.gui.queue.projection import queue_row


class StoredSession:
    """What a session file knows of its sources, for the rows of the queue."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._drafts, self._summaries = store.drafts(), store.summaries()

    def verdict(self, key: str) -> Verdict | None:
        """The verdict in force."""
        return self._store.verdict(key)

    def draft(self, key: str) -> float | None:
        """The z that was tried and not decided."""
        return self._drafts.get(key)

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan found."""
        return self._summaries.get(key)

    def problem(self, key: str) -> str:
        """Nothing: a source that cannot be read is told of when its sheet is made."""
        return ""


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """What is asked for; every part that is given must hold.

    Parameters
    ----------
    expression : str
        As in the filter line of the queue; empty for all.
    zconf : collection of int
        Empty for any.
    ids : collection of str
        IDs or keys; empty for all.
    """

    expression: str = ""
    zconf: Collection[int] = ()
    ids: Collection[str] = ()

    def of(self, source_list: SourceList, store: SessionStore) -> list[Source]:
        """Return the sources that are asked for, in the order of the list.

        Raises
        ------
        InputError
            If the expression cannot be understood, an ID is not in the list, or nothing is chosen.
        """
        stored = StoredSession(store)
        sources = list(source_list)
        known = {name for source in sources for name in (source.key, source.source_id)}
        if missing := [name for name in self.ids if name not in known]:
            raise InputError(f"{source_list.path} has no source {missing[0]}; check --ids.")
        rows = [queue_row(stored, source) for source in sources]
        mask = parse_filter(self.expression).mask(QueueColumns(rows))
        chosen = [
            source
            for source, row, is_accepted in zip(sources, rows, mask.tolist(), strict=True)
            if is_accepted
            and (not self.zconf or row.zconf in self.zconf)
            and (not self.ids or source.key in self.ids or source.source_id in self.ids)
        ]
        if not chosen:
            raise InputError("No source is chosen by that; loosen --filter, --zconf or --ids.")
        return chosen
