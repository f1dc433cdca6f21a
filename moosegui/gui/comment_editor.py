"""The comment of one source: committed whenever it is left, and never to another source."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PyQt6.QtWidgets import QPlainTextEdit, QWidget

from moosegui.gui.overriding import override
from moosegui.gui.theme import RHYTHM, base_font

N_LINES = 3
LEAVING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CommentEditor(QPlainTextEdit):
    """A small text field that knows whose comment it holds.

    Signals: `comment_changed(str, str)` with the source's key and the text, when it is left
    (focus out, Ctrl+Enter, Esc) or another source comes.
    """

    comment_changed = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key: str | None = None
        self._committed = ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabChangesFocus(True)
        self.setPlaceholderText("Comment  ( C )")
        self.setAccessibleName("Comment on this source")
        self.setToolTip("C writes here; Ctrl+Enter or Esc keeps the text and returns")
        line = QFontMetrics(base_font()).lineSpacing()
        self.setFixedHeight(N_LINES * line + 2 * RHYTHM)

    def display(self, key: str | None, comment: str) -> None:
        """Show the comment of `key`; text typed for it and not yet committed stays."""
        if key != self._key:
            self.commit()
        elif self.toPlainText() != self._committed:
            self._committed = comment
            return
        self._key, self._committed = key, comment
        if self.toPlainText() != comment:
            self.setPlainText(comment)
        self.setEnabled(key is not None)

    def pending(self) -> tuple[str, str] | None:
        """Return key and text of a comment that was not told yet."""
        text = self.toPlainText()
        return None if self._key is None or text == self._committed else (self._key, text)

    def commit(self) -> None:
        """Tell the text if it changed."""
        if (pending := self.pending()) is not None:
            self._committed = pending[1]
            self.comment_changed.emit(*pending)

    @override
    def focusOutEvent(self, e: QFocusEvent | None) -> None:
        super().focusOutEvent(e)
        self.commit()

    @override
    def keyPressEvent(self, e: QKeyEvent | None) -> None:
        assert e is not None
        is_ctrl_enter = (
            e.key() in LEAVING_KEYS and e.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if is_ctrl_enter or e.key() == Qt.Key.Key_Escape:
            self.commit()
            self.clearFocus()
            return
        super().keyPressEvent(e)
