"""Templates over the spectrum, by key."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from pointlike import shipped_engine, star

from moosegui.fit.classes.overlay import template_names
from moosegui.gui.diagnostics.rival_control import RivalControl
from moosegui.gui.diagnostics.template_control import TemplateControl
from moosegui.gui.plots.rival_view import RivalView
from moosegui.gui.session.work.notice import Notice


class Desk:
    """A control before one source, with what it shows and says."""

    def __init__(self, classes: Any, redshift: float) -> None:
        self.shown: list[RivalView | None] = []
        self.said: list[Notice] = []
        on_screen = SimpleNamespace(
            engine=SimpleNamespace(classes=classes),
            spectrum=star("M", 40.0),
            model_at=lambda _redshift: None,
            analysis=None,
        )
        screen = SimpleNamespace(redshift=redshift, is_known=True)
        session: Any = SimpleNamespace(on_screen=on_screen, shown=screen)
        self.rival = RivalControl(session, self.shown.append, self.said.append)
        self.control = TemplateControl(session, self.rival, self.shown.append, self.said.append)

    def press(self, name: str) -> None:
        self.control.handlers()[name]()


@pytest.fixture(scope="module")
def classes() -> Any:
    return shipped_engine().classes


def test_that_a_key_steps_through_all_templates_and_off(classes: Any) -> None:
    desk, names = Desk(classes, 0.9), template_names(classes)

    for _ in range(len(names) + 1):
        desk.press("next_template")

    words = [view.words[1] for view in desk.shown[:-1] if view is not None]
    assert [text.split(" at ")[0] for text in words] == list(names)
    assert desk.shown[-1] is None


def test_that_the_words_tell_where_it_lies_and_how_well_it_fits(classes: Any) -> None:
    desk = Desk(classes, 0.9)

    while not (desk.shown and desk.shown[-1] and desk.shown[-1].words[1].startswith("star M ")):
        desk.press("next_template")

    assert re.match(r"star M at \+(3|4)\d km/s: χ² [01]\.\d\d a pixel$", desk.shown[-1].words[1])


def test_that_it_stays_with_the_next_source(classes: Any) -> None:
    desk = Desk(classes, 0.9)
    desk.press("next_template")

    desk.control.show_source(is_new_source=True)

    assert len(desk.shown) == 2
    assert desk.shown[1] is not None


def test_that_a_quasar_too_near_is_told_once(classes: Any) -> None:
    desk = Desk(classes, 0.01)

    desk.press("previous_template")
    desk.control.show_source(is_new_source=True)

    assert desk.shown == [None, None]
    assert ["begins at z" in notice.text for notice in desk.said] == [True]


def test_that_the_rival_takes_its_place(classes: Any) -> None:
    desk = Desk(classes, 0.9)
    desk.press("next_template")

    desk.rival.handlers()["rival"]()
    n_shown = len(desk.shown)
    desk.control.show_source(is_new_source=True)

    assert len(desk.shown) == n_shown


def test_that_without_templates_that_is_told() -> None:
    desk = Desk(None, 0.9)

    desk.press("next_template")

    assert desk.shown == []
    assert "galaxies only" in desk.said[0].text
