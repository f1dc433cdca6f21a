"""The comment of one source: committed whenever it is left, and never to another source."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QTextCursor
from PyQt6.QtWidgets import QPlainTextEdit, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, base_font

N_LINES = 3
PAUSE = 300  # ms after the last key, before what was typed goes to disk
LEAVING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CommentEditor(QPlainTextEdit):
    """A small text field that knows whose comment it holds.

    Signals: `comment_changed(str, str)` with the source's key and the text, when it is left
    (focus out, Enter, Esc) or another source comes; `comment_typed(str, str)` with what
    stands there, soon after each key.
    """

    comment_changed = pyqtSignal(str, str)
    comment_typed = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key: str | None = None
        self._committed = self._before = ""
        self._unstored: dict[str, str] = {}  # typed in an earlier run, by source
        self._refused: dict[str, str] = {}  # told and not stored, by source
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._tell_typed)
        self.textChanged.connect(self._on_text_changed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Comment on this source")
        self.teach_keys({})
        line = QFontMetrics(base_font()).lineSpacing()
        self.setFixedHeight(N_LINES * line + 2 * RHYTHM)

    def teach_keys(self, keys: Mapping[str, str]) -> None:
        """Say which keys write here, by the names of the actions."""
        key = keys.get("comment", "")
        phrase = keys.get("phrase1", "")
        self.setPlaceholderText(f"Comment  ( {key} )" if key else "Comment")
        begin = f"{key} writes here; " if key else ""
        quick = f"\n{phrase} and the like add a quick phrase" if phrase else ""
        self.setToolTip(
            f"{begin}Enter or Esc keeps the text and returns, Shift+Enter begins a line{quick}"
        )

    def display(self, key: str | None, comment: str) -> None:
        """Show the comment of `key`; text typed for it and not yet committed stays."""
        if key != self._key:
            self.commit()
        elif self.toPlainText() != self._committed:
            self._committed = comment
            return
        self._key, self._committed = key, comment
        typed = self._unstored.pop(key or "", comment)
        text = self._refused.get(key or "", typed)
        if self.toPlainText() != text:
            self.setPlainText(text)
        self.setEnabled(key is not None)

    def add(self, phrase: str) -> None:
        """Write a phrase behind what stands there; it is told at once unless one is writing."""
        text = self.toPlainText().rstrip()
        joint = "; " if text and not text.endswith((";", ".", ":")) else " " if text else ""
        self.setPlainText(f"{text}{joint}{phrase}")
        self.moveCursor(QTextCursor.MoveOperation.End)
        if not self.hasFocus():
            self.commit()

    def pending(self) -> tuple[str, str] | None:
        """Return key and text of a comment that was not told yet."""
        text = self.toPlainText()
        return None if self._key is None or text == self._committed else (self._key, text)

    def refused(self) -> dict[str, str]:
        """Return what was told and could not be stored, source key to text."""
        return dict(self._refused)

    def refuse(self, key: str, text: str) -> None:
        """Take back a text that could not be stored: it is not told yet."""
        self._refused[key] = text
        if key == self._key:
            self._committed = self._before

    def accept(self, key: str) -> None:
        """Know that the text of a source is stored."""
        self._refused.pop(key, None)

    def restore(self, texts: Mapping[str, str]) -> None:
        """Take texts that were typed in an earlier run; each is shown with its source."""
        self._unstored, self._refused = dict(texts), {}
        if self._key is not None and (typed := self._unstored.pop(self._key, None)) is not None:
            self.setPlainText(typed)

    def commit(self) -> None:
        """Tell the text if it changed."""
        self._pause.stop()
        if (pending := self.pending()) is not None:
            self._before, self._committed = self._committed, pending[1]
            self.comment_changed.emit(*pending)

    def _on_text_changed(self) -> None:
        if self._key is not None:
            self._pause.start()

    def _tell_typed(self) -> None:
        if self._key is not None:
            self.comment_typed.emit(self._key, self.toPlainText())

    @override
    def focusOutEvent(self, e: QFocusEvent | None) -> None:
        super().focusOutEvent(e)
        self.commit()

    @override
    def keyPressEvent(self, e: QKeyEvent | None) -> None:
        assert e is not None
        is_with_shift = bool(e.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_enter = e.key() in LEAVING_KEYS and not is_with_shift  # Shift+Enter: a new line
        if is_enter or e.key() == Qt.Key.Key_Escape:
            self.commit()
            self.clearFocus()
            return
        super().keyPressEvent(e)
