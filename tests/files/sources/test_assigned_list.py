"""The list of an inspector: what it names lies beside it, and damage is a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_survey import IDS, write_catalogue

from moosegui.data.team.assignment import Assigned
from moosegui.errors import InputError
from moosegui.files.sources.assigned_list import assigned_list, write_assigned_list
from moosegui.files.sources.source_lists import open_source_list

GIVEN = (Assigned(IDS[2], IDS[2], "single"), Assigned(IDS[0], IDS[0], "single"))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    catalogue = write_catalogue(tmp_path / "cat.csv")
    path = tmp_path / "cat_ZB.mooselist"
    write_assigned_list(path, assigned_list(open_source_list(catalogue), "ZB", GIVEN, "salt"))
    return path


def test_that_the_order_is_that_of_the_list(listed: Path) -> None:
    found = open_source_list(listed)

    assert [source.source_id for source in found] == [IDS[2], IDS[0]]
    assert found.path == listed


@pytest.mark.parametrize("name", ["../cat.csv", "/etc/passwd", "a/../../cat.csv", "C:cat.csv"])
def test_that_a_list_leads_nowhere_else(listed: Path, name: str) -> None:
    source_list = open_source_list(listed.with_name("cat.csv"))
    elsewhere = replace(assigned_list(source_list, "ZB", GIVEN, "salt"), catalogue=name)
    write_assigned_list(listed, elsewhere)

    with pytest.raises(InputError, match="does not lie in its folder"):
        open_source_list(listed)


def test_that_a_list_of_a_list_is_refused(listed: Path) -> None:
    source_list = open_source_list(listed.with_name("cat.csv"))
    itself = replace(assigned_list(source_list, "ZB", GIVEN, "salt"), catalogue=listed.name)
    write_assigned_list(listed, itself)

    with pytest.raises(InputError, match="another list"):
        open_source_list(listed)


@pytest.mark.parametrize("kept", [20, 60, 150])
def test_that_a_truncated_list_is_a_sentence(listed: Path, kept: int) -> None:
    listed.write_text(listed.read_text()[:kept])

    with pytest.raises(InputError, match="damaged"):
        open_source_list(listed)


def test_that_a_list_of_a_later_version_asks_for_an_update(listed: Path) -> None:
    listed.write_text(listed.read_text().replace('list": 1', 'list": 2'))

    with pytest.raises(InputError, match="newer version"):
        open_source_list(listed)


def test_that_a_source_that_is_gone_is_told(listed: Path) -> None:
    catalogue = listed.with_name("cat.csv")
    lines = catalogue.read_text().splitlines()
    catalogue.write_text("\n".join(line for line in lines if not line.startswith(IDS[0])) + "\n")

    found = open_source_list(listed)

    assert [source.source_id for source in found] == [IDS[2]]
    assert any(IDS[0] in notice for notice in found.notices)


def test_that_the_catalogue_must_be_there(listed: Path) -> None:
    listed.with_name("cat.csv").unlink()

    with pytest.raises(InputError, match="not beside it"):
        open_source_list(listed)
