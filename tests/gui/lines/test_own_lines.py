"""Lines of the user: understood, kept, drawn, measured and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from expert import Expert
from mouse import RIGHT, Mouse
from PyQt6.QtWidgets import QApplication, QMenu
from seen import item_in, plot_in
from small_survey import TRUTHS

from moosegui.errors import InputError
from moosegui.files.models.line_lists import (
    OwnLine,
    line_of,
    own_lines_path,
    read_line_list,
    read_own_lines,
)
from moosegui.gui.diagnostics.strip import LineStrip
from moosegui.gui.lines.dialog import OwnLinesDialog
from moosegui.gui.plots.line_labels import LineLabels

MINE = OwnLine("Mine", 3700.0)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("moosegui.files.models.line_lists.user_folder", lambda: tmp_path)
    return tmp_path


def editor(expert: Expert) -> OwnLinesDialog:
    expert.action("own_lines").trigger()
    QApplication.processEvents()
    return expert.view(OwnLinesDialog)


def test_that_a_wavelength_in_air_becomes_vacuum() -> None:
    assert line_of("[N I]", "5200.3", "air").line.wave == pytest.approx(5201.75, abs=0.05)


@pytest.mark.parametrize(
    ("name", "wave", "medium"),
    [("", "5000", ""), ("LYA", "1215.67", ""), ("x", "green", ""), ("x", "5", ""),
     ("x", "5000", "water")],
)  # fmt: skip
def test_that_what_is_no_line_is_refused(name: str, wave: str, medium: str) -> None:
    with pytest.raises(InputError):
        line_of(name, wave, medium)


@pytest.mark.parametrize("name", ["lines.csv", "lines.ecsv"])
def test_that_tables_of_lines_are_read(own_folder: Path, name: str) -> None:
    path = own_folder / name
    head = "" if name.endswith(".csv") else (
        "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: Name, datatype: string}\n"
        "# - {name: wave_air, datatype: float64}\n"
    )  # fmt: skip
    comma = "," if name.endswith(".csv") else " "
    path.write_text(f"{head}Name{comma}wave_air\nA{comma}5000.5\nB{comma}6000\n")

    assert read_line_list(path) == (OwnLine("A", 5000.5, "air"), OwnLine("B", 6000.0, "air"))


def test_that_own_lines_are_named_in_the_spectrum_and_measured_in_the_strip(
    expert: Expert,
) -> None:
    expert.go("0200")
    dialog = editor(expert)
    dialog.add((MINE,))

    dialog.accept_all()
    QApplication.processEvents()

    labels = item_in(plot_in(expert.spectrum), LineLabels)
    assert any("Mine" in text for text, _, _ in labels.placed)
    assert "Mine" in {window.label for window in expert.view(LineStrip)._windows}
    assert read_own_lines() == (MINE,)


def test_that_a_feature_is_called_by_an_own_name(expert: Expert) -> None:
    expert.go("0200")
    dialog = editor(expert)
    dialog.add((MINE,))
    dialog.accept_all()
    wave = 3700.0 * (1.0 + TRUTHS[4])

    Mouse(expert.spectrum, plot_in(expert.spectrum)).click(wave, button=RIGHT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = next(a.menu() for a in menu.actions() if a.text() == "This feature is")
    assert names is not None
    next(a for a in names.actions() if a.text().startswith("Mine 3700")).trigger()
    menu.close()

    assert expert.session.shown.feature == "Mine"
    assert expert.session.shown.redshift == pytest.approx(TRUTHS[4], abs=0.005)


def test_that_a_wrong_row_is_said_and_nothing_is_kept(expert: Expert) -> None:
    dialog = editor(expert)
    dialog._add_row("Mine", "green", "vacuum")

    dialog.accept_all()

    assert "green" in dialog.problem
    assert not own_lines_path().exists()
    dialog.reject()
