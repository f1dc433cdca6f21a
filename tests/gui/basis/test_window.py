from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from seen import item_in, plot_in
from small_survey import small_engine, write_catalogue
from synthetic import small_basis

from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.basis.window import BasisView, BasisWindow
from moosegui.gui.plots.line_labels import LineLabels
from moosegui.gui.style.theme import DARK
from moosegui.gui.window.app import Application
from moosegui.gui.window.options import WindowOptions

WINDOW = (3000.0, 4000.0)


@pytest.fixture
def window(qtbot):
    widget = BasisWindow()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_that_shares_are_the_light_inside_the_window():
    basis = small_basis(4)
    coefficients = np.array([1.0, 0.0, 2.0, 0.5])

    shares = BasisView(basis, coefficients, WINDOW).shares()

    wave = basis.grid.wave
    inside = (wave >= WINDOW[0]) & (wave < WINDOW[1])
    light = (coefficients[:, None] * basis.components)[:, inside].sum(axis=1)
    np.testing.assert_allclose(shares, light / light.sum())


@pytest.mark.parametrize(
    "view",
    [
        BasisView(small_basis(4)),
        BasisView(small_basis(4), np.zeros(4), WINDOW),
        BasisView(small_basis(4), np.ones(4), (1e5, 2e5)),
    ],
    ids=["no model", "zero model", "window beside the basis"],
)
def test_that_without_light_there_are_no_shares(view):
    assert view.shares() is None


def test_that_every_component_gets_a_bar(window):
    window.display(BasisView(small_basis(4), np.array([1.0, 0.0, 2.0, 0.5]), WINDOW))

    bars = window.shown_shares()
    assert len(bars) == 4
    assert sum(bars) == pytest.approx(100.0)
    assert bars[1] == 0.0


def test_that_the_bars_go_with_the_model(window):
    basis = small_basis(4)
    window.display(BasisView(basis, np.ones(4), WINDOW))

    window.display(BasisView(basis))

    assert window.shown_shares() == ()


def test_that_strong_lines_are_named(window):
    window.display(BasisView(small_basis(4)))

    texts = " ".join(
        text for text, _, lane in item_in(plot_in(window), LineLabels).placed if lane is not None
    )
    assert "[O II]" in texts
    assert "Mg II" in texts


def test_that_the_zoom_stays_while_sources_change(window):
    basis = small_basis(4)
    window.display(BasisView(basis, np.ones(4), WINDOW))
    plot_in(window).setXRange(3.5, 3.6, padding=0)

    window.display(BasisView(basis, np.array([0.0, 1.0, 0.0, 0.0]), (2500.0, 3500.0)))

    assert window.shown_range() == pytest.approx((10**3.5, 10**3.6))


def test_that_another_basis_is_shown_whole(window):
    window.display(BasisView(small_basis(4)))
    plot_in(window).setXRange(3.5, 3.6, padding=0)
    other = small_basis(3, zmax=1.0)

    window.display(BasisView(other))

    assert window.shown_range() == pytest.approx(other.grid.wave_range)


def test_that_nothing_can_be_shown(window):
    window.display(BasisView(small_basis(4), np.ones(4), WINDOW, "0042 at z 0.5"))

    window.display(None)

    assert window.shown_shares() == ()


def test_that_the_palette_changes_without_a_basis(window):
    window.set_colours(DARK)

    assert window.shown_shares() == ()


def test_that_escape_closes_it(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Escape)

    assert not window.isVisible()


def test_that_ctrl_b_shows_how_the_model_on_screen_is_made(qtbot, tmp_path):
    application = Application(small_engine(), WindowOptions(inspector="ZB"))
    application.window.show()
    application.open(open_source_list(write_catalogue(tmp_path / "catalogue.csv")))
    qtbot.waitUntil(lambda: not application.runner.n_pending)

    QTest.keyClick(application.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    basis_window = application.window.findChild(BasisWindow)
    first = basis_window.shown_shares()
    application.session.step(1)

    assert basis_window.isVisible()
    assert sum(first) == pytest.approx(100.0)
    assert basis_window.shown_shares() != first
    application.window.close()
    application.close()
    application.window.deleteLater()
