from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyqtgraph as pg
import pytest
from gui_examples import REDSHIFT, emitter, model_of

from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.medium import vacuum_to_air
from moosegui.gui.plots.line_labels import LineLabels, as_seen, expected_among, labels_of, marks_at
from moosegui.gui.style.theme import LIGHT

WAVE = np.linspace(4750.0, 9350.0, 3681)
SIGMA = np.ones_like(WAVE)


def marks(redshift, model=None, medium="vacuum"):
    return {mark.line.name: mark for mark in marks_at(redshift, medium, WAVE, model, SIGMA)}


def texts(redshift, pixels_per_angstrom):
    found = labels_of(
        tuple(marks(redshift).values()), lambda x: x * pixels_per_angstrom, lambda t: 6.0 * len(t)
    )
    return [label.text for label in found]


def test_that_lines_outside_the_spectrum_are_not_marked():
    found = marks(3.3)

    assert "LYA" in found
    assert "OII3726" not in found


def test_that_nothing_is_marked_without_a_redshift():
    assert marks(float("nan")) == {}


def test_that_marks_follow_the_medium_of_the_axis():
    vacuum, air = marks(0.4)["HBETA"].wave, marks(0.4, medium="air")["HBETA"].wave

    assert air == pytest.approx(float(vacuum_to_air(vacuum)), abs=1e-6)


def test_that_the_model_decides_between_emission_and_absorption():
    position = 4862.691 * 1.4
    dip = -5.0 * np.exp(-0.5 * ((WAVE - position) / 5.0) ** 2)

    assert marks(0.4)["HBETA"].is_emission
    assert not marks(0.4, model=10.0 + dip)["HBETA"].is_emission


def test_that_strength_is_in_sigma():
    spectrum = emitter()
    sigma = np.full(spectrum.wave.shape, 5.0)

    found = marks_at(REDSHIFT, "vacuum", spectrum.wave, model_of(spectrum).flux, sigma)

    strengths = {mark.line.name: mark.strength for mark in found}
    assert strengths["LYA"] == pytest.approx(40.0, rel=0.05)


def test_that_a_close_doublet_is_one_label():
    assert texts(0.6, 0.25).count("[O II]") == 1


def test_that_a_resolved_doublet_is_two_labels():
    assert texts(0.6, 40.0).count("[O II]") == 2


def test_that_semi_forbidden_doublets_lose_their_first_bracket():
    assert "C III]" in texts(3.3, 0.25)
    assert "[C III]" not in texts(3.3, 0.25)


def test_that_doublets_of_one_element_share_its_name():
    assert "Ca K, H" in texts(0.6, 0.25)


def test_that_a_line_that_the_model_does_not_show_is_not_expected():
    model = model_of(emitter()).flux
    found = marks_at(REDSHIFT, "vacuum", emitter().wave, model, np.ones(model.shape))

    names = {mark.line.name for mark in expected_among(found)}

    assert "LYA" in names
    assert len(names) < len(found)


def test_that_the_strong_lines_are_expected_where_there_is_no_model():
    found = tuple(marks(0.4).values())

    assert {m.line.is_strong for m in expected_among(found)} == {True}


def test_that_a_line_that_is_seen_is_named_though_the_model_does_not_expect_it():
    position = LINES_BY_NAME["HALPHA"].wave * 1.2
    peak = 50.0 * np.exp(-0.5 * ((WAVE - position) / 5.0) ** 2)
    found = tuple(marks(0.2, model=10.0 + peak).values())

    names = {mark.line.name for mark in expected_among(found, {"NAD5890": 4.0})}

    assert {"HALPHA", "NAD5890"} <= names
    assert "NAD5890" not in {mark.line.name for mark in expected_among(found)}


def test_that_the_line_on_which_a_redshift_rests_goes_before_its_neighbour():
    position = LINES_BY_NAME["NII6584"].wave * 1.2
    found = tuple(
        marks(0.2, model=10.0 + 50.0 * np.exp(-0.5 * ((WAVE - position) / 5) ** 2)).values()
    )

    shown = {m.line.name: m for m in as_seen(found, {"HALPHA": 278.0, "NII6584": 9.0})}

    (halpha,), (nii,) = (
        labels_of((shown[name],), float, lambda _: 10.0) for name in ("HALPHA", "NII6584")
    )
    assert halpha.priority > nii.priority


def test_that_no_tick_runs_through_a_name(qtbot):
    plot = pg.PlotItem()
    plot.setXRange(7120.0, 7320.0, padding=0)
    labels = LineLabels(plot.getViewBox(), LIGHT)
    order: list[str] = []
    labels._paint_ticks = lambda *_a, **_k: order.append("tick")
    labels._paint_text = lambda *_a, **_k: order.append("name")
    labels._placed = (object(), object())
    placed = SimpleNamespace(label=SimpleNamespace(marks=(SimpleNamespace(is_emission=True),)))
    labels._placed = (placed, placed)

    labels.paint(SimpleNamespace(setFont=lambda _font: None), None)

    assert order == ["tick", "tick", "name", "name"]


@pytest.mark.parametrize(("height", "lanes"), [(150.0, (2, 1)), (250.0, (2, 2)), (400.0, (3, 2))])
def test_that_a_taller_plot_has_more_lanes_for_names(qtbot, monkeypatch, height, lanes):
    plot = pg.PlotItem()
    view_box = plot.getViewBox()
    monkeypatch.setattr(view_box, "height", lambda: height)

    assert LineLabels(view_box, LIGHT).n_lanes == lanes
