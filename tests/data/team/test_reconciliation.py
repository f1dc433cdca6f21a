"""The rule by which verdicts of several inspectors disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import FalseReason, SourceFlag, Verdict, VerdictEvent
from moosegui.data.grids import shifted_redshift
from moosegui.data.team.reconciliation import ConflictRule, conflicts

RULE = ConflictRule()
VERDICTS = st.builds(
    Verdict,
    redshift=st.floats(0, 6.7),
    zconf=st.sampled_from([None, 0, 1, 2, 3]),
    false_reason=st.sampled_from([None, FalseReason.NOISE]),
    flags=st.frozensets(st.sampled_from(SourceFlag), max_size=2),
)


def at(redshift: float, zconf: int | None = 3, **others: object) -> Verdict:
    return Verdict(redshift=redshift, zconf=zconf, **others)  # type: ignore[arg-type]


def event(inspector: str, verdict: Verdict, key: str = "1") -> VerdictEvent:
    return VerdictEvent(1, "2026-01-01T00:00:00Z", inspector, key, verdict)


@pytest.mark.parametrize(
    ("redshift", "velocity", "is_conflict"),
    [(0.7, 290, False), (0.7, 310, True), (3.3, 310, False), (3.3, 490, False), (3.3, 510, True)],
)
def test_that_redshifts_may_differ_more_where_lya_is_seen(
    redshift: float, velocity: float, is_conflict: bool
) -> None:
    reasons = RULE.reasons(at(redshift), at(shifted_redshift(redshift, velocity)))

    assert bool(reasons) == is_conflict


@pytest.mark.parametrize(
    ("first", "second", "is_conflict"),
    [(3, 3, False), (3, 2, False), (2, 1, True), (1, 0, False), (2, 0, True), (3, 1, True)],
)
def test_that_confident_and_doubtful_disagree(first: int, second: int, is_conflict: bool) -> None:
    assert bool(RULE.reasons(at(1.0, first), at(1.0, second))) == is_conflict


def test_that_false_or_not_is_a_conflict() -> None:
    assert RULE.reasons(at(1.0), Verdict(false_reason=FalseReason.EDGE)) == ("false or not",)


def test_that_two_reasons_for_a_false_source_agree() -> None:
    first, second = (Verdict(false_reason=r) for r in (FalseReason.EDGE, FalseReason.NOISE))

    assert RULE.reasons(first, second) == ()


def test_that_blend_or_not_is_a_conflict() -> None:
    blended = at(1.0, flags=frozenset({SourceFlag.BLEND}))

    assert RULE.reasons(at(1.0), blended) == ("blend or not",)


@given(VERDICTS, VERDICTS)
def test_that_it_does_not_matter_who_comes_first(first: Verdict, second: Verdict) -> None:
    assert RULE.reasons(first, second) == RULE.reasons(second, first)


@given(VERDICTS)
def test_that_everyone_agrees_with_themselves(verdict: Verdict) -> None:
    assert RULE.reasons(verdict, verdict) == ()


def test_that_a_conflict_holds_every_vote_and_every_reason() -> None:
    votes = [event("A", at(1.0)), event("B", at(1.0, 1)), event("C", at(2.0))]

    (found,) = conflicts([[vote] for vote in votes])

    assert found.votes == tuple(votes)
    assert found.reasons[0] == "ZCONF 1 and 3"
    assert any(reason.startswith("Δz") for reason in found.reasons)


def test_that_who_did_not_inspect_has_no_vote() -> None:
    assert conflicts([[event("A", at(1.0))], [event("B", Verdict(comment="later"))]]) == ()
