"""Who gets which source, and that nobody can tell what he is asked twice."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.team.assignment import Assigned, Share, share_out

SOURCES = {str(i): str(i) for i in range(1, 301)}
WHO = ("ZB", "TK", "AW")


def keys_of(entries: tuple[Assigned, ...]) -> set[str]:
    return {one.source_key for one in entries}


def test_that_every_source_has_an_inspector_and_a_part_has_two() -> None:
    shared_out = share_out(SOURCES, WHO, Share(0.2, 0.0))

    counts = Counter(one.source_key for entries in shared_out.values() for one in entries)

    assert set(counts) == set(SOURCES)
    assert Counter(counts.values()) == {1: 240, 2: 60}


def test_that_the_lists_are_of_one_length_and_every_pair_shares() -> None:
    shared_out = share_out(SOURCES, WHO, Share(0.2, 0.0))

    assert {len(entries) for entries in shared_out.values()} == {120}
    for one, other in combinations(WHO, 2):
        assert len(keys_of(shared_out[one]) & keys_of(shared_out[other])) == 20


def test_that_the_same_seed_shares_out_in_the_same_way() -> None:
    again = share_out(SOURCES, WHO, Share(seed=7))

    assert share_out(SOURCES, WHO, Share(seed=7)) == again
    assert share_out(SOURCES, WHO, Share(seed=8)) != again


def test_that_repeats_come_later_under_names_of_nobody() -> None:
    shared_out = share_out(SOURCES, WHO, Share(0.2, 0.05))

    for entries in shared_out.values():
        places = {one.source_key: i for i, one in enumerate(entries) if one.part != "repeat"}
        repeats = [(i, one) for i, one in enumerate(entries) if one.part == "repeat"]
        assert len(repeats) == 6
        assert all(i - places[one.source_key] >= 40 for i, one in repeats)
        assert not {one.name for _, one in repeats} & set(SOURCES)
    names = [one.name for entries in shared_out.values() for one in entries if one.part == "repeat"]
    assert len(set(names)) == len(names)


def test_that_an_alias_looks_like_the_other_ids() -> None:
    padded = {f"M{i:04d}": f"M{i:04d}" for i in range(10, 900, 7)}

    shared_out = share_out(padded, ("ZB",), Share(0.0, 0.3))

    names = [one.name for one in shared_out["ZB"] if one.part == "repeat"]
    assert all(len(name) == 5 and name.startswith("M0") for name in names)
    assert any(int(name[1:]) < 890 for name in names)


@given(
    n_sources=st.integers(1, 40),
    n_inspectors=st.integers(1, 5),
    overlap=st.floats(0.0, 1.0),
    repeats=st.floats(0.0, 0.5),
    seed=st.integers(0, 1000),
)
def test_that_nothing_is_lost_or_doubled(
    n_sources: int, n_inspectors: int, overlap: float, repeats: float, seed: int
) -> None:
    sources = {f"k{i}": f"{i:02d}" for i in range(n_sources)}
    who = [f"I{i}" for i in range(n_inspectors)]

    shared_out = share_out(sources, who, Share(overlap, repeats, seed))

    assert set().union(*map(keys_of, shared_out.values())) == set(sources)
    for entries in shared_out.values():
        names = [one.name for one in entries]
        assert len(set(names)) == len(names)
        assert max(Counter(one.source_key for one in entries).values(), default=0) <= 2


@pytest.mark.parametrize("wrong", [{"overlap": 1.5}, {"repeats": 0.6}, {"seed": -1}])
def test_that_what_is_no_part_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="is"):
        Share(**wrong)  # type: ignore[arg-type]
