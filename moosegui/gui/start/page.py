"""The page of a window without a survey: go on with a recent one, open one, or see the demo."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.start.rows import SurveyRow
from moosegui.gui.style.elided_label import ElidedLabel
from moosegui.gui.style.flow_layout import FlowLayout
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font, large_font

FORGET = "Delete takes the marked one off this list; its files stay as they are."
WIDEST = 92  # digits
KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Delete,
    Qt.Key.Key_D,
    Qt.Key.Key_T,
)
WHAT = "Validate galaxy redshifts by eye, one key a source."
DROP = (
    "… or drop one here: a catalogue (FITS, CSV, ECSV, VOTable), a stacked survey, a spectrum or "
    "a folder of spectra."
)
NOTHING = "Nothing was open yet. The demo has forty simulated sources, with all that can go wrong."


class StartPage(QWidget):
    """Lies over everything between the bars of the window until a survey is open.

    Signals: `survey_chosen(RecentSurvey)`, `survey_forgotten(RecentSurvey)`, `file_requested`,
    `folder_requested`, `demo_requested`,
    `tour_requested`.
    """

    survey_chosen = pyqtSignal(object)
    survey_forgotten = pyqtSignal(object)
    file_requested = pyqtSignal()
    folder_requested = pyqtSignal()
    demo_requested = pyqtSignal()
    tour_requested = pyqtSignal()

    def __init__(self, window: QMainWindow, colours: Colours = LIGHT) -> None:
        super().__init__(window)
        self._window = window
        self._build()
        self._connect()
        self.set_colours(colours)

    def _build(self) -> None:
        self._rows: list[_Row] = []
        self._at = 0
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._title, self._what = QLabel("Moose"), QLabel(WHAT)
        self._title.setFont(large_font())
        self._problem, self._heading = QLabel(), QLabel("Go on with")
        for label in (self._problem, self._what):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._problem.hide()
        self._heading.setFont(heavy_font())
        self._forget = QLabel(FORGET)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self._open = _button("Open a catalogue or survey …", "Ctrl+O")
        self._folder = _button("Open a folder …", "Ctrl+Shift+O")
        self._demo = _button("See the demo", "D")
        self._tour = _button("Take the guided tour", "T")
        self._drop = QLabel(DROP)
        self._drop.setWordWrap(True)
        for label in (self._what, self._drop, self._forget):
            label.setProperty("role", "muted")
        self._lay_out()
        self._window.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        buttons = QWidget()
        flow = FlowLayout(RHYTHM, buttons)
        for button in (self._open, self._folder, self._demo, self._tour):
            flow.addWidget(button)
        column = QWidget()
        column.setMaximumWidth(WIDEST * self.fontMetrics().horizontalAdvance("0"))
        lines = QVBoxLayout(column)
        lines.setSpacing(RHYTHM)
        lines.addStretch(1)
        for widget in (self._title, self._what, self._problem):
            lines.addWidget(widget)
        lines.addSpacing(2 * RHYTHM)
        lines.addWidget(self._heading)
        lines.addLayout(self._list)
        lines.addWidget(self._forget)
        lines.addSpacing(2 * RHYTHM)
        lines.addWidget(buttons)
        lines.addWidget(self._drop)
        lines.addStretch(2)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(whole)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _connect(self) -> None:
        self._open.clicked.connect(self.file_requested)
        self._folder.clicked.connect(self.folder_requested)
        self._demo.clicked.connect(self.demo_requested)
        self._tour.clicked.connect(self.tour_requested)

    def display(self, rows: Sequence[SurveyRow], problem: str = "") -> None:
        """Show what was open, and what went wrong, over the whole window."""
        for old in self._rows:
            self._list.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = [_Row(row, i, self._colours) for i, row in enumerate(rows, start=1)]
        for row in self._rows:
            row.clicked.connect(self._choose)
            self._list.addWidget(row)
        self._heading.setText("Go on with" if rows else NOTHING)
        self._heading.setFont(heavy_font() if rows else self.font())
        self._forget.setVisible(bool(rows))
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._at = min(self._at, max(len(rows) - 1, 0))
        self._mark()
        self._place()
        self.show()
        self.raise_()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()

    def leave(self) -> None:
        """Give the window and its keys back; Qt would hand them on to the next text field."""
        self.clearFocus()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def texts(self) -> tuple[str, ...]:
        """Return what went wrong, if anything, and what is said of each survey."""
        rows = (f"{row.row.name}: {row.row.words}" for row in self._rows)
        return (self._problem.text(), *rows)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.setStyleSheet(
            f"StartPage, StartPage QScrollArea, StartPage QScrollArea > QWidget > QWidget "
            f"{{ background: {colours.canvas}; }}"
        )
        self._problem.setStyleSheet(
            f"background: {colours.field}; border-left: 4px solid {colours.error}; "
            f"padding: {RHYTHM}px;"
        )
        for row in self._rows:
            row.set_colours(colours)

    def _choose(self, row: SurveyRow) -> None:
        if row.can_open:
            self.survey_chosen.emit(row.survey)

    def _mark(self) -> None:
        for i, row in enumerate(self._rows):
            row.mark(is_marked=i == self._at)

    def _place(self) -> None:
        top = 0 if (bar := self._window.menuBar()) is None else bar.height()
        below = 0 if (status := self._window.statusBar()) is None else status.height()
        room = self._window.rect()
        self.setGeometry(QRect(0, top, room.width(), max(room.height() - top - below, 0)))

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if a1 is not None and a1.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return False

    @override
    def event(self, a0: QEvent | None) -> bool:
        """Keep the keys that mean something here from being shortcuts of the window."""
        is_asked = a0 is not None and a0.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(a0, QKeyEvent) and self._hears(a0):
            a0.accept()
            return True
        return super().event(a0)

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is None or not self._hears(a0):
            super().keyPressEvent(a0)
            return
        key, n_rows = a0.key(), len(self._rows)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and n_rows:
            self._at = (self._at + (1 if key == Qt.Key.Key_Down else -1)) % n_rows
            self._mark()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and n_rows:
            self._choose(self._rows[self._at].row)
        elif key == Qt.Key.Key_Delete and n_rows:
            self.survey_forgotten.emit(self._rows[self._at].row.survey)
        elif key == Qt.Key.Key_D:
            self.demo_requested.emit()
        elif key == Qt.Key.Key_T:
            self.tour_requested.emit()
        elif a0.text().isdecimal() and 1 <= int(a0.text()) <= n_rows:
            self._choose(self._rows[int(a0.text()) - 1].row)

    def _hears(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_ours = event.key() in KEYS or (len(event.text()) == 1 and event.text().isdecimal())
        return is_ours and held == Qt.KeyboardModifier.NoModifier


class _Row(QWidget):
    """One survey: its digit, its name, where it lies, how far it is.

    Signals: `clicked(SurveyRow)`.
    """

    clicked = pyqtSignal(object)

    def __init__(self, row: SurveyRow, number: int, colours: Colours) -> None:
        super().__init__()
        self.row, self._number, self._is_marked = row, number, False
        self._build()
        self.set_colours(colours)

    def _build(self) -> None:
        self.setAccessibleName(f"{self.row.name}, {self.row.words}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        digit, name = QLabel(str(self._number)), ElidedLabel(self.row.name)
        words, place = QLabel(self.row.words), ElidedLabel(self.row.place)
        name.setFont(heavy_font())
        words.setTextFormat(Qt.TextFormat.PlainText)
        for label in (digit, place):
            label.setProperty("role", "muted")
        place.setToolTip(self.row.place.replace("<", "‹"))
        above, lines = QHBoxLayout(), QVBoxLayout()
        above.addWidget(name, 1)
        above.addWidget(words)
        lines.setSpacing(0)
        lines.addLayout(above)
        lines.addWidget(place)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, RHYTHM)
        whole.setSpacing(RHYTHM)
        whole.addWidget(digit, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(lines, 1)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def mark(self, *, is_marked: bool) -> None:
        """Show whether Enter opens this one."""
        self._is_marked = is_marked
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 2 * self.fontMetrics().height() + 3 * RHYTHM)

    @override
    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is not None and self.rect().contains(a0.position().toPoint()):
            self.clicked.emit(self.row)

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours = self._colours
        painter.setBrush(QColor(colours.selection if self._is_marked else colours.window))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        bar = QRectF(RHYTHM, self.height() - 5, self.width() - 2 * RHYTHM, 2)
        painter.setBrush(QColor(colours.border))
        painter.drawRect(bar)
        bar.setWidth(self.row.part_done * bar.width())
        painter.setBrush(QColor(colours.assigned))
        painter.drawRect(bar)


def _button(text: str, key: str) -> QPushButton:
    button = QPushButton(f"{text}   {key}")
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
