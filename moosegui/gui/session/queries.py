"""What a session knows: its sources, what was found on them, and what is on screen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PyQt6.QtCore import QObject

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.neighbours import NEIGHBOURHOOD, Neighbour
from moosegui.data.remarks import Remark, remarks_of, threaded
from moosegui.data.results import Analysis, Reconstruction, ScanResult, ScanSummary
from moosegui.data.spectrum import Spectrum
from moosegui.files.session.store import SessionStore
from moosegui.fit.evaluation.suggest import Suggestion, suggest_zconf
from moosegui.gui.session.blinding import BlindMode
from moosegui.gui.session.decisions import DecisionInputs, Decisions
from moosegui.gui.session.drafts import Drafts
from moosegui.gui.session.exporter import Exporter
from moosegui.gui.session.jobs import JobRunner
from moosegui.gui.session.live_scan import LiveScan
from moosegui.gui.session.order import QueueOrder
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen, Surroundings
from moosegui.gui.session.refiner import Refiner
from moosegui.gui.session.scanner import Scanner
from moosegui.gui.session.second_galaxy import BlendReview
from moosegui.gui.session.shown_model import shown_model
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.sources import Sources
from moosegui.gui.session.summaries import Summaries
from moosegui.gui.session.typed_comments import TypedComments
from moosegui.gui.session.vetter import Vetter
from moosegui.gui.session.votes import Votes
from moosegui.pipeline.engine import Engine


class KnownSession(QObject):
    """The reading half of a session: its parts, and questions that change nothing.

    `screen` moves the z on screen, `decisions` records, `scanner` computes ahead, `live` scans
    again under the expert's conditions.
    """

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        *,
        n_at_once: int = 2,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine = engine
        self.scanner = Scanner(runner, n_at_once, self)
        self.screen = RedshiftOnScreen(
            Surroundings(self._analysis, self.verdict, self._draft), self
        )
        self.live = LiveScan(
            runner, self._automatic, lambda: self.engine, n_threads=n_at_once, parent=self
        )
        self.votes = Votes(self)
        evidence = DecisionInputs(
            lambda: self.suggestion,
            self._proposal,
            lambda: self.engine.basis_fingerprint,
            lambda: self.live.conditions,
            self.votes.cast,
        )
        self.blind_mode = BlindMode(self.verdict, self)
        self.decisions = Decisions(self.screen, evidence, clock=clock, parent=self)
        self.order = QueueOrder()
        self.blends, self.vetter = BlendReview(runner, self), Vetter(runner, n_at_once, self)
        self._exporter, self._refiner = Exporter(runner, self), Refiner(runner, self)
        self._runner = runner
        self._list: SourceList | None = None
        self._store: SessionStore | None = None
        self._sources = Sources()
        self._drafts, self._summaries = Drafts(self), Summaries()
        self.typed = TypedComments()
        self._current: str | None = None
        self._conditions_kept = AUTOMATIC  # of the source on screen, without what is in the hand

    @property
    def source_list(self) -> SourceList | None:
        """The open list."""
        return self._list

    @property
    def store(self) -> SessionStore:
        """The journal of decisions; raises MooseError before `open`."""
        return self.decisions.store

    @property
    def inspector(self) -> str:
        """Whose decisions are recorded; empty once the session is closed."""
        return "" if self._store is None else self._store.inspector

    @property
    def current(self) -> Source | None:
        """The source on screen."""
        return None if self._current is None else self.source(self._current)

    @property
    def shown(self) -> ShownRedshift:
        """The z on screen."""
        return self.screen.shown

    @property
    def analysis(self) -> Analysis | None:
        """The analysis of the source on screen under its conditions, once it is there."""
        return self._analysis()

    @property
    def spectrum(self) -> Spectrum | None:
        """The spectrum on screen as it was read, whatever the fit leaves out."""
        automatic = self._automatic()
        return None if automatic is None else automatic.spectrum

    @property
    def automatic_scan(self) -> ScanResult | None:
        """The curve without any conditions."""
        automatic = self._automatic()
        return None if automatic is None else automatic.scan

    @property
    def suggestion(self) -> Suggestion | None:
        """The ZCONF that Enter would assign to the z on screen, and why."""
        analysis = self._analysis()
        if analysis is None or not self.shown.is_known:
            return None
        summary = self.summary(analysis.key)
        return suggest_zconf(
            analysis,
            self.shown.redshift,
            self.engine.confidence,
            vetting=None if summary is None else summary.vetting,
        )

    def model_at(self, redshift: float) -> Reconstruction | None:
        """The model at a redshift under the conditions on screen; takes half a millisecond."""
        analysis = self._analysis()
        if analysis is None or not analysis.solutions or not math.isfinite(redshift):
            return None
        return shown_model(analysis.spectrum, self.live.engine, redshift)

    def source(self, key: str) -> Source | None:
        """A source of the list by its key, as far as blind mode lets it be seen."""
        source = self._sources.get(key)
        return None if source is None else self.blind_mode.now.blinded(source)

    def find(self, text: str) -> Source | None:
        """Find a source by its key or ID; leading zeros may be left out."""
        return self._sources.find(text)

    def verdict(self, key: str | None = None) -> Verdict | None:
        """The verdict in force on a source, by default the one on screen."""
        return self.decisions.verdict(key if key is not None else self._current)

    def votes_on_screen(self) -> tuple[VerdictEvent | None, ...]:
        """The vote of each inspector on the source on screen; none if blind mode hides them."""
        if self._current is None or self._hides_votes():
            return ()
        return self.votes.of(self._current)

    def remarks(self) -> tuple[Remark, ...]:
        """What was written about the source on screen, by all whose comments may be seen."""
        if (key := self._current) is None or self._store is None:
            return ()
        others = () if self._hides_votes() else self.votes.remarks(key)
        return threaded((*remarks_of(self._store.decisions(key)), *others))

    def draft(self, key: str) -> float | None:
        """The z that was tried on a source and not decided."""
        return self._drafts.get(key)

    def problem(self, key: str) -> str:
        """Why a source cannot be shown; empty when it can."""
        return self._sources.problem(key)

    def neighbours(self, radius: float = NEIGHBOURHOOD) -> tuple[Neighbour, ...]:
        """The sources of the list within some arcseconds of the one on screen, nearest first."""
        source = self.current
        return () if source is None else self._sources.around(source, radius)

    def known_redshift(self, source: Source) -> float:
        """The best z that is known of a source: decided, of the catalogue, or of the scan."""
        verdict, summary = self.verdict(source.key), self.summary(source.key)
        if verdict is not None and math.isfinite(verdict.redshift):
            return verdict.redshift
        if math.isfinite(seen := self.blind_mode.now.blinded(source).redshift):
            return seen
        return math.nan if summary is None else summary.redshift

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan of a source found, if it was scanned and may be seen."""
        return None if self.blind_mode.hide_scan_of(key) else self._summaries.get(key)

    def _analysis(self) -> Analysis | None:
        return None if self.blind_mode.hide_scan_of(self._current) else self.live.analysis

    def _automatic(self) -> Analysis | None:
        return None if self._current is None else self.scanner.analysis(self._current)

    def _hides_votes(self) -> bool:
        return self._current is not None and self.blind_mode.hide_others_of(self._current)

    def _draft(self) -> float | None:
        return None if self._current is None else self._drafts.get(self._current)

    def _conditions(self) -> ScanConditions:
        verdict = self.verdict()
        return AUTOMATIC if verdict is None else verdict.conditions

    def _proposal(self, key: str) -> float:
        summary = self._summaries.get(key)
        return math.nan if summary is None else summary.redshift
