"""Somebody at the real window: presses keys, waits, and reads what is on screen."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QAction, QKeyEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from small_survey import small_engine

from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.keys.help import KeyHelp
from moosegui.gui.queue.row import QueueRow
from moosegui.gui.queue.table import SourceTable
from moosegui.gui.session.background import Background
from moosegui.gui.spectrum.control import SpectrumControl
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.spectrum.projection import DisplayOptions
from moosegui.gui.style.control import Control
from moosegui.gui.verdict.panel import VerdictPanel
from moosegui.gui.window.app import Application
from moosegui.gui.window.notices import NoticeBar
from moosegui.gui.window.options import WindowOptions
from moosegui.pipeline.reconciliation import open_journals

AnyControl = TypeVar("AnyControl", bound=Control)
AnyView = TypeVar("AnyView", bound=QWidget)

ENGINE = small_engine()
PATIENCE = 120_000  # ms
TURNS = 6  # of the event loop, in which a window has shown all of a source


class Expert:
    """Presses keys, waits for what an expert would wait for, and reads the screen's state."""

    def __init__(self, qtbot: QtBot, catalogue: Path, votes: tuple[Path, ...] = ()) -> None:
        self._qtbot = qtbot
        self.catalogue, self.votes = catalogue, votes
        self.now, self.has_quit = 0.0, False
        self.start()

    def start(self, session: Path | None = None) -> None:
        if self.has_quit:
            self._forget()
        self._hook, self.has_quit = sys.excepthook, False
        journals = open_journals(self.votes) if self.votes else ()
        self.application = Application(
            ENGINE,
            WindowOptions(inspector="ZB", session=session, is_vetting=False, journals=journals),
            clock=lambda: self.now,
        )
        self.session, self.window = self.application.session, self.application.window
        self.window.show()
        self.window.activateWindow()  # over what another test has left
        self.application.open(open_source_list(self.catalogue))
        self._qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.wait_for_jobs()

    def quit(self) -> None:
        self.has_quit = True
        self.window.close()
        self.application.close()
        sys.excepthook = self._hook
        self.application.take_down()
        QApplication.processEvents()

    def _forget(self) -> None:
        """Let go of the window before, as the end of a process would.

        Collected while the next one lives, its wrappers are taken apart in any order, and stand
        for objects of the next that came to lie where theirs were.
        """
        del self.application, self.session, self.window
        gc.collect()

    @property
    def display_options(self) -> DisplayOptions:
        return self.control(SpectrumControl).options

    @property
    def background(self) -> Background:
        """What searches and keeps what was found, as if it had just been found."""
        return self.session._background

    def control(self, kind: type[AnyControl]) -> AnyControl:
        """The control of a kind that the window has."""
        return next(c for c in self.window._controls if isinstance(c, kind))

    def view(self, kind: type[AnyView]) -> AnyView:
        """The view of a kind that is in the window."""
        found = self.window.findChild(kind)
        assert found is not None
        return found

    def action(self, name: str) -> QAction:
        """What the menus have under a name."""
        return self.window._actions[name]

    @property
    def spectrum(self) -> SpectrumPlot:
        return self.view(SpectrumPlot)

    @property
    def chi2(self) -> Chi2Plot:
        return self.view(Chi2Plot)

    @property
    def queue(self) -> SourceTable:
        return self.view(SourceTable)

    @property
    def rows(self) -> Sequence[QueueRow]:
        """What the queue says of every source, in the order of the catalogue."""
        return self.queue.rows

    @property
    def verdict(self) -> VerdictPanel:
        return self.view(VerdictPanel)

    @property
    def help(self) -> KeyHelp:
        return self.view(KeyHelp)

    def press(self, keys: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
        """Press keys one after the other, a second apart, wherever the focus is."""
        for key in keys:
            self.now += 1.0
            QTest.keyClick(self._under_the_keys(), key, modifier)
            self._let_answer()

    def press_key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.now += 1.0
        QTest.keyClick(self._under_the_keys(), key, modifier)
        self._let_answer()

    def _let_answer(self) -> None:
        """Deliver what a key posted: each part of the window is shown in a turn of its own."""
        for _ in range(TURNS):
            QApplication.processEvents()
            QApplication.sendPostedEvents()

    def _under_the_keys(self) -> QWidget:
        """Where keys go: shortcuts reach nobody while the system has no active window."""
        active = QApplication.activeWindow()
        if active is None or not active.isVisible():  # a box that has just been closed
            self.window.activateWindow()
            self._qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        return QApplication.focusWidget() or QApplication.activeWindow() or self.window

    def write(self, text: str) -> None:
        """Write into the field that has the focus, whatever the alphabet."""
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit | QPlainTextEdit)
        for character in text:
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(field, event)

    def wait_for_jobs(self) -> None:
        """Wait for the scans; the first ones of a machine wait for the compiler."""
        self._qtbot.waitUntil(lambda: not self.application.runner.n_pending, timeout=PATIENCE)
        self._let_answer()

    def wait_for_window(self) -> None:
        """Wait for what the window computes for its own dialogs and panels."""
        self._qtbot.waitUntil(lambda: not self.window.jobs.n_pending, timeout=PATIENCE)

    @property
    def current(self) -> str:
        source = self.session.current
        assert source is not None
        return source.source_id

    @property
    def notices(self) -> tuple[str, ...]:
        return self.view(NoticeBar).texts()

    def go(self, source_id: str) -> None:
        self.session.select(source_id)
        self.wait_for_jobs()
        self.now += 1.0

    def click(self, widget: QWidget) -> None:
        self.now += 1.0
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
