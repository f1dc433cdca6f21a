"""The filter line: words, conditions, how they are joined, and what is wrong with some."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.errors import InputError
from moosegui.gui.queue.columns import QueueColumns
from moosegui.gui.queue.filter import parse_filter
from moosegui.gui.queue.row import Mark, QueueRow
from moosegui.gui.queue.terms import COMPARISONS
from moosegui.gui.session.states import QueueState
from tests.queue_rows import queue_row_of

ROW = queue_row_of(
    "k",
    "00017",
    QueueState.ASSIGNED,
    redshift=3.27,
    zconf=2,
    robustness=2.5,
    flags="revisit",
    comment="Sky line, don't trust it",
    marks=frozenset({Mark.DISAGREES}),
    values=(("MAG", "24.5"), ("NOTE", "Faint"), ("ZCAT", "3.3"), ("EMPTY", "")),
)


def accepts(text: str, row: QueueRow = ROW) -> bool:
    return bool(parse_filter(text).mask(QueueColumns([row]))[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0017",
        "R<3",
        "r < 3",
        "z>2.5 R<3",
        "zconf=2",
        "Q>=2",
        "mag<25",
        "17 z>3",
        "z!=1",
        "zconf < 3 & R < 3 & mag > 24",
        "z < 1 | mag < 25",
        "!(z < 1 & mag < 25)",
        "not false and assigned",
        "2 < z < 4",
        "note = faint",
        'note = "FAINT"',
        "note ~ ain",
        "note != bright",
        "abs(z - zcat) > 0.01",
        "(z + 1) * 1215.67 > 5000",
        "-z < 0",
        "z ≤ 3.27",
        "id = 17",
        "don't",
        '"sky line"',
        "state = assigned",
        "disagrees flagged",
        "Δχ² > 0 | revisit",
        "(draft | 0017) & (R<3)",
    ],
)
def test_that_a_row_passes(text: str) -> None:
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "0018",
        "R>3",
        "z>2.5 R>3",
        "Q==1",
        "mag>25",
        "18 z>3",
        "note = bright",
        "!disagrees",
        "doubtful",
        "2 < z < 3",
        "z < zcat & draft",
        'empty != "bright"',
    ],
)
def test_that_a_row_is_held_back(text: str) -> None:
    assert not accepts(text)


@pytest.mark.parametrize("text", ["dchi2>0", "dchi2<=0", "dchi2!=0", "empty<1", "z/0 > 1"])
def test_that_a_missing_value_fulfils_nothing(text: str) -> None:
    assert not accepts(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("R<", "after “<”"),
        ("R < 3 &", "after “&”"),
        ("| R < 3", "before “|”"),
        ("(R < 3", "“)” is missing"),
        ("R < 3)", "“(” is missing"),
        ("magn < 25", "did you mean “mag”"),
        ("note < 3 & note > faint", "= != or ~"),
        ("z ~ 3", "numbers have none"),
        ("()", "after “(”"),
        ("(" * 500, "too many brackets"),
        ("!" * 500, "too many brackets"),
    ],
)
def test_that_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told.replace("(", r"\(").replace(")", r"\)")):
        accepts(text)


def test_that_the_state_is_a_word_only_as_a_whole() -> None:
    assert not accepts("assign")
    assert accepts("assigned")


@given(st.text(max_size=40) | st.text(alphabet="()&|!<>=~ zR13.-+*/\"'", max_size=40))
def test_that_any_text_is_a_filter_or_is_told_to_be_none(text: str) -> None:
    try:
        verdict = accepts(text)
    except InputError as error:
        assert str(error)
    else:
        assert verdict in (True, False)


@given(st.floats(-5, 10), st.floats(-5, 10), st.sampled_from(sorted(COMPARISONS)))
def test_that_a_condition_is_what_python_says(value: float, limit: float, sign: str) -> None:
    row = queue_row_of("k", "1", redshift=value)

    expected = eval(f"{value!r} {'==' if sign == '=' else sign} {limit!r}")
    assert accepts(f"z {sign} {limit!r}", row) == expected
