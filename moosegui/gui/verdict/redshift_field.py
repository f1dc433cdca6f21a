"""The one z on screen; large once it is the expert's, so that a proposal does not lead them."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QLineEdit, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import heavy_font, large_font

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
        self.setStyleSheet("QLineEdit { padding: 0 4px; }")
        self.setFixedHeight(self.sizeHint().height())  # nothing moves when the size of z changes
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Redshift on screen")
        self.setToolTip("Z types a redshift: 0.7342, 5007@8682 (line at wavelength), v+120 (km/s)")
        self.returnPressed.connect(self._on_return_pressed)

    def display(self, redshift: float, *, is_proposal: bool = False) -> None:
        """Show `redshift`, a proposal in plain size; what is being typed is left alone."""
        self.setFont(heavy_font() if is_proposal else large_font())
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
