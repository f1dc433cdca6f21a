"""Paths that lead out of the catalogue's folder are read after one question, which is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtWidgets import QApplication, QMessageBox
from small_survey import IDS


@pytest.fixture
def astray(expert: Expert, tmp_path: Path) -> Expert:
    """Somebody who opens a catalogue that names spectra in another folder."""
    (tmp_path / "survey").mkdir()
    expert.session.close()
    expert.catalogue = expert.catalogue.rename(tmp_path / "survey" / "catalogue.csv")
    text = expert.catalogue.read_text()
    expert.catalogue.write_text(text.replace("spectra/", "../spectra/"))
    expert.application.open_path(expert.catalogue)
    return expert


def question() -> QMessageBox | None:
    found = QApplication.activeModalWidget()
    return found if isinstance(found, QMessageBox) else None


def answer(button: QMessageBox.StandardButton) -> None:
    box = question()
    assert box is not None
    box.button(button).click()
    QApplication.processEvents()


def n_with_spectra(expert: Expert) -> int:
    return sum(source.spectrum is not None for source in expert.session.source_list)


def test_that_a_folder_is_asked_for_once(astray: Expert, tmp_path: Path) -> None:
    box = question()
    assert box is not None
    assert str(tmp_path / "spectra") in box.text()
    assert n_with_spectra(astray) == 0

    answer(QMessageBox.StandardButton.Yes)
    astray.wait_for_jobs()

    assert n_with_spectra(astray) == len(IDS)
    assert question() is None


def test_that_the_answer_is_kept_with_the_session(astray: Expert) -> None:
    answer(QMessageBox.StandardButton.Yes)
    astray.wait_for_jobs()

    astray.application.open_path(astray.catalogue)
    astray.wait_for_jobs()

    assert question() is None
    assert n_with_spectra(astray) == len(IDS)


def test_that_a_refusal_is_kept_too(astray: Expert) -> None:
    answer(QMessageBox.StandardButton.No)

    astray.application.open_path(astray.catalogue)
    astray.wait_for_jobs()

    assert question() is None
    assert n_with_spectra(astray) == 0
