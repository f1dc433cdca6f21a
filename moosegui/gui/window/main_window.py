"""The window: docks around the spectrum, and the one place where views and session are wired."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QEvent, Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)

from moosegui.data.catalogue import FalseReason, SourceFlag, VerdictEvent
from moosegui.errors import MooseError
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.curve.projection import chi2_view
from moosegui.gui.keys.actions import Actions
from moosegui.gui.keys.chord_card import ChordCard
from moosegui.gui.keys.help import KeyHelp
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.keys.teaching import ShownKeys
from moosegui.gui.queue.row import Chip
from moosegui.gui.queue.table import SourceTable
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.style.control import Control
from moosegui.gui.style.overriding import override
from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.style.solution_rows import solution_rows
from moosegui.gui.style.theme import DARK, LIGHT, Colours, SystemTheme, apply_theme, colours_of
from moosegui.gui.verdict.comment_control import CommentControl
from moosegui.gui.verdict.panel import VerdictPanel
from moosegui.gui.verdict.projection import verdict_view
from moosegui.gui.window.click_elsewhere import ClickElsewhere, is_typing
from moosegui.gui.window.controls import ControlMaker
from moosegui.gui.window.layout import WindowLayout, scrolling
from moosegui.gui.window.notices import NoticeBar
from moosegui.gui.window.pace import Pace
from moosegui.gui.window.parts import Openers, Views, Wishes
from moosegui.gui.window.patience import finish_patiently
from moosegui.gui.window.projection import Redraw, status_context
from moosegui.gui.window.status_line import StatusLine

TITLE = "Moose"
LATER = Qt.ConnectionType.QueuedConnection  # a source that a decision leaves is not drawn again


class MainWindow(QMainWindow):
    """Queue on the left, spectrum and χ² in the middle, decision on the right."""

    def __init__(
        self,
        session: Session,
        openers: Openers,
        preferences: PreferenceStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._session, self._decisions = session, session.decisions
        self._on_screen = session.on_screen
        self._openers = openers
        self._build()
        self._connect()

    def _build(self) -> None:
        self._pace, self._has_warned = Pace(), False
        self.jobs = JobRunner(1, self)
        self._fitting = QTimer(self)  # docks share the room once the window has it
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(lambda: self._layout.fit())
        self._theme = SystemTheme(self)
        self._wanted_theme = self._preferences.preferences.theme
        self._colours = colours_of(self._wanted_theme)
        self._spectrum, self._chi2 = SpectrumPlot(), Chi2Plot()
        self._queue, self._verdict = SourceTable(), VerdictPanel()
        self._solutions, self._notices = SolutionList(), NoticeBar()
        self._status = StatusLine(self)
        self.setStatusBar(self._status)
        self._help, self._card = KeyHelp(self), ChordCard(self, self._say)
        self.setWindowTitle(TITLE)
        self.setCentralWidget(self._make_centre())
        self._notices.lie_over(self._splitter, head=self._spectrum.header)
        self._click_elsewhere = ClickElsewhere(self)
        self._layout = WindowLayout(self)
        self._layout.add_centre(self._splitter)
        self._layout.add_queue(self._queue)
        self._layout.add_dock("Decision", scrolling(self._verdict), on_left=False)
        self._layout.add_dock("Solutions", self._solutions, on_left=False)
        self._controls = self._make_controls()
        self._redraw = Redraw(
            self._session.live,
            self._controls,
            show_curve=self._show_curve,
            show_decision=self._show_proposals,
            show_status=self._show_status,
            parent=self,
        )
        self._actions = Actions(self, self._all_handlers(), before=self._session.give_way)
        for action in self.actions():
            action.triggered.connect(self._card.end)
        self._keys = ShownKeys(
            self._preferences,
            self._actions,
            self._help,
            self._controls,
            self._on_notice_posted,
            card=self._card,
        )
        self._layout.restore()
        self._apply(self._colours)

    def _make_controls(self) -> tuple[Control, ...]:
        views = Views(
            window=self,
            layout=self._layout,
            centre=self._splitter,
            spectrum=self._spectrum,
            chi2=self._chi2,
            queue=self._queue,
            verdict=self._verdict,
            status=self._status,
            solutions=self._solutions,
        )
        wishes = Wishes(
            post=self._on_notice_posted,
            openers=self._openers,
            keep_comment=self.keep_comment,
            adopt=self._adopt,
            action=lambda name: self._actions[name],
        )
        maker = ControlMaker(
            self._session, views, wishes, jobs=self.jobs, preferences=self._preferences
        )
        return maker.make()

    def _make_centre(self) -> QWidget:
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.addWidget(self._spectrum)
        self._splitter.addWidget(self._chi2)
        self._splitter.setStretchFactor(0, 7)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setChildrenCollapsible(False)
        return self._splitter

    def _connect(self) -> None:
        session = self._session
        session.sources_opened.connect(self._on_sources_opened)
        session.source_selected.connect(self._on_source_selected)
        session.redshift_changed.connect(self._on_redshift_changed, LATER)  # type: ignore[call-arg]
        session.analysis_updated.connect(self._on_analysis_updated)
        session.verdict_changed.connect(self._on_verdict_changed)
        session.source_vetted.connect(self._on_source_vetted)
        session.blinding_changed.connect(self._on_sources_opened)
        session.notice_posted.connect(self._on_notice_posted)
        self.jobs.notice_posted.connect(self._on_notice_posted)
        session.decision_ignored.connect(self._on_decision_ignored)
        session.scan_progressed.connect(self._status.display_progress)
        session.search_progressed.connect(self._status.display_search)
        redshift = session.redshift
        self._solutions.solution_chosen.connect(redshift.choose_solution)
        self._chi2.cursor_moved.connect(self._status.display_cursor)
        self._verdict.zconf_requested.connect(self._judge)
        self._verdict.confirm_requested.connect(self._confirm)
        self._verdict.false_requested.connect(self._reject)
        self._verdict.flag_toggled.connect(self._decisions.toggle_flag)
        self._verdict.blend_requested.connect(self.trigger)
        editor = self._verdict.comment_editor
        self._comments = CommentControl(self._decisions, session.typed, editor)
        session.sources_opened.connect(self._comments.restore)
        self._theme.colours_changed.connect(self._on_system_colours_changed)
        self._preferences.changed.connect(self._on_preferences_changed)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def _all_handlers(self) -> dict[str, Callable[[], object]]:
        handlers = self._handlers()
        for control in self._controls:
            handlers |= control.handlers()
        return handlers

    def _handlers(self) -> dict[str, Callable[[], object]]:
        handlers: dict[str, Callable[[], object]] = {
            "quit": self.close,
            "confirm": self._confirm,
            "not_false": partial(self._reject, None),
            "comment": self._verdict.edit_comment,
            "undo": self._decisions.undo,
            "redo": self._decisions.redo,
            "panels": self._layout.toggle,
            "fold_queue": self._layout.toggle_queue,
            "full_screen": self._toggle_full_screen,
            "theme": self._toggle_theme,
            "reset_layout": self._layout.reset,
            "keys": self._help.show,
        }
        handlers |= {f"zconf{n}": partial(self._judge, n) for n in range(4)}
        handlers |= {f"false_{r.name}": partial(self._reject, r) for r in FalseReason}
        handlers |= {f"flag_{f.name}": partial(self._decisions.toggle_flag, f) for f in SourceFlag}
        return handlers

    # Wishes that lead on to the next source, or ask for something

    def _judge(self, zconf: int) -> None:
        if self._decisions.judge(zconf):
            self._go_on()

    def _confirm(self) -> None:
        was_assigned = self._session.shown.state == "assigned"
        if self._decisions.confirm():
            if was_assigned:
                self._session.step(1)
            else:
                self._go_on()

    def _reject(self, reason: FalseReason | None) -> None:
        if self._decisions.reject(reason) and reason is not None:
            self._go_on()

    def _adopt(self, vote: VerdictEvent) -> None:
        if self._decisions.adopt(vote):
            self._go_on()

    def _go_on(self) -> None:
        self._pace.decided()
        self._status.display_saved()
        self._session.step(1)
        self._show_pace()

    # How it looks

    def trigger(self, name: str) -> None:
        """Do what the menus have under a name."""
        self._actions[name].trigger()

    def _toggle_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _toggle_theme(self) -> None:
        self._preferences.change(theme="light" if self._colours.is_dark else "dark")

    def _apply(self, colours: Colours) -> None:
        self._colours = colours
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, colours)
        self._chi2.set_colours(colours)
        self._verdict.set_colours(colours)
        self._solutions.set_colours(colours)
        self._notices.set_colours(colours)
        self._help.set_colours(colours)
        self._card.set_colours(colours)
        for control in self._controls:
            control.set_colours(colours)

    def keep_comment(self) -> None:
        """Store the comment that is being written; raises MooseError."""
        self._comments.keep()

    def resize_for_picture(self, width: int, height: int) -> None:
        """Take a size that is not remembered."""
        self._layout.is_kept = False
        self._layout.arrange_anew()
        self.resize(width, height)

    def set_dark(self, *, is_dark: bool) -> None:
        """Choose the theme, whatever the system says."""
        self._apply(DARK if is_dark else LIGHT)

    def _on_preferences_changed(self) -> None:
        theme = self._preferences.preferences.theme
        if theme != self._wanted_theme:
            self._wanted_theme = theme
            self._apply(colours_of(theme))

    def _on_system_colours_changed(self, colours: Colours) -> None:
        if self._wanted_theme == "system":
            self._apply(colours)

    def _on_sources_opened(self) -> None:
        source_list = self._session.source_list
        if source_list is None:
            return
        self._redraw.show(is_new_source=True)
        self.setWindowTitle(f"{source_list.path.name} – {TITLE}")
        self._show_pace()

    def _on_source_selected(self, _key: str) -> None:
        self._notices.drop_brief()
        self._status.display_cursor("")
        self._redraw.show(is_new_source=True)

    def _on_redshift_changed(self, key: str) -> None:
        if self._session.current is not None and key == self._session.current.key:
            self._redraw.show(is_new_source=False)

    def _on_analysis_updated(self, key: str) -> None:
        current = self._session.current
        if current is not None and current.key == key:
            self._redraw.show(is_new_source=True)

    def _on_verdict_changed(self, key: str) -> None:
        self._status.display_saved()
        self._notices.drop_hints()
        current = self._session.current
        if current is not None and current.key == key:
            self._verdict.display(verdict_view(self._session))

    def _on_source_vetted(self, key: str) -> None:
        current = self._session.current
        if current is not None and current.key == key:
            self._show_curve()
            self._show_proposals()

    def _on_notice_posted(self, notice: Notice) -> None:
        self._notices.display(notice)

    def _say(self, text: str) -> None:
        self._on_notice_posted(Notice(text, is_brief=True))

    def _on_decision_ignored(self, reason: str) -> None:
        self._verdict.flash()
        self._on_notice_posted(Notice(reason, is_brief=True))

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._actions.rest_plain_keys(is_typing=isinstance(new, QLineEdit | QPlainTextEdit))

    def _show_curve(self) -> None:
        self._chi2.display(chi2_view(self._session, self._session.blends))

    def _show_status(self) -> None:
        self._status.display_context(status_context(self._session))

    def _show_proposals(self) -> None:
        rows = solution_rows(self._on_screen.analysis, self._on_screen.proposed_blend)
        self._solutions.display(rows, self._session.shown.solution_rank)
        self._verdict.display(verdict_view(self._session))

    def _show_pace(self) -> None:
        self._queue.display_pace(self._pace.text(self._queue.n_under(Chip.UNREVIEWED)))

    # Qt

    @override
    def event(self, event: QEvent | None) -> bool:
        """Let the card of the chords hear the keys that are no text."""
        if isinstance(event, QKeyEvent) and not is_typing():
            self._card.hear(event)
        return super().event(event)

    @override
    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._fitting.start()

    @override
    def showEvent(self, a0: QShowEvent | None) -> None:
        super().showEvent(a0)
        self._fitting.start()
        self._click_elsewhere.listen()

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Take signs and digits that came as no shortcut."""
        if a0 is None or not self._actions.hear(a0):
            super().keyPressEvent(a0)

    @override
    def closeEvent(self, a0: QCloseEvent | None) -> None:
        """Keep everything, or stay open once and say what cannot be kept."""
        try:
            self.keep_comment()
            finish_patiently(self, self._session.exporter)
            self._session.close()
        except MooseError as error:
            if a0 is not None and not self._has_warned:
                self._has_warned = True
                text = f"{error} Close the window again to leave all the same."
                self._on_notice_posted(Notice(text, "error"))
                a0.ignore()
                return
        self._redraw.stop()
        self._preferences.flush()
        self.jobs.close()
        self._layout.save()
        super().closeEvent(a0)
