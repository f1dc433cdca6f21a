"""An expert's day: open, step, choose, decide, comment, undo, quit, reopen, export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from expert import Expert
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot
from small_survey import IDS, TRUTHS, write_catalogue

from moosegui.data.catalogue import FalseReason
from moosegui.files.tables.columns import as_floats
from moosegui.files.tables.read import read_table


@pytest.fixture(params=["fits", "ecsv", "csv"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path, suffix: str) -> Iterator[Expert]:
    someone = Expert(qtbot, write_catalogue(tmp_path / f"catalogue.{suffix}"))
    yield someone
    if not someone.has_quit:
        someone.quit()


def test_that_a_day_of_decisions_arrives_in_the_catalogue(expert: Expert, suffix: str) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

    # a secure source in one key
    assert expert.current == IDS[0]
    assert expert.session.shown.redshift == pytest.approx(TRUTHS[0], abs=1e-3)
    expert.press("3")

    # the second solution of the next one
    assert expert.current == IDS[1]
    expert.press("o")
    second = expert.session.shown.redshift
    assert expert.session.shown.solution_rank == 2
    expert.press("c")
    expert.write("Lyα? 2nd, 'odd' bump")
    expert.press_key(Qt.Key.Key_Escape)
    expert.press("3")

    # a false source, one undone, one skipped, one typed
    expert.press("xs")
    expert.press("1")
    assert expert.current == IDS[4]
    expert.press("z", control)
    assert expert.current == IDS[3]
    expert.press("nn")
    assert expert.current == IDS[5]
    expert.press("z")
    expert.write("5007@8682")
    expert.press_key(Qt.Key.Key_Return)
    typed = expert.session.shown.redshift
    assert typed == pytest.approx(8682 / 5008.240 - 1)
    expert.press("2")

    # quit, come back, undo across the restart, redo, export
    expert.quit()
    expert.start()
    expert.press("z", control)
    assert expert.current == IDS[5]
    assert expert.session.verdict() is None
    expert.press("z", control | shift)
    assert expert.session.verdict().zconf == 2
    expert.press("s", control)
    expert.wait_for_jobs()

    updated = expert.catalogue.with_name(f"catalogue_updated.{suffix}")
    table = read_table(updated)
    ids = [str(value) for value in table["ID"]]
    redshifts = as_floats(table, "Z_VI")
    assert tuple(ids) == IDS
    assert redshifts[0] == pytest.approx(TRUTHS[0], abs=1e-3)
    assert redshifts[1] == pytest.approx(second, abs=1e-9)
    assert np.isnan(redshifts[[2, 3, 4]]).all()
    assert redshifts[5] == pytest.approx(typed, abs=1e-9)
    assert _texts(table, "ZCONF_VI")[[0, 1, 5]].tolist() == ["3", "3", "2"]
    assert _texts(table, "ZCONF_VI")[3] in ("", "--", "masked")
    assert "Lyα? 2nd, 'odd' bump" in _texts(table, "COMMENT_VI")[1]
    assert _texts(table, "FALSE_VI")[2] == FalseReason.SKY_RESIDUAL.value
    assert _texts(table, "INSPECTOR_VI")[0] == "ZB"


def _texts(table: Table, name: str) -> np.ndarray:
    return np.array(
        [v.decode() if isinstance(v, bytes) else str(v) for v in table[name]], dtype=object
    )


def test_that_the_input_catalogue_is_left_byte_for_byte(expert: Expert) -> None:
    before = expert.catalogue.read_bytes()

    expert.press("3x")
    expert.press("n2")
    expert.press("s", Qt.KeyboardModifier.ControlModifier)
    expert.wait_for_jobs()

    assert expert.catalogue.read_bytes() == before
