"""The half of a survey on which things are chosen, and the one on which they are judged."""

from __future__ import annotations

from halves import is_for_tuning


def test_that_the_first_row_is_odd_and_for_tuning() -> None:
    rows = [i_row for i_row in range(6) if is_for_tuning(i_row)]

    assert rows == [0, 2, 4]
