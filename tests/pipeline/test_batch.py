"""The scan of a whole list without a window: complete, resumable, and not stopped by one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_survey import IDS, TRUTHS, small_engine, write_spectra

from moosegui.data.catalogue import SourceList
from moosegui.data.results import ScanFlag
from moosegui.files.sources.source_lists import open_source_list
from moosegui.pipeline import batch
from moosegui.pipeline.analyse import analyse_source
from moosegui.pipeline.batch import scan_sources

ENGINE = small_engine()


@pytest.fixture
def survey(tmp_path: Path) -> SourceList:
    return open_source_list(write_spectra(tmp_path / "spectra"))


def scanned(survey: SourceList, **options: object) -> dict[str, tuple[float, str]]:
    """Redshift and problem by ID."""
    return {
        source.source_id: (summary.redshift, problem)
        for source, summary, problem in scan_sources(survey, ENGINE, **options)
    }


@pytest.mark.parametrize("n_workers", [1, 2, 4])
def test_that_every_source_comes_once_with_its_redshift(survey: SourceList, n_workers: int) -> None:
    found = list(scan_sources(survey, ENGINE, n_workers=n_workers))

    redshifts = {source.source_id: summary.redshift for source, summary, _ in found}
    assert sorted(source.source_id for source, *_ in found) == sorted(IDS)
    assert [redshifts[i] for i in IDS] == pytest.approx(list(TRUTHS), abs=1e-3)


def test_that_one_worker_keeps_the_order_of_the_list(survey: SourceList) -> None:
    assert tuple(scanned(survey, n_workers=1)) == IDS


def test_that_the_scan_is_that_of_the_window(survey: SourceList) -> None:
    source, summary, _ = next(scan_sources(survey, ENGINE, n_workers=1))

    assert summary == analyse_source(source, ENGINE).summary()


def test_that_what_an_earlier_run_finished_is_left_out(survey: SourceList) -> None:
    assert tuple(scanned(survey, is_done=IDS[:4].__contains__, n_workers=1)) == IDS[4:]


def test_that_nothing_to_do_yields_nothing(survey: SourceList) -> None:
    assert scanned(survey, is_done=lambda _key: True) == {}
    assert scanned(SourceList((), survey.path)) == {}


def test_that_an_unreadable_source_comes_with_its_reason_and_the_others_go_on(
    survey: SourceList,
) -> None:
    path = survey.sources[2].spectrum.path
    path.write_bytes(path.read_bytes()[:4000])

    found = {s.source_id: (summary, why) for s, summary, why in scan_sources(survey, ENGINE)}

    summary, problem = found[IDS[2]]
    assert ScanFlag.NO_DATA in summary.flags
    assert np.isnan(summary.redshift)
    assert path.name in problem
    assert [why for key, (_, why) in found.items() if key != IDS[2]] == [""] * (len(IDS) - 1)


def test_that_a_bug_is_not_taken_for_a_bad_file(
    survey: SourceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError("by purpose")

    monkeypatch.setattr(batch, "analyse_source", fail)

    with pytest.raises(ZeroDivisionError, match="by purpose"):
        list(scan_sources(survey, ENGINE))


def test_that_a_run_that_is_stopped_starts_no_more_scans(
    survey: SourceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def count(source, engine):
        begun.append(source.key)
        return analyse_source(source, engine)

    monkeypatch.setattr(batch, "analyse_source", count)
    many = SourceList(survey.sources * 20, survey.path)

    run = scan_sources(many, ENGINE, n_workers=1)
    next(run)
    run.close()

    assert len(begun) <= 5
