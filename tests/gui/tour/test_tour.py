"""The guided tour: what its cards say, where they lie, and that no key is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

import pytest
from expert import Expert
from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from small_survey import write_catalogue

from moosegui.config import resource
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.surveys.demo import DEMO_SURVEY
from moosegui.gui.keys.actions import ACTIONS
from moosegui.gui.tour.card import TourCard, place_beside
from moosegui.gui.tour.control import TourControl
from moosegui.gui.tour.steps import STEPS

ALT = Qt.KeyboardModifier.AltModifier
NAMES = {spec.name for spec in ACTIONS}


@pytest.fixture
def tourist(qtbot: QtBot, tmp_path) -> Iterator[Expert]:
    """Somebody before the first card; sources of the small survey stand for those of the demo."""
    catalogue = write_catalogue(tmp_path / "moose_demo.csv")
    someone = Expert(qtbot, catalogue)
    yield someone
    if not someone.has_quit:
        someone.quit()


def begun(expert: Expert, monkeypatch: pytest.MonkeyPatch) -> TourControl:
    """Begin the tour in the list that is open, as if it were the demo with its sources."""
    monkeypatch.setattr("moosegui.gui.tour.control.DEMO_SURVEY", expert.catalogue.name)
    ids = [row.source_id for row in expert.rows]
    steps = tuple(
        type(step)(ids[i % 3], step.part, step.title, step.text, step.action)
        for i, step in enumerate(STEPS)
    )
    monkeypatch.setattr("moosegui.gui.tour.control.STEPS", steps)
    control = expert.control(TourControl)
    expert.action("tour").trigger()
    QApplication.processEvents()
    return control


def test_that_every_source_of_the_tour_is_in_the_demo() -> None:
    demo = open_source_list(resource("demo", DEMO_SURVEY))

    assert {step.source_id for step in STEPS} <= {source.source_id for source in demo}
    assert len({step.source_id for step in STEPS}) == 6


def test_that_every_key_of_the_tour_is_that_of_an_action() -> None:
    texts = "".join(step.text for step in STEPS)
    named = {name for _, name, _, _ in Formatter().parse(texts) if name}

    assert named <= NAMES
    assert {step.action for step in STEPS} <= NAMES
    assert all("{" + step.action + "}" in step.text for step in STEPS)


def test_that_the_key_of_a_card_brings_the_next_one(
    tourist: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = begun(tourist, monkeypatch)
    first = control.step

    tourist.press("r")

    assert first is not None
    assert first.action == "reset_view"
    assert control.step is not None
    assert control.step.action == "next_solution"
    assert tourist.view(TourCard).isVisible()


def test_that_other_keys_do_what_they_do_and_leave_the_card(
    tourist: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = begun(tourist, monkeypatch)
    before = tourist.current

    tourist.press("n")

    assert tourist.current != before
    assert control.step is not None
    assert control.step.action == "reset_view"


def test_that_cards_are_turned_by_keys_and_ended_by_escape(
    tourist: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = begun(tourist, monkeypatch)
    tourist.press_key(Qt.Key.Key_Right, ALT)
    turned = control.step
    tourist.press_key(Qt.Key.Key_Left, ALT)
    back = control.step

    tourist.press_key(Qt.Key.Key_Escape)

    assert turned is not None
    assert turned.action == "next_solution"
    assert back is not None
    assert back.action == "reset_view"
    assert control.step is None
    assert not tourist.view(TourCard).isVisible()


def test_that_cards_lie_in_the_window_and_never_take_the_keyboard(
    tourist: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = begun(tourist, monkeypatch)
    card = tourist.view(TourCard)

    for _ in STEPS:
        assert tourist.window.rect().contains(card.geometry()), card.words()
        assert not card.isAncestorOf(QApplication.focusWidget() or tourist.window)
        tourist.press_key(Qt.Key.Key_Right, ALT)

    assert control.step is None


@pytest.mark.parametrize(
    "part", [QRect(0, 20, 200, 700), QRect(1100, 20, 260, 300), QRect(210, 20, 880, 400)]
)
def test_that_a_card_does_not_cover_its_part_where_there_is_room(part: QRect) -> None:
    size = QSize(320, 200)

    corner = place_beside(part, QRect(0, 0, 1366, 768), size)

    assert not QRect(corner, size).intersects(part)
