"""Updates of several sessions: none replaces what another program or person wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from files.decisions import DECISIONS, a_source_list

from moosegui.errors import ExportError, InputError
from moosegui.files.file_lock import FileLock
from moosegui.files.tables.read import read_table
from moosegui.files.update import own_update
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


def test_that_a_latin_1_catalogue_becomes_utf8_where_the_comments_need_it(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    text = "ID,WHO\n" + "".join(f"{i:05d},Zoë\n" for i in range(5))
    path.write_bytes(text.encode("latin-1"))

    written = write(path, "ZB")

    table = read_table(written.path)
    assert list(table["WHO"]) == ["Zoë"] * 5
    assert "Lyα" in table["COMMENT_VI"][0]
    assert "was written as UTF-8" in written.note


def test_that_lines_that_end_with_a_carriage_return_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_bytes(b"ID,RA\r" + b"".join(b"%05d,1.0\r" % i for i in range(5)))

    written = write(path, "ZB")

    content = written.path.read_bytes()
    assert (content.count(b"\r"), content.count(b"\n")) == (6, 0)
    assert list(read_table(written.path)["ID"]) == [f"{i:05d}" for i in range(5)]


def test_that_text_of_variable_length_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    texts = np.array(["abc", "defgh", "", "x", "y"], dtype=object)
    columns = [
        fits.Column("ID", "5A", array=[f"{i:05d}" for i in range(5)]),
        fits.Column("T", "PA()", array=texts),
    ]
    fits.BinTableHDU.from_columns(columns).writeto(path)

    written = write(path, "ZB")

    kept = read_table(written.path)["T"]
    assert ["".join(text) for text in kept] == ["".join(t) for t in read_table(path)["T"]]


def test_that_columns_of_one_name_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    columns = [fits.Column("ID", "5A", array=["a"] * 5), fits.Column("X", "D", array=np.ones(5))]
    fits.BinTableHDU.from_columns(columns).writeto(path)
    path.write_bytes(path.read_bytes().replace(b"'X       '", b"'ID      '"))

    with pytest.raises(InputError, match="several columns called ID"):
        write(path, "ZB")


@pytest.mark.parametrize("step", ["file_sha256", "_note"])
def test_that_an_update_that_is_taken_away_at_once_is_a_sentence(
    catalogue: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_was = getattr(own_update, step)

    def taken_away(*arguments: Path) -> str:
        for update in catalogue.parent.glob("cat_updated*"):
            update.unlink()
        return str(as_it_was(*arguments))

    monkeypatch.setattr(own_update, step, taken_away)

    with pytest.raises(ExportError, match="write it again"):
        write(catalogue, "ZB")

    monkeypatch.undo()
    assert write(catalogue, "ZB").path.is_file()
