"""Stars and quasars among the galaxies: recognised, accepted with one key, exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import expert as expert_module
import numpy as np
import pytest
from astropy.table import Table
from expert import Expert
from pointlike import WAVE, galaxy, quasar, shipped_engine, star
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from survey_file import write_survey

from moosegui.data.catalogue import SourceFlag
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.posterior import Evidence, LineMatch
from moosegui.data.spectrum import Spectrum
from moosegui.files.tables.columns import as_floats
from moosegui.files.tables.read import read_table
from moosegui.gui.diagnostics.projection import line_windows
from moosegui.gui.queue.row import Chip
from moosegui.gui.spectrum.projection import spectrum_view
from moosegui.gui.style.solution_rows import solution_rows
from moosegui.gui.sweep.dialog import SweepDialog
from moosegui.gui.sweep.grid import SweepGrid
from moosegui.gui.verdict.projection import verdict_view
from moosegui.pipeline.engine import Engine

GALAXY, DWARF, QUASAR = "1", "2", "3"
VELOCITY, REDSHIFT = -32.0, 2.3412


@pytest.fixture(scope="module")
def engine() -> Engine:
    return shipped_engine()


@pytest.fixture
def expert(
    qtbot: QtBot, tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Expert]:
    """Somebody at a list of a galaxy, an M dwarf and a quasar, everything scanned."""
    monkeypatch.setattr(expert_module, "ENGINE", engine)
    spectra = [galaxy(0.34), star("M", VELOCITY), quasar(REDSHIFT)]
    someone = Expert(qtbot, write_list(tmp_path / "points.fits", spectra))
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()


def write_list(path: Path, spectra: list[Spectrum]) -> Path:
    """Write a stacked survey without redshifts; its axis is that of `pointlike`."""
    table = Table({"ID": np.arange(1, len(spectra) + 1)})
    flux = np.array([spectrum.flux for spectrum in spectra])
    variance = np.array([1.0 / spectrum.ivar for spectrum in spectra])
    return write_survey(path, table, flux=flux, variance=variance, wave=WAVE)


def test_that_star_and_quasar_are_accepted_in_a_sweep_and_taken_back_as_one(
    expert: Expert,
) -> None:
    expert.action("sweep_classes").trigger()
    expert.wait_for_window()
    grid = expert.view(SweepGrid)
    words = [cell.words for cell in grid._cells]
    QTest.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QApplication.processEvents()
    dwarf, quasar = expert.session.verdict(DWARF), expert.session.verdict(QUASAR)

    expert.press("z", Qt.KeyboardModifier.ControlModifier)

    assert words[0].startswith("★ M")
    assert words[1].startswith("QSO z 2.34")
    assert (dwarf.zconf, dwarf.flags) == (3, frozenset({SourceFlag.STAR}))
    assert dwarf.redshift * SPEED_OF_LIGHT == pytest.approx(VELOCITY, abs=20.0)
    assert dwarf.basis_fingerprint == expert.session.engine.basis_fingerprint
    assert quasar.redshift == pytest.approx(REDSHIFT, abs=0.01)
    assert SourceFlag.QSO in quasar.flags
    assert expert.session.verdict(DWARF) is None
    assert expert.session.verdict(QUASAR) is None
    assert expert.session.verdict(GALAXY) is None


def test_that_a_sweep_waits_for_what_is_accepted_before_it_is_scanned(expert: Expert) -> None:
    expert.action("sweep_classes").trigger()
    grid = expert.view(SweepGrid)
    dialog = grid.window()
    assert isinstance(dialog, SweepDialog)
    shown = [replace(cell, proposal=None) for cell in grid._cells]

    grid.display(shown)
    QTest.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Return)

    assert "2 of the accepted are still being scanned" in dialog._left.text()
    assert dialog.isVisible()
    assert expert.session.verdict(DWARF) is None
    expert.wait_for_window()
    QApplication.processEvents()
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert expert.session.verdict(DWARF).zconf == 3
    assert SourceFlag.QSO in expert.session.verdict(QUASAR).flags


def test_that_an_m_dwarf_is_recognised_accepted_with_one_key_and_exported_with_its_class(
    expert: Expert,
) -> None:
    expert.go(DWARF)
    first = solution_rows(expert.session.on_screen.analysis)[0]
    assert (first.rank, first.lines[:9]) == (0, "★ M dwarf")

    expert.press_key(Qt.Key.Key_Return)

    verdict = expert.session.verdict(DWARF)
    assert verdict.redshift * SPEED_OF_LIGHT == pytest.approx(VELOCITY, abs=20.0)
    assert (verdict.zconf, verdict.flags) == (3, frozenset({SourceFlag.STAR}))
    expert.press("s", Qt.KeyboardModifier.ControlModifier)
    expert.wait_for_jobs()
    table = read_table(expert.catalogue.with_name("points_updated.fits"))
    assert [str(name).strip() for name in table["CLASS_AUTO"]] == ["GALAXY", "STAR", "QSO"]
    assert str(table["FLAGS_VI"][1]).strip() == "star"
    assert as_floats(table, "P_STAR")[1] > 0.99


def test_that_a_quasar_is_accepted_with_its_redshift_and_flag(expert: Expert) -> None:
    expert.go(QUASAR)

    expert.press_key(Qt.Key.Key_Return)

    verdict = expert.session.verdict(QUASAR)
    assert verdict.redshift == pytest.approx(REDSHIFT, abs=0.002 * (1.0 + REDSHIFT))
    assert SourceFlag.QSO in verdict.flags


def test_that_proposed_stars_and_quasars_are_counted_until_they_are_decided(
    expert: Expert,
) -> None:
    assert (expert.queue.n_under(Chip.STAR), expert.queue.n_under(Chip.QSO)) == (1, 1)

    expert.go(DWARF)
    expert.press_key(Qt.Key.Key_Return)

    assert (expert.queue.n_under(Chip.STAR), expert.queue.n_under(Chip.QSO)) == (0, 1)


def test_that_the_solutions_of_a_galaxy_can_still_be_chosen_for_a_star(expert: Expert) -> None:
    expert.go(DWARF)

    chosen = expert.session.on_screen.analysis.solutions[0].redshift

    expert.press("o2")

    verdict = expert.session.verdict(DWARF)
    assert (verdict.redshift, verdict.zconf, verdict.flags) == (chosen, 2, frozenset())


def test_that_a_star_is_drawn_by_its_own_model(expert: Expert) -> None:
    expert.go(DWARF)

    model = expert.session.on_screen.model_at(expert.session.shown.redshift)

    assert model.chi2 == pytest.approx(1.0, abs=0.1)


def test_that_a_star_has_no_forbidden_lines_on_screen(expert: Expert) -> None:
    expert.go(DWARF)
    session, options = expert.session, expert.display_options

    view = spectrum_view(session, options, smoothing=0.0, is_new_source=True)

    assert view is not None
    assert view.is_star
    names = [window.label for window in line_windows(session, lambda _spectrum: None)]
    assert names
    assert not [name for name in names if name.startswith("[")]
    expert.go(GALAXY)
    assert not spectrum_view(session, options, smoothing=0.0, is_new_source=True).is_star


def test_that_the_lines_of_galaxies_contradict_no_quasar(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert.go(QUASAR)
    on_screen = expert.session.on_screen
    lines = LineMatch(redshift=0.8731, n_matched=4, share=0.9, votes=12.0)
    other = replace(on_screen.analysis, evidence=Evidence(lines=lines))
    monkeypatch.setattr(type(on_screen), "analysis", property(lambda _: other))

    badges = [words for words, _tip in verdict_view(expert.session).badges]

    assert any(words.startswith("QSO?") for words in badges)
    assert not any(words.startswith("lines say") for words in badges)


def test_that_a_number_says_that_it_leaves_out_the_flag(expert: Expert) -> None:
    expert.go(QUASAR)
    expert.press("2")

    assert expert.session.verdict(QUASAR).flags == frozenset()
    assert any("without the flag QSO" in text for text in expert.notices)
