"""The card that asks how a file is to be read, with the spectrum under each answer."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QHideEvent, QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from moosegui.data.spectrum import Spectrum
from moosegui.gui.reading.picture import Picture, close_up
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font
from moosegui.pipeline.reading.questions import OpenQuestion, Reading

N_COLUMNS = 3
CLOSES = (Qt.Key.Key_Escape,)
PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
LONGEST = 28  # characters of an answer
LEAVE, LATER = "Leave it as it is", "Later"
TEXT_WIDTH = 640  # px, at most, of a line of the question


class SettleCard(QFrame):
    """Lies over the middle of the window, which goes on; never takes the keys by itself.

    Signals: `answered(Reading, is_for_list)`, `left()`.
    """

    answered = pyqtSignal(object, bool)
    left = pyqtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._colours = LIGHT
        self._readings: tuple[Reading, ...] = ()
        self._build(window)
        self.set_colours(LIGHT)

    def _build(self, window: QWidget) -> None:
        self.setObjectName("settle")
        self.setAccessibleName("How is this file to be read?")
        self._sentence, self._grid = QLabel(), QGridLayout()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setFont(heavy_font())
        self._grid.setHorizontalSpacing(2 * RHYTHM)
        self.for_list, self.for_source = QPushButton("for the list"), QPushButton("this source")
        for button in (self.for_list, self.for_source):
            button.setCheckable(True)
            button.setAutoExclusive(True)
        self.for_list.setChecked(True)
        self.leave = QPushButton(LEAVE)
        self.leave.clicked.connect(self._on_left)
        for widget in (self.for_list, self.for_source, self.leave):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below = QHBoxLayout()
        below.addWidget(self.for_list)
        below.addWidget(self.for_source)
        below.addStretch(1)
        below.addWidget(self.leave)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        layout.setContentsMargins(2 * RHYTHM, 2 * RHYTHM, 2 * RHYTHM, 2 * RHYTHM)
        layout.setSpacing(RHYTHM)
        layout.addWidget(self._sentence)
        layout.addLayout(self._grid)
        layout.addLayout(below)
        window.installEventFilter(self)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.setStyleSheet(
            f"#settle {{ background: {colours.field}; border: 1px solid {colours.muted}; "
            "border-radius: 6px; }"
        )
        for picture in self.findChildren(Picture):
            picture.set_colours(colours)

    def display(self, question: OpenQuestion) -> None:
        """Ask; an answer or `left` closes the card."""
        self._readings = question.readings
        self._sentence.setText(f"{question.sentence} Which is right?")
        self.leave.setText(LEAVE if question.is_taken else LATER)
        self.for_list.setChecked(True)
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        window = _close_up(question)
        for i, reading in enumerate(question.readings):
            box = self._box(reading, window, is_taken=question.is_taken and i == 0)
            self._grid.addWidget(box, i // N_COLUMNS, i % N_COLUMNS)
            box.show()  # a layout shows it in a later turn: Tab jumped over what was not there yet
        self._sentence.setFixedWidth(min(TEXT_WIDTH, self._window().width() - 8 * RHYTHM))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def ask_for_keys(self) -> None:
        """Take the keys until the card closes, as somebody asked for it."""
        for button in self._with_keys():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._with_keys()[0].setFocus()

    def _with_keys(self) -> list[QPushButton]:
        return [*self.buttons(), self.for_list, self.for_source, self.leave]

    def buttons(self) -> list[QPushButton]:
        """Return the buttons of the answers, in their order."""
        boxes = (self._grid.itemAt(i) for i in range(self._grid.count()))
        widgets = (box.widget() for box in boxes if box is not None)
        found = (w.findChild(QPushButton) for w in widgets if w is not None)
        return [button for button in found if button is not None]

    @property
    def sentence(self) -> str:
        """What is asked."""
        return self._sentence.text()

    def _box(
        self, reading: Reading, window: tuple[float, float] | None, *, is_taken: bool
    ) -> QWidget:
        box, picture, caption = QWidget(), Picture(), QLabel(_caption(reading, window))
        picture.set_colours(self._colours)
        picture.display(reading.spectrum, window)
        caption.setTextFormat(Qt.TextFormat.PlainText)
        caption.setProperty("role", "muted")
        caption.setWordWrap(True)
        words = (
            reading.option if len(reading.option) <= LONGEST else f"…{reading.option[-LONGEST:]}"
        )
        button = QPushButton(f"{words}  (as now)" if is_taken else words)
        button.setToolTip(reading.problem or f"Read as {reading.option}")
        button.setEnabled(reading.spectrum is not None)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._on_answered(reading))
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(picture)
        layout.addWidget(caption)
        layout.addWidget(button)
        return box

    def _on_answered(self, reading: Reading) -> None:
        self.hide()
        self.answered.emit(reading, self.for_list.isChecked())

    def _on_left(self) -> None:
        self.hide()
        self.left.emit()

    def _window(self) -> QWidget:
        window = self.parentWidget()
        assert window is not None
        return window

    def _place(self) -> None:
        room = self._window().size() - self.size()
        self.move(QPoint(max(room.width() // 2, 0), max(room.height() // 3, 0)))

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if a1 is not None and a1.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(a0, a1)

    @override
    def hideEvent(self, a0: QHideEvent | None) -> None:
        """Leave the keys to the window again."""
        for button in self.findChildren(QPushButton):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        super().hideEvent(a0)

    @override
    def event(self, e: QEvent | None) -> bool:
        """Keep its keys from the shortcuts of the window while one of its buttons has the keys."""
        is_key = isinstance(e, QKeyEvent) and e.key() in (*CLOSES, *PRESSES)
        if e is not None and is_key and e.type() == QEvent.Type.ShortcutOverride:
            e.accept()
            return True
        return super().event(e)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  (Qt's)
        """Go round the buttons in the order in which they are seen.

        Qt's own chain loses that order where answers of an earlier question are still being
        deleted: Tab then jumped over answers.
        """
        stops = [b for b in self._with_keys() if b.isEnabled() and b.isVisible()]
        focus = self.focusWidget()
        if focus not in stops:
            return super().focusNextPrevChild(next)
        i = stops.index(focus) + (1 if next else -1)
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stops[i % len(stops)].setFocus(reason)
        return True

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        button = self.focusWidget()
        if a0 is not None and a0.key() in CLOSES:
            self._on_left()
        elif a0 is not None and a0.key() in PRESSES and isinstance(button, QAbstractButton):
            button.click()
        else:
            super().keyPressEvent(a0)


def _close_up(question: OpenQuestion) -> tuple[float, float] | None:
    """Return the wavelengths to draw where all readings have nearly the same."""
    spectra = [reading.spectrum for reading in question.readings if reading.spectrum is not None]
    return close_up(spectra[0]) if question.what == "medium" and spectra else None


def _caption(reading: Reading, window: tuple[float, float] | None) -> str:
    spectrum: Spectrum | None = reading.spectrum
    if spectrum is None:
        return "cannot be read so"
    first, last = window or (float(spectrum.wave[0]), float(spectrum.wave[-1]))
    return f"{first:,.0f} to {last:,.0f} Å, S/N {spectrum.median_snr:.1f} a pixel"
