"""What is logged and said when something goes wrong: exceptions, and the messages of Qt."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PyQt6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from moosegui.config import user_folder
from moosegui.errors import MooseError
from moosegui.gui.session.work.notice import Notice, notice_of_error

log = logging.getLogger(__name__)


def log_to_file() -> None:
    """Write the log, and what Qt says, to a file in the user's folder."""
    handler = RotatingFileHandler(
        user_folder() / "moosegui.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    qInstallMessageHandler(_log_qt_message)


def install_exception_hook(post: Callable[[Notice], None]) -> None:
    """Log what nobody caught and say it in the window; the session goes on.

    PyQt6 would end the process on an exception in a slot, and pyqtgraph puts its own hook in
    place when it is imported, so this one comes after the imports.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if isinstance(error, MooseError):
            post(Notice(str(error), "error"))
            return
        log.error("an exception that nobody caught", exc_info=(kind, error, trace))
        post(notice_of_error(f"Something went wrong: {error}", error))

    sys.excepthook = hook


def _log_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
    """Send what Qt says to the log: on a terminal it only alarms."""
    is_serious = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    log.log(logging.ERROR if is_serious else logging.INFO, "Qt: %s", text)
