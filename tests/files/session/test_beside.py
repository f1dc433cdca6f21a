"""What a session keeps beside its events has no seal: whatever stands there, decisions are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moosegui.data.catalogue import AS_WRITTEN, Verdict
from moosegui.errors import InputError
from moosegui.files.session.copy import read_journal
from moosegui.files.session.merge import merge_sessions
from moosegui.files.session.reading import (
    COLUMNS,
    OWN,
    own_choices,
    settled_choice,
    settled_columns,
)
from moosegui.files.session.roots import ROOTS, allowed_roots
from moosegui.files.session.store import REPEATS, SOURCES, SessionStore
from moosegui.files.update.own_update import UPDATES, own_updates
from moosegui.pipeline.reconciliation import (
    RECONCILES,
    RULE,
    open_journals,
    recall_journals,
    recall_rule,
)

BROKEN = (
    *("{", "7", "null", "[1, 2]", "[null]", '{"1": 5}', '{"1": null}', '{"1": {"a": 1}}'),
    *('{"1": ["1", null, "x", {}, 1, 1]}', '{"velocity": "a"}', "[" * 5000),
)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "a.ZB.moose", tmp_path / "a.TK.moose"
    for path, inspector in zip(paths, ("ZB", "TK"), strict=True):
        with SessionStore.open(path, inspector=inspector) as store:
            store.record("1", Verdict(0.5, zconf=2))
            store.set(SOURCES, json.dumps({"1": ["1", "", 1.0, 2.0, "", 0]}))
    return paths


@pytest.mark.parametrize("value", BROKEN)
def test_that_whatever_is_kept_decisions_are_read_joined_and_reconciled(
    two: tuple[Path, Path], tmp_path: Path, value: str
) -> None:
    with SessionStore.open(two[0]) as store:
        for key in (REPEATS, SOURCES, RECONCILES, RULE, ROOTS, COLUMNS, OWN, UPDATES):
            store.set(key, value)
        allowed_roots(store)
        own_choices(store)
        own_updates(store)
        recall_rule(store)
        settled_choice(store, AS_WRITTEN)
        settled_columns(store, {})
        with pytest.raises(InputError, match="reconcile"):
            recall_journals(store)

    assert set(read_journal(two[0]).decisions) == {"1"}
    assert [set(one.decisions) for one in open_journals(two)] == [{"1"}, {"1"}]
    assert merge_sessions((two[0], two[0]), tmp_path / "new.moose").n_shared == 1
