"""Rows of the queue as tests say them, without a session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moosegui.data.catalogue import Source
from moosegui.gui.queue.row import QueueRow, Standing


def queue_row_of(
    key: str,
    source_id: str,
    *standing: Any,
    problem: str = "",
    values: tuple[tuple[str, str], ...] = (),
    **known: Any,
) -> QueueRow:
    """Return the row of a source with some columns of a catalogue, and how it stands."""
    source = Source(key, source_id, 0, problem=problem, values=values)
    return QueueRow(source, Standing(*standing, **known))


def stands(row: QueueRow, **known: Any) -> QueueRow:
    """Return the row of the same source, of which something else is known."""
    return replace(row, standing=replace(row.standing, **known))
