"""Sessions of one inspector that went apart, joined again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.errors import InputError, SessionError
from moosegui.files.session.merge import merge_sessions
from moosegui.files.session.store import SessionStore


def record(path: Path, **decisions: int) -> Path:
    with SessionStore.open(path, inspector="ZB") as store:
        for key, zconf in decisions.items():
            store.record(key, Verdict(zconf=zconf))
    return path


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    first = record(tmp_path / "a.ZB.moose", s1=1, s2=2)
    second = tmp_path / "b.ZB.moose"
    shutil.copy(first, second)
    record(first, s3=3, s1=0)
    record(second, s4=3, s1=2)
    return first, second


def test_that_all_decisions_are_joined_and_the_latest_holds(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    merged = merge_sessions(two, tmp_path / "new.moose")

    with SessionStore.open(tmp_path / "new.moose") as store:
        held = {key: event.verdict.zconf for key, event in store.verdicts().items()}
        history = [event.verdict.zconf for event in store.decisions("s1")]
    assert held == {"s1": 2, "s2": 2, "s3": 3, "s4": 3}
    assert history == [1, 0, 2]
    assert (merged.n_shared, merged.n_sources, merged.both) == (2, (2, 2), ("s1",))


def test_that_what_was_taken_back_stays_taken_back(two: tuple[Path, Path], tmp_path: Path) -> None:
    with SessionStore.open(two[1]) as store:
        for _ in range(4):
            store.undo()

    merge_sessions(two, tmp_path / "new.moose")

    with SessionStore.open(tmp_path / "new.moose") as store:
        verdict = store.verdict("s2")
    assert verdict is not None
    assert verdict.zconf is None


def test_that_the_sessions_are_only_read(two: tuple[Path, Path], tmp_path: Path) -> None:
    before = [path.read_bytes() for path in two]

    merge_sessions(two, tmp_path / "new.moose")

    assert [path.read_bytes() for path in two] == before


def test_that_nothing_is_replaced(two: tuple[Path, Path]) -> None:
    with pytest.raises(SessionError, match="exists"):
        merge_sessions(two, two[0])


def test_that_sessions_of_two_inspectors_are_reconciled_instead(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "c.moose"
    SessionStore.open(other, inspector="TK").close()

    with pytest.raises(InputError, match="moosegui reconcile"):
        merge_sessions((two[0], other), tmp_path / "new.moose")
