"""Opening what the expert names, going to an ID, and writing the catalogue update."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCompleter, QFileDialog, QInputDialog, QLineEdit, QWidget

from moosegui.data.catalogue import Source
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override


class FileControl(Control):
    """Asks for names and IDs; what is open stays when none is given."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        *,
        find: Callable[[str], Source | None],
        opener: Callable[[Path], None],
        bring_session: Callable[[], None],
        keep_comment: Callable[[], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._window, self._session, self._post = window, session, post
        self._find = find
        self._bring_session = bring_session
        self._open, self._keep_comment = opener, keep_comment

    @override
    def handlers(self) -> Handlers:
        session = self._session
        return {
            "open": self._ask_file,
            "open_folder": self._ask_folder,
            "bring_session": self._bring_session,
            "save": self._save,
            "save_as": self._save_as,
            "next": partial(session.step, 1),
            "previous": partial(session.step, -1),
            "back": session.go_back_to_decided,
            "go_to": self._ask_id,
        }

    def _ask_id(self) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Moose")
        dialog.setLabelText("ID:")
        self._complete(dialog)
        is_given, text = dialog.exec(), dialog.textValue()
        dialog.deleteLater()
        if not is_given:
            return
        source = self._find(text)
        if source is None:
            self._post(Notice(f"No source has the ID {text.strip()}.", "warning"))
        else:
            self._session.select(source.key)

    def _complete(self, dialog: QInputDialog) -> None:
        """Offer the IDs that begin with what is typed, in any case."""
        dialog.setTextValue("")  # makes the field
        field = dialog.findChild(QLineEdit)
        if field is not None:
            completer = QCompleter([s.source_id for s in self._session.source_list or ()], field)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            field.setCompleter(completer)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a catalogue or survey")
        if name:
            self._open(Path(name))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, "Open a folder of spectra")
        if name:
            self._open(Path(name))

    def _save(self) -> None:
        self._keep_comment()
        self._session.export()

    def _save_as(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self._window, "Write the catalogue update to")
        if name:
            self._keep_comment()
            self._session.export(Path(name))
