"""The scanner: the current source first, then the next few, then the rest, whatever fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hand_runner import HandRunner
from pytestqt.qtbot import QtBot
from small_survey import IDS, small_engine, write_spectra

from moosegui.data.catalogue import Source
from moosegui.data.results import Analysis
from moosegui.errors import InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.scanner import Scanner
from moosegui.pipeline.analyse import analyse_source

ENGINE = small_engine()
PATIENCE = 120_000  # ms; the first scans of a machine wait for the compiler


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    folder = write_spectra(tmp_path_factory.mktemp("survey") / "spectra")
    return list(open_source_list(folder))


@pytest.fixture
def runner(qtbot: QtBot) -> HandRunner:
    return HandRunner()


@pytest.fixture
def scanner(runner: HandRunner) -> Scanner:
    return Scanner(runner, n_at_once=1)


def start(scanner: Scanner, sources: list[Source], *, done: tuple[str, ...] = ()) -> list[str]:
    scanner.start(sources, ENGINE, done.__contains__)
    return [source.key for source in sources]


def progress_of(scanner: Scanner) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    scanner.progressed.connect(lambda n_done, n_total: seen.append((n_done, n_total)))
    return seen


def test_that_the_current_source_comes_first_then_the_next_then_the_rest(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources)

    scanner.focus(keys[2], (keys[3], keys[1]))

    assert runner.run_all() == [keys[i] for i in (2, 3, 1, 0, 4, 5)]


def test_that_nothing_runs_before_the_current_source_is_known(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    start(scanner, sources)

    assert runner.n_pending == 0


def test_that_after_jumps_the_source_on_screen_is_the_next_to_be_scanned(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources)

    for i_key in (0, 1, 2, 3, 4):
        scanner.focus(keys[i_key], (keys[i_key + 1],))

    assert runner.run_one() == keys[4]
    assert runner.run_one() == keys[5]


def test_that_sources_that_were_jumped_over_are_scanned_in_the_end(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources)

    for i_key in (0, 5, 2):
        scanner.focus(keys[i_key], ())
    runner.run_all()

    assert scanner.n_done == len(keys)


def test_that_no_source_is_scanned_twice_in_the_background(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources)

    for i_key in (0, 5, 2):
        scanner.focus(keys[i_key], (keys[1], keys[3]))

    assert sorted(runner.run_all()) == sorted(keys)


def test_that_sources_of_an_earlier_run_are_not_scanned_again(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources, done=IDS[1:])

    scanner.focus(keys[0], ())

    assert runner.run_all() == keys[:1]


def test_that_a_source_of_an_earlier_run_is_scanned_for_the_screen(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources, done=IDS)

    scanner.focus(keys[0], ())
    runner.run_all()

    assert scanner.analysis(keys[0]) is not None


def test_that_the_progress_reaches_the_total(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    seen = progress_of(scanner)

    keys = start(scanner, sources)
    scanner.focus(keys[0], keys[1:3])
    runner.run_all()

    assert seen == [(n_done, len(keys)) for n_done in range(len(keys) + 1)]


def test_that_failed_sources_count_as_done_and_not_less_in_total(
    scanner: Scanner, runner: HandRunner, sources: list[Source], tmp_path: Path
) -> None:
    lost = [replace(s, spectrum=replace(s.spectrum, place=tmp_path / "gone.fits")) for s in sources]
    seen = progress_of(scanner)

    keys = start(scanner, [*lost[:3], *sources[3:]])
    scanner.focus(keys[0], keys[1:3])
    runner.run_all()

    assert seen == [(n_done, len(keys)) for n_done in range(len(keys) + 1)]


def test_that_a_failed_source_is_told_with_its_reason_once_and_the_list_goes_on(
    scanner: Scanner, runner: HandRunner, sources: list[Source], tmp_path: Path
) -> None:
    lost = replace(sources[1], spectrum=replace(sources[1].spectrum, place=tmp_path / "gone.fits"))
    failures: list[tuple[str, Exception]] = []
    scanner.failed.connect(lambda key, error: failures.append((key, error)))

    keys = start(scanner, [sources[0], lost, *sources[2:]])
    scanner.focus(keys[1], (keys[2],))
    runner.run_all()
    scanner.focus(keys[1], (keys[2],))
    runner.run_all()

    assert [key for key, _ in failures] == [keys[1]]
    assert isinstance(failures[0][1], InputError)
    assert "gone.fits" in str(failures[0][1])
    assert scanner.n_done == len(keys)


def test_that_only_sources_with_a_spectrum_are_scanned(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    missing = [replace(sources[0], spectrum=None), replace(sources[1], problem="unreadable")]

    keys = start(scanner, [*missing, *sources[2:]])
    scanner.focus(keys[0], (keys[1],))

    assert runner.run_all() == keys[2:]


def test_that_the_source_on_screen_has_its_lines_measured(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources)

    scanner.focus(keys[0], ())
    runner.run_all()

    analysis = scanner.analysis(keys[0])
    assert analysis is not None
    assert analysis.solutions[0].lines
    assert scanner.analysis(keys[5]) is None


def test_that_a_new_list_drops_what_was_under_way(
    scanner: Scanner, runner: HandRunner, sources: list[Source]
) -> None:
    keys = start(scanner, sources)
    scanner.focus(keys[0], keys[1:3])

    start(scanner, sources[4:])
    scanner.focus(keys[4], ())

    assert runner.run_all() == keys[4:]


def test_that_two_scanners_at_once_find_the_same_as_one(
    qtbot: QtBot, sources: list[Source]
) -> None:
    runners = [JobRunner(2), JobRunner(2)]
    found: list[dict[str, Analysis]] = [{}, {}]
    scanners = [Scanner(runner, n_at_once=2) for runner in runners]
    for scanner, analyses in zip(scanners, found, strict=True):
        scanner.analysed.connect(lambda a, analyses=analyses: analyses.update({a.key: a}))

    for scanner in scanners:
        keys = start(scanner, sources)
        scanner.focus(keys[0], keys[1:])
    qtbot.waitUntil(
        lambda: all(scanner.n_done == len(sources) for scanner in scanners), timeout=PATIENCE
    )
    for runner in runners:
        runner.close()

    for source in sources:
        expected = analyse_source(source, ENGINE).scan.chi2
        for analyses in found:
            np.testing.assert_array_equal(analyses[source.key].scan.chi2, expected)


def test_that_jumping_around_while_the_list_is_scanned_loses_no_source(
    qtbot: QtBot, sources: list[Source]
) -> None:
    runner = JobRunner(2)
    scanner, rng = Scanner(runner, n_at_once=2), np.random.default_rng(5)
    copies = [replace(s, key=f"{s.key}-{i}") for i in range(10) for s in sources]

    keys = start(scanner, copies)
    for i_key in rng.integers(0, len(keys), 40):
        scanner.focus(keys[i_key], keys[i_key + 1 : i_key + 5])
        qtbot.wait(1)
    qtbot.waitUntil(lambda: scanner.n_done == len(keys), timeout=PATIENCE)
    runner.close()

    assert scanner.analysis(keys[i_key]) is not None
