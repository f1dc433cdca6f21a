"""Sources found again in a list that has changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moosegui.files.sources.identity import Identity, match_identities

A = Identity("7", "s_00.fits", 53.10, -27.80, "a", 0)
B = Identity("7", "s_01.fits", 53.20, -27.80, "b", 1)


def test_that_repeated_ids_follow_their_files() -> None:
    known = {"7 (row 1)": A, "7 (row 2)": B}

    found = match_identities(known, [B, A], ["7 (row 1)", "7 (row 2)"])

    assert found == {"7 (row 1)": 1, "7 (row 2)": 0}


def test_that_repeated_ids_without_files_follow_their_positions() -> None:
    known = {"a": Identity("7", "", 53.1, -27.8), "b": Identity("7", "", 53.2, -27.8)}

    found = match_identities(
        known, [Identity("7", "", 53.2, -27.8), Identity("7", "", 53.1, -27.8)]
    )

    assert found == {"a": 1, "b": 0}


def test_that_repeated_ids_without_files_and_positions_follow_their_other_columns() -> None:
    known = {"a": Identity("7", digest="a", row=0), "b": Identity("7", digest="b", row=1)}

    found = match_identities(known, [Identity("7", digest="b"), Identity("7", digest="a", row=1)])

    assert found == {"a": 1, "b": 0}


def test_that_the_row_decides_where_nothing_else_does() -> None:
    known = {"a": Identity("7", row=0), "b": Identity("7", row=1)}

    found = match_identities(known, [Identity("7", row=0), Identity("7", row=1)])

    assert found == {"a": 0, "b": 1}


def test_that_one_of_several_that_are_alike_is_not_guessed() -> None:
    known = {"a": Identity("7", row=0), "b": Identity("7", row=1)}

    found = match_identities(known, [Identity("7", row=0)])

    assert found == {}


def test_that_lost_zeros_lose_no_source() -> None:
    found = match_identities({"001": Identity("001")}, [Identity("1")])

    assert found == {"001": 0}


def test_that_zeros_that_tell_sources_apart_are_kept() -> None:
    known = {"001": Identity("001"), "1": Identity("1")}

    found = match_identities(known, [Identity("1"), Identity("001")])

    assert found == {"001": 1, "1": 0}


def test_that_another_source_under_the_same_id_is_not_taken() -> None:
    elsewhere = Identity("7", "s_09.fits", 53.4, -27.8)

    assert match_identities({"7": A}, [elsewhere], ["7"]) == {}


def test_that_a_source_is_known_by_its_spectrum_under_another_id() -> None:
    renamed = Identity("12", "s_00.fits", 53.10, -27.80)

    assert match_identities({"7": A}, [renamed]) == {"7": 0}


def test_that_spectra_that_moved_to_another_folder_are_known() -> None:
    moved = Identity("7", "deep/s_00.fits")

    assert match_identities({"7": A}, [moved]) == {"7": 0}


identities = st.builds(
    Identity,
    source_id=st.sampled_from(["1", "01", "2", "x", ""]),
    spectrum=st.sampled_from(["", "a.fits", "b.fits", "d/a.fits", "s.fits#1"]),
    ra=st.sampled_from([float("nan"), 10.0, 20.0]),
    dec=st.sampled_from([float("nan"), 1.0]),
    digest=st.sampled_from(["", "p", "q"]),
    row=st.integers(0, 5),
)


@given(st.lists(identities, max_size=8), st.lists(identities, max_size=8))
def test_that_no_two_decisions_go_to_one_source(
    before: list[Identity], now: list[Identity]
) -> None:
    known = {str(i): identity for i, identity in enumerate(before)}

    found = match_identities(known, now)

    assert len(set(found.values())) == len(found)


@given(st.lists(identities, max_size=8, unique_by=lambda one: (one.source_id, one.digest)))
def test_that_any_order_of_rows_finds_what_is_distinct(before: list[Identity]) -> None:
    distinct = [one for one in before if one.digest and one.source_id]
    known = {str(i): identity for i, identity in enumerate(distinct)}

    found = match_identities(known, distinct[::-1])

    assert found == {str(i): len(distinct) - 1 - i for i in range(len(distinct))}
