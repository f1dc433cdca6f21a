"""A card of the tour: over the window, beside the part that it is about, without the keyboard."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font

WIDTH = 46  # digits
GAP = RHYTHM


class TourCard(QFrame):
    """What to see and which key to press.

    Signals: `next_requested`, `back_requested`, `end_requested`.
    """

    next_requested = pyqtSignal()
    back_requested = pyqtSignal()
    end_requested = pyqtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._build()
        self.set_colours(LIGHT)

    def _build(self) -> None:
        self.setObjectName("tour")
        self.setAccessibleName("Guided tour")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._title, self._text, self._count = QLabel(), QLabel(), QLabel()
        self._title.setFont(heavy_font())
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setProperty("role", "muted")
        for label in (self._title, self._text):
            label.setWordWrap(True)
        self._back, self._next = QPushButton("Back"), QPushButton("Next")
        self._end = QPushButton("End  Esc")
        below = QHBoxLayout()
        below.setSpacing(RHYTHM)
        below.addWidget(self._count)
        below.addStretch(1)
        for button, signal in (
            (self._end, self.end_requested),
            (self._back, self.back_requested),
            (self._next, self.next_requested),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(signal)
            below.addWidget(button)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2 * RHYTHM, RHYTHM, 2 * RHYTHM, RHYTHM)
        lines.setSpacing(RHYTHM)
        lines.addWidget(self._title)
        lines.addWidget(self._text)
        lines.addLayout(below)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self.setStyleSheet(
            f"#tour {{ background: {colours.field}; border: 2px solid {colours.model}; "
            f"border-radius: 6px; }} #tour QLabel {{ background: transparent; }}"
        )

    def display(self, title: str, text: str, count: str, keys: tuple[str, str]) -> None:
        """Say something (rich text), with the keys of back and next."""
        self._title.setText(title)
        self._text.setText(text)
        self._count.setText(count)
        back, forth = keys
        self._back.setText(f"Back  {_with_arrows(back)}".rstrip())
        self._next.setText(f"Next  {_with_arrows(forth)}".rstrip())

    def words(self) -> str:
        """Return what is said."""
        return f"{self._title.text()}. {self._text.text()}"

    def lie_beside(self, part: QRect, room: QRect) -> None:
        """Lie beside a part of the window, inside `room`; over it where nothing else is free."""
        layout = self.layout()
        wished = WIDTH * self.fontMetrics().horizontalAdvance("0")
        least = 0 if layout is None else layout.minimumSize().width()
        width = min(max(wished, least), room.width() - 2 * GAP)
        needed = 0 if layout is None else layout.totalHeightForWidth(width)
        size = QSize(width, min(max(needed, self.minimumSizeHint().height()), room.height()))
        self.setGeometry(QRect(place_beside(part, room, size), size))
        self.raise_()


def place_beside(part: QRect, room: QRect, size: QSize) -> QPoint:
    """Return where a card lies: left, right, above or below a part, else in its lower corner."""
    width, height = size.width(), size.height()
    left = min(max(part.left(), room.left() + GAP), room.right() - width - GAP)
    top = min(max(part.top() + GAP, room.top() + GAP), room.bottom() - height - GAP)
    beside = (
        QPoint(part.left() - width - GAP, top),
        QPoint(part.right() + GAP, top),
        QPoint(
            left + (part.width() - width) // 2 if part.width() > width else left,
            part.top() - height - GAP,
        ),
        QPoint(left, part.bottom() + GAP),
    )
    for corner in beside:
        if room.contains(QRect(corner, size)):
            return corner
    return QPoint(left, max(part.bottom() - height - GAP, room.top()))


def _with_arrows(keys: str) -> str:
    return keys.replace("Right", "→").replace("Left", "←")


class Outline(QWidget):
    """A frame around the part that a card is about; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._colour = QColor(LIGHT.model)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colour = QColor(colours.model)
        self.update()

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour, 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
