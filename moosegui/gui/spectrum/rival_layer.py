"""A rival on the spectrum: its model in its colour, and shaded where the models differ most."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QLabel, QStyleOptionGraphicsItem, QWidget

from moosegui.fit.lines.rivals import DecidingRange
from moosegui.gui.plots.layers import ViewLayer
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, Colours, mixed

FOR_FIRST, FOR_RIVAL = 0.20, 0.30  # of the colour of the model that a range speaks for


class DecidingRanges(ViewLayer):
    """Tints over the full height, in the colour of the model for which the pixels speak."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._ranges: tuple[DecidingRange, ...] = ()
        self.set_colours(colours)

    @property
    def ranges(self) -> tuple[DecidingRange, ...]:
        """What is shaded."""
        return self._ranges

    def set_colours(self, colours: Colours) -> None:
        """Change the tints."""
        self._for_first = mixed(colours.model, colours.canvas, FOR_FIRST)
        self._for_rival = mixed(colours.rival_model, colours.canvas, FOR_RIVAL)
        self.update()

    def set_ranges(self, ranges: tuple[DecidingRange, ...]) -> None:
        """Shade these wavelengths."""
        self._ranges = ranges
        self.update()

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        view = QRectF(self.viewRect())
        for shaded in self._ranges:
            tint = self._for_first if shaded.delta_chi2 >= 0 else self._for_rival
            band = QRectF(shaded.start, view.top(), shaded.stop - shaded.start, view.height())
            p.fillRect(band, tint)


class RivalWords(QLabel):
    """What speaks for the model on screen and for its rival, one line each, in their colours."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._words = ("", "")
        self.setContentsMargins(RHYTHM, 0, RHYTHM, RHYTHM // 2)
        self.setMinimumWidth(1)  # a long sentence must not widen the window
        self.setWordWrap(True)
        self.set_colours(colours)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._show()

    def set_words(self, words: tuple[str, str] | None) -> None:
        """Show these words; None hides them."""
        self._words = words or ("", "")
        self._show()
        self.setVisible(words is not None)

    def _show(self) -> None:
        colours = (self._colours.model, self._colours.rival_model)
        self.setText(
            "<br>".join(
                f"<span style='color:{colour}'>━</span>&nbsp; {text}"
                for colour, text in zip(colours, self._words, strict=True)
            )
        )
