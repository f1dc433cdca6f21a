"""One run of the window, until it is closed; and a picture of it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QEvent, QObject, QTimer
from PyQt6.QtWidgets import QWidget

from moosegui.data.catalogue import SourceList
from moosegui.errors import ExportError, InputError, MooseError
from moosegui.files.models.kept_arrays import clean_kept
from moosegui.files.temporary import clean_temporary
from moosegui.fit.compiling import listen_to_compiler
from moosegui.gui.session.work.jobs import without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.overriding import override
from moosegui.gui.window.app import Application
from moosegui.gui.window.compiler_news import CompilerNews
from moosegui.gui.window.failures import log_to_file
from moosegui.gui.window.options import WindowOptions
from moosegui.pipeline.engine import Engine

log = logging.getLogger(__name__)

QUITTING = 0.2  # s that the end waits for what is computed; the session is closed by then
PICTURE_SIZE = "1920x1080"
UNPAINTED = 2000  # ms after which a window that was not painted, minimised perhaps, counts as such
PICTURE_PAUSE = 60  # ms between looks at whether the picture can be taken


def run_window(
    source_list: SourceList | None, engine: Engine, options: WindowOptions, problem: str = ""
) -> int:
    """Open the window on a list of sources and run until it is closed.

    Parameters
    ----------
    source_list : SourceList or None
        With None the start page is shown.
    engine : Engine
    options : WindowOptions
    problem : str
        Why there is no list, for the start page.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    MooseError
        If the session cannot be opened, and the window is not to say so.
    """
    log_to_file()
    clean_temporary()
    clean_kept()
    application = Application(engine, options, is_held=True)
    window = application.window
    if options.theme != "system":
        window.set_dark(is_dark=options.theme == "dark")
    try:
        problem = _open_or_say(application, source_list, options) or problem
        application.freeze()
        if options.size or options.screenshot is not None:
            window.resize_for_picture(*_parse_size(options.size or PICTURE_SIZE))
        AfterPaint(window, partial(_begin, application))
        window.show()
        if application.session.source_list is None:
            _show_start(application, options, problem)
        if options.screenshot is not None:
            _take_picture(application, options.screenshot)
        elif application.session.source_list is not None:
            application.show_first_hint()
        return int(application.qt.exec())
    finally:
        try:
            application.close(QUITTING)
        finally:
            application.take_down()


def _begin(application: Application) -> None:
    """Let jobs begin, and have it said when they compile first."""
    news = CompilerNews(application.session.notice_posted.emit, application.window)
    listen = without_report(listen_to_compiler, news.begin, news.end)
    application.runner.submit(("compiler",), listen, priority=-2)
    application.begin()


class AfterPaint(QObject):
    """Calls a function once, when a window has been painted for the first time.

    What is computed before that imports its libraries first, and the window waits for them.

    Parameters
    ----------
    window : QWidget
    then : callable
        Called two seconds later where the window is not painted: it may be minimised.
    """

    def __init__(self, window: QWidget, then: Callable[[], object]) -> None:
        super().__init__(window)
        self._window, self._then, self._is_due = window, then, True
        window.installEventFilter(self)
        QTimer.singleShot(UNPAINTED, self._call)

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        """Wait for the first painting to end."""
        if a1 is not None and a1.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._call)
        return super().eventFilter(a0, a1)

    def _call(self) -> None:
        if self._is_due:
            self._is_due = False
            self._then()


def _open_or_say(
    application: Application, source_list: SourceList | None, options: WindowOptions
) -> str:
    """Open the list, if there is one; return what went wrong where the window is to say it."""
    if source_list is None:
        return ""
    try:
        application.open(source_list)
        if options.source is not None:
            application.session.select(_key_of(source_list, options.source))
    except MooseError as error:
        if not options.tells_errors or application.session.source_list is not None:
            raise
        sys.stderr.write(f"moosegui: {error}\n")
        return str(error)
    return ""


def _show_start(application: Application, options: WindowOptions, problem: str) -> None:
    application.window.trigger("start")
    if options.unrecognised is not None:
        application.open_or_ask(options.unrecognised, options)
    elif problem:
        application.session.notice_posted.emit(Notice(problem, "error"))


def _key_of(source_list: SourceList, wanted: str) -> str:
    for source in source_list:
        if wanted in (source.key, source.source_id):
            return source.key
    raise InputError(f"{source_list.path} has no source {wanted}.")


def _parse_size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise InputError(f"“{text}” is no size; give it as 1920x1080.") from None
    return width, height


def _take_picture(application: Application, path: Path) -> None:
    """Save the window as a picture once nothing is left to scan, then quit."""
    if not path.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {path.parent} for the picture; create it first.")
    timer = QTimer(application.window)
    timer.setInterval(PICTURE_PAUSE)

    def look() -> None:
        if application.runner.n_pending or application.window.jobs.n_pending:
            return
        timer.stop()
        is_saved = application.window.grab().save(str(path))
        if not is_saved:
            log.error("the picture %s could not be saved; name a .png in a folder of yours", path)
        application.window.close()
        application.qt.exit(0 if is_saved else 1)

    timer.timeout.connect(look)
    timer.start()
