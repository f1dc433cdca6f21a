"""Sentences for the expert over the plots, which they neither block nor move."""

from __future__ import annotations

import math
import time
from typing import Literal

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from moosegui.gui.session.work.notice import BRIEF_SECONDS, Notice, Offer
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, icon

Level = Literal["info", "warning", "error"]

GLYPHS: dict[Level, str] = {"info": "i", "warning": "▲", "error": "✕"}
INFO_SECONDS = 5.0
SECONDS: dict[Level, float] = {"info": 40.0, "warning": 20.0, "error": 40.0}  # at longest
MAX_NOTICES = 2  # the oldest makes room
OF_THIS_MOMENT = 0.3  # s; what a key says that also leaves the source


class NoticeBar(QWidget):
    """Notices, the newest at the bottom; they lie over what they are about."""

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._notices: list[_Notice] = []
        self._below: QWidget | None = None
        self._head: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        self.hide()

    def lie_over(self, widget: QWidget, *, head: QWidget | None = None) -> None:
        """Lie along the upper edge of a widget, whose room stays as it is; its head is not covered.

        The head says which source is on screen, which may be another than that of the notice.
        """
        self.setParent(widget.window())
        self._below, self._head = widget, head
        widget.installEventFilter(self)
        self.setVisible(bool(self._notices))

    def _place(self) -> None:
        if (below := self._below) is None or (window := self.parentWidget()) is None:
            return
        width = below.width()
        needed = max(self._layout.heightForWidth(width), self._layout.minimumSize().height())
        corner = below.mapTo(window, below.rect().topLeft())
        head = self._head.height() if self._head is not None and self._head.isVisible() else 0
        height = min(needed, below.height() - head)
        self.setGeometry(corner.x(), corner.y() + head, width, height)
        self.raise_()

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if a1 is not None and a1.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        for notice in self._notices:
            notice.set_colours(colours)

    def display(self, notice: Notice) -> None:
        """Show what was posted somewhere."""
        for older in [one for one in self._notices if notice.subject == one.subject != ""]:
            self._remove(older)
        self.post(
            notice.text,
            notice.level,
            details=notice.details,
            seconds=notice.seconds,
            offer=notice.offer,
        )
        self._notices[-1].subject = notice.subject

    def post(
        self,
        text: str,
        level: Level = "info",
        *,
        details: str = "",
        seconds: float = INFO_SECONDS,
        offer: Offer | None = None,
    ) -> None:
        """Show a sentence; an info leaves by itself after `seconds`, the others after longer.

        The same sentence twice is shown once.
        """
        for notice in list(self._notices):
            if notice.text == text:
                self._remove(notice)
        notice = _Notice(text, level, details, self._colours, offer=offer)
        notice.closed.connect(lambda: self._remove(notice))
        self._notices.append(notice)
        self._layout.addWidget(notice)
        notice.is_hint = level == "info" and math.isinf(seconds)
        notice.is_brief = level == "info" and seconds <= BRIEF_SECONDS
        notice.close_after(min(seconds, SECONDS[level]) if level == "info" else SECONDS[level])
        while len(self._notices) > MAX_NOTICES:
            self._remove(self._notices[0])
        self.show()
        notice.show()  # a layout takes no room for what is not shown yet
        self._place()

    def texts(self) -> tuple[str, ...]:
        """Return the sentences on screen, oldest first."""
        return tuple(notice.text for notice in self._notices)

    def drop_hints(self) -> None:
        """Remove what was said until it is known: infos that do not leave by themselves."""
        for notice in [notice for notice in self._notices if notice.is_hint]:
            self._remove(notice)

    def drop_brief(self) -> None:
        """Remove brief words about a source that is left, unless they are of this moment."""
        before = time.monotonic() - OF_THIS_MOMENT
        for notice in [one for one in self._notices if one.is_brief and one.shown_at < before]:
            self._remove(notice)

    def clear(self) -> None:
        """Remove all."""
        for notice in list(self._notices):
            self._remove(notice)

    def _remove(self, notice: _Notice) -> None:
        if notice in self._notices:
            self._notices.remove(notice)
            self._layout.removeWidget(notice)
            notice.hide()
            notice.deleteLater()
        self.setVisible(bool(self._notices))
        if self._notices:
            self._place()


class _Notice(QWidget):
    """One sentence with its shape, perhaps "copy details", and a cross."""

    closed = pyqtSignal()
    is_hint = is_brief = False
    subject = ""

    def __init__(
        self,
        text: str,
        level: Level,
        details: str,
        colours: Colours,
        *,
        offer: Offer | None = None,
    ) -> None:
        super().__init__()
        self.text, self.shown_at = text, time.monotonic()
        self._level: Level = level
        self._details, self._offer = details, offer
        self._build()
        self._connect()
        self.set_colours(colours)

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{self._level}: {self.text}")
        self._glyph = QLabel(GLYPHS[self._level])
        self._label = QLabel(self.text)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._copy = _plain_button("Copy details")
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._close = _plain_button("Close")
        self._close.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        row = QHBoxLayout(self)
        row.setContentsMargins(RHYTHM + RHYTHM // 2, RHYTHM // 2, RHYTHM // 2, RHYTHM // 2)
        row.setSpacing(RHYTHM)
        row.addWidget(self._glyph)
        row.addWidget(self._label, 1)
        if self._offer is not None:
            button = _plain_button(self._offer[0])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.clicked.connect(self._on_offer_taken)
            row.addWidget(button)
        row.addWidget(self._copy)
        # not before it lies in here: without a parent it would be a window and take the keyboard
        self._copy.setVisible(bool(self._details))
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)

    def _connect(self) -> None:
        self._close.clicked.connect(self.closed)
        self._timer.timeout.connect(self.closed)
        self._copy.clicked.connect(self._on_copy_clicked)

    def set_colours(self, colours: Colours) -> None:
        colour = {"info": colours.model, "warning": colours.trial, "error": colours.error}
        self.setStyleSheet(
            f"_Notice {{ background: {colours.field}; "
            f"border-left: 4px solid {colour[self._level]}; }}"
        )
        self._glyph.setStyleSheet(f"color: {colour[self._level]}; font-weight: 600;")
        self._copy.setIcon(icon("copy", colours.muted))
        self._close.setIcon(icon("close", colours.muted))

    def close_after(self, seconds: float) -> None:
        self._timer.start(round(1000 * seconds))

    def _on_offer_taken(self) -> None:
        if self._offer is not None:
            self.closed.emit()
            self._offer[1]()

    def _on_copy_clicked(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(f"{self.text}\n\n{self._details}")


def _plain_button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(text)
    button.setProperty("role", "plain")
    button.setIconSize(QSize(14, 14))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
