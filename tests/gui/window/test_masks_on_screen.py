"""Masks and limits with the mouse, in the real window: what follows it and what stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from expert import Expert
from mouse import CONTROL, Mouse
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot
from seen import plot_in, words_in
from small_survey import FIRST, SECOND, TRUTHS, write_catalogue

from moosegui.gui.queue.row import Mark
from moosegui.gui.session.work.live_scan import LIVE
from moosegui.gui.style.badges import condition_badges

RESIDUAL = (5480.0, 5506.0)  # Angstrom, where the sky was subtracted badly
MISLED = 1.878  # where the residual would be C III]
NEAR = pytest.approx(TRUTHS[0], abs=2e-3)


def spoil(path: Path) -> None:
    """Add a sky residual that looks like a strong line."""
    with fits.open(path, mode="update") as hdus:
        header, flux = hdus["DATA"].header, hdus["DATA"].data
        wave = header["CRVAL1"] + header["CDELT1"] * np.arange(flux.size)
        residual = np.exp(-0.5 * ((wave - np.mean(RESIDUAL)) / 2.0) ** 2)
        hdus["DATA"].data = flux + 60.0 * np.median(flux) * residual


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    written = write_catalogue(tmp_path / "catalogue.csv")
    spoil(tmp_path / "spectra" / f"spectrum_{FIRST}.fits")
    return written


@pytest.fixture
def expert(qtbot: QtBot, catalogue: Path) -> Iterator[Expert]:
    someone = Expert(qtbot, catalogue)
    someone.window.resize(1600, 900)
    someone.wait_for_jobs()
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()


@pytest.fixture
def on_spectrum(expert: Expert) -> Mouse:
    return Mouse(expert.spectrum, plot_in(expert.spectrum))


@pytest.fixture
def on_chi2(expert: Expert) -> Mouse:
    return Mouse(expert.chi2, plot_in(expert.chi2))


def is_misled(expert: Expert) -> bool:
    """Whether one of the first solutions takes the residual for a line."""
    solutions = expert.session.on_screen.analysis.solutions[:3]
    return any(abs(solution.redshift - MISLED) < 5e-3 for solution in solutions)


def masks(expert: Expert) -> list[tuple[float, float]]:
    return [(round(a), round(b)) for a, b in expert.session.live.conditions.masks]


def about(*ranges: tuple[float, float]) -> list[tuple[float, float]]:
    return [pytest.approx(r, abs=4.0) for r in ranges]


def test_that_a_residual_is_masked_away_and_the_solution_changes_under_the_mouse(
    qtbot: QtBot, expert: Expert, on_spectrum: Mouse
) -> None:
    session = expert.session
    assert is_misled(expert)
    before = session.on_screen.spectrum
    expert.spectrum.show_range(5400.0, 5600.0)

    on_spectrum.press(RESIDUAL[0], CONTROL)
    on_spectrum.move(RESIDUAL[0] + 10.0, CONTROL)

    def is_answered() -> bool:
        on_spectrum.move(RESIDUAL[1], CONTROL)
        return not is_misled(expert)

    qtbot.waitUntil(is_answered)
    assert session.store.events() == ()
    assert session.shown.state == "proposal"
    on_spectrum.release(RESIDUAL[1], CONTROL)
    expert.wait_for_jobs()

    expert.press("2")
    verdict = session.verdict(FIRST)
    assert verdict.redshift == NEAR
    assert verdict.zconf == 2
    assert [pytest.approx(m, abs=4.0) for m in verdict.conditions.masks] == [RESIDUAL]
    expert.go(FIRST)
    assert np.array_equal(session.on_screen.spectrum.flux, before.flux)
    assert np.array_equal(session.on_screen.spectrum.ivar, before.ivar)


def test_that_a_flick_masks_what_was_drawn_though_every_move_was_lost(
    expert: Expert, on_spectrum: Mouse
) -> None:
    expert.spectrum.show_range(5400.0, 5600.0)

    on_spectrum.press(RESIDUAL[0], CONTROL)
    on_spectrum.release(RESIDUAL[1], CONTROL)

    assert masks(expert) == about(RESIDUAL)


def test_that_the_last_move_before_a_release_may_be_lost(
    expert: Expert, on_spectrum: Mouse
) -> None:
    expert.spectrum.show_range(5400.0, 5600.0)

    on_spectrum.press(RESIDUAL[0], CONTROL)
    on_spectrum.move(RESIDUAL[0] + 10.0, CONTROL)
    on_spectrum.release(RESIDUAL[1], CONTROL)

    assert masks(expert) == about(RESIDUAL)


def test_that_masks_are_there_again_after_a_restart(expert: Expert, on_spectrum: Mouse) -> None:
    expert.spectrum.show_range(5400.0, 5600.0)
    on_spectrum.drag(*RESIDUAL, CONTROL)
    expert.wait_for_jobs()
    masked = expert.session.live.conditions

    expert.quit()
    expert.start()

    assert expert.current == FIRST
    assert expert.session.live.conditions == masked
    assert expert.session.shown.redshift == NEAR
    assert expert.session.verdict().zconf is None


def test_that_a_mask_leaves_the_files_as_they_are(
    expert: Expert, on_spectrum: Mouse, catalogue: Path
) -> None:
    spectrum = catalogue.parent / "spectra" / f"spectrum_{FIRST}.fits"
    before = spectrum.read_bytes()

    expert.spectrum.show_range(5400.0, 5600.0)
    on_spectrum.drag(*RESIDUAL, CONTROL)
    expert.wait_for_jobs()
    expert.press("3")
    expert.press("s", CONTROL)
    expert.wait_for_jobs()

    assert spectrum.read_bytes() == before


def test_that_an_edge_is_moved_and_another_mask_added(expert: Expert, on_spectrum: Mouse) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    on_spectrum.drag(6100.0, 6200.0, CONTROL)

    on_spectrum.drag(expert.session.live.conditions.masks[0][1], 5800.0)

    assert masks(expert) == about((5600, 5800), (6100, 6200))


def test_that_masks_that_meet_become_one(expert: Expert, on_spectrum: Mouse) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)

    on_spectrum.drag(5900.0, 5650.0, CONTROL)

    assert masks(expert) == about((5600, 5900))


def test_that_a_mask_is_removed_by_a_click(expert: Expert, on_spectrum: Mouse) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    on_spectrum.drag(6100.0, 6200.0, CONTROL)

    on_spectrum.click(5650.0, CONTROL)

    assert masks(expert) == about((6100, 6200))


def test_that_a_mask_pushed_together_is_gone(expert: Expert, on_spectrum: Mouse) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    start, stop = expert.session.live.conditions.masks[0]

    on_spectrum.drag(stop, start)

    assert expert.session.live.conditions.is_default


def test_that_a_plain_drag_moves_the_plot(expert: Expert, on_spectrum: Mouse) -> None:
    expert.spectrum.show_range(5600.0, 5800.0)

    on_spectrum.drag(5750.0, 5700.0)

    assert expert.session.live.conditions.is_default
    assert expert.spectrum.wave_range()[0] > 5610.0


def test_that_a_plain_click_names_a_wavelength_and_masks_nothing(
    qtbot: QtBot, expert: Expert, on_spectrum: Mouse
) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)

    with qtbot.waitSignal(expert.spectrum.wavelength_clicked) as clicked:
        on_spectrum.click(5650.0)

    assert clicked.args[0] == pytest.approx(5650.0, abs=4.0)
    assert masks(expert) == about((5600, 5700))


def test_that_a_click_that_removes_a_mask_names_no_wavelength(
    qtbot: QtBot, expert: Expert, on_spectrum: Mouse
) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)

    with qtbot.assertNotEmitted(expert.spectrum.wavelength_clicked):
        on_spectrum.click(5650.0, CONTROL)

    assert masks(expert) == []


def test_that_q_makes_a_mask_of_the_next_plain_drag_alone(
    expert: Expert, on_spectrum: Mouse
) -> None:
    expert.press("q")
    on_spectrum.drag(5600.0, 5700.0)
    on_spectrum.drag(6000.0, 6100.0)

    assert masks(expert) == about((5600, 5700))


def test_that_q_once_more_or_another_source_takes_q_back(
    expert: Expert, on_spectrum: Mouse
) -> None:
    expert.press("qq")
    on_spectrum.drag(5600.0, 5700.0)
    expert.press("qn")
    on_spectrum.drag(5600.0, 5700.0)

    assert expert.session.live.conditions.is_default
    assert expert.session.store.events() == ()


def test_that_a_mask_in_the_hand_is_not_dropped_on_the_next_source(
    expert: Expert, on_spectrum: Mouse
) -> None:
    on_spectrum.press(5600.0, CONTROL)
    on_spectrum.move(5650.0, CONTROL)
    expert.press("n")
    on_spectrum.move(5700.0, CONTROL)
    on_spectrum.release(5700.0, CONTROL)

    assert expert.current == SECOND
    assert expert.session.live.conditions.is_default
    assert expert.session.store.events() == ()


def test_that_control_z_takes_back_one_mask_after_the_other(
    expert: Expert, on_spectrum: Mouse
) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    on_spectrum.drag(6100.0, 6200.0, CONTROL)

    expert.press("z", CONTROL)
    after_one = masks(expert)
    expert.press("z", CONTROL)

    assert after_one == about((5600, 5700))
    assert masks(expert) == []


def test_that_a_decision_undone_with_a_mask_in_the_hand_is_a_decision(
    expert: Expert, on_spectrum: Mouse
) -> None:
    expert.press("3")
    expert.go(FIRST)
    on_spectrum.press(5600.0, CONTROL)
    on_spectrum.move(5650.0, CONTROL)

    expert.press("z", CONTROL)

    assert expert.session.shown.state == "proposal"
    assert expert.session.live.conditions.is_default
    on_spectrum.release(5650.0, CONTROL)


def test_that_undoing_a_mask_leaves_the_view(expert: Expert, on_spectrum: Mouse) -> None:
    expert.spectrum.show_range(5500.0, 5800.0)
    on_spectrum.drag(5600.0, 5700.0, CONTROL)

    expert.press("z", CONTROL)

    assert expert.spectrum.wave_range() == pytest.approx((5500.0, 5800.0))


def test_that_limits_are_dragged_on_the_axis_of_chi2(expert: Expert, on_chi2: Mouse) -> None:
    on_chi2.drag(1.0, 1.8, CONTROL)
    expert.wait_for_jobs()

    limits = expert.session.live.conditions.redshift_limits
    assert limits == pytest.approx((1.0, 1.8), abs=0.01)
    assert all(0.99 < s.redshift < 1.81 for s in expert.session.on_screen.analysis.solutions)
    assert expert.chi2.redshift_range() == pytest.approx((0.0, 2.0))


def test_that_an_edge_of_the_limits_is_moved(expert: Expert, on_chi2: Mouse) -> None:
    on_chi2.drag(1.0, 1.8, CONTROL)
    low, _ = expert.session.live.conditions.redshift_limits

    on_chi2.drag(low, 0.2)

    limits = expert.session.live.conditions.redshift_limits
    assert limits == pytest.approx((0.2, 1.8), abs=0.01)


def test_that_limits_are_removed_by_a_click(expert: Expert, on_chi2: Mouse) -> None:
    on_chi2.drag(1.0, 1.8, CONTROL)

    on_chi2.click(1.4, CONTROL)

    assert expert.session.live.conditions.is_default


def test_that_g_switches_the_weighting_and_back(expert: Expert) -> None:
    expert.press("g")
    expert.wait_for_jobs()
    switched = expert.session.on_screen.analysis.scan.weighting
    expert.press("g")

    assert switched == "unweighted"
    assert expert.session.on_screen.analysis.scan.weighting == "ivar"
    assert expert.session.live.conditions.is_default


def test_that_the_full_scan_is_one_key_and_can_be_undone(
    expert: Expert, on_spectrum: Mouse, on_chi2: Mouse
) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    on_chi2.drag(1.0, 1.8, CONTROL)
    both = expert.session.live.conditions

    expert.press_key(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    reset = expert.session.live.conditions
    expert.press("z", CONTROL)

    assert reset.is_default
    assert expert.session.live.conditions == both


def test_that_the_window_says_what_the_scan_leaves_out(
    expert: Expert, on_spectrum: Mouse, on_chi2: Mouse
) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    on_chi2.drag(1.0, 1.8, CONTROL)
    expert.press("g")
    expert.wait_for_jobs()

    words = [text for text, _ in condition_badges(expert.session.live.conditions)]
    assert words[0] == "1 mask"
    assert words[1].startswith("z ")
    assert words[2] == "unweighted"
    assert " · ".join(words) in words_in(expert.verdict)


def test_that_nothing_of_the_live_scan_is_left_under_way(
    expert: Expert, on_spectrum: Mouse
) -> None:
    on_spectrum.drag(5600.0, 5700.0, CONTROL)
    expert.wait_for_jobs()

    assert not expert.application.runner.is_pending(LIVE)


def test_that_the_queue_marks_a_source_that_has_masks(expert: Expert, on_spectrum: Mouse) -> None:
    expert.spectrum.show_range(5400.0, 5600.0)
    on_spectrum.drag(*RESIDUAL, CONTROL)
    expert.wait_for_jobs()

    row = expert.rows[0]

    assert Mark.MASKED in row.marks
    assert "masks" in row.tip
