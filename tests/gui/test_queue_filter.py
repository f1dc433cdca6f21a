from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.gui.queue_filter import Condition, parse_filter
from moosegui.gui.source_model import QueueRow

ROW = QueueRow(
    "k",
    "00017",
    redshift=3.27,
    zconf=2,
    robustness=2.5,
    values=(("MAG", "24.5"), ("NOTE", "faint")),
)


def accepts(text: str, row: QueueRow = ROW) -> bool:
    return parse_filter(text).accepts(row.contains, row.number)


@pytest.mark.parametrize(
    "text", ["", "0017", "R<3", "r < 3", "z>2.5 R<3", "zconf=2", "Q>=2", "mag<25", "17 z>3", "z!=1"]
)
def test_that_a_row_passes(text):
    assert accepts(text)


@pytest.mark.parametrize(
    "text", ["0018", "R>3", "z>2.5 R>3", "Q==1", "mag>25", "note<1", "nonsense>0", "18 z>3"]
)
def test_that_a_row_is_held_back(text):
    assert not accepts(text)


@pytest.mark.parametrize("text", ["dchi2>0", "dchi2<=0", "dchi2!=0"])
def test_that_a_missing_value_fulfils_nothing(text):
    assert not accepts(text)


def test_that_half_a_condition_is_a_word():
    assert parse_filter("R<").words == ("r<",)


def test_that_conditions_and_words_are_told_apart():
    parsed = parse_filter("Blend z>=1e-1 revisit")

    assert parsed.words == ("blend", "revisit")
    assert parsed.conditions == (Condition("z", ">=", 0.1),)


@given(st.text(max_size=40))
def test_that_any_text_is_a_filter(text):
    accepts(text)
