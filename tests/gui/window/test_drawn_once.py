"""What is not drawn: a source that a decision leaves at once."""

from __future__ import annotations

import pytest
from expert import Expert
from small_survey import FIRST, IDS, SECOND

from moosegui.gui.spectrum.control import SpectrumControl


@pytest.fixture
def drawn(expert: Expert, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources whose spectrum was projected, in order."""
    seen: list[str] = []
    control = expert.control(SpectrumControl)
    show = control.show_source

    def noted(*, is_new_source: bool) -> None:
        seen.append(expert.current)
        show(is_new_source=is_new_source)

    monkeypatch.setattr(control, "show_source", noted)
    return seen


def test_that_a_decision_draws_the_next_source_once_and_the_last_not_again(
    expert: Expert, drawn: list[str]
) -> None:
    expert.go(FIRST)
    expert.go(SECOND)
    expert.go(FIRST)
    first = expert.current
    drawn.clear()

    expert.press("3")

    assert first not in drawn
    assert drawn == [expert.current]


def test_that_the_last_source_of_the_list_shows_its_decision(
    expert: Expert, drawn: list[str]
) -> None:
    expert.go(IDS[-1])
    drawn.clear()

    expert.press("2")

    assert drawn == [expert.current]
    assert expert.session.shown.state == "assigned"


def test_that_a_moved_redshift_is_drawn(expert: Expert, drawn: list[str]) -> None:
    expert.go(FIRST)
    drawn.clear()

    expert.press("i")
    expert.press("o")

    assert drawn
