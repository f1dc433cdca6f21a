"""What was written about one source: initials, time and text of every comment, oldest first."""

from __future__ import annotations

from html import escape

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QFrame, QTextBrowser, QWidget

from moosegui.data.team.remarks import Remark
from moosegui.gui.style.theme import LIGHT, Colours, base_font

MAX_LINES = 7


class CommentThread(QTextBrowser):
    """The thread, hidden where it would only repeat the comment that can be edited."""

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)

    def _build(self, colours: Colours) -> None:
        self._remarks: tuple[Remark, ...] = ()
        self._own = ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Comments of all inspectors")
        self.setFixedHeight(MAX_LINES * QFontMetrics(base_font()).lineSpacing())
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.setStyleSheet("QTextBrowser { background: transparent; }")
        self._show()

    def display(self, remarks: tuple[Remark, ...], own: str) -> None:
        """Show these remarks; `own` are the initials of who can edit the comment."""
        if (remarks, own) != (self._remarks, self._own):
            self._remarks, self._own = remarks, own
            self._show()

    def _show(self) -> None:
        colours = self._colours
        authors = {remark.inspector for remark in self._remarks}
        self.setVisible(len(self._remarks) > 1 or bool(authors - {self._own}))
        self.setHtml(
            "".join(
                f"<p style='margin: 0 0 4px 0'><span style='color:{colours.muted}'>"
                f"<b>{escape(remark.inspector)}</b> "
                f"{escape(remark.time[:16].replace('T', ' '))}</span> "
                f"{_text(remark, colours)}</p>"
                for remark in self._remarks
            )
        )


def _text(remark: Remark, colours: Colours) -> str:
    if not remark.text:
        return f"<i style='color:{colours.muted}'>comment deleted</i>"
    return escape(remark.text).replace("\n", "<br>")
