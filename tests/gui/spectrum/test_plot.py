from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from gui_examples import LYA, MASKED, REDSHIFT, emitter, view_of
from mouse import Mouse
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget
from seen import canvas_in, item_in, items_in, labels_with, plot_in

from moosegui.data.spectrum import Spectrum
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.plots.items import BandItem, StepCurve
from moosegui.gui.plots.line_labels import LineLabels
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.style.theme import DARK


@pytest.fixture
def plot(qtbot):
    widget = SpectrumPlot()
    qtbot.addWidget(widget)
    widget.resize(1000, 500)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def shot_of(widget: QWidget) -> bytes:
    image = widget.grab().toImage()
    return image.constBits().asstring(image.sizeInBytes())


def failing(*_: object) -> None:
    raise MemoryError


def labels_of(plot: SpectrumPlot) -> LineLabels:
    return item_in(plot_in(plot), LineLabels)


def scene_point(plot: SpectrumPlot, wave: float) -> QPointF:
    view_box = plot_in(plot).getViewBox()
    low, high = plot.flux_range()
    return view_box.mapViewToScene(QPointF(wave, (low + high) / 2))


def test_that_a_new_source_is_shown_whole(plot):
    plot.display(view_of())

    start, stop = plot.wave_range()
    assert (start, stop) == pytest.approx((4750.0, 9350.0), abs=1.0)


def test_that_the_wavelength_range_is_kept_between_solutions(plot):
    plot.display(view_of())
    plot.show_range(5000.0, 6000.0)

    plot.display(view_of(redshift=1.2, is_new_source=False))

    assert plot.wave_range() == pytest.approx((5000.0, 6000.0))


def test_that_reset_view_shows_the_whole_spectrum_again(plot):
    plot.display(view_of())
    plot.show_range(5000.0, 6000.0)

    plot.reset_view()

    assert plot.wave_range() == pytest.approx((4750.0, 9350.0), abs=1.0)


def test_that_zooming_halves_the_range_around_its_middle(plot):
    plot.display(view_of())
    start, stop = plot.wave_range()

    plot.zoom(2.0)

    assert sum(plot.wave_range()) == pytest.approx(start + stop)
    assert np.diff(plot.wave_range()) == pytest.approx((stop - start) / 2)


def test_that_masked_pixels_are_gaps(plot):
    plot.display(view_of())

    spectrum = emitter()
    middle = int(np.searchsorted(spectrum.wave, sum(MASKED) / 2))
    _raw, _dim, flux, *_ = items_in(plot_in(plot), StepCurve)
    assert not flux.opts["connect"][2 * middle]


def test_that_another_redshift_draws_no_data_anew(plot):
    same = emitter()
    plot.display(view_of(same))
    _raw, _dim, flux, *others = items_in(plot_in(plot), StepCurve)
    drawn, before = flux.yData, [curve.yData for curve in others]

    plot.display(view_of(same, redshift=1.2, is_new_source=False))
    again = flux.yData
    plot.display(view_of(same, redshift=1.2, smoothing=10.0, is_new_source=False))

    assert again is drawn
    pairs = zip(others, before, strict=True)
    assert any(curve.yData is not earlier for curve, earlier in pairs)  # the model
    assert flux.yData is not drawn


def test_that_data_whose_drawing_failed_are_drawn_the_next_time(plot, monkeypatch):
    plot.display(view_of())
    bright = emitter()
    bright = replace(bright, flux=bright.flux + 50.0)
    with monkeypatch.context() as broken:
        broken.setattr(BandItem, "show_band", failing)
        with pytest.raises(MemoryError):
            plot.display(view_of(bright))

    plot.display(view_of(bright, redshift=1.2))

    _raw, _dim, flux, *_ = items_in(plot_in(plot), StepCurve)
    assert np.median(flux.yData) > 25.0


@pytest.mark.parametrize(("colour", "mode"), [("#102030", "on"), ("#80102030", "auto")])
def test_that_opaque_steps_are_drawn_as_lines(colour: str, mode: str) -> None:
    curve = StepCurve()
    curve.set_colour(QColor(colour))

    curve.show_steps(np.arange(5.0), np.ones(4), np.ones(4, dtype=bool))

    assert curve.opts["segmentedLineMode"] == mode


def test_that_nothing_is_left_on_screen_without_a_source(plot):
    plot.display(None)
    empty = shot_of(plot)
    plot.display(view_of(title="00017"))
    assert shot_of(plot) != empty

    plot.display(None)

    assert labels_of(plot).placed == ()
    assert all(curve.xData is None for curve in items_in(plot_in(plot), StepCurve))
    assert labels_with(plot, "00017") == []


def test_that_the_spectrum_and_the_residual_share_their_left_edge(plot, qtbot):
    chi2 = Chi2Plot()
    qtbot.addWidget(chi2)
    chi2.resize(1000, 200)
    chi2.show()
    qtbot.waitExposed(chi2)
    plot.display(view_of())

    edges = {
        round(item.getViewBox().sceneBoundingRect().left())
        for item in (plot_in(plot), plot_in(plot, row=1), plot_in(chi2))
    }

    assert len(edges) == 1


def test_that_the_rest_axis_shows_the_line_at_its_rest_wavelength(plot):
    plot.display(view_of())
    axis = plot_in(plot).getAxis("top")

    shown = axis.tickStrings([LYA * (1 + REDSHIFT)], 1.0, 0.01)

    assert float(shown[0]) == pytest.approx(LYA, abs=0.01)


def test_that_the_axes_change_places(plot):
    plot.display(view_of(is_rest_below=True))
    axis = plot_in(plot, row=1).getAxis("bottom")

    shown = axis.tickStrings([LYA * (1 + REDSHIFT)], 1.0, 0.01)

    assert float(shown[0]) == pytest.approx(LYA, abs=0.01)


def test_that_the_view_stays_on_the_spectrum(plot):
    plot.display(view_of())

    plot.zoom(0.1)

    assert plot.wave_range() == pytest.approx((4750.0, 9350.0), abs=1.0)


def test_that_spectra_of_different_ranges_follow_each_other(plot):
    red = Spectrum(np.linspace(15000.0, 16000.0, 500), np.ones(500), np.ones(500))
    plot.display(view_of())

    plot.display(view_of(red, model=None))

    residual = plot_in(plot, row=1).getViewBox().viewRange()[0]
    assert plot.wave_range() == pytest.approx((15000.0, 16000.0), abs=2.0)
    assert residual == pytest.approx(plot.wave_range())


def test_that_a_residual_beyond_its_range_is_marked(plot):
    spectrum = emitter()
    flux = spectrum.flux.copy()
    flux[1000:1003] += 1000.0 / np.sqrt(spectrum.ivar[1000:1003])

    plot.display(view_of(replace(spectrum, flux=flux)))

    beyond = items_in(plot_in(plot, row=1), StepCurve)[-1]
    x, _ = beyond.getData()
    drawn = x[np.flatnonzero(beyond.opts["connect"])]
    assert drawn.size == 3  # no line joins a pixel above the range to one below
    assert drawn.min() == pytest.approx(spectrum.wave[1000], abs=5.0)
    assert drawn.max() == pytest.approx(spectrum.wave[1002], abs=5.0)
    plot.display(view_of(spectrum))
    assert beyond.getData()[0] is None


def wheel(plot: SpectrumPlot, position: QPointF) -> None:
    viewport = canvas_in(plot).viewport()
    event = QWheelEvent(
        position,
        QPointF(viewport.mapToGlobal(position.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_that_the_wheel_zooms_in_wavelength_and_leaves_the_flux_automatic(plot):
    plot.display(view_of())
    before = np.diff(plot.wave_range())

    wheel(plot, scene_point(plot, 6500.0))

    assert np.diff(plot.wave_range()) < before
    assert not plot_in(plot).getViewBox().is_y_manual


def test_that_the_wheel_over_the_axis_zooms_in_flux_until_the_view_is_reset(plot):
    plot.display(view_of())
    axis = plot_in(plot).getAxis("left").sceneBoundingRect().center()
    automatic = plot.flux_range()

    wheel(plot, axis)
    zoomed = plot.flux_range()
    plot.reset_view()

    assert np.diff(zoomed) < np.diff(automatic)
    assert plot.flux_range() == pytest.approx(automatic)


def test_that_a_click_tells_the_wavelength(plot, qtbot):
    plot.display(view_of())

    with qtbot.waitSignal(plot.wavelength_clicked) as caught:
        Mouse(plot, plot_in(plot)).click(6500.0)

    assert caught.args[0] == pytest.approx(6500.0, abs=10.0)


def test_that_the_cursor_tells_rest_wavelength_and_signal_to_noise(plot, qtbot):
    plot.display(view_of())

    with qtbot.waitSignal(plot.cursor_moved) as caught:
        Mouse(plot, plot_in(plot)).hover(LYA * (1 + REDSHIFT))

    rest = float(re.search(r"rest (\S+) Å", caught.args[0]).group(1))
    assert rest == pytest.approx(LYA, abs=1.5)  # a pixel of the screen
    assert "S/N" in caught.args[0]


def test_that_the_cursor_says_where_pixels_are_masked(plot, qtbot):
    plot.display(view_of())

    with qtbot.waitSignal(plot.cursor_moved) as caught:
        Mouse(plot, plot_in(plot)).hover(sum(MASKED) / 2)

    assert "masked" in caught.args[0]


def test_that_labels_stay_inside_the_plot(plot):
    plot.display(view_of())

    width = plot_in(plot).getViewBox().width()
    assert labels_of(plot).placed
    assert all(0 <= centre <= width for _, centre, _ in labels_of(plot).placed)


def test_that_the_same_view_twice_looks_the_same(plot, qtbot):
    plot.display(view_of())
    first = shot_of(plot)

    plot.display(view_of(redshift=0.5, smoothing=8.0))
    plot.display(view_of())

    assert shot_of(plot) == first


def test_that_another_palette_is_taken_on(plot):
    plot.display(view_of())
    light = plot.grab().toImage().pixelColor(500, 480).lightness()

    plot.set_colours(DARK)

    assert plot.grab().toImage().pixelColor(500, 480).lightness() < light


def test_that_a_source_without_model_or_redshift_is_shown(plot):
    plot.display(view_of(model=None, redshift=float("nan")))

    assert labels_of(plot).placed == ()
    assert plot.wave_range()[0] < 5000.0


def test_that_a_view_box_moved_by_hand_in_flux_stays(plot):
    plot.display(view_of())
    plot_in(plot).getViewBox().is_y_manual = True
    plot_in(plot).setYRange(0.0, 10.0, padding=0)

    plot.display(view_of(redshift=1.0, is_new_source=False))

    assert plot.flux_range() == pytest.approx((0.0, 10.0))


def test_that_no_part_takes_the_keyboard(plot):
    children = [plot, *plot.findChildren(QWidget)]

    assert all(child.focusPolicy() == Qt.FocusPolicy.NoFocus for child in children)


def test_that_the_flux_has_the_unit_of_the_file(plot):
    counts = replace(emitter(), unit="counts")

    plot.display(view_of(counts))

    assert "counts" in plot_in(plot).getAxis("left").labelText


def test_that_raw_data_lie_behind_smoothed_ones(plot):
    plot.display(view_of(smoothing=8.0))
    raw, _dim, flux, *_ = items_in(plot_in(plot), StepCurve)

    assert raw.zValue() < flux.zValue()
    assert raw.getData()[1].std() > flux.getData()[1].std()


def test_that_pixels_of_the_sky_are_dimmed_with_the_sky_bands(plot):
    plot.display(view_of())
    _raw, dim, *_ = items_in(plot_in(plot), StepCurve)
    n_dimmed = int(np.count_nonzero(dim.opts["connect"]))

    plot.display(view_of(show_sky=False))

    assert n_dimmed > 0
    assert not np.any(dim.opts["connect"])


def test_that_only_lines_that_the_model_expects_are_named(plot):
    plot.display(view_of())
    expected = {text for text, _, _ in labels_of(plot).placed}

    plot.display(view_of(shows_all_lines=True))
    everything = {text for text, _, _ in labels_of(plot).placed}

    assert "Lyα" in expected
    assert expected < everything
