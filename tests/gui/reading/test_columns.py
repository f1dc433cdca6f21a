"""Which columns of a catalogue mean what, said in the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from small_survey import TRUTHS, write_catalogue, write_spectra

from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.reading.columns_panel import NONE, ColumnsPanel


@pytest.fixture
def someone(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = write_catalogue(tmp_path / "catalogue.csv")
    lines = path.read_text().splitlines()
    more = ("GUESS", *map(str, TRUTHS))
    path.write_text("\n".join(f"{a},{b}" for a, b in zip(lines, more, strict=True)))
    expert = Expert(qtbot, path)
    expert.action("columns").trigger()
    qtbot.waitUntil(lambda: not expert.window.jobs.n_pending)
    expert.now += 1.0
    yield expert
    expert.quit()


def test_that_first_rows_stand_beside_what_a_column_is_taken_for(someone: Expert) -> None:
    panel = someone.view(ColumnsPanel)

    panel.choose("Z", "GUESS")

    assert panel.isVisible()
    assert panel.values("ID") == ("0007", "0012", "0100")
    assert panel.values("Z") == ("0.31", "0.84", "1.27")
    assert panel.columns() == {"Z": "GUESS"}


def test_that_a_column_is_taken_at_once_and_remembered(someone: Expert) -> None:
    panel = someone.view(ColumnsPanel)
    someone.session.decisions.judge(2)
    key = someone.session.current.key
    assert np.isnan(someone.session.source(key).redshift)

    panel.choose("Z", "GUESS")
    panel.read_again.click()
    someone.wait_for_jobs()

    assert someone.session.source(key).redshift == TRUTHS[0]
    assert someone.session.verdict(key).zconf == 2
    assert not panel.isVisible()
    someone.quit()
    someone.start()
    assert someone.session.source(key).redshift == TRUTHS[0]


def test_that_a_column_holds_for_all_catalogues_of_the_same_columns(
    someone: Expert, tmp_path: Path
) -> None:
    panel = someone.view(ColumnsPanel)

    panel.choose("Z", "GUESS")
    panel.read_again.click()
    other = tmp_path / "other.csv"
    other.write_text(someone.catalogue.read_text())
    opened = open_source_list(other)

    assert opened.sources[0].redshift == TRUTHS[0]
    assert any("catalogues with the same columns: Z from GUESS" in text for text in opened.notices)


def test_that_columns_that_nobody_recognises_are_asked_for(
    someone: Expert, qtbot, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    lines = someone.catalogue.read_text().splitlines()
    names = lines[0].replace("ID", "WHICH", 1).replace("FILE", "WHERE")
    other.write_text("\n".join([names, *lines[1:]]))
    before = set(someone.window.findChildren(ColumnsPanel))

    someone.application.open_path(other)
    (panel,) = set(someone.window.findChildren(ColumnsPanel)) - before
    asked = panel.isVisible()
    panel.choose("ID", "WHICH")
    panel.choose("FILE", "WHERE")
    panel.read_again.click()
    someone.wait_for_jobs()

    assert asked
    assert someone.session.source_list.path == other
    assert someone.current == "0007"
    assert len(open_source_list(other)) == len(TRUTHS)


def test_that_the_keyboard_alone_settles_the_question(
    someone: Expert, qtbot, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    lines = someone.catalogue.read_text().splitlines()
    names = lines[0].replace("ID", "WHICH", 1).replace("FILE", "OTHERWHERE")
    other.write_text("\n".join([names, *lines[1:]]))
    before = set(someone.window.findChildren(ColumnsPanel))

    someone.application.open_path(other)
    (panel,) = set(someone.window.findChildren(ColumnsPanel)) - before
    qtbot.waitUntil(panel.isActiveWindow)
    for wanted, letter in (("ID", Qt.Key.Key_W), ("file of the spectrum", Qt.Key.Key_O)):
        while QApplication.focusWidget().accessibleName() != wanted:
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        qtbot.keyClick(QApplication.focusWidget(), letter)
    qtbot.keyPress(QApplication.focusWidget(), Qt.Key.Key_Return)  # its release finds it gone
    someone.wait_for_jobs()

    assert someone.session.source_list.path == other
    assert someone.current == "0007"


def test_that_a_catalogue_stays_closed_where_the_question_is_left(
    someone: Expert, tmp_path: Path
) -> None:
    before = someone.session.source_list
    (tmp_path / "other.csv").write_text("WHICH,Q\n1,2\n")

    someone.application.open_path(tmp_path / "other.csv")
    someone.window.findChildren(ColumnsPanel)[-1].close()

    assert someone.session.source_list is before


def test_that_what_cannot_be_read_so_is_said_and_the_list_stays(someone: Expert) -> None:
    panel = someone.view(ColumnsPanel)
    someone.catalogue.write_text("nothing\n1\n")

    panel.choose("Z", "GUESS")
    panel.read_again.click()

    assert any("no column GUESS" in text for text in someone.notices)
    assert len(someone.session.source_list) == len(TRUTHS)


def test_that_nothing_changed_reads_nothing_again(someone: Expert) -> None:
    before = someone.session.source_list

    someone.view(ColumnsPanel).choose("Z", NONE)
    someone.view(ColumnsPanel).read_again.click()

    assert someone.session.source_list is before


def test_that_spectra_without_a_catalogue_have_no_columns(qtbot, tmp_path: Path) -> None:
    expert = Expert(qtbot, write_spectra(tmp_path / "spectra"))

    expert.action("columns").trigger()
    told, is_open = expert.notices, expert.view(ColumnsPanel).isVisible()
    expert.quit()

    assert any("no catalogue" in text for text in told)
    assert not is_open
