"""The images of a source in full height: how they are drawn is chosen above them."""

from __future__ import annotations

import math
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from moosegui.data.sky.aperture import ApertureView
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.stretch import LIMITS, STRETCHES
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours
from moosegui.gui.surroundings.aperture_strip import ApertureStrip
from moosegui.gui.surroundings.sky_canvas import SkyCanvas
from moosegui.gui.surroundings.sky_scene import COLOUR_MAPS, SkyLook, SkyScene


class SkyView(QWidget):
    """A bar of choices above a canvas of images; below it the spectrum of an aperture.

    Signals: `neighbour_chosen(str)` with the key; `look_changed(object)` with how images are drawn;
    `aperture_drawn(object)` with an aperture.
    """

    neighbour_chosen = pyqtSignal(str)
    aperture_drawn = pyqtSignal(object)
    look_changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self.canvas = SkyCanvas(self, colours)
        self._stretch = _choice("Stretch of the images", STRETCHES)
        self._limits = _choice("From which to which brightness", LIMITS)
        self._map = _choice("Colours of the images", COLOUR_MAPS)
        self._contours = _tick("Contours", "Outline of the object, and of the light of its lines")
        self._labels = _tick("Labels", "ID and redshift beside the neighbours")
        self._place = QLabel(self)
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        bar = QHBoxLayout()
        bar.setContentsMargins(RHYTHM, 0, RHYTHM, 0)
        for widget in (self._stretch, self._limits, self._map, self._contours, self._labels):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(RHYTHM // 2)
        layout.addLayout(bar)
        layout.addWidget(self.canvas, 1)
        self._strip = ApertureStrip(self, colours)
        layout.addWidget(self._strip)
        self.canvas.aperture_drawn.connect(self.aperture_drawn)
        for combo in (self._stretch, self._limits, self._map):
            combo.activated.connect(self._on_chosen)
        for box in (self._contours, self._labels):
            box.clicked.connect(self._on_chosen)
        self.canvas.neighbour_chosen.connect(self.neighbour_chosen)
        self.canvas.pointed.connect(self._on_pointed)
        self._here = (math.nan, math.nan)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self.canvas.set_colours(colours)
        self._strip.set_colours(colours)

    def display_aperture(self, view: ApertureView | None, source: Spectrum | None) -> None:
        """Show what an aperture says, over the spectrum of the source; None takes it away."""
        self._strip.display(view, source)
        if view is None:
            self.canvas.aperture = None

    def set_look(self, look: SkyLook) -> None:
        """Choose how images are drawn."""
        self._stretch.setCurrentText(look.stretch)
        self._limits.setCurrentText(look.limits)
        self._map.setCurrentText(look.colour_map)
        self._contours.setChecked(look.has_contours)
        self._labels.setChecked(look.has_labels)
        self.canvas.set_look(look)

    def display(
        self, scene: SkyScene, here: tuple[float, float], *, is_new_source: bool = False
    ) -> None:
        """Draw a scene around a place (right ascension and declination in degrees)."""
        self._here = here
        self.canvas.display(scene, is_new_source=is_new_source)

    def _on_chosen(self) -> None:
        look = replace(
            self.canvas.look,
            stretch=STRETCHES[self._stretch.currentIndex()],
            limits=LIMITS[self._limits.currentIndex()],
            colour_map=self._map.currentText(),
            has_contours=self._contours.isChecked(),
            has_labels=self._labels.isChecked(),
        )
        self.canvas.set_look(look)
        self.look_changed.emit(look)

    def _on_pointed(self, found: tuple[float, float, float] | None) -> None:
        self._place.setText("" if found is None else _place_text(self._here, *found))


def _place_text(here: tuple[float, float], east: float, north: float, value: float) -> str:
    """Return a place as an offset, on the sky, and the value there."""
    words = [f"{abs(east):.1f}″ {'E' if east >= 0 else 'W'}"]
    words.append(f"{abs(north):.1f}″ {'N' if north >= 0 else 'S'}")
    ra, dec = here
    if math.isfinite(ra) and math.isfinite(dec):
        dec_there = dec + north / 3600.0
        ra_there = (ra + east / 3600.0 / math.cos(math.radians(dec))) % 360.0
        words.append(f"{ra_there:.5f} {dec_there:+.5f}")
    if math.isfinite(value):
        words.append(f"{value:.4g}")
    return "   ".join(words)


def _choice(purpose: str, texts: tuple[str, ...]) -> QComboBox:
    box = QComboBox()
    box.addItems(list(texts))
    box.setToolTip(purpose)
    box.setAccessibleName(purpose)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return box


def _tick(text: str, purpose: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setChecked(True)
    box.setToolTip(purpose)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return box
