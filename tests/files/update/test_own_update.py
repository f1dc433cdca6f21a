"""Updates of several sessions: none replaces what another program or person wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from files.decisions import DECISIONS, a_source_list

from moosegui.errors import ExportError
from moosegui.files.file_lock import FileLock
from moosegui.files.update.own_update import Target, Written, write_own_update


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "cat.csv"
    path.write_text("ID,RA\n" + "".join(f"{i:05d},1{i}.0\n" for i in range(5)))
    return path


def write(catalogue: Path, inspector: str, *before: Written, path: Path | None = None) -> Written:
    own = {str(written.path.absolute()): written.sha256 for written in before}
    return write_own_update(a_source_list(catalogue), DECISIONS, Target(inspector, own, path))


def test_that_two_inspectors_have_updates_of_their_own(catalogue: Path) -> None:
    first = write(catalogue, "ZB")
    before = first.path.read_bytes()

    second = write(catalogue, "TK")

    assert (first.path.name, second.path.name) == ("cat_updated.csv", "cat_updated_TK.csv")
    assert first.path.read_bytes() == before


def test_that_an_update_of_the_same_session_is_replaced(catalogue: Path) -> None:
    first = write(catalogue, "ZB")

    second = write(catalogue, "ZB", first)

    assert second.path == first.path
    assert not list(catalogue.parent.glob("*.bak-*"))


def test_that_an_update_that_was_edited_since_is_left_alone(catalogue: Path) -> None:
    first = write(catalogue, "ZB")
    first.path.write_text("mine\n")

    second = write(catalogue, "ZB", first)

    assert second.path != first.path
    assert first.path.read_text() == "mine\n"


@pytest.mark.parametrize("content", ["a survey of ten years", ""])
def test_that_a_named_file_of_somebody_else_is_refused(catalogue: Path, content: str) -> None:
    precious = catalogue.with_name("precious.csv")
    precious.write_text(content)

    with pytest.raises(ExportError, match="was not written by this session"):
        write(catalogue, "ZB", path=precious)

    assert precious.read_text() == content


def test_that_who_asks_for_it_replaces_a_file_and_keeps_a_copy(catalogue: Path) -> None:
    precious = catalogue.with_name("precious.csv")
    precious.write_text("a survey of ten years")

    target = Target("ZB", {}, precious, overwrite=True)
    write_own_update(a_source_list(catalogue), DECISIONS, target)

    (copy,) = catalogue.parent.glob("precious.csv.bak-*")
    assert copy.read_text() == "a survey of ten years"
    assert precious.read_text().startswith("ID,RA,")


def test_that_two_processes_do_not_write_one_update_at_once(catalogue: Path) -> None:
    lock = FileLock(catalogue.with_name(".cat_updated.csv.lock"))

    with pytest.raises(ExportError, match="is being written"):
        write(catalogue, "ZB")

    lock.release()
    assert write(catalogue, "ZB").path.is_file()


def test_that_an_update_leaves_no_other_file(catalogue: Path) -> None:
    written = write(catalogue, "ZB")

    assert sorted(catalogue.parent.iterdir()) == sorted([catalogue, written.path])
