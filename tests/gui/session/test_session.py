"""The session: moving through the list, and what the scan of the list brings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from desk import ENGINE, Desk
from pytestqt.qtbot import QtBot
from small_survey import FIRST, IDS, SECOND, THIRD, write_catalogue

from moosegui.data.grids import RedshiftGrid
from moosegui.errors import MooseError
from moosegui.files.tables.cells import numbers_of
from moosegui.files.tables.read import read_table
from moosegui.pipeline.engine import Engine, make_engine


def test_that_the_ends_of_the_list_are_said_and_not_wrapped(desk: Desk) -> None:
    assert not desk.session.step(-1)
    assert desk.notices[-1] == "This is the beginning of the list."
    assert desk.current == FIRST

    desk.go(IDS[-1])
    assert not desk.session.step(1)
    assert desk.notices[-1] == "This is the end of the list."
    assert desk.current == IDS[-1]


def test_that_going_back_repeatedly_walks_through_the_decisions(desk: Desk) -> None:
    for key in (THIRD, FIRST, SECOND):
        desk.go(key)
        desk.session.decisions.judge(1)
    desk.go(IDS[5])

    visited = []
    for _ in range(4):
        desk.session.go_back_to_decided()
        visited.append(desk.current)

    assert visited == [SECOND, FIRST, THIRD, THIRD]
    assert desk.notices[-1] == "Nothing was decided before this."


def test_that_an_undone_decision_is_not_gone_back_to(desk: Desk) -> None:
    desk.session.decisions.judge(1)
    desk.go(SECOND)
    desk.session.decisions.judge(1)
    desk.session.decisions.undo()

    desk.go(THIRD)
    desk.session.go_back_to_decided()

    assert desk.current == FIRST


def test_that_an_unknown_source_is_a_sentence(desk: Desk) -> None:
    with pytest.raises(MooseError, match="no source 999"):
        desk.session.select("999")

    assert desk.current == FIRST


@pytest.mark.parametrize(
    ("text", "key"), [("0100", "0100"), (" 100 ", "0100"), ("7", "0007"), ("1000", None)]
)
def test_that_a_source_is_found_with_or_without_its_zeros(
    desk: Desk, text: str, key: str | None
) -> None:
    found = desk.session.known.find(text)

    assert (None if found is None else found.key) == key


def test_that_an_exact_id_goes_before_one_with_more_zeros(desk: Desk) -> None:
    listed = desk.session.source_list
    last = replace(listed.sources[-1], key="7", source_id="7")
    desk.session.close()
    desk.open(replace(listed, sources=(*listed.sources[:-1], last)))

    assert desk.session.known.find("7") == last
    assert desk.session.known.find("0007") == listed.sources[0]


def test_that_a_new_order_makes_its_next_sources_ready(unscanned: Desk) -> None:
    unscanned.session.reorder((FIRST, IDS[5], IDS[4], IDS[3]))

    assert unscanned.runner.run_one() == FIRST
    assert {unscanned.runner.run_one() for _ in range(3)} == set(IDS[3:])


def test_that_the_session_begins_where_it_was_left(desk: Desk) -> None:
    desk.go(THIRD)

    desk.restart()

    assert desk.current == THIRD


def test_that_a_broken_spectrum_is_marked_and_the_others_go_on(
    qtbot: QtBot, tmp_path: Path
) -> None:
    catalogue = write_catalogue(tmp_path / "catalogue.csv")
    broken = tmp_path / "spectra" / f"spectrum_{SECOND}.fits"
    broken.write_bytes(broken.read_bytes()[:4000])

    desk = Desk(catalogue)
    desk.wait()

    assert desk.session.problem(SECOND)
    assert not desk.session.problem(FIRST)
    assert all(desk.session.summary(key) is not None for key in IDS if key != SECOND)
    desk.session.close()


def test_that_a_bug_in_a_scan_is_told_with_details_and_the_others_go_on(
    unscanned: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moosegui.gui.session.work import scanner
    from moosegui.pipeline.analyse import analyse_source

    def fail_once(source, *arguments, **options):
        if source.key == FIRST:
            raise ZeroDivisionError("by purpose")
        return analyse_source(source, *arguments, **options)

    monkeypatch.setattr(scanner, "analyse_source", fail_once)
    unscanned.wait()

    assert "by purpose" in unscanned.session.problem(FIRST)
    assert [text for text in unscanned.notices if FIRST in text] == [
        f"The scan of {FIRST} failed: by purpose"
    ]
    assert unscanned.session.summary(SECOND) is not None


def test_that_a_failure_of_any_other_job_is_told(desk: Desk) -> None:
    def fail(_report: object) -> None:
        raise ZeroDivisionError("by purpose")

    desk.runner.submit(("other",), fail)
    desk.wait()

    assert "by purpose" in desk.notices[-1]
    assert desk.levels[-1] == "error"


def summaries(desk: Desk) -> list[str]:
    """Return what is known of every scan, as texts: nan equals nothing, not even itself."""
    found = [desk.session.summary(key) for key in IDS]
    return [json.dumps(asdict(summary), default=str) for summary in found if summary is not None]


def test_that_what_was_scanned_is_restored_and_only_the_screen_is_computed(desk: Desk) -> None:
    before = summaries(desk)

    desk.session.close()
    desk.open()

    assert summaries(desk) == before
    assert desk.n_scanned == len(IDS)


LOWER_RANK = replace(ENGINE.basis, components=ENGINE.basis.components[:3])
COMMITTEE = make_engine(ENGINE.basis, ENGINE.settings, companions=[LOWER_RANK])
CHANGES = {
    "--basis": make_engine(LOWER_RANK, ENGINE.settings),
    "--rank": ENGINE,
    "--single": COMMITTEE.with_settings(replace(ENGINE.settings, ensemble=False)),
    "--zmin": COMMITTEE.with_settings(
        replace(ENGINE.settings, trials=RedshiftGrid(0.1, 2.0, 0.001))
    ),
    "--zmax": COMMITTEE.with_settings(
        replace(ENGINE.settings, trials=RedshiftGrid(0.0, 1.5, 0.001))
    ),
    "--dz": COMMITTEE.with_settings(replace(ENGINE.settings, trials=RedshiftGrid(0.0, 2.0, 0.002))),
    "--plain-variances": COMMITTEE.with_settings(
        replace(ENGINE.settings, inflates_variances=False)
    ),
    "--weighting": COMMITTEE.with_settings(replace(ENGINE.settings, weighting="unweighted")),
    "--calibration": COMMITTEE.with_confidence(replace(ENGINE.confidence, temperature=9.0)),
}


@pytest.fixture
def committee_desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    """A desk whose list was scanned by two bases."""
    desk = Desk(write_catalogue(tmp_path / "catalogue.csv"))
    reopen(desk, COMMITTEE)
    desk.wait()
    yield desk
    desk.session.close()


def reopen(desk: Desk, engine: Engine) -> None:
    desk.session.close()
    desk.session.engine = engine
    desk.open()


@pytest.mark.parametrize("option", CHANGES)
def test_that_a_changed_option_scans_everything_again(committee_desk: Desk, option: str) -> None:
    reopen(committee_desk, CHANGES[option])

    assert [committee_desk.session.summary(key) for key in IDS] == [None] * len(IDS)
    assert committee_desk.n_scanned == 0


@pytest.mark.parametrize("option", CHANGES)
def test_that_what_other_options_found_is_not_exported(committee_desk: Desk, option: str) -> None:
    reopen(committee_desk, CHANGES[option])
    committee_desk.runner.run_one()

    committee_desk.session.export()
    committee_desk.runner.run_one()

    updated = read_table(committee_desk.catalogue.with_name("catalogue_updated.csv"))
    scanned = [committee_desk.session.summary(key) is not None for key in IDS]
    assert scanned == [True, *[False] * 5]
    assert np.isfinite(numbers_of(updated["Z_AUTO"])).tolist() == scanned


def test_that_a_session_of_an_older_version_is_scanned_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.session.close()

    monkeypatch.setattr("moosegui.pipeline.engine.__version__", "0.0.1")
    desk.open()

    assert desk.n_scanned == 0


def test_that_what_an_engine_found_is_there_again_when_it_returns(committee_desk: Desk) -> None:
    before = summaries(committee_desk)
    reopen(committee_desk, CHANGES["--zmax"])

    reopen(committee_desk, COMMITTEE)

    assert summaries(committee_desk) == before
