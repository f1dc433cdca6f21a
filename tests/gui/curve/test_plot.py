from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gui_examples import REDSHIFT, scan, solutions
from mouse import Mouse
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from seen import item_in, items_in, plot_in

from moosegui.data.results import ScanResult
from moosegui.gui.curve.markers import Marker, MinimaMarkers
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.plots.chi2_view import Chi2View, robust_limits
from moosegui.gui.plots.items import StepCurve


@pytest.fixture
def plot(qtbot):
    widget = Chi2Plot()
    qtbot.addWidget(widget)
    widget.resize(1000, 240)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def markers(plot: Chi2Plot) -> tuple[Marker, ...]:
    return item_in(plot_in(plot), MinimaMarkers).markers


def shown(**options: object) -> Chi2View:
    given = {"redshift": REDSHIFT, "state": "trial", "selected_rank": 1, **options}
    return Chi2View(given.pop("scan", None) or scan(), solutions(), **given)  # type: ignore[arg-type]


def test_that_a_spike_does_not_squeeze_the_curve():
    low, high = robust_limits(scan().chi2)

    assert low < 1.0
    assert 2.0 < high < 4.0


def test_that_a_rise_far_above_the_minimum_is_cut():
    rising = np.concatenate((np.full(9000, 150.0), np.linspace(150, 1700, 4000), [30.0]))

    _, high = robust_limits(rising)

    assert high < 500.0


@pytest.mark.parametrize("chi2", [np.full(10, np.nan), np.full(10, 1.0), np.zeros(0)])
def test_that_a_curve_without_structure_has_a_range(chi2):
    low, high = robust_limits(chi2)

    assert low < high


def test_that_every_solution_has_a_badge_of_its_own(plot):
    plot.display(shown())

    badges = [marker.badge for marker in markers(plot)]
    assert len(badges) == 3
    assert not any(a.intersects(b) for i, a in enumerate(badges) for b in badges[:i])


def test_that_a_click_on_a_badge_chooses_its_solution(plot, qtbot):
    plot.display(shown())
    whole = plot_in(plot)
    marker = next(m for m in markers(plot) if m.rank == 3)
    position = whole.getViewBox().mapToScene(marker.badge.center())

    with qtbot.waitSignal(plot.solution_chosen) as caught:
        Mouse(plot, whole).click_at(position)

    assert caught.args == [3]


def test_that_a_click_beside_the_badges_chooses_a_redshift(plot, qtbot):
    plot.display(shown())

    with qtbot.waitSignal(plot.redshift_chosen) as caught:
        Mouse(plot, plot_in(plot)).click(4.5)

    assert caught.args[0] == pytest.approx(4.5, abs=0.01)


def test_that_the_zoom_is_centred_on_the_redshift(plot):
    plot.display(shown(redshift=2.0))

    start, stop = plot_in(plot, column=1).getViewBox().viewRange()[0]
    assert (start + stop) / 2 == pytest.approx(2.0)


def test_that_display_emits_nothing(plot, qtbot):
    with qtbot.assertNotEmitted(plot.solution_chosen), qtbot.assertNotEmitted(plot.redshift_chosen):
        plot.display(shown())
        plot.display(shown(redshift=1.2, selected_rank=2))
        plot.display(None)


def test_that_a_scan_without_a_single_trial_is_shown(plot):
    redshifts = np.linspace(0.0, 6.7, 101)
    empty = ScanResult(redshifts, np.full(101, np.nan), n_samples=0, oversampling=1.0)

    plot.display(Chi2View(empty))

    assert plot.redshift_range() == pytest.approx((0.0, 6.7))


def test_that_no_part_takes_the_keyboard(plot):
    children = [plot, *plot.findChildren(QWidget)]

    assert all(child.focusPolicy() == Qt.FocusPolicy.NoFocus for child in children)


def test_that_the_redshifts_on_screen_stay_under_a_mask_that_moves(plot):
    automatic = scan()
    plot.display(shown(automatic=automatic, scan=automatic))
    plot_in(plot).setXRange(3.0, 4.0, padding=0)

    plot.display(shown(automatic=automatic, scan=replace(automatic, chi2=0.5 * automatic.chi2)))

    assert plot.redshift_range() == pytest.approx((3.0, 4.0))


def test_that_another_source_is_shown_from_end_to_end(plot):
    first, second = scan(), scan()
    plot.display(shown(automatic=first, scan=first))
    plot_in(plot).setXRange(3.0, 4.0, padding=0)

    plot.display(shown(automatic=second, scan=second))

    assert plot.redshift_range() == pytest.approx((0.0, 6.7))


def test_that_limits_leave_the_axis_and_the_automatic_curve(plot):
    automatic, few = scan(), slice(2000, 4000)
    limited = replace(automatic, redshifts=automatic.redshifts[few], chi2=automatic.chi2[few])

    plot.display(shown(automatic=automatic, scan=limited))

    assert plot.redshift_range() == pytest.approx((0.0, 6.7))
    _second, _cross, _foreign, _prior, behind, _limited = items_in(plot_in(plot), StepCurve)
    assert behind.getData()[0].size == automatic.redshifts.size


def test_that_likely_solutions_have_their_probability_beside_the_badge(plot):
    plot.display(shown(probabilities=(0.72, 0.27, 0.001)))

    texts = {m.rank: m.text for m in markers(plot)}
    assert texts == {1: "72 %", 2: "27 %", 3: ""}


def test_that_badges_with_probabilities_do_not_overlap(plot):
    plot.display(shown(probabilities=(0.4, 0.3, 0.3)))

    boxes = [m.badge.united(m.beside) for m in markers(plot)]
    assert len(boxes) == 3
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_that_another_redshift_of_the_catalogue_is_marked(plot):
    plot.display(shown(catalogue=2.5))

    lines = [pane.catalogue for pane in plot._panes]
    assert [line.isVisible() for line in lines] == [True, True]
    assert [line.value() for line in lines] == [2.5, 2.5]
    plot.display(shown())
    assert not any(line.isVisible() for line in lines)
