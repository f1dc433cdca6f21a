"""The parts of a session, and what they answer about the source on screen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.neighbours import Neighbour
from moosegui.data.remarks import Remark
from moosegui.data.results import Analysis, Reconstruction, ScanResult, ScanSummary
from moosegui.data.spectrum import Spectrum
from moosegui.files.session.store import SessionStore
from moosegui.fit.evaluation.suggest import Suggestion, suggest_zconf
from moosegui.gui.session.background import Background
from moosegui.gui.session.blinding import Blinding, BlindMode
from moosegui.gui.session.decisions import DecisionInputs, Decisions
from moosegui.gui.session.drafts import Drafts
from moosegui.gui.session.exporter import Exporter
from moosegui.gui.session.jobs import JobRunner
from moosegui.gui.session.live_scan import LiveScan, shown_model
from moosegui.gui.session.order import QueueOrder
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen, SourceOnScreen
from moosegui.gui.session.refiner import Refiner
from moosegui.gui.session.second_galaxy import BlendReview
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.sources import KnownSources, Sources
from moosegui.gui.session.typed_comments import TypedComments
from moosegui.gui.session.votes import Votes
from moosegui.pipeline.analyse import class_model
from moosegui.pipeline.engine import Engine


class SessionParts(QObject):
    """Composes the parts, and asks them; nothing here changes anything.

    The parts by which an expert works are handed to the controls that use them: `redshift` is the
    z on screen, `decisions` records, `live` scans under the expert's conditions, `blends` looks
    for a second galaxy, `votes` are those of others, `blind_mode` hides, `known` looks up.
    """

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        *,
        n_at_once: int = 2,
        is_vetting: bool = False,
        blinding: Blinding | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine, self._runner = engine, runner
        self._list: SourceList | None = None
        self._store: SessionStore | None = None
        self._sources, self._order = Sources(), QueueOrder()
        self._current: str | None = None
        self._conditions_kept = AUTOMATIC  # of the source on screen, without what is in the hand
        self._make_workers(n_at_once, is_vetting=is_vetting)
        self._make_state(clock, Blinding() if blinding is None else blinding)

    def _make_workers(self, n_at_once: int, *, is_vetting: bool) -> None:
        runner = self._runner
        self._background = Background(runner, n_at_once, is_vetting=is_vetting, parent=self)
        self._exporter, self._refiner = Exporter(runner, self), Refiner(runner, self)
        self.live = LiveScan(
            runner, self._automatic, lambda: self.engine, n_threads=n_at_once, parent=self
        )
        self.blends = BlendReview(runner, self)

    def _make_state(self, clock: Callable[[], float], blinding: Blinding) -> None:
        self._drafts, self.typed = Drafts(self), TypedComments()
        around = SourceOnScreen(self._analysis, self.verdict, self._draft)
        self.redshift, self.votes = RedshiftOnScreen(around, self), Votes(self)
        evidence = DecisionInputs(
            lambda: self.suggestion,
            self._proposal,
            lambda: self.engine.basis_fingerprint,
            lambda: self.live.conditions,
            self.votes.cast,
        )
        self.decisions = Decisions(self.redshift, evidence, clock=clock, parent=self)
        self.blind_mode = BlindMode(self.decisions.verdict, blinding, self)
        self.known = KnownSources(
            self.decisions.verdict, self._background.summaries, self.votes, self.blind_mode
        )

    @property
    def source_list(self) -> SourceList | None:
        """The open list."""
        return self._list

    @property
    def folder(self) -> Path:
        """Where the session file lies; raises MooseError before `open`."""
        return self.store.path.parent

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
        return self.redshift.shown

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
    def conditions(self) -> ScanConditions:
        """Under which the source on screen is scanned, recorded or still in the hand."""
        return self.live.conditions

    @property
    def engine_on_screen(self) -> Engine:
        """The engine with the settings that these conditions ask for."""
        return self.live.engine

    @property
    def is_blind(self) -> bool:
        """Whether blind mode is on."""
        return self.blind_mode.now.is_on

    @property
    def is_scan_hidden(self) -> bool:
        """Whether the scan of the source on screen is hidden."""
        return self.blind_mode.hide_scan_of(self._current)

    @property
    def n_scanned(self) -> int:
        """How many sources are scanned, or could not be."""
        return self._background.n_done

    @property
    def decision(self) -> VerdictEvent | None:
        """The decision in force on the source on screen: who, when and what."""
        return None if self._current is None else self.store.verdicts().get(self._current)

    @property
    def votes_on_screen(self) -> tuple[VerdictEvent | None, ...]:
        """The vote of each inspector on the source on screen; none if blind mode hides them."""
        return () if self._current is None else self.known.votes(self._current)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was written about the source on screen, by all whose comments may be seen."""
        if self._current is None or self._store is None:
            return ()
        return self.known.remarks(self._current)

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """The sources around the one on screen, nearest first."""
        source = self.current
        return () if source is None else self.known.neighbours(source)

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
        model = class_model(analysis, self.live.engine, redshift)
        return model or shown_model(analysis.spectrum, self.live.engine, redshift)

    def source(self, key: str) -> Source | None:
        """A source of the list by its key, as far as blind mode lets it be seen."""
        return self.known.source(key)

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan of a source found, if it was scanned and may be seen."""
        return self.known.summary(key)

    def verdict(self, key: str | None = None) -> Verdict | None:
        """The verdict in force on a source, by default the one on screen."""
        return self.decisions.verdict(key if key is not None else self._current)

    def draft(self, key: str) -> float | None:
        """The z that was tried on a source and not decided."""
        return self._drafts.get(key)

    def problem(self, key: str) -> str:
        """Why a source cannot be shown; empty when it can."""
        return self._sources.problem(key)

    def _analysis(self) -> Analysis | None:
        return None if self.is_scan_hidden else self.live.analysis

    def _automatic(self) -> Analysis | None:
        return None if self._current is None else self._background.analysis(self._current)

    def _draft(self) -> float | None:
        return None if self._current is None else self._drafts.get(self._current)

    def _conditions(self) -> ScanConditions:
        verdict = self.verdict()
        return AUTOMATIC if verdict is None else verdict.conditions

    def _proposal(self, key: str) -> float:
        summary = self._background.summaries.get(key)
        return math.nan if summary is None else summary.redshift
