"""The fields of a verdict: one record each reaches the session, who reads it, and the update."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.data.team.reconciliation import take
from moosegui.files.session import verdict_fields
from moosegui.files.session.copy import read_journal
from moosegui.files.session.store import SessionStore
from moosegui.files.session.verdict_fields import (
    FIELDS,
    VerdictColumn,
    VerdictField,
    verdict_from_json,
    verdict_to_json,
)
from moosegui.files.session.verdict_values import unchanged
from moosegui.files.tables.cells import texts_of
from moosegui.files.tables.read import read_table
from moosegui.files.update.update import write_update


@dataclass(frozen=True)
class TypedVerdict(Verdict):
    """A verdict with a field more."""

    kind: str = "galaxy"


TYPE = VerdictField(
    *("kind", unchanged, unchanged),
    columns=(
        VerdictColumn(
            *("TYPE_VI", "O", "src.class", "what kind of source it is"),
            lambda verdict: verdict.kind,  # type: ignore[attr-defined]
        ),
    ),
)
STAR = TypedVerdict(zconf=0, kind="star")


@pytest.fixture
def _typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_fields, "Verdict", TypedVerdict)
    monkeypatch.setattr(verdict_fields, "FIELDS", (*FIELDS, TYPE))


def test_that_every_field_of_a_verdict_has_a_record() -> None:
    assert sorted(field.name for field in FIELDS) == sorted(field.name for field in fields(Verdict))


def test_that_an_empty_verdict_comes_back() -> None:
    assert repr(verdict_from_json(verdict_to_json(Verdict()))) == repr(Verdict())


def test_that_a_value_that_was_always_there_must_be_there() -> None:
    payload = json.loads(verdict_to_json(Verdict()))
    del payload["comment"]

    with pytest.raises(KeyError, match="comment"):
        verdict_from_json(json.dumps(payload))


@pytest.mark.usefixtures("_typed")
def test_that_sessions_of_before_open_with_the_default_of_a_new_field(tmp_path: Path) -> None:
    payload = json.loads(verdict_to_json(STAR))
    del payload["kind"]

    assert repr(verdict_from_json(json.dumps(payload))) == repr(replace(STAR, kind="galaxy"))


@pytest.mark.usefixtures("_typed")
def test_that_a_session_and_who_reads_it_know_a_new_field(tmp_path: Path) -> None:
    path = tmp_path / "a.moose"
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", STAR)
    with SessionStore.open(path) as store:
        assert repr(store.verdict("1")) == repr(STAR)

    vote = read_journal(path).vote("1")

    assert vote is not None
    assert take(vote, TypedVerdict()).kind == "star"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_typed")
def test_that_the_update_tells_a_new_field(tmp_path: Path) -> None:
    sources = SourceList((Source("1", "1", 0), Source("2", "2", 1)), tmp_path)
    event = VerdictEvent(1, "2026-01-01T00:00:00Z", "ZB", "1", STAR)

    table = read_table(write_update(sources, {"1": event}, tmp_path / "update.ecsv"))

    assert list(texts_of(table["TYPE_VI"])) == ["star", ""]
    assert table["TYPE_VI"].description == "what kind of source it is"
