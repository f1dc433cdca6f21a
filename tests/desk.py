"""A session without a window, with its clock and its jobs in the hands of a test."""

from __future__ import annotations

from pathlib import Path

from hand_runner import HandRunner
from small_survey import small_engine

from moosegui.data.catalogue import SourceList
from moosegui.data.team.reconciliation import Journal
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.session.session import Session

ENGINE = small_engine()


class Desk:
    """A session with a clock and a job runner in the hands of the test."""

    def __init__(self, catalogue: Path, *, is_vetting: bool = False) -> None:
        self.catalogue = catalogue
        self.now = 0.0
        self.runner = HandRunner()
        self.session = Session(
            ENGINE, self.runner, n_at_once=1, is_vetting=is_vetting, clock=lambda: self.now
        )
        self.journals: tuple[Journal, ...] = ()
        self.notices: list[str] = []
        self.levels: list[str] = []
        self.ignored: list[str] = []
        self.session.notice_posted.connect(lambda n: self.notices.append(n.text))
        self.session.notice_posted.connect(lambda n: self.levels.append(n.level))
        self.session.decision_ignored.connect(self.ignored.append)
        self.n_scanned = 0
        self.session.scan_progressed.connect(lambda n_done, _n_total: self._count(n_done))
        self.open()

    def n_unreviewed(self) -> int:
        """How many sources wait for a decision."""
        sources = self.session.source_list or ()
        verdicts = (self.session.verdict(source.key) for source in sources)
        return sum(verdict is None or not verdict.is_inspected for verdict in verdicts)

    def open(self, source_list: SourceList | None = None) -> None:
        listed = open_source_list(self.catalogue) if source_list is None else source_list
        store = SessionStore.open(self.catalogue.with_suffix(".moose"), inspector="ZB")
        self.session.open(listed, store, journals=self.journals)

    def _count(self, n_done: int) -> None:
        self.n_scanned = n_done

    def wait(self) -> None:
        """Let everything be computed, and the expert look."""
        self.runner.run_all()
        self.now += 1.0

    def restart(self) -> None:
        self.session.close()
        self.open()
        self.wait()

    def go(self, key: str) -> None:
        self.session.select(key)
        self.wait()

    @property
    def current(self) -> str:
        assert self.session.current is not None
        return self.session.current.key
