"""What may be decided about a second galaxy."""

from __future__ import annotations

import math

import pytest

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import SourceFlag, Verdict


@pytest.mark.parametrize(
    ("kind", "redshift", "zconf", "neighbour"),
    [
        (BlendKind.SINGLE, 0.5, 2, ""),
        (BlendKind.SINGLE, math.nan, None, "00412"),
        (BlendKind.BLEND, 0.5, None, ""),
        (BlendKind.BLEND, math.nan, 2, ""),
        (BlendKind.BLEND, 0.5, 0, ""),
    ],
    ids=[
        "two redshifts of one galaxy",
        "a neighbour's light in one galaxy",
        "redshift without confidence",
        "confidence without redshift",
        "redshift with the confidence of none",
    ],
)
def test_that_a_contradiction_is_refused(
    kind: BlendKind, redshift: float, zconf: int | None, neighbour: str
) -> None:
    with pytest.raises(ValueError, match=r"galaxy|redshift"):
        BlendVerdict(kind, redshift, zconf, neighbour)


@pytest.mark.parametrize("kind", list(BlendKind))
def test_that_the_flag_says_what_the_verdict_says(kind: BlendKind) -> None:
    verdict = Verdict(flags=frozenset({SourceFlag.QSO})).with_blend(BlendVerdict(kind))

    is_flagged = SourceFlag.BLEND in verdict.flags

    assert is_flagged == (kind is not BlendKind.SINGLE)
    assert SourceFlag.QSO in verdict.flags


def test_that_the_bare_flag_replaces_the_verdict() -> None:
    judged = Verdict().with_blend(BlendVerdict(BlendKind.BLEND, 0.5, 3))

    verdict = judged.with_flag_toggled(SourceFlag.BLEND)

    assert verdict.blend is None
    assert SourceFlag.BLEND not in verdict.flags


def test_that_another_flag_leaves_the_verdict_alone() -> None:
    judged = Verdict().with_blend(BlendVerdict(BlendKind.BLEND, 0.5, 3))

    verdict = judged.with_flag_toggled(SourceFlag.REVISIT)

    assert verdict.blend == judged.blend
