"""Decisions that follow their sources when the catalogue changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from moosegui.data.catalogue import SourceList, Verdict
from moosegui.files.session import known_sources
from moosegui.files.session.copy import journal_of
from moosegui.files.session.known_sources import (
    Settled,
    aligned,
    remember_sources,
    settle_sources,
)
from moosegui.files.session.store import SOURCES, SessionStore
from moosegui.files.sources.source_lists import open_source_list

ROWS = {
    "a": "7,53.10,-27.80,s_00.fits",
    "b": "7,53.20,-27.80,s_01.fits",
    "c": "003,53.30,-27.80,s_02.fits",
    "d": "4,53.40,-27.80,s_03.fits",
}


def written(folder: Path, *rows: str) -> SourceList:
    path = folder / "cat.csv"
    path.write_text("\n".join(["ID,RA,DEC,FILE", *rows]) + "\n")
    for name in ("s_00", "s_01", "s_02", "s_03", "s_09"):
        (folder / f"{name}.fits").touch()
    return open_source_list(path)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session in which every source was judged: z tells which."""
    source_list = written(tmp_path, *ROWS.values())
    path = tmp_path / "cat.csv.ZB.moose"
    with SessionStore.open(path, inspector="ZB", source_path=source_list.path) as store:
        settled = settle_sources(store, source_list)
        remember_sources(store, settled)
        for i, source in enumerate(settled.source_list):
            store.record(source.key, Verdict(redshift=i / 10, zconf=3))
    return path


def judged(session: Path, *rows: str) -> tuple[Settled, dict[str, float]]:
    """Open the session on a changed catalogue; return which file has which z."""
    with SessionStore.open(session) as store:
        settled = settle_sources(store, written(session.parent, *rows))
        remember_sources(store, settled)
        found = {
            source.spectrum.path.name: verdict.redshift
            for source in settled.source_list
            if source.spectrum is not None and (verdict := store.verdict(source.key)) is not None
        }
    return settled, found


ALL = {"s_00.fits": 0.0, "s_01.fits": 0.1, "s_02.fits": 0.2, "s_03.fits": 0.3}
CHANGES = {
    "nothing": (*ROWS.values(),),
    "sorted anew": (ROWS["d"], ROWS["b"], ROWS["c"], ROWS["a"]),
    "a row above": ("7,53.9,-27.8,s_09.fits", *ROWS.values()),
    "a row below": (*ROWS.values(), "4,53.9,-27.8,s_09.fits"),
    "zeros lost": (*(row.replace("003", "3") for row in ROWS.values()),),
    "another number": (*(row.replace("4,", "104,", 1) for row in ROWS.values()),),
}


@pytest.mark.parametrize("rows", CHANGES.values(), ids=CHANGES)
def test_that_decisions_follow_their_spectra(session: Path, rows: tuple[str, ...]) -> None:
    settled, found = judged(session, *rows)

    assert found == ALL
    assert settled.orphans == ()


def test_that_they_follow_through_several_changes(session: Path) -> None:
    for rows in CHANGES.values():
        judged(session, *rows)

    assert judged(session, *ROWS.values())[1] == ALL


def test_that_a_decision_without_a_source_is_said_and_kept(session: Path) -> None:
    settled, found = judged(session, ROWS["a"], ROWS["b"], ROWS["d"])
    later, found_later = judged(session, *ROWS.values())

    assert settled.orphans == ("003",)
    assert "003 belongs to no source of cat.csv" in settled.sentence
    assert "s_02.fits" not in found
    assert later.orphans == ()
    assert found_later == ALL


def test_that_another_source_does_not_inherit_a_decision(session: Path) -> None:
    settled, found = judged(session, ROWS["a"], ROWS["b"], ROWS["c"], "4,53.9,-27.8,s_09.fits")

    assert settled.orphans == ("4",)
    assert "s_09.fits" not in found


def test_that_the_survivor_of_a_repeated_id_keeps_its_own(session: Path) -> None:
    settled, found = judged(session, ROWS["b"], ROWS["c"], ROWS["d"])

    assert settled.orphans == ("7 (row 1)",)
    assert found == {name: z for name, z in ALL.items() if name != "s_00.fits"}


def test_that_a_source_that_moved_is_told(session: Path) -> None:
    rows = [row.replace("53.40", "53.41") for row in ROWS.values()]

    settled, found = judged(session, *rows)

    assert found == ALL
    assert "4; check that the catalogue is of the same field." in settled.source_list.notices[-1]


def test_that_sessions_from_before_go_by_their_keys(tmp_path: Path) -> None:
    source_list = written(tmp_path, *ROWS.values())
    path = tmp_path / "cat.csv.ZB.moose"
    with SessionStore.open(path, inspector="ZB", source_path=source_list.path) as store:
        for key in ("7 (row 2)", "003", "gone"):
            store.record(key, Verdict(redshift=1.0, zconf=1))

    settled, found = judged(path, *(row.replace("003", "3") for row in ROWS.values()))

    assert found == {"s_01.fits": 1.0, "s_02.fits": 1.0}
    assert settled.orphans == ("gone",)


def test_that_votes_of_inspectors_with_other_orders_meet(tmp_path: Path) -> None:
    journals = []
    for inspector, rows in (("ZB", (ROWS["a"], ROWS["b"])), ("TK", (ROWS["b"], ROWS["a"]))):
        source_list = written(tmp_path, *rows)
        path = tmp_path / f"cat.csv.{inspector}.moose"
        with SessionStore.open(path, inspector=inspector, source_path=source_list.path) as store:
            settled = settle_sources(store, source_list)
            remember_sources(store, settled)
            for source in settled.source_list:
                store.record(source.key, Verdict(redshift=source.ra / 100, zconf=3))
            journals.append(journal_of(store))

    other = aligned(journals[1], journals[0])

    for key in ("7 (row 1)", "7 (row 2)"):
        mine, theirs = journals[0].vote(key), other.vote(key)
        assert mine is not None
        assert theirs is not None
        assert mine.verdict.redshift == theirs.verdict.redshift
        assert theirs.source_key == key


def test_that_a_list_that_did_not_change_is_recognised_at_once(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SessionStore.open(session) as store:
        store.record("gone", Verdict(redshift=1.0, zconf=1))
        source_list = written(session.parent, *ROWS.values())
        at_once, text = settle_sources(store, source_list), store.get(SOURCES)
        remember_sources(store, at_once)
        assert store.get(SOURCES) == text
        monkeypatch.setattr(known_sources, "_are_as_kept", lambda *_: False)
        one_by_one = settle_sources(store, source_list)
        remember_sources(store, one_by_one)
        assert store.get(SOURCES) == text

    assert at_once.kept == text
    assert one_by_one.kept == ""
    assert at_once.orphans == one_by_one.orphans == ("gone",)
    assert at_once.source_list.sources == one_by_one.source_list.sources
    assert at_once.source_list.notices == one_by_one.source_list.notices


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "nothing"])
def test_that_a_list_that_changed_is_looked_at_one_by_one(session: Path, change: str) -> None:
    assert judged(session, *CHANGES[change])[0].kept == ""
