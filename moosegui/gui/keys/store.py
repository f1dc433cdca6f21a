"""The preferences of the running window: read once, written at every change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from moosegui.config import user_folder
from moosegui.errors import ExportError
from moosegui.gui.session.work.notice import Notice
from moosegui.preferences import FILE_NAME, Preferences, read_preferences, write_preferences

WRITTEN_AFTER = 1000  # ms


class PreferenceStore(QObject):
    """Holds the preferences and their file.

    Signals: `changed()`, `notice_posted(Notice)`.
    """

    changed = pyqtSignal()
    notice_posted = pyqtSignal(object)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = user_folder() / FILE_NAME if path is None else path
        self.preferences, self._problem = read_preferences(self._path)
        self._writing = QTimer(self)
        self._writing.setSingleShot(True)
        self._writing.setInterval(WRITTEN_AFTER)
        self._writing.timeout.connect(self._write)

    def report(self) -> None:
        """Tell once what was wrong with the file."""
        if self._problem:
            self.notice_posted.emit(Notice(self._problem, "warning"))
            self._problem = ""

    def change(self, **changes: Any) -> None:
        """Change some preferences, as `change(theme="dark")`."""
        self.replace(replace(self.preferences, **changes))

    def change_soon(self, **changes: Any) -> None:
        """Change some at once, and write them a second later: a disk may take longer than a key."""
        self.preferences = replace(self.preferences, **changes)
        self._writing.start()
        self.changed.emit()

    def flush(self) -> None:
        """Write what was changed and is not on disk yet."""
        if self._writing.isActive():
            self._write()

    def replace(self, preferences: Preferences) -> None:
        """Take other preferences; they hold for this window even if they cannot be written."""
        if preferences == self.preferences:
            return
        self.preferences = preferences
        self._write()
        self.changed.emit()

    def _write(self) -> None:
        self._writing.stop()
        try:
            write_preferences(self._path, self.preferences)
        except ExportError as error:
            self.notice_posted.emit(Notice(str(error), "warning"))
