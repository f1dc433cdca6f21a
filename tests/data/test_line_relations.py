"""What physics says of two lines is written once."""

from __future__ import annotations

import pytest

from moosegui.data.line_relations import LINE_RATIOS, LineRatio


def ratio_of(first: str) -> LineRatio:
    return next(ratio for ratio in LINE_RATIOS if ratio.first == first)


def test_that_a_pair_of_lines_has_one_record() -> None:
    pairs = [frozenset((ratio.first, ratio.second)) for ratio in LINE_RATIOS]

    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("ratio", LINE_RATIOS, ids=lambda ratio: ratio.first)
def test_that_limits_are_in_order_and_have_a_source(ratio: LineRatio) -> None:
    assert 0.0 <= ratio.low <= ratio.high
    assert ratio.source


@pytest.mark.parametrize(("first", "n"), [("OIII5007", 1), ("OII3726", 2)])
def test_that_lines_of_one_upper_level_have_one_ratio(first: str, n: int) -> None:
    assert len(ratio_of(first).limits) == n
