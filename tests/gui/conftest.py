"""Fixtures of the tests of the session and its window."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk
from expert import Expert
from pytestqt.qtbot import QtBot
from small_survey import write_catalogue


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Collect garbage in this thread alone: cycles of widgets die with the thread that has them."""
    gc.disable()
    yield
    gc.collect()


@pytest.fixture
def unscanned(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """Open, and nothing computed yet."""
    desk = Desk(write_catalogue(tmp_path / "catalogue.csv"))
    desk.now += 1.0
    yield desk
    desk.session.close()


@pytest.fixture
def desk(unscanned: Desk) -> Desk:
    unscanned.wait()
    return unscanned


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """Somebody at the real window, before the first source."""
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()
