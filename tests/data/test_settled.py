"""Adopting votes, and completing decisions by what all agree on."""

from __future__ import annotations

from pathlib import Path

import pytest

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import FalseReason, SourceFlag, Verdict, VerdictEvent
from moosegui.data.team.reconciliation import Journal, cast_votes, settled, take

OWN = Verdict(0.9, zconf=1, comment="mine")


def event(inspector: str, verdict: Verdict, key: str = "1", time: str = "2026") -> VerdictEvent:
    return VerdictEvent(1, time, inspector, key, verdict)


def journal(inspector: str, **verdicts: Verdict) -> Journal:
    decisions = {key: (event(inspector, verdict, key),) for key, verdict in verdicts.items()}
    return Journal(inspector, Path(f"{inspector}.moose"), decisions)


def test_that_an_adopted_vote_is_adopted_whole() -> None:
    blend = BlendVerdict(BlendKind.BLEND, 1.4, 2)
    vote = event("TK", Verdict(0.7, 1e-4, 3, flags=frozenset({SourceFlag.BLEND}), blend=blend))

    adopted = take(vote, OWN, [vote])

    assert (adopted.redshift, adopted.redshift_error, adopted.zconf) == (0.7, 1e-4, 3)
    assert (adopted.blend, adopted.flags) == (blend, frozenset({SourceFlag.BLEND}))
    assert adopted.taken_from == "TK"


def test_that_the_comment_of_the_adopter_stays() -> None:
    vote = event("TK", Verdict(0.7, zconf=3, comment="theirs"))

    assert take(vote, OWN, [vote]).comment == "mine"


def test_that_the_provenance_says_who_voted_what() -> None:
    votes = [
        event("AW", Verdict(0.7, zconf=3)),
        event("TK", Verdict(false_reason=FalseReason.NOISE, comment="bump")),
    ]

    cast = cast_votes(votes)

    assert [vote.text for vote in cast] == ["AW 0.70000 ZCONF 3", "TK false: noise"]
    assert cast[1].comment == "bump"


def test_that_an_agreement_has_the_confident_vote_and_all_initials() -> None:
    journals = [journal("AW", a=Verdict(0.7, zconf=2)), journal("TK", a=Verdict(0.7001, zconf=3))]

    result = settled({}, journals)["a"]

    assert (result.verdict.redshift, result.verdict.zconf) == (0.7001, 3)
    assert (result.inspector, result.verdict.taken_from) == ("AW+TK", "TK")


def test_that_an_open_conflict_has_no_verdict() -> None:
    journals = [journal("AW", a=Verdict(0.7, zconf=3)), journal("TK", a=Verdict(0.9, zconf=3))]

    assert settled({}, journals) == {}


@pytest.mark.parametrize("redshift", [0.7, 0.9])
def test_that_the_own_verdict_holds(redshift: float) -> None:
    journals = [journal("AW", a=Verdict(0.7, zconf=3)), journal("TK", a=Verdict(redshift, zconf=3))]
    own = {"a": event("ZB", OWN, "a")}

    assert settled(own, journals) == own


def test_that_the_vote_of_one_inspector_alone_is_taken_over() -> None:
    result = settled({}, [journal("AW", a=Verdict(0.7, zconf=3)), journal("TK")])

    assert result["a"].inspector == "AW"
