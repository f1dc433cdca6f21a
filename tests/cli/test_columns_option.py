"""Columns of a catalogue that the user names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moosegui.cli.main import main, make_parser
from moosegui.cli.window import list_to_open
from moosegui.data.catalogue import Verdict
from moosegui.errors import InputError
from moosegui.files.session.file import session_path
from moosegui.files.session.reading import remember_columns, settled_columns
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.columns import as_floats, as_texts
from moosegui.files.tables.read import read_table

ROWS = "label,alpha,delta,guess,grade,cube,m\nA,53.1,-27.8,0.5,3,s_0.fits,24.5\n"
NAMES = {"ID": "label", "ra": "alpha", "dec": "delta", "z": "guess", "zconf": "grade",
         "file": "cube", "mag": "m"}  # fmt: skip


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "cat.csv"
    path.write_text(ROWS)
    (tmp_path / "s_0.fits").touch()
    return path


def test_that_columns_mean_what_the_user_says(catalogue: Path) -> None:
    (source,) = open_source_list(catalogue, columns=NAMES)

    assert (source.source_id, source.ra, source.dec) == ("A", 53.1, -27.8)
    assert (source.redshift, source.zconf, source.magnitude) == (0.5, 3, 24.5)
    assert source.spectrum is not None
    assert source.spectrum.path.name == "s_0.fits"


def test_that_a_catalogue_without_ids_names_the_option(catalogue: Path) -> None:
    with pytest.raises(InputError, match="--columns ID=NAME"):
        open_source_list(catalogue)


@pytest.mark.parametrize(
    ("columns", "words"), [({"ID": "lable"}, "no column lable"), ({"SIZE": "m"}, "knows no SIZE")]
)
def test_that_a_wrong_name_gets_a_sentence(
    catalogue: Path, columns: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        open_source_list(catalogue, columns=columns)


@pytest.mark.parametrize("command", [["open", "x"], ["scan", "x", "-o", "y"], ["export", "x"]])
def test_that_three_commands_have_the_option(command: list[str]) -> None:
    options = make_parser().parse_args([*command, "--columns", "ID=label", "Z=guess"])

    assert options.columns == [("ID", "label"), ("Z", "guess")]


@pytest.fixture
def session(catalogue: Path) -> Path:
    path = catalogue.with_name("cat.csv.ZB.moose")
    with SessionStore.open(path, inspector="ZB", source_path=catalogue) as store:
        store.record("A", Verdict(redshift=0.7, zconf=2))
    return path


def test_that_an_export_takes_the_columns_that_it_is_told(catalogue: Path, session: Path) -> None:
    status = main(["export", str(session), "--columns", "ID=label", "FILE=cube"])

    assert status == 0
    assert as_floats(read_table(catalogue.with_name("cat_updated.csv")), "Z_VI")[0] == 0.7


def test_that_an_export_remembers_the_columns_of_the_window(catalogue: Path, session: Path) -> None:
    with SessionStore.open(session) as store:
        settled_columns(store, {"ID": "label", "FILE": "cube"})

    status = main(["export", str(session)])

    table = read_table(catalogue.with_name("cat_updated.csv"))
    assert status == 0
    assert as_texts(table, "label") == ["A"]
    assert np.array_equal(as_floats(table, "Z_VI"), [0.7])


def test_that_a_list_opens_again_with_the_columns_of_its_session(catalogue: Path) -> None:
    options = make_parser().parse_args(["open", str(catalogue), "--inspector", "ZB"])
    with pytest.raises(InputError, match="--columns ID=NAME"):
        list_to_open(options)
    with SessionStore.open(session_path(catalogue, "ZB"), inspector="ZB") as store:
        remember_columns(store, NAMES)

    (source,) = list_to_open(options)

    assert (source.source_id, source.redshift) == ("A", 0.5)
