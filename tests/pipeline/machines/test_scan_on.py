"""A scan on worker processes is that of this process, cell for cell, whatever happens to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import dying
import numpy as np
import pytest
from small_survey import IDS, small_engine, write_spectra

from moosegui import __version__
from moosegui.data.catalogue import SourceList
from moosegui.errors import MooseError
from moosegui.files.scan.curves import Curve
from moosegui.files.scan.journal import ScanJournal
from moosegui.files.scan.summary import to_json
from moosegui.files.sources.source_lists import open_source_list
from moosegui.pipeline.batch import scan_sources
from moosegui.pipeline.machines import recipe, scan
from moosegui.pipeline.machines.pool import Pool
from moosegui.pipeline.machines.recipe import recipe_of
from moosegui.pipeline.machines.scan import scan_on

pytest.importorskip("distributed")

ENGINE = small_engine()


@pytest.fixture
def survey(tmp_path: Path) -> SourceList:
    return open_source_list(write_spectra(tmp_path / "spectra"))


def texts(outcomes: Iterator[tuple[object, ...]]) -> dict[str, tuple[str, str]]:
    """Every digit of the summaries, and the problems, by ID."""
    return {source.source_id: (to_json(summary), why) for source, summary, why in outcomes}


def test_that_it_equals_the_local_scan_though_a_worker_is_killed(
    pool: Pool, survey: SourceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "scan_chunk", dying.scan_once_dead)

    found = texts(scan_on(pool, survey, ENGINE))

    assert (survey.path / dying.MARK).exists()
    assert found == texts(scan_sources(survey, ENGINE))


def test_that_curves_come_back_from_workers_as_from_threads(pool: Pool, survey: SourceList) -> None:
    far, near = dict[str, Curve](), dict[str, Curve]()

    list(scan_on(pool, survey, ENGINE, keep_curve=far.__setitem__))
    list(scan_sources(survey, ENGINE, keep_curve=near.__setitem__))

    assert set(far) == set(near) != set()
    for key, curve in near.items():
        assert far[key].n_samples == curve.n_samples > 0
        np.testing.assert_array_equal(far[key].chi2, curve.chi2)


def test_that_an_unreadable_source_is_no_reason_to_stop(pool: Pool, survey: SourceList) -> None:
    path = survey.sources[2].spectrum.path
    path.write_bytes(path.read_bytes()[:4000])

    assert texts(scan_on(pool, survey, ENGINE)) == texts(scan_sources(survey, ENGINE))


def test_that_relative_paths_are_found_by_workers_elsewhere(
    pool: Pool, survey: SourceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(survey.path.parent)
    relative = open_source_list(Path("spectra"))

    found = texts(scan_on(pool, relative, ENGINE))

    assert not relative.sources[0].spectrum.path.is_absolute()
    assert found == texts(scan_sources(relative, ENGINE))


def test_that_a_resumed_scan_equals_one_that_was_not_stopped(
    pool: Pool, survey: SourceList, tmp_path: Path
) -> None:
    table = tmp_path / "scan.fits"
    with ScanJournal.open(table, {}) as journal:
        for source, summary, _ in islice(scan_on(pool, survey, ENGINE), 3):
            journal.append(source.key, summary)

    with ScanJournal.open(table, {}) as journal:
        for source, summary, _ in scan_on(pool, survey, ENGINE, is_done=journal.done.__contains__):
            journal.append(source.key, summary)
        found = {key: to_json(summary) for key, summary in journal.done.items()}

    whole = texts(scan_sources(survey, ENGINE))
    assert found == {key: text for key, (text, _) in whole.items()}


def test_that_nothing_left_to_do_sends_nothing(pool: Pool, survey: SourceList) -> None:
    assert list(scan_on(pool, survey, ENGINE, is_done=IDS.__contains__)) == []


def test_that_a_worker_refuses_the_work_of_another_version(pool: Pool, survey: SourceList) -> None:
    other = replace(recipe_of(ENGINE), version="0.0.1")
    chunks = [scan.SourceChunk(survey.sources)]

    with pytest.raises(MooseError, match=rf"has moosegui {__version__}, this is moosegui 0\.0\.1"):
        list(pool.results(scan.scan_chunk, other, chunks))


def test_that_another_engine_of_the_same_recipe_is_refused() -> None:
    made = recipe_of(ENGINE)
    other = replace(made, fingerprint=f"{made.fingerprint}+another")

    with pytest.raises(MooseError, match=r"^The worker tcp://far:1 makes another engine"):
        other.made("tcp://far:1")


def test_that_an_engine_is_made_once_a_process() -> None:
    made = recipe_of(ENGINE)

    assert made.made("here") is recipe_of(ENGINE).made("here")
    assert recipe.fingerprint_of(made.made("here")) == made.fingerprint
