"""The one z on screen: always large; a proposal is lighter, so that it does not lead the expert."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFont, QKeyEvent
from PyQt6.QtWidgets import QLineEdit, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, large_font

NO_REDSHIFT = "–"


class RedshiftField(QLineEdit):
    """The redshift with five decimals, which turns into a text field on Z or a click.

    Signals: `redshift_typed(str)` on Enter, as it was typed.
    """

    redshift_typed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = NO_REDSHIFT
        self.setFont(large_font())
        self.setTextMargins(-2, 0, 0, 0)  # in line with the words above and below
        self.setStyleSheet("QLineEdit { padding: 0; }")
        self.setFixedHeight(self.sizeHint().height())
        width = self.fontMetrics().horizontalAdvance("−0.00000") + RHYTHM
        self.setMinimumWidth(width)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Redshift on screen")
        self.setToolTip("Z types a redshift: 0.7342, 5007@8682 (line at wavelength), v+120 (km/s)")
        self.returnPressed.connect(self._on_return_pressed)

    def display(self, redshift: float, *, is_proposal: bool = False) -> None:
        """Show `redshift`, a proposal in plain weight; what is being typed is left alone."""
        font = large_font()
        font.setWeight(QFont.Weight.Normal if is_proposal else QFont.Weight.DemiBold)
        self.setFont(font)
        self._shown = f"{redshift:.5f}" if np.isfinite(redshift) else NO_REDSHIFT
        if not self.hasFocus():
            self.setText(self._shown)

    def start_typing(self) -> None:
        """Take the keyboard, with the present value selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def stop_typing(self) -> None:
        """Give the keyboard back and forget what was typed."""
        self.clearFocus()
        self.setText(self._shown)

    def _on_return_pressed(self) -> None:
        typed = self.text().strip()
        self.stop_typing()
        if typed and typed != self._shown:
            self.redshift_typed.emit(typed)

    @override
    def focusOutEvent(self, a0: QFocusEvent | None) -> None:
        super().focusOutEvent(a0)
        self.setText(self._shown)

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() == Qt.Key.Key_Escape:
            self.stop_typing()
            return
        super().keyPressEvent(a0)
