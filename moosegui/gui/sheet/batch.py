"""Summary sheets of many sources without a window: a core each, resumable, bad ones skipped."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PyQt6.QtGui import QGuiApplication
from threadpoolctl import threadpool_limits

from moosegui.data.catalogue import Source, VerdictEvent
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.fit.workers import cpu_count
from moosegui.gui.sheet.file import file_name, write_sheet
from moosegui.gui.sheet.projection import compose, subject_of
from moosegui.pipeline.engine import Engine


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """Which sheet is wanted, and where.

    Parameters
    ----------
    source : Source
    event : VerdictEvent or None
        The decision in force on it.
    path : Path
    last_change : str
        When something was last decided or undone about it, ISO 8601; empty when never.
    """

    source: Source
    event: VerdictEvent | None
    path: Path
    last_change: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the file is there and younger than the decision; files appear only whole."""
        if not self.path.exists():
            return False
        if not self.last_change:
            return True
        changed = datetime.fromisoformat(self.last_change).timestamp()
        return self.path.stat().st_mtime >= changed


def make_orders(
    sources: Sequence[Source], store: SessionStore, folder: Path, ending: str
) -> list[SheetOrder]:
    """Return one order a source, its file named after its key."""
    verdicts = store.verdicts()
    changes = {event.source_key: event.time for event in store.events()}
    return [
        SheetOrder(
            source,
            verdicts.get(source.key),
            folder / file_name(source.key, ending),
            changes.get(source.key, ""),
        )
        for source in sources
    ]


def make_sheets(
    orders: Sequence[SheetOrder], engine: Engine, origin: str, *, n_workers: int | None = None
) -> Iterator[tuple[SheetOrder, str]]:
    """Make sheets in parallel, as they get done.

    Yields
    ------
    order : SheetOrder
    problem : str
        Why there is no sheet, in a sentence; empty when there is one.
    """
    screen = _screen()
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_workers or cpu_count()) as executor:
        pending = {executor.submit(_make, order, engine, origin): order for order in orders}
        try:
            for future in as_completed(pending):
                yield pending[future], _problem(future)
        finally:
            for future in pending:
                future.cancel()
    del screen


def _screen() -> object:
    """Fonts need an application of Qt, though no window and no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication.instance() or QGuiApplication(["moosegui"])


def _make(order: SheetOrder, engine: Engine, origin: str) -> None:
    subject = subject_of(order.source, order.event, engine, origin)
    write_sheet(order.path, compose(subject))


def _problem(future: Future[None]) -> str:
    try:
        future.result()
    except MooseError as error:
        return str(error)
    return ""
