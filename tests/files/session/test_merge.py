"""Sessions of one inspector that went apart, joined again."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.catalogue import Verdict
from moosegui.errors import InputError, SessionError
from moosegui.files.session.merge import merge_sessions
from moosegui.files.session.store import SOURCES, SessionStore


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


def test_that_what_only_one_session_has_beside_its_events_is_kept(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    for path, key in zip(two, ("s1", "s2"), strict=True):
        with SessionStore.open(path) as store:
            store.save_comment_draft(key, f"on {key}")
            store.save_comment_draft("both", f"typed for {key}")
            store.save_draft(key, 0.5)
            store.set(SOURCES, json.dumps({key: [key, "", 1.0, 2.0, "", 0]}))

    merge_sessions(two, tmp_path / "new.moose")

    with SessionStore.open(tmp_path / "new.moose") as store:
        assert store.comment_drafts() == {
            "s1": "on s1",
            "s2": "on s2",
            "both": "typed for s1\ntyped for s2",
        }
        assert store.drafts() == {"s1": 0.5, "s2": 0.5}
        assert set(json.loads(store.get(SOURCES))) == {"s1", "s2"}


def test_that_sessions_of_different_catalogues_are_refused(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    for path, ra in zip(two, (1.0, 2.0), strict=True):
        with SessionStore.open(path) as store:
            store.set(SOURCES, json.dumps({"s1": ["s1", "", ra, 2.0, "", 0]}))

    with pytest.raises(InputError, match="s1 is another source in"):
        merge_sessions(two, tmp_path / "new.moose")


KEYS = ("1", "00012", "Zoë")
# in which session, what, and how far its clock goes on; it may go back
ACTS = st.tuples(st.integers(0, 3), st.sampled_from([*KEYS, "undo", "redo"]), st.integers(-5, 5))


@settings(max_examples=25, derandomize=True)
@given(st.lists(ACTS, max_size=25))
def test_that_joined_sessions_equal_their_model(acts: list[tuple[int, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        clock = [1000]
        patch.setattr("moosegui.files.session.store.now", lambda: f"2026-01-01T00:{clock[0]:06d}Z")
        base = Path(folder) / "0.moose"
        SessionStore.open(base, inspector="ZB").close()
        n_acts = 0

        def act(path: Path, what: str, step: int) -> str:
            nonlocal n_acts
            n_acts += 1
            clock[0] += step
            with SessionStore.open(path) as store:
                if what in KEYS:
                    return store.record(what, Verdict(zconf=1, comment=f"{n_acts}")).source_key
                event = store.undo() if what == "undo" else store.redo()
                return "" if event is None else event.source_key

        for session, what, step in acts:
            if session == 0:
                act(base, what, step)
        paths = [base, *(Path(folder) / f"{i}.moose" for i in (1, 2))]
        for path in paths[1:]:
            shutil.copy(base, path)
        held, last = _held(base), dict.fromkeys(KEYS, "")
        touches: dict[tuple[int, str], str] = {}
        for session, what, step in acts:
            if session and (key := act(paths[session % 3], what, step)):
                touches[session % 3, key] = f"2026-01-01T00:{clock[0]:06d}Z"
        for (session, key), time in sorted(touches.items()):
            if time >= last[key]:
                last[key] = time
                held[key] = _held(paths[session]).get(key, repr(Verdict()))

        merge_sessions(paths, Path(folder) / "new.moose")

        found = _held(Path(folder) / "new.moose")
        assert found == held
        SessionStore.open(Path(folder) / "new.moose").close()


def _held(path: Path) -> dict[str, str]:
    with SessionStore.open(path) as store:
        return {key: repr(event.verdict) for key, event in store.verdicts().items()}
