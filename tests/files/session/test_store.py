"""The journal of a session: what was decided is there again, after any end of the program."""

from __future__ import annotations

import gc
import math
import random
import string
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import FalseReason, SourceFlag, Verdict, VerdictEvent
from moosegui.data.conditions import ScanConditions
from moosegui.data.prior import RedshiftPrior
from moosegui.files.session.copy import journal_of
from moosegui.files.session.store import SessionStore
from moosegui.files.session.verdict_fields import verdict_from_json

FULL = Verdict(
    redshift=3.0123456789012345,
    redshift_error=2.5e-4,
    zconf=3,
    flags=frozenset({SourceFlag.BLEND, SourceFlag.QSO}),
    comment='Lyα "double", é\nsecond line',
    origin="solution",
    solution_rank=2,
    proposal=0.512,
    basis_fingerprint="0123456789abcdef",
    conditions=ScanConditions(
        ((4800.0, 4810.5), (5577.0, 5580.0)), (2.0, 4.0), "unweighted", RedshiftPrior(2.9, 0.1)
    ),
    blend=BlendVerdict(BlendKind.CONTAMINATION, neighbour="00412"),
)
FALSE = Verdict(false_reason=FalseReason.WING)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SessionStore]:
    with SessionStore.open(tmp_path / "cat.fits.ZB.moose", inspector="ZB") as opened:
        yield opened


def reopened(store: SessionStore) -> SessionStore:
    store.close()
    return SessionStore.open(store.path)


def test_that_a_verdict_comes_back_whole_after_reopening(store: SessionStore) -> None:
    store.record("Zoë 1", FULL)

    with reopened(store) as again:
        verdict = again.verdict("Zoë 1")

    assert verdict == FULL


def test_that_an_undefined_redshift_stays_undefined(store: SessionStore) -> None:
    store.record("1", replace(FALSE, redshift_error=math.inf))

    with reopened(store) as again:
        verdict = again.verdict("1")

    assert verdict is not None
    assert math.isnan(verdict.redshift)
    assert math.isnan(verdict.proposal)
    assert verdict.redshift_error == math.inf


def test_that_an_event_says_who_when_and_what(store: SessionStore) -> None:
    event = store.record("1", FULL)

    age = datetime.now().astimezone() - datetime.fromisoformat(event.time)
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)
    assert event.time.endswith("Z")
    assert (event.inspector, event.source_key, event.verdict) == ("ZB", "1", FULL)


def test_that_a_source_never_judged_has_no_verdict(store: SessionStore) -> None:
    store.record("1", FULL)

    assert store.verdict("2") is None


def test_that_undo_brings_the_earlier_verdict_back(store: SessionStore) -> None:
    store.record("1", FULL)
    store.record("1", FALSE)

    event = store.undo()

    assert event is not None
    assert (event.source_key, event.verdict) == ("1", FULL)
    assert store.verdict("1") == FULL


def test_that_undo_of_the_first_decision_leaves_no_verdict(store: SessionStore) -> None:
    store.record("1", FULL)

    event = store.undo()

    assert event is not None
    assert event.verdict.zconf is None
    assert store.verdict("1") is None
    assert "1" not in store.verdicts()


def test_that_undo_touches_the_source_decided_last(store: SessionStore) -> None:
    store.record("1", FULL)
    store.record("2", FALSE)

    touched = [event.source_key for event in (store.undo(), store.undo()) if event]

    assert touched == ["2", "1"]


def test_that_undo_and_redo_survive_a_restart(store: SessionStore) -> None:
    store.record("1", FULL)
    store.record("2", FALSE)
    store.undo()

    with reopened(store) as again:
        event = again.redo()
        verdict = again.verdict("2")

    assert event is not None
    assert (event.source_key, event.kind, event.verdict.false_reason) == (
        "2",
        "redo",
        FalseReason.WING,
    )
    assert verdict is not None
    assert verdict.false_reason is FalseReason.WING


def test_that_a_new_decision_clears_what_could_be_redone(store: SessionStore) -> None:
    store.record("1", FULL)
    store.undo()
    store.record("2", FULL)

    assert store.redo() is None


def test_that_there_is_nothing_to_undo_in_a_new_session(store: SessionStore) -> None:
    assert store.undo() is None


def test_that_undoing_erases_nothing(store: SessionStore) -> None:
    store.record("1", FULL)
    store.undo()
    store.redo()

    with reopened(store) as again:
        kinds = [event.kind for event in again.events()]

    assert kinds == ["decide", "undo", "redo"]


def test_that_the_decision_in_force_keeps_its_own_time(store: SessionStore) -> None:
    first = store.record("1", FULL)
    store.record("1", FALSE)
    store.undo()

    assert store.verdicts() == {"1": first}


numbers = st.floats(allow_nan=False)
verdicts = st.builds(
    Verdict,
    redshift=numbers,
    redshift_error=numbers,
    zconf=st.none() | st.integers(0, 3),
    false_reason=st.none() | st.sampled_from(FalseReason),
    flags=st.frozensets(st.sampled_from(SourceFlag)),
    comment=st.text(),
    origin=st.sampled_from(["auto", "expert", ""]),
    solution_rank=st.none() | st.integers(1, 99),
    proposal=numbers,
    basis_fingerprint=st.text("0123456789abcdef", max_size=16),
)
steps = st.lists(
    st.tuples(st.just("record"), st.sampled_from(["1", "2", "é"]), verdicts)
    | st.tuples(st.sampled_from(["undo", "redo", "reopen"])),
    max_size=25,
)


class Model:
    """The journal in the simplest form: states, and where one stands among them."""

    def __init__(self) -> None:
        self.states: list[dict[str, Verdict]] = [{}]
        self.touched: list[str] = [""]
        self.position = 0

    def record(self, key: str, verdict: Verdict) -> str:
        state = {**self.states[self.position], key: verdict}
        self.states[self.position + 1 :] = [state]
        self.touched[self.position + 1 :] = [key]
        self.position += 1
        return key

    def undo(self) -> str | None:
        if self.position == 0:
            return None
        self.position -= 1
        return self.touched[self.position + 1]

    def redo(self) -> str | None:
        if self.position + 1 == len(self.states):
            return None
        self.position += 1
        return self.touched[self.position]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return self.states[self.position]


def test_that_a_long_history_takes_little_memory(store: SessionStore) -> None:
    for i_event in range(1000):
        store.record(f"00{i_event % 50}", Verdict(redshift=1.0 + 1e-4 * i_event, zconf=2))
    tracemalloc.start()

    again = reopened(store)

    try:
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 1000 * 400  # bytes
    finally:
        tracemalloc.stop()
        again.close()


def test_that_a_long_comment_is_not_kept_with_each_verdict(store: SessionStore) -> None:
    rng, comment, n_bytes = random.Random(1), "", 0
    for i_event in range(400):
        comment += "".join(rng.choices(string.ascii_letters, k=5))
        store.record("7", Verdict(redshift=1.0 + 1e-4 * i_event, zconf=2, comment=comment))
        n_bytes += len(comment)
    tracemalloc.start()

    again = reopened(store)

    try:
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 0.5 * n_bytes
        assert [len(event.verdict.comment) for event in again.events()] == [*range(5, 2001, 5)]
    finally:
        tracemalloc.stop()
        again.close()


def test_that_a_deleted_session_is_written_again_row_by_row(store: SessionStore) -> None:
    rng, n_bytes = random.Random(1), 0
    for i_event in range(300):
        comment = "".join(rng.choices(string.ascii_letters, k=4000))
        store.record(f"00{i_event}", Verdict(redshift=1.0, zconf=2, comment=comment))
        n_bytes += len(comment)
    store.path.unlink()
    tracemalloc.start()

    try:
        store.record("7", Verdict(redshift=1.0, zconf=3))
        assert tracemalloc.get_traced_memory()[1] < 0.3 * n_bytes
    finally:
        tracemalloc.stop()
    assert len(store.events()) == 301
    again = reopened(store)
    assert len(again.events()) == 301
    again.close()


def test_that_a_journal_reads_every_event_once(
    store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i_event in range(600):
        store.record("7", Verdict(redshift=1.0 + 1e-4 * i_event, zconf=2))
    read: list[str] = []

    def counted(text: str) -> Verdict:
        read.append(text)
        return verdict_from_json(text)

    monkeypatch.setattr("moosegui.files.session.store.verdict_from_json", counted)

    journal = journal_of(store)

    assert len(journal.decisions["7"]) == 600
    assert len(read) <= 600


def test_that_the_latest_decisions_can_be_asked_for_alone(store: SessionStore) -> None:
    for zconf in (1, 2, 3):
        store.record("7", Verdict(redshift=1.0, zconf=zconf))
    store.undo()

    assert [event.verdict.zconf for event in store.decisions("7")] == [1, 2]
    assert [event.verdict.zconf for event in store.decisions("7", 1)] == [2]
    assert store.decisions("8", 1) == ()
    assert store.touched() == ("7",)


@settings(max_examples=40)
@given(steps)
def test_that_any_sequence_of_steps_agrees_with_a_list_of_states(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple]
) -> None:
    model = Model()
    store = SessionStore.open(tmp_path_factory.mktemp("s") / "s.moose", inspector="ZB")
    try:
        for name, *arguments in sequence:
            if name == "reopen":
                store = reopened(store)
                continue
            expected = getattr(model, name)(*arguments)

            event: VerdictEvent | None = getattr(store, name)(*arguments)

            assert (event.source_key if event else None) == expected
            assert event is None or store.verdict(event.source_key) == model.verdicts.get(
                event.source_key
            )

        found = {key: event.verdict for key, event in store.verdicts().items()}
        assert found == model.verdicts
    finally:
        store.close()
