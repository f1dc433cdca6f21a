"""What other programs say over SAMP, and what of it is understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from moosegui.samp import POINT, ROW, ROWS, Listener, is_table, understand


def heard(mtype: str, parameters: dict[str, Any]) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    listener = Listener(
        lambda ra, dec: said.append(("place", ra, dec)),
        lambda table, row: said.append(("row", table, row)),
        lambda: said.append(("gone",)),
    )
    understand(mtype, parameters, listener)
    return said


def test_that_a_place_is_a_pair_of_texts() -> None:
    assert heard(POINT, {"ra": "53.1", "dec": "-27.8"}) == [("place", 53.1, -27.8)]


@pytest.mark.parametrize("row", ["3", 3])
def test_that_a_row_is_a_text_or_a_number(row: object) -> None:
    said = heard(ROW, {"table-id": "t1", "url": "file:///a/b.fits", "row": row})

    assert said == [("row", "file:///a/b.fits", 3)]


def test_that_the_first_of_selected_rows_is_shown() -> None:
    said = heard(ROWS, {"table-id": "t1", "row-list": ["7", "2"]})

    assert said == [("row", "t1", 7)]


@pytest.mark.parametrize(
    ("mtype", "parameters"),
    [
        (POINT, {"ra": "53.1"}),
        (POINT, {"ra": "east", "dec": "0"}),
        (ROW, {"row": "1"}),
        (ROW, {"table-id": "t1", "row": "first"}),
        (ROWS, {"table-id": "t1", "row-list": []}),
        (ROWS, {"table-id": "t1", "row-list": None}),
        (ROW, {"table-id": "t1", "row": "-1"}),
        (ROW, {"table-id": "t1", "row": 1e300}),
        (POINT, {"ra": "nan", "dec": "0"}),
        (POINT, {"ra": "53.1", "dec": "1e9"}),
    ],
)
def test_that_nonsense_is_left_alone(mtype: str, parameters: dict[str, Any]) -> None:
    assert heard(mtype, parameters) == []


def test_that_a_table_is_known_by_its_url(tmp_path: Path) -> None:
    path = tmp_path / "my survey.fits"
    path.touch()

    assert is_table(path.as_uri(), path)
    assert is_table(path.as_uri().replace("file:///", "file://localhost/"), path)
    assert not is_table((tmp_path / "other.fits").as_uri(), path)
    assert not is_table("http://example.org/my survey.fits", path)
    assert not is_table("file://elsewhere" + path.as_posix(), path)
    assert not is_table("http://[", path)
    assert not is_table("a\0b", path)
