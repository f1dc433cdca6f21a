"""χ² of a second galaxy, stretched under that of the first."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from moosegui.gui.curve.plot import Chi2Plot

REDSHIFTS = np.linspace(0.0, 6.0, 601)
CURVE = 0.71 + 0.002 * np.cos(REDSHIFTS)


@pytest.fixture
def plot(qtbot: QtBot) -> Chi2Plot:
    widget = Chi2Plot()
    qtbot.addWidget(widget)
    return widget


def drawn(plot: Chi2Plot) -> tuple[float, float]:
    """Lowest and highest value of the second curve on the axis of the plot."""
    item = plot._panes[0].second._curve
    bounds = item.mapRectToParent(item.boundingRect())
    return bounds.top(), bounds.bottom()


def test_that_a_flat_curve_fills_the_lowest_part(plot: Chi2Plot) -> None:
    second = plot._panes[0].second
    second.place(10.0, 30.0)

    plot.show_second(REDSHIFTS, CURVE)

    low, high = drawn(plot)
    assert low == pytest.approx(10.0, abs=1.5)
    assert high == pytest.approx(17.0, abs=1.5)


def test_that_it_follows_another_range(plot: Chi2Plot) -> None:
    plot.show_second(REDSHIFTS, CURVE)

    plot._panes[0].second.place(0.0, 2.0)

    low, high = drawn(plot)
    assert low == pytest.approx(0.0, abs=0.15)
    assert high == pytest.approx(0.7, abs=0.15)


def test_that_it_goes_away(plot: Chi2Plot) -> None:
    plot.show_second(REDSHIFTS, CURVE)
    assert plot._panes[0].second.is_shown

    plot.clear_second()

    assert not plot._panes[0].second.is_shown
