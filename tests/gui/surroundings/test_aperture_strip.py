"""The spectrum of an aperture is drawn, however few pixels it has."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.sky.aperture import Aperture, ApertureView
from moosegui.data.spectrum import Spectrum
from moosegui.gui.style.theme import LIGHT
from moosegui.gui.surroundings.aperture_strip import ApertureStrip


@pytest.mark.parametrize("n_wave", [200, 3681])
def test_that_a_spectrum_is_drawn_from_edge_to_edge(qtbot, n_wave: int) -> None:
    wave = 4750.0 + 1.25 * np.arange(n_wave)
    flux = np.sin(np.arange(n_wave) / 5.0)
    curve = np.linspace(0.0, 1.0, 400), 1.0 - 0.5 * np.exp(-(np.linspace(-20, 20, 400) ** 2))
    spectrum = Spectrum(wave, flux, np.ones(n_wave))
    seen = ApertureView(Aperture(0.0, 0.0), spectrum, 0.5, 0.1, 0.2, 3.0, 0.9, flux, *curve)
    strip = ApertureStrip(colours=LIGHT)
    qtbot.addWidget(strip)
    strip.resize(900, 110)

    strip.display(seen)

    picture = strip.grab().toImage()
    paper = picture.pixelColor(1, 109)
    drawn = [
        any(picture.pixelColor(x, y) != paper for y in range(22, picture.height()))
        for x in range(20, 880)
    ]
    assert np.mean(drawn) > 0.95
    right = [picture.pixelColor(x, y) != paper for x in range(640, 880) for y in range(90, 106)]
    assert any(right)  # the minimum of the curve, in its own third
