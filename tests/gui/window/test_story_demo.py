"""Stories that a newcomer lives through with the demo: the default basis, the real window."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import expert as expert_module
import numpy as np
import pytest
from expert import Expert
from mouse import CONTROL, Mouse
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot
from seen import plot_in

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.lines import LINES_BY_NAME
from moosegui.files.models.basis import read_ensemble
from moosegui.files.surveys.demo import DEMO_SURVEY
from moosegui.gui.queue.row import Chip
from moosegui.pipeline.engine import Engine, make_engine

SECURE, BLENDED, FALSE, BUMPY = "D001", "D026", "D034", "D038"
KEY = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def engine() -> Engine:
    """What `moosegui demo` scans with."""
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    return make_engine(first, companions=others)


@pytest.fixture
def expert(
    qtbot: QtBot, tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Expert]:
    """Somebody at the demo, everything scanned."""
    monkeypatch.setattr(expert_module, "ENGINE", engine)
    copy = tmp_path / DEMO_SURVEY
    shutil.copyfile(resource("demo", DEMO_SURVEY), copy)
    someone = Expert(qtbot, copy)
    someone.window.resize(1366, 768)
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()


def truth(expert: Expert) -> float:
    """The redshift of the simulation, which is in the catalogue of the demo."""
    return expert.session.current.redshift


def near(redshift: float) -> object:
    return pytest.approx(redshift, abs=0.005 * (1.0 + redshift))


def test_that_a_secure_source_is_done_with_one_key(expert: Expert) -> None:
    expert.go(SECURE)
    true = truth(expert)

    expert.press("3")

    verdict = expert.session.verdict(SECURE)
    assert (verdict.redshift, verdict.zconf) == (near(true), 3)
    assert expert.current != SECURE


def test_that_a_wrong_first_solution_is_corrected_in_three_keys(expert: Expert) -> None:
    expert.go(BLENDED)
    true = truth(expert)
    assert expert.session.shown.redshift != near(true)

    expert.press("oo3")

    verdict = expert.session.verdict(BLENDED)
    assert (verdict.redshift, verdict.zconf) == (near(true), 3)


def test_that_a_bump_is_masked_away_and_the_solution_changes_under_the_mouse(
    qtbot: QtBot, expert: Expert
) -> None:
    expert.go(BUMPY)
    proposed = expert.session.shown.redshift
    bump = LINES_BY_NAME["LYA"].wave * (1.0 + proposed)
    expert.spectrum.show_range(bump - 150.0, bump + 150.0)
    mouse = Mouse(expert.spectrum, plot_in(expert.spectrum))

    mouse.press(bump - 25.0, CONTROL)
    mouse.move(bump - 10.0, CONTROL)

    def has_followed() -> bool:
        mouse.move(bump + 25.0, CONTROL)  # pyqtgraph drops moves within 10 ms of another
        return expert.session.shown.redshift != near(proposed)

    qtbot.waitUntil(has_followed)
    assert expert.session.verdict(BUMPY) is None
    mouse.release(bump + 25.0, CONTROL)
    expert.wait_for_jobs()
    assert expert.session.shown.redshift != near(proposed)
    expert.press("z", KEY)
    expert.wait_for_jobs()
    assert expert.session.shown.redshift == near(proposed)


def test_that_a_false_source_leaves_the_queue_with_its_reason(expert: Expert) -> None:
    expert.go(FALSE)
    before = expert.queue.n_under(Chip.UNREVIEWED)

    expert.press("x")
    expert.press("n")

    verdict = expert.session.verdict(FALSE)
    assert verdict.false_reason is not None
    assert np.isnan(verdict.redshift)
    assert expert.current != FALSE
    assert expert.queue.n_under(Chip.UNREVIEWED) == before - 1


def test_that_a_line_and_its_wavelength_are_typed_and_undone_after_a_restart(
    expert: Expert,
) -> None:
    expert.go(SECURE)

    expert.press("z")
    expert.write("5007@8682")
    expert.press_key(Qt.Key.Key_Return)
    typed = expert.session.shown.redshift
    expert.press("2")
    kept = expert.session.verdict(SECURE)
    expert.quit()
    expert.start()
    expert.press("z", KEY)

    assert typed == pytest.approx(8682.0 / 5008.24 - 1.0, abs=1e-5)
    assert (kept.redshift, kept.zconf) == (typed, 2)
    assert expert.current == SECURE
    verdict = expert.session.verdict(SECURE)
    assert verdict is None or verdict.zconf is None
