"""The rows that a process holds packed come back as they were, long comments and damage too."""

from __future__ import annotations

import random
import string

from hypothesis import given
from hypothesis import strategies as st

from moosegui.files.session.checks import KeptRows, NumberedRows, Row

values = st.none() | st.integers() | st.floats(allow_nan=False) | st.binary() | st.text()
texts = st.text(min_size=200, max_size=900)
rows_of_events = st.tuples(
    st.integers(), values, values, values, st.sampled_from(["7", "8", 9, None]), values, texts
)


@given(st.lists(st.lists(values).map(tuple) | rows_of_events))
def test_that_any_rows_come_back(rows: list[Row]) -> None:
    kept = KeptRows(rows)

    assert list(kept) == rows
    assert [kept[place] for place in reversed(range(len(rows)))] == rows[::-1]


def test_that_a_comment_that_grows_is_kept_by_what_it_gains() -> None:
    rng, comment, rows = random.Random(3), "", []
    for number in range(1, 300):
        comment += "".join(rng.choices(string.printable, k=30))
        rows.append((number, "2026", "ZB", "decide", str(number % 3), None, comment))

    kept = KeptRows(rows)

    assert list(kept) == rows
    assert sum(map(len, kept._packed)) < 0.4 * sum(len(row[-1]) for row in rows)


def test_that_rows_are_found_by_their_numbers() -> None:
    rows = [(number, "2026", "ZB", "decide", "7", None, "{}") for number in (2, 5, 9)]

    numbered = NumberedRows(KeptRows(rows))

    assert dict(numbered) == {2: rows[0], 5: rows[1], 9: rows[2]}
    assert len(numbered) == 3
