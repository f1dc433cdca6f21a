"""Start the application: theme, exception hook, session file, window, and its picture."""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PyQt6.QtCore import (
    QCoreApplication,
    QEvent,
)
from PyQt6.QtGui import QPixmapCache
from PyQt6.QtWidgets import QApplication
from pyqtgraph.util.garbage_collector import GarbageCollector
from threadpoolctl import threadpool_limits

from moosegui.data.catalogue import AS_WRITTEN, SourceList
from moosegui.data.team.reconciliation import ConflictRule, Journal
from moosegui.errors import ColumnsError, MooseError
from moosegui.files.cubes.cube import open_cube
from moosegui.files.cubes.picked import with_picked
from moosegui.files.safe_write import clean_left
from moosegui.files.session.calibration import own_calibration
from moosegui.files.session.copy import journal_of, read_journal
from moosegui.files.session.file import now
from moosegui.files.session.known_sources import remember_sources, settle_sources
from moosegui.files.session.merge import move_session
from moosegui.files.session.reading import settled_choice, settled_columns
from moosegui.files.session.roots import allowed_roots, remember_root, unasked_roots
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.stalls import stop_waiting
from moosegui.files.surveys.demo import make_demo_folder
from moosegui.files.surveys.recent import RecentSurvey, open_as_before, remember_survey
from moosegui.files.tables.known_columns import remember_layout
from moosegui.files.tables.sample import CatalogueSample
from moosegui.fit.spare import share_heaps
from moosegui.fit.workers import cpu_count
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.reading.columns_question import ask_for_columns
from moosegui.gui.session.blinding import Blinding
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import PATIENCE, JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.rest import MemoryRest
from moosegui.gui.style.theme import apply_theme, colours_of, set_text_size
from moosegui.gui.window.failures import install_exception_hook
from moosegui.gui.window.main_window import MainWindow
from moosegui.gui.window.options import WindowOptions, place_beside, session_place
from moosegui.gui.window.parts import Openers
from moosegui.gui.window.patience import finish_patiently, patiently
from moosegui.gui.window.roots_question import ask_for_root
from moosegui.pipeline.analyse import warm_up
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.reconciliation import (
    catalogue_of,
    open_journals,
    recall_journals,
    recall_rule,
    remember_journals,
)

log = logging.getLogger(__name__)

PIXMAPS = 1024  # KiB; Qt keeps ten times as much of the icons of dialogs that were closed
SWITCH_INTERVAL = 0.001  # s; workers give the interpreter back to the GUI thread sooner
HINT = (
    "Everything has a key: 0 1 2 3 assign the redshift on screen and go on, O and I try other "
    "solutions, Z types one, X rejects a false source, Ctrl+Z takes back; ? shows all of them."
)


class Application:
    """Session, jobs and window of one run, and what happens when something goes wrong.

    With `is_held` nothing is read or computed in the background before `begin`.
    """

    def __init__(
        self,
        engine: Engine,
        options: WindowOptions,
        *,
        is_held: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._session_path: Path | None = None
        self._engine = engine
        share_heaps()
        self.qt = QApplication.instance() or QApplication(sys.argv[:1])
        QPixmapCache.setCacheLimit(PIXMAPS)
        self.preferences = PreferenceStore()
        if isinstance(self.qt, QApplication):  # before any view takes its sizes from the font
            set_text_size(self.qt, options.text_size or self.preferences.preferences.text_size)
            apply_theme(self.qt, colours_of(self.preferences.preferences.theme))
        sys.setswitchinterval(SWITCH_INTERVAL)
        # small products gain nothing from more threads, which would spin against the scans
        self._blas = threadpool_limits(limits=1, user_api="blas")
        # a cycle of widgets that is collected by the thread of a job crashes Qt
        self._collector = GarbageCollector()
        n_workers, preferences = cpu_count(), self.preferences.preferences
        self.runner = JobRunner(n_workers, n_express=1)
        self._rest = MemoryRest(self.runner)
        self.session = Session(
            engine,
            self.runner,
            n_at_once=n_workers,
            is_vetting=options.is_vetting,
            blinding=Blinding(
                options.is_blind or preferences.starts_blind, preferences.hides_automatic
            ),
            clock=clock,
        )
        self.window = MainWindow(self.session, self._openers(), self.preferences)
        install_exception_hook(self.session.notice_posted.emit)
        if is_held:
            self.runner.hold()
            self.window.jobs.hold()
        else:
            self.begin()

    def _openers(self) -> Openers:
        return Openers(
            self.open_path,
            self.reopen,
            self.reconcile,
            self.bring_session,
            self.open_recent,
            self.open_demo,
        )

    def begin(self) -> None:
        """Let jobs begin; without a list, compile what the first of its sources would wait for."""
        if self.session.source_list is None:
            self.runner.submit(("warm",), without_report(warm_up, self._engine), priority=-1)
        self.runner.release()
        self.window.jobs.release()

    def open(self, source_list: SourceList) -> None:
        """Show a list of sources; what was open stays if its session cannot be opened.

        Raises
        ------
        MooseError
            If what is open cannot be kept, or as `SessionStore.open`.
        """
        options = self._options
        if options.cube is not None:
            open_cube(options.cube)  # what is no cube is refused at once
        path, notice = patiently(
            self.window, source_list.path, partial(session_place, source_list, options)
        )
        self.window.keep_comment()
        finish_patiently(self.window, self.session.exporter)
        if self._session_path is not None and path.absolute() == self._session_path:
            self.session.close()  # the lock of the file is ours
        store = self._opened(path, source_list)
        if options.spectra is not None:
            store.set("spectra", str(options.spectra.absolute()))
        if options.cube is not None:
            store.set("cube", str(options.cube.absolute()))
        try:
            source_list = with_picked(self._as_said(source_list, store), store.verdicts())
            journals = self._journals(store)
            others = journals[0].identities if journals else ""
            settled = settle_sources(store, source_list, others)
            remember_sources(store, settled)
            self.session.close()
        except MooseError:
            store.close()
            raise
        self._session_path = path.absolute()
        self.session.engine = self._calibrated(path)
        self.session.open(settled.source_list, store, journals=journals, rule=self._rule(store))
        self._remember(path)
        for text in filter(None, (notice, settled.sentence)):
            self.session.notice_posted.emit(Notice(text, "warning"))
        self._ask_for_roots()

    def _opened(self, path: Path, source_list: SourceList) -> SessionStore:
        """Open a session off the GUI thread; one that opens when nobody waits is closed again."""
        inspector, listed = self._options.inspector, source_list.path

        def read() -> SessionStore:
            return SessionStore.open(path, inspector=inspector, source_path=listed)

        return patiently(self.window, path, read, discard=SessionStore.close)

    def _ask_for_roots(self) -> None:
        """Ask, one folder after the other, whether paths may lead there."""
        listed = self.session.source_list
        if listed is None:
            return
        unasked = unasked_roots(self.session.store, listed.outside)
        if unasked:
            ask_for_root(self.window, unasked[0], listed.path, self._on_root)

    def _on_root(self, root: Path, *, is_allowed: bool) -> None:
        """Remember the answer, and read the list again if there is more to read now."""
        remember_root(self.session.store, root, is_allowed=is_allowed)
        if is_allowed:
            self.reopen()
        else:
            self._ask_for_roots()

    def _calibrated(self, session: Path) -> Engine:
        """The engine with what was learned from the session's verdicts, unless one was named."""
        own = None if self._options.has_calibration else own_calibration(session)
        return self._engine if own is None else self._engine.with_confidence(own)

    def open_path(self, path: Path) -> None:
        """Open a catalogue that was chosen in the window; what was open stays if it fails."""
        options = replace(
            self._options,
            session=None,
            spectra=None,
            cube=None,
            choice=AS_WRITTEN,
            columns={},
            journals=(),
        )
        self.open_or_ask(path, options)

    def open_or_ask(self, path: Path, options: WindowOptions) -> None:
        """Open a catalogue with other options, and ask which columns it has if nobody can tell."""
        try:
            source_list = self._listed(path, options.spectra, columns=options.columns)
        except ColumnsError:
            ask_for_columns(self.window, path, partial(self._open_with_columns, path, options))
            return
        self._options = options
        self.open(source_list)

    def _open_with_columns(
        self, path: Path, options: WindowOptions, sample: CatalogueSample, named: dict[str, str]
    ) -> None:
        self.open_or_ask(path, replace(options, columns=named))
        remember_layout(sample.names, named)

    def open_recent(self, survey: RecentSurvey) -> None:
        """Open a survey as it was open before; what is open stays if that fails."""
        spectra = Path(survey.spectra) if survey.spectra else None
        source_list = patiently(
            self.window,
            Path(survey.path),
            partial(open_as_before, Path(survey.path), spectra, Path(survey.session)),
        )
        self._options = replace(
            self._options,
            session=Path(survey.session),
            spectra=spectra,
            cube=None,
            choice=AS_WRITTEN,
            columns={},
            journals=(),
        )
        self.open(source_list)

    def open_demo(self) -> None:
        """Open the embedded survey, its session beside the copy of it."""
        self.open_path(make_demo_folder())

    def _remember(self, session: Path) -> None:
        """Offer the open list on the start page from now on."""
        if (opened := self.session.source_list) is None or self._options.screenshot is not None:
            return
        store = self.session.store
        path, spectra = str(opened.path.absolute()), store.get("spectra")
        survey = RecentSurvey(path, str(session.absolute()), spectra, len(opened), now())
        try:
            remember_survey(survey)
        except MooseError as error:  # what is open is not less open for that
            log.warning("%s", error)

    def reopen(self) -> None:
        """Read the open list again, as its session remembers; the source on screen stays."""
        if (opened := self.session.source_list) is None:
            return
        shown = self.session.current
        columns = settled_columns(self.session.store, {})
        source_list = self._listed(opened.path, self._options.spectra, columns=columns)
        self._options = replace(self._options, choice=AS_WRITTEN, columns=columns)
        self.open(source_list)
        if shown is not None and self.session.source(shown.key) is not None:
            self.session.select(shown.key)

    def bring_session(self) -> None:
        """Move a session that is kept elsewhere beside its list, and go on with it there."""
        source_list, kept = self.session.source_list, self._session_path
        if source_list is None or kept is None:
            return
        place = place_beside(source_list, self._options).absolute()
        if kept == place or self._options.session is not None:
            self.session.notice_posted.emit(Notice(f"The session stays where it is: {kept}."))
            return
        if place.exists():
            text = f"{place} exists; moosegui merge {kept} {place} -o NEW.moose joins both."
            self.session.notice_posted.emit(Notice(text, "warning"))
            return
        self.window.keep_comment()
        self.session.close()
        try:
            move_session(kept, place)
        finally:
            self.open(self._listed(source_list.path, self._options.spectra))
        self.session.notice_posted.emit(Notice(f"The session lies beside its catalogue: {place}."))

    def reconcile(self, paths: tuple[Path, ...]) -> None:
        """Open the catalogue of several inspectors' sessions, to reconcile what they voted."""
        journals = open_journals(paths, self._read_journal)
        catalogue, spectra = catalogue_of(journals)
        source_list = self._listed(catalogue, spectra)
        self._options = replace(self._options, session=None, spectra=spectra, journals=journals)
        self.open(source_list)

    def _as_said(self, source_list: SourceList, store: SessionStore) -> SourceList:
        """Read files and columns as the user says, now or when the session was open last."""
        options = self._options
        columns = settled_columns(store, options.columns)
        roots = allowed_roots(store) if source_list.outside else ()
        if roots or (columns and not options.columns):
            source_list = self._listed(
                source_list.path, options.spectra, columns=columns, roots=roots
            )
        return source_list.with_choice(settled_choice(store, options.choice))

    def _listed(
        self,
        path: Path,
        spectra: Path | None,
        *,
        columns: Mapping[str, str] | None = None,
        roots: Sequence[Path] = (),
    ) -> SourceList:
        """Open a list off the GUI thread, so that a dead disk does not hold up the window."""

        def read() -> SourceList:
            clean_left(path.parent)
            return open_source_list(path, spectra, columns, roots=roots)

        return patiently(self.window, path, read)

    def _journals(self, store: SessionStore) -> tuple[Journal, ...]:
        """The sessions that a session reconciles: those that were named, else as the last time."""
        if self._options.journals:
            remember_journals(store, self._options.journals)
            return self._options.journals
        return recall_journals(store, self._read_journal)

    def _rule(self, store: SessionStore) -> ConflictRule:
        """By which votes disagree: as asked for, else as the last time, else as preferred."""
        preferred = self.preferences.preferences.rule
        return self._options.rule or recall_rule(store) or preferred

    def _read_journal(self, path: Path) -> Journal:
        """Read a session; a second handle on the one that is open would drop its lock."""
        if path.absolute() == self._session_path:
            return journal_of(self.session.store)
        return read_journal(path)

    @staticmethod
    def freeze() -> None:
        """Leave the window and its list out of the search for garbage, which takes 20 ms else.

        Only for a window that lives as long as the process: wrappers of a window that was frozen
        outlive its widgets, and sip takes them for others that come to lie at the same address.
        """
        gc.freeze()

    def show_first_hint(self) -> None:
        """Show once, to a new expert, which keys to begin with."""
        if not self.preferences.preferences.has_seen_hint:
            self.session.notice_posted.emit(Notice(HINT, stays=True))
            self.preferences.change(has_seen_hint=True)

    def close(self, patience: float = PATIENCE) -> None:
        """Release the session and the threads, for whose jobs it waits some seconds."""
        try:
            self.session.close()
        finally:
            stop_waiting()
            self.runner.close(patience)
            self._collector.timer.stop()

    def take_down(self) -> None:
        """Delete the window in Qt's order, as long as there is an application to do it.

        Left to the end of the process, Python takes it apart piece by piece, in any order, and the
        destructors of Qt call methods of what is gone already. It goes first: a widget that it
        uses and that has no parent must not go before it.
        """
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
