"""How far two inspectors agree."""

from __future__ import annotations

import math

import numpy as np
import pytest

from moosegui.data.catalogue import FalseReason, Verdict, VerdictEvent
from moosegui.pipeline.agreement import agreement_of, kappa_of, seconds_a_source


def votes(inspector: str, *verdicts: Verdict) -> dict[str, VerdictEvent]:
    return {
        str(i): VerdictEvent(i + 1, f"2026-01-01T00:00:{10 * i:02d}.000Z", inspector, str(i), v)
        for i, v in enumerate(verdicts)
    }


def test_that_kappa_is_that_of_the_textbook() -> None:
    assert kappa_of(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)


def test_that_full_agreement_has_kappa_one() -> None:
    assert kappa_of(np.diag([3, 4])) == 1.0
    assert math.isnan(kappa_of(np.zeros((2, 2), dtype=np.int64)))


def test_that_votes_are_counted_by_their_classes() -> None:
    first = votes("ZB", Verdict(0.5, zconf=3), Verdict(0.5, zconf=2), Verdict(zconf=0))
    second = votes(
        "TK", Verdict(0.5, zconf=3), Verdict(0.6, zconf=1), Verdict(false_reason=FalseReason.NOISE)
    )

    found = agreement_of(first, second, limit=300.0)

    assert (found.first, found.second) == ("ZB", "TK")
    assert [found.matrix[4, 4], found.matrix[3, 2], found.matrix[1, 0]] == [1, 1, 1]
    assert (found.n_redshifts, found.n_apart) == (2, 1)


def test_that_the_pace_leaves_pauses_out() -> None:
    events = list(votes("ZB", *[Verdict(zconf=1)] * 4).values())
    late = VerdictEvent(9, "2026-01-02T00:00:00.000Z", "ZB", "9", Verdict(zconf=1))

    assert seconds_a_source([*events, late]) == 10.0
    assert math.isnan(seconds_a_source([late]))
