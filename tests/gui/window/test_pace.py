"""The pace of the expert, and the time that is left."""

from __future__ import annotations

import pytest

from moosegui.gui.window.pace import LONGEST, Pace


def paced(*gaps: float) -> Pace:
    """A pace after decisions with these seconds between them."""
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.decided()
    for gap in gaps:
        now[0] += gap
        pace.decided()
    return pace


def test_that_one_decision_makes_no_pace() -> None:
    assert paced().text(100) == ""


def test_that_the_median_counts_and_not_the_mean() -> None:
    assert paced(10, 12, 200).text(5) == "12 s/source · 1 min left"


@pytest.mark.parametrize(
    ("n_left", "left"), [(0, "0 min left"), (60, "10 min left"), (720, "2.0 h left")]
)
def test_that_the_time_left_is_told_in_its_unit(n_left: int, left: str) -> None:
    assert paced(10, 10).text(n_left) == f"10 s/source · {left}"


def test_that_a_break_is_no_source() -> None:
    assert paced(10, LONGEST, 10).text(6) == "10 s/source · 1 min left"


def test_that_the_pace_follows_the_latest_decisions() -> None:
    assert paced(*[100] * 60, *[5] * 60).text(0).startswith("5 s/source")
