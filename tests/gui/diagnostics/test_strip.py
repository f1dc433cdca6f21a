"""The line strip as a widget and in the window."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from expert import Expert
from gui_examples import REDSHIFT, emitter, model_of
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.gui.diagnostics.control import LineStripControl
from moosegui.gui.diagnostics.strip import LineStrip, asymmetry_texts, sigmas
from moosegui.gui.plots.line_window import LineWindow, cut_window
from moosegui.gui.style.theme import DARK, LIGHT

SPECTRUM = emitter()
WINDOWS = tuple(
    cut_window(SPECTRUM, model_of(SPECTRUM), line)
    for line in rank_lines(SPECTRUM, REDSHIFT, model_of(SPECTRUM))
)


@pytest.fixture
def strip(qtbot) -> LineStrip:
    widget = LineStrip()
    qtbot.addWidget(widget)
    widget.resize(1200, 120)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def strip_of(expert: Expert) -> LineStrip:
    return expert.control(LineStripControl)._strip


def colours_in(strip: LineStrip) -> int:
    image = strip.grab().toImage()
    pixels = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint32)
    return np.unique(pixels).size


def test_that_the_windows_stand_in_the_order_of_wavelength(strip: LineStrip) -> None:
    strip.display(WINDOWS)

    waves = [window.wave for window in strip.shown]
    assert len(waves) >= 6
    assert waves == sorted(waves)


def test_that_a_narrow_strip_keeps_the_most_diagnostic_windows(strip: LineStrip) -> None:
    strip.display(WINDOWS)

    strip.resize(380, 120)

    assert 1 < len(strip.shown) < 5
    assert set(strip.shown) == set(WINDOWS[: len(strip.shown)])


def test_that_windows_do_not_overlap(strip: LineStrip) -> None:
    strip.display(WINDOWS)

    cells = strip.cells()

    assert all(a.right() < b.left() for a, b in pairwise(cells))
    assert cells[-1].right() <= strip.width()


def test_that_two_lines_of_one_name_are_told_apart_where_there_is_room(strip: LineStrip) -> None:
    twins = tuple(replace(window, label="[O III]") for window in WINDOWS[:2])
    strip.display((*twins, replace(WINDOWS[2], label="Hα")))

    names = [strip.name_of(window, 200.0) for window in (*twins, strip.shown[-1])]

    waves = [f"[O III] {window.line.wave:.0f}" for window in twins if window.line is not None]
    assert names[:2] == waves
    assert len(set(names[:2])) == 2
    assert strip.name_of(twins[0], 40.0) == "[O III]"
    alone = next(window for window in strip.shown if window.label == "Hα")
    assert strip.name_of(alone, 200.0) == "Hα"


def test_that_a_click_on_a_window_tells_its_wavelength(strip: LineStrip, qtbot) -> None:
    strip.display(WINDOWS)
    target = strip.cells()[2].center().toPoint()

    with qtbot.waitSignal(strip.line_clicked) as signal:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=target)

    assert signal.args == [strip.shown[2].wave]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_that_windows_are_painted(strip: LineStrip, colours) -> None:
    strip.set_colours(colours)
    empty = colours_in(strip)

    strip.display(WINDOWS)

    assert colours_in(strip) > empty


def test_that_a_line_without_any_good_pixel_is_painted_empty(strip: LineStrip) -> None:
    window = WINDOWS[0]
    nothing = np.full_like(window.flux, np.nan)

    strip.display((LineWindow("Lyα", 5000.0, False, (0.0,), window.edges, *(3 * (nothing,)), (),
                              (-1.0, 1.0), float("nan")),))  # fmt: skip

    assert colours_in(strip) > 1


def test_that_the_strip_follows_the_solution_on_screen(expert: Expert, qtbot: QtBot) -> None:
    before = [window.wave for window in strip_of(expert).shown]

    expert.press("o")

    qtbot.waitUntil(lambda: [window.wave for window in strip_of(expert).shown] != before)
    assert before


def test_that_the_strip_comes_after_the_spectrum_and_once(
    expert: Expert, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def counted(*arguments: object) -> tuple[LineWindow, ...]:
        asked.append(arguments)
        return WINDOWS

    monkeypatch.setattr("moosegui.gui.diagnostics.control.line_windows", counted)

    for step in (1, -1, 1):
        expert.session.step(step)

    assert not asked
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) == 1


def test_that_nothing_is_computed_for_a_hidden_strip(expert: Expert) -> None:
    strip = strip_of(expert)
    expert.press("h")
    before = strip.shown

    expert.press("o")
    hidden = strip.shown
    expert.press("h")

    assert hidden == before
    assert strip.shown != before


def test_that_a_click_on_a_line_shows_it_in_the_spectrum(expert: Expert) -> None:
    strip = strip_of(expert)
    wave = strip.shown[0].wave

    strip.line_clicked.emit(wave)

    start, stop = expert.spectrum.wave_range()
    assert start < wave < stop
    assert stop - start <= 121.0


@pytest.mark.parametrize(
    ("snr", "text"),
    [(12.4, "12σ"), (-3.21, "−3.2σ"), (-0.01, "0.0σ"), (float("nan"), "")],
)
def test_that_absorption_is_negative_and_nothing_has_no_sign(snr: float, text: str) -> None:
    assert sigmas(snr) == text


def test_that_an_asymmetry_has_its_sign_and_error_and_an_unknown_one_no_words() -> None:
    assert asymmetry_texts((0.412, 0.021))[0] == "asym +0.41 ± 0.02"
    assert asymmetry_texts((-0.412, 0.021))[-1] == "A −0.41"
    assert asymmetry_texts((np.nan, np.nan)) == ()


def test_that_without_a_redshift_the_strip_says_how_to_get_one(expert: Expert) -> None:
    expert.press("0")
    expert.press("b")
    expert.wait_for_jobs()

    strip = strip_of(expert)

    assert not expert.session.shown.is_known
    assert (strip.shown, strip._has_redshift) == ((), False)
