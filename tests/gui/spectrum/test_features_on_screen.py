"""Marking, naming and measuring features, and the rival view, in the real window."""

from __future__ import annotations

import re

import numpy as np
import pytest
from expert import Expert
from mouse import Mouse
from PyQt6.QtCore import Qt
from seen import item_in, items_in, plot_in
from small_survey import FIRST, TRUTHS

from moosegui.data.grids import velocity_difference
from moosegui.data.lines import LINES_BY_LETTER, LINES_BY_NAME, centroid_wave
from moosegui.gui.plots.items import StepCurve
from moosegui.gui.spectrum.feature_control import measure
from moosegui.gui.spectrum.feature_marks import FeatureMarks
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.spectrum.rival_layer import DecidingRanges, RivalWords

SHIFT = Qt.KeyboardModifier.ShiftModifier
OII = centroid_wave(LINES_BY_NAME["OII3726"])


@pytest.fixture
def plot(expert: Expert) -> SpectrumPlot:
    return expert.spectrum


@pytest.fixture
def marks(plot: SpectrumPlot) -> FeatureMarks:
    return plot.marks


@pytest.fixture
def mouse(plot: SpectrumPlot) -> Mouse:
    return Mouse(plot, plot_in(plot))


def observed_oii(expert: Expert) -> float:
    """Go to the fourth source, whose [O II] doublet is in range, and return its wavelength."""
    expert.go("0200")
    return OII * (1.0 + TRUTHS[4])


# Naming


def test_that_a_clicked_feature_named_oii_gives_the_redshift(expert: Expert, mouse: Mouse) -> None:
    wave = observed_oii(expert)
    expert.press("o")  # something else is on screen
    assert abs(expert.session.shown.redshift - TRUTHS[4]) > 0.01

    mouse.click(wave + 2.0)
    expert.press("o", SHIFT)

    shown = expert.session.shown
    assert abs(velocity_difference(shown.redshift, TRUTHS[4])) < 60.0
    assert (shown.state, shown.origin) == ("trial", "line")
    assert shown.redshift_error > 0
    assert expert.session.verdict() is None


def test_that_a_click_marks_the_feature_and_moves_no_redshift(
    expert: Expert, mouse: Mouse, marks: FeatureMarks
) -> None:
    wave = observed_oii(expert)
    before = expert.session.shown

    mouse.click(wave + 3.0)

    assert marks.mark is not None
    assert marks.mark[0] == pytest.approx(wave, abs=2.5)
    assert "±" in marks.mark[1]
    assert expert.session.shown == before


@pytest.mark.parametrize("letter", LINES_BY_LETTER)
def test_that_every_letter_with_shift_names_its_line(
    expert: Expert, mouse: Mouse, marks: FeatureMarks, letter: str
) -> None:
    mouse.click(observed_oii(expert))

    expert.press(letter, SHIFT)

    assert marks.mark is not None
    assert marks.mark[1].startswith(LINES_BY_LETTER[letter].label)


def test_that_point_and_comma_cycle_through_identities(expert: Expert, mouse: Mouse) -> None:
    mouse.click(observed_oii(expert))

    redshifts = []
    for key in "..,":
        expert.press(key)
        redshifts.append(expert.session.shown.redshift)

    assert redshifts[0] != redshifts[1]
    assert redshifts[2] == redshifts[0]


def test_that_a_letter_without_a_mark_is_said_and_does_nothing(expert: Expert) -> None:
    before = expert.session.shown

    expert.press("o", SHIFT)

    assert expert.session.shown == before
    assert any("Click a feature" in text for text in expert.notices)


def test_that_escape_clears_the_mark(expert: Expert, mouse: Mouse, marks: FeatureMarks) -> None:
    mouse.click(observed_oii(expert))

    expert.press_key(Qt.Key.Key_Escape)
    expert.press("o", SHIFT)

    assert marks.mark is None
    assert expert.session.shown.origin == "auto"


def test_that_a_mark_does_not_follow_to_another_source(
    expert: Expert, mouse: Mouse, marks: FeatureMarks
) -> None:
    mouse.click(observed_oii(expert))

    expert.go(FIRST)

    assert marks.mark is None


# Measuring


def test_that_shift_and_a_drag_measure_and_move_nothing(
    expert: Expert, mouse: Mouse, marks: FeatureMarks, plot: SpectrumPlot
) -> None:
    before = plot.wave_range()

    mouse.drag(5300.0, 6500.0, SHIFT)

    assert marks.span is not None
    start, stop, text = marks.span
    assert (start, stop) == pytest.approx((5300.0, 6500.0), abs=8.0)
    assert "km/s" in text
    assert plot.wave_range() == before


def test_that_a_span_is_told_observed_at_rest_and_as_a_velocity() -> None:
    assert measure(5000.0, 5010.0, 1.0) == "+10.00 Å   rest +5.00 Å   +600 km/s"


def test_that_a_span_without_a_redshift_has_no_rest_frame() -> None:
    assert measure(5000.0, 4990.0, float("nan")) == "−10.00 Å   −600 km/s"


# The rival


def rival_words(plot: SpectrumPlot) -> list[str]:
    """What speaks for the model on screen and for its rival; nothing without a rival."""
    words = plot.findChild(RivalWords)
    assert words is not None
    return re.findall(r"&nbsp; ([^<]*)", words.text()) if words.isVisible() else []


def assert_rival(plot: SpectrumPlot, expert: Expert, *, rank: int) -> None:
    """The model of the solution of a rank is drawn, beside that on screen."""
    on_screen = expert.session.on_screen
    solution = next(s for s in on_screen.analysis.solutions if s.rank == rank)
    model = on_screen.model_at(solution.redshift).flux
    known = np.isfinite(model)
    curves = [curve.getData()[1] for curve in items_in(plot_in(plot), StepCurve)]
    drawn = [flux for flux in curves if flux is not None and flux.shape == model.shape]
    assert any(flux[known] == pytest.approx(model[known]) for flux in drawn)


def test_that_e_lays_the_best_other_solution_over_the_spectrum(
    expert: Expert, plot: SpectrumPlot
) -> None:
    expert.press("e")

    first, second = rival_words(plot)
    assert (first[:10], second[:10]) == ("solution 1", "solution 2")
    assert_rival(plot, expert, rank=2)
    ranges, of_residual = (item_in(plot_in(plot, row), DecidingRanges).ranges for row in (0, 1))
    assert ranges == of_residual != ()


def test_that_the_rival_of_the_second_solution_is_the_first(
    expert: Expert, plot: SpectrumPlot
) -> None:
    expert.press("eo")

    assert_rival(plot, expert, rank=1)


def test_that_e_again_takes_the_rival_away(expert: Expert, plot: SpectrumPlot) -> None:
    expert.press("ee")

    assert item_in(plot_in(plot), DecidingRanges).ranges == ()
    assert rival_words(plot) == []
