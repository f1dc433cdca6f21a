"""The sessions of several inspectors, and the one in which they are reconciled."""

from __future__ import annotations

from pathlib import Path

import pytest
from voters import write_votes

from moosegui.data.team.reconciliation import ConflictRule
from moosegui.errors import InputError, SessionError
from moosegui.files.session.store import SessionStore
from moosegui.pipeline.reconciliation import (
    catalogue_of,
    open_journals,
    recall_journals,
    recall_rule,
    reconciled_path,
    remember_journals,
    remember_rule,
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "cat.csv"
    path.write_text("ID\n1\n")
    return path


@pytest.fixture
def paths(catalogue: Path) -> tuple[Path, Path]:
    return write_votes(catalogue)


def test_that_the_inspectors_are_in_the_order_of_their_sessions(paths: tuple[Path, Path]) -> None:
    assert [journal.inspector for journal in open_journals(paths[::-1])] == ["TK", "AW"]


def test_that_one_inspector_has_one_session(paths: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="another session of AW"):
        open_journals((paths[0], paths[0]))


def test_that_sessions_of_two_catalogues_are_refused(
    paths: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.moose"
    SessionStore.open(other, inspector="ZB", source_path=tmp_path / "else.csv").close()

    with pytest.raises(InputError, match=r"cat\.csv .* else\.csv"):
        open_journals((paths[0], other))


def test_that_the_catalogue_is_found_again_beside_its_sessions(
    paths: tuple[Path, Path], catalogue: Path, tmp_path: Path
) -> None:
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    tmp_path.rename(moved)

    found, _ = catalogue_of(open_journals([moved / path.name for path in paths]))

    assert found == moved / catalogue.name


def test_that_the_reconciled_session_remembers_the_others(
    paths: tuple[Path, Path], catalogue: Path
) -> None:
    with SessionStore.open(reconciled_path(catalogue, "AW"), inspector="AW") as store:
        remember_journals(store, open_journals(paths))

        assert [journal.inspector for journal in recall_journals(store)] == ["AW", "TK"]


def test_that_votes_are_not_reconciled_into_themselves(paths: tuple[Path, Path]) -> None:
    journals = open_journals(paths)

    with SessionStore.open(paths[0]) as store, pytest.raises(SessionError, match="not changed"):
        remember_journals(store, journals)


def test_that_sessions_that_moved_with_the_reconciled_one_are_found(
    paths: tuple[Path, Path], catalogue: Path, tmp_path: Path
) -> None:
    with SessionStore.open(reconciled_path(catalogue, "ZB"), inspector="ZB") as store:
        remember_journals(store, open_journals(paths))
    moved = tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))

    with SessionStore.open(reconciled_path(moved / catalogue.name, "ZB")) as store:
        assert [journal.inspector for journal in recall_journals(store)] == ["AW", "TK"]


def test_that_sessions_that_are_gone_are_asked_for(
    paths: tuple[Path, Path], catalogue: Path
) -> None:
    with SessionStore.open(reconciled_path(catalogue, "ZB"), inspector="ZB") as store:
        remember_journals(store, open_journals(paths))
        paths[1].unlink()

        with pytest.raises(InputError, match="name them again with moosegui reconcile"):
            recall_journals(store)


def test_that_the_rule_is_kept(catalogue: Path) -> None:
    rule = ConflictRule(velocity=150.0, zconf_step=1, confident=3)

    with SessionStore.open(reconciled_path(catalogue, "ZB"), inspector="ZB") as store:
        before = recall_rule(store)
        remember_rule(store, rule)

        assert (before, recall_rule(store)) == (None, rule)
