"""The line above the spectrum: whose it is, how it is drawn, and which redshift is shown."""

from __future__ import annotations

from html import escape

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.session.states import REDSHIFT_GLYPHS
from moosegui.gui.style.elided_label import ElidedLabel
from moosegui.gui.style.info_button import InfoButton
from moosegui.gui.style.overriding import override
from moosegui.gui.style.still_label import StillLabel
from moosegui.gui.style.theme import RHYTHM, Colours, heavy_font

WIDEST = "★ K star, −000 km/s  ○ z 0.00000 proposal"


class SpectrumHeader(QWidget):
    """ID, position, magnitude, smoothing and medium on the left, solution and z on the right."""

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = colours
        self._build()

    def _build(self) -> None:
        self._view: SpectrumView | None = None
        self._said = ""
        self._title, self._facts = QLabel(), ElidedLabel()
        self._subtitle = StillLabel(WIDEST, alignment=Qt.AlignmentFlag.AlignRight)
        self.info = InfoButton()
        self._title.setFont(heavy_font())
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setProperty("role", "muted")
        self._subtitle.label.setTextFormat(Qt.TextFormat.RichText)
        row = QHBoxLayout(self)
        row.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, 0)
        row.setSpacing(2 * RHYTHM)
        row.addWidget(self._title)
        row.addWidget(self.info)
        row.addWidget(self._facts, 1)
        row.addWidget(self._subtitle)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.display(self._view)

    def display(self, view: SpectrumView | None) -> None:
        """Say what is shown, or nothing."""
        self._view = view
        self._facts.setText("" if view is None else view.facts)
        title = "" if view is None else view.title
        if self._title.text() != title:  # a label lays the window out anew, with any text
            self._title.setText(title)
        if view is None or not np.isfinite(view.redshift):
            self._subtitle.setText("" if view is None else escape(view.subtitle))
            return
        self._say_redshift(view)

    def _say_redshift(self, view: SpectrumView) -> None:
        """Say as much of solution, z and state as there is room for, and never a part of a word."""
        colour, sign = self._colours.of_redshift(view.state), REDSHIFT_GLYPHS[view.state]
        name, state = (f"{sign} ", "z"), str(view.state)
        if view.is_second:
            colour, name, state = self._colours.component_b, ("", "z₂"), ""
        redshift = f"{view.redshift:.5f}".replace("-", "−")
        z, metrics = f"{name[1]} {redshift}", QFontMetrics(heavy_font())
        for before, after in ((view.subtitle, state), ("", state), ("", "")):
            self._said = plain = f"{before}  {name[0]}{z} {after}".strip()
            if metrics.horizontalAdvance(plain) <= self._subtitle.width():
                break
        redshift = f"{name[0]}<b>{z}</b> {after}"
        self._subtitle.setText(
            f"<span style='color:{self._colours.muted}'>{escape(before)}</span>&nbsp;&nbsp;"
            f"<span style='color:{colour}'>{redshift}</span>"
        )

    def said(self) -> tuple[str, int]:
        """Return what is said of the redshift, without colours, and the px that it has."""
        return self._said, self._subtitle.width()

    @override
    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        if (layout := self.layout()) is not None:
            layout.activate()
        if self._view is not None and np.isfinite(self._view.redshift):
            self._say_redshift(self._view)
