"""The columns of an update: what a decision looks like in a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from files.decisions import COMMENT_WRITTEN, DECISIONS, SUMMARIES, TIME, a_source_list

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import (
    ReadingChoice,
    Source,
    SourceFlag,
    SpectrumRef,
    Verdict,
    VerdictEvent,
)
from moosegui.data.conditions import ScanConditions
from moosegui.data.votes import CastVote
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn
from moosegui.files.update.layout import column_names, renamed, update_columns

SOURCES = a_source_list(Path("cat.fits"))


@pytest.fixture
def columns() -> dict[str, AddedColumn]:
    laid_out = update_columns(SOURCES, DECISIONS, SUMMARIES, 6)
    return {column.name: column for column in laid_out}


def test_that_a_redshift_stands_where_it_was_assigned(columns: dict[str, AddedColumn]) -> None:
    values = columns["Z_VI"].values

    assert values[0] == 3.1234567890123
    assert np.isnan(values[1:]).all()


def test_that_inspected_without_a_redshift_differs_from_not_inspected(
    columns: dict[str, AddedColumn],
) -> None:
    confidences = list(columns["ZCONF_VI"].values)

    assert confidences == [3, 0, 0, NULL_INTEGER, NULL_INTEGER, NULL_INTEGER]


def test_that_a_false_source_says_why(columns: dict[str, AddedColumn]) -> None:
    assert list(columns["FALSE_VI"].values) == ["", "", "wing of a neighbour", "", "", ""]


def test_that_a_comment_alone_is_written(columns: dict[str, AddedColumn]) -> None:
    assert columns["COMMENT_VI"].values[3] == "later"
    assert columns["FLAGS_VI"].values[3] == "revisit"
    assert columns["INSPECTOR_VI"].values[3] == "ZB"


def test_that_a_comment_stays_on_one_line(columns: dict[str, AddedColumn]) -> None:
    assert columns["COMMENT_VI"].values[0] == COMMENT_WRITTEN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ZERR_VI", 1.5e-4),
        ("ZFROM_VI", "solution"),
        ("REFZ_VI", "LYA"),
        ("CAND_VI", 2),
        ("BLEND_VI", 2),
        ("NEIGHBOUR_VI", "00412"),
        ("Z2_VI", 0.7342),
        ("ZCONF2_VI", 2),
        ("FLAGS_VI", "QSO/AGN,blend"),
        ("DATE_VI", TIME),
        ("MASKS_VI", "4800-4810.25;5577-5580"),
        ("ZMIN_VI", 2.0),
        ("ZMAX_VI", 4.0),
        ("ZPRIOR_VI", 2.9),
        ("ZPRIOR_ERR_VI", 0.1),
        ("WEIGHT_VI", "unweighted"),
        ("Z_AUTO", 0.512),
        ("ZERR_AUTO", 2e-4),
        ("DCHI2", 0.25),
        ("R", np.inf),
    ],
)
def test_that_a_decision_is_written_in_full(
    columns: dict[str, AddedColumn], name: str, expected: object
) -> None:
    assert columns[name].values[0] == expected


def test_that_masks_wait_for_a_decision_in_the_update_too() -> None:
    verdict = Verdict(conditions=ScanConditions(((5000.0, 5010.0),)))

    laid_out = update_columns(
        SOURCES, {"3": replace(DECISIONS["3"], verdict=verdict)}, SUMMARIES, 5
    )

    cells = {column.name: column.values[3] for column in laid_out}
    assert cells["MASKS_VI"] == "5000-5010"
    assert cells["ZCONF_VI"] == NULL_INTEGER
    assert np.isnan(cells["ZMIN_VI"])


def test_that_every_column_has_a_description_that_fits_a_card(
    columns: dict[str, AddedColumn],
) -> None:
    for column in columns.values():
        assert 0 < len(column.description) <= 66
        assert (column.description + column.ucd).isascii()


def test_that_a_source_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(IndexError, match="row 4 of 4"):
        update_columns(SOURCES, {}, {}, 4)


def test_that_names_that_are_taken_are_numbered() -> None:
    columns = update_columns(SOURCES, {}, {}, 5)

    names = [column.name for column in renamed(columns, [*column_names(), "z_vi_2", "r"])]

    assert names[0] == "Z_VI_3"
    assert names[1] == "ZERR_VI_2"
    assert "R_2" in names


def test_that_numbers_read_back_exactly(columns: dict[str, AddedColumn]) -> None:
    texts = columns["Z_VI"].texts()

    assert float(texts[0]) == columns["Z_VI"].values[0]
    assert texts[1] == ""


def test_that_a_judged_blend_is_in_the_update_before_the_first_redshift_is() -> None:
    verdict = Verdict(blend=BlendVerdict(BlendKind.SINGLE))

    laid_out = update_columns(
        SOURCES, {"3": replace(DECISIONS["3"], verdict=verdict)}, SUMMARIES, 5
    )

    cells = {column.name: column.values[3] for column in laid_out}
    assert (cells["BLEND_VI"], cells["ZCONF2_VI"]) == (0, NULL_INTEGER)


def test_that_the_bare_flag_is_a_blend_too() -> None:
    verdict = Verdict(zconf=0, flags=frozenset({SourceFlag.BLEND}))

    laid_out = update_columns(
        SOURCES, {"3": replace(DECISIONS["3"], verdict=verdict)}, SUMMARIES, 5
    )

    cells = {column.name: column.values[3] for column in laid_out}
    assert (cells["BLEND_VI"], cells["NEIGHBOUR_VI"]) == (1, "")


def test_that_votes_have_columns_only_where_there_are_some() -> None:
    votes = (CastVote("AW", TIME, 0.7, 3), CastVote("TK", TIME, words="false: noise"))
    verdict = Verdict(0.7, zconf=3, votes=votes, taken_from="AW")
    decision = VerdictEvent(1, TIME, "ZB", "0", verdict)

    columns = {column.name: column for column in update_columns(SOURCES, {"0": decision}, {}, 5)}

    assert columns["VOTES_VI"].values[0] == "AW 0.70000 ZCONF 3; TK false: noise"
    assert columns["VOTE_VI"].values[0] == "AW"


def test_that_a_blend_that_nobody_judged_is_left_empty() -> None:
    verdict = Verdict(redshift=0.5, zconf=3)

    laid_out = update_columns(
        SOURCES, {"3": replace(DECISIONS["3"], verdict=verdict)}, SUMMARIES, 5
    )

    assert {column.name: column.values[3] for column in laid_out}["BLEND_VI"] == NULL_INTEGER


def test_that_a_column_says_how_silent_files_were_read() -> None:
    said = ReadingChoice(wave_unit="nm", medium="vacuum", sigma_factor=1.5)
    source = Source("0", "0", 0, SpectrumRef(Path("one.txt"), choice=said))

    columns = {column.name: column for column in update_columns((source,), {}, {}, 2)}

    words = "wavelengths in nm, medium vacuum, sigma x 1.5"
    assert columns["READ_VI"].values.tolist() == [words, ""]
    assert "READ_VI" not in {column.name for column in update_columns(SOURCES, {}, {}, 6)}
