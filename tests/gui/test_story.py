"""An expert's day: open, step, choose, decide, comment, undo, quit, reopen, export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot
from small_survey import IDS, TRUTHS, small_engine, write_catalogue

from moosegui.data.catalogue import FalseReason
from moosegui.files.catalogues import read_table
from moosegui.files.columns import as_floats
from moosegui.files.source_lists import open_source_list
from moosegui.gui.app import Application, WindowOptions

ENGINE = small_engine()


class Expert:
    """Presses keys, waits for what an expert would wait for, and reads the screen's state."""

    def __init__(self, qtbot: QtBot, catalogue: Path) -> None:
        self._qtbot = qtbot
        self.catalogue = catalogue
        self.now = 0.0
        self.start()

    def start(self) -> None:
        self.application = Application(
            ENGINE, WindowOptions(inspector="ZB"), clock=lambda: self.now
        )
        self.session, self.window = self.application.session, self.application.window
        self.window.show()
        self.application.open(open_source_list(self.catalogue))
        self._qtbot.waitUntil(lambda: not self.application.runner.n_pending)

    def quit(self) -> None:
        self.window.close()
        self.application.close()
        self.window.deleteLater()
        QApplication.processEvents()

    def press(self, keys: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
        """Press keys one after the other, a second apart, wherever the focus is."""
        for key in keys:
            self.now += 1.0
            target = QApplication.focusWidget() or self.window
            QTest.keyClick(target, key, modifier)
            QApplication.processEvents()

    def press_key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.now += 1.0
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        """Write into the field that has the focus, whatever the alphabet."""
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit | QPlainTextEdit)
        for character in text:
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(field, event)

    def wait_for_jobs(self) -> None:
        self._qtbot.waitUntil(lambda: not self.application.runner.n_pending)

    @property
    def current(self) -> str:
        source = self.session.current
        assert source is not None
        return source.source_id


@pytest.fixture(params=["fits", "ecsv", "csv"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path, suffix: str) -> Iterator[Expert]:
    someone = Expert(qtbot, write_catalogue(tmp_path / f"catalogue.{suffix}"))
    yield someone
    if someone.session._store is not None:
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
