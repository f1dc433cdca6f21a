"""What a window on one line is cut from."""

from __future__ import annotations

import numpy as np
import pytest
from gui_examples import LYA, MASKED, REDSHIFT, emitter, model_of

from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.diagnostic import DiagnosticLine, rank_lines
from moosegui.gui.plots.line_window import HALF_WIDTH, LineWindow, cut_window

SPECTRUM = emitter()
OBSERVED = LYA * (1 + REDSHIFT)


def line_named(name: str, redshift: float = REDSHIFT, spectrum: Spectrum = SPECTRUM):
    found = rank_lines(spectrum, redshift, n_max=40)
    return next(line for line in found if line.line.name == name)


def lya_window(**options: object) -> LineWindow:
    return cut_window(SPECTRUM, model_of(SPECTRUM), line_named("LYA"), **options)  # type: ignore[arg-type]


def test_that_the_pixels_cover_the_whole_window() -> None:
    window = lya_window()

    assert window.edges[0] <= -HALF_WIDTH
    assert window.edges[-1] >= HALF_WIDTH


def test_that_the_line_lies_at_velocity_zero() -> None:
    window = lya_window()

    peak = int(np.argmax(window.model))
    assert window.wave == pytest.approx(OBSERVED)
    assert window.edges[peak] <= 0.0 <= window.edges[peak + 1]


def test_that_the_oxygen_doublet_has_two_ticks() -> None:
    redshift = 0.6

    window = cut_window(SPECTRUM, None, line_named("OII3726", redshift))

    assert len(window.ticks) == 2
    assert window.ticks[1] - window.ticks[0] == pytest.approx(223.9, abs=0.5)


def test_that_masked_pixels_are_not_drawn() -> None:
    middle = sum(MASKED) / 2
    line = line_named("LYA")
    moved = DiagnosticLine(line.line, (middle,), 2.0, 0.0, 0.0, 1.0, 0.0, 0.0, False)

    window = cut_window(SPECTRUM, None, moved)

    assert np.isnan(window.flux).all()
    assert np.isnan(window.sigma).all()


def test_that_the_height_holds_data_and_model() -> None:
    window = lya_window()

    low, high = window.flux_range
    assert low < np.nanmin(window.flux)
    assert high > max(np.nanmax(window.flux), window.model.max())


def test_that_a_spike_under_a_sky_line_does_not_set_the_height() -> None:
    flux = SPECTRUM.flux.copy()
    spike = int(np.searchsorted(SPECTRUM.wave, OBSERVED + 20.0))
    flux[spike] = 1e5
    spectrum = Spectrum(SPECTRUM.wave, flux, SPECTRUM.ivar)
    sky = ((OBSERVED + 15.0, OBSERVED + 25.0),)

    window = cut_window(spectrum, None, line_named("LYA"), sky)

    assert window.flux_range[1] < 1e3
    assert len(window.sky) == 1


def test_that_lya_that_is_seen_has_its_asymmetry() -> None:
    asymmetry, error = lya_window().asymmetry

    assert abs(asymmetry) < 3 * error


def test_that_another_line_has_no_asymmetry() -> None:
    as_oii = OBSERVED / 3728.5 - 1

    window = cut_window(SPECTRUM, None, line_named("OII3726", as_oii))

    assert np.isnan(window.asymmetry[0])
