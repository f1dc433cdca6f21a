"""Ctrl+I: what was taken of a file, and reading it otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from expert import Expert
from PyQt6.QtCore import Qt

from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice
from moosegui.files.tables.read import read_table
from moosegui.gui.reading.account_control import in_window
from moosegui.gui.reading.account_panel import ProvenancePanel
from moosegui.gui.style.info_button import InfoButton

N_WAVE = 400


def write_spectrum(path: Path, unit: float = 1.0) -> None:
    """Write wavelengths without a unit, two fluxes and an error."""
    wave = np.linspace(4800.0, 9300.0, N_WAVE) * unit
    flux = 20.0 + np.random.default_rng(3).normal(size=N_WAVE)
    rows = [f"{w:.4f},{f:.4f},{2 * f:.4f},1.0" for w, f in zip(wave, flux, strict=True)]
    path.write_text("\n".join(["wave,flux,other,err", *rows]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "spectra"
    place.mkdir()
    write_spectrum(place / "a.csv")
    write_spectrum(place / "b.csv")
    return place


@pytest.fixture
def reader(qtbot, folder: Path):
    expert = Expert(qtbot, folder)
    expert.press_key(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    settle(expert, qtbot)
    yield expert
    expert.quit()


def settle(expert: Expert, qtbot) -> None:
    qtbot.waitUntil(lambda: not expert.window.jobs.n_pending, timeout=60_000)


def facts(expert: Expert) -> dict[str, str]:
    return dict(expert.view(ProvenancePanel).facts())


def say(expert: Expert, qtbot, choice: ReadingChoice) -> None:
    panel = expert.view(ProvenancePanel)
    panel.display("", panel.facts(), choice)
    panel.read_again.click()
    expert.wait_for_jobs()
    settle(expert, qtbot)


def test_that_the_panel_says_what_the_command_says(reader: Expert, folder: Path) -> None:
    found = facts(reader)

    assert found["file"] == str(folder / "a.csv")
    assert "flux" in found["flux"]
    assert "err" in found["error"]
    assert found["range"].endswith("Angstrom in vacuum")


def test_that_the_panel_follows_the_source(reader: Expert, qtbot, folder: Path) -> None:
    reader.session.step(1)
    reader.wait_for_jobs()
    settle(reader, qtbot)

    assert facts(reader)["file"] == str(folder / "b.csv")


def test_that_another_flux_is_read_and_remembered(reader: Expert, qtbot) -> None:
    before = np.median(reader.session.on_screen.spectrum.flux)

    say(reader, qtbot, ReadingChoice(flux="other"))
    after = np.median(reader.session.on_screen.spectrum.flux)
    reader.quit()
    reader.start()

    assert after == pytest.approx(2.0 * before, rel=1e-4)
    assert np.median(reader.session.on_screen.spectrum.flux) == pytest.approx(after)


def test_that_decisions_stay_when_the_list_is_read_again(reader: Expert, qtbot) -> None:
    reader.view(ProvenancePanel).hide()
    key = reader.session.current.key
    reader.session.redshift.type("0.5")
    reader.session.decisions.judge(2)

    say(reader, qtbot, ReadingChoice(medium="vacuum"))

    assert reader.session.verdict(key).redshift == 0.5
    assert reader.session.on_screen.spectrum.wave[0] == pytest.approx(4800.0)


def test_that_an_answer_is_taken_back(reader: Expert, qtbot) -> None:
    say(reader, qtbot, ReadingChoice(medium="vacuum"))

    say(reader, qtbot, AS_WRITTEN)

    assert reader.session.on_screen.spectrum.wave[0] > 4801.0  # air, as assumed before


def test_that_an_answer_that_fits_nothing_is_said(reader: Expert, qtbot) -> None:
    say(reader, qtbot, ReadingChoice(flux="nothing"))

    said = [text for name, text in reader.view(ProvenancePanel).facts() if name == "assumed"]
    assert said[0] == "There is no flux nothing; column flux was taken."


def test_that_a_file_that_cannot_be_read_says_why_and_is_mended(reader: Expert, qtbot) -> None:
    say(reader, qtbot, ReadingChoice(wave_unit="s"))
    refused = facts(reader)["problem"]

    say(reader, qtbot, AS_WRITTEN)

    assert "no unit" in refused
    assert reader.session.on_screen.spectrum is not None
    assert "problem" not in facts(reader)


def test_that_the_same_answer_again_is_not_read_again(reader: Expert, qtbot) -> None:
    before = reader.session.on_screen.spectrum

    say(reader, qtbot, AS_WRITTEN)

    assert reader.session.on_screen.spectrum is before


def test_that_any_unit_can_be_typed(reader: Expert) -> None:
    panel = reader.view(ProvenancePanel)

    panel.display("", (), ReadingChoice(wave_unit="pm"))

    assert panel.choice() == ReadingChoice(wave_unit="pm")


def test_that_both_buttons_open_the_panel(reader: Expert, qtbot) -> None:
    panel = reader.view(ProvenancePanel)
    buttons = reader.window.findChildren(InfoButton)

    for button in buttons:
        panel.hide()
        button.click()
        settle(reader, qtbot)
        assert panel.isVisible()
    assert len(buttons) == 2


def test_that_a_factor_on_sigma_is_applied_kept_and_exported(
    reader: Expert, qtbot, tmp_path: Path
) -> None:
    reader.session.step(1)
    reader.wait_for_jobs()
    key, before = reader.session.current.key, reader.session.on_screen.spectrum.sigma

    say(reader, qtbot, ReadingChoice(sigma_factor=2.0))
    reader.session.export(tmp_path / "out.csv")
    reader.wait_for_jobs()

    assert reader.session.current.key == key
    np.testing.assert_allclose(reader.session.on_screen.spectrum.sigma, 2.0 * before)
    assert set(read_table(tmp_path / "out.csv")["READ_VI"]) == {"sigma x 2"}
    reader.quit()
    reader.start()
    assert reader.session.current.spectrum.choice == ReadingChoice(sigma_factor=2.0)


def test_that_a_question_of_the_reader_is_answered_here_too(
    reader: Expert, qtbot, tmp_path: Path
) -> None:
    write_spectrum(tmp_path / "nm.csv", unit=0.1)

    reader.application.open_path(tmp_path / "nm.csv")
    reader.wait_for_jobs()
    settle(reader, qtbot)
    asked = facts(reader)
    say(reader, qtbot, ReadingChoice(wave_unit="nm", medium="vacuum"))

    assert "answer below" in asked["question"]
    assert asked["problem"].endswith("could be Angstrom or nm.")
    assert reader.session.on_screen.spectrum.wave[0] == pytest.approx(4800.0)


def test_that_a_sentence_in_the_window_names_no_option() -> None:
    told = "Other fluxes in the file: a, b; --flux takes one of them."

    assert in_window(told) == "Other fluxes in the file: a, b."
    assert in_window("It is; --as it was; told.") == "It is; --as it was; told."
