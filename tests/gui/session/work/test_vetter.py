"""The background search for blends and false sources: when, in which order, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hand_runner import HandRunner
from pytestqt.qtbot import QtBot
from small_survey import FIRST, SECOND, THIRD, small_engine, write_catalogue

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import Source, Verdict
from moosegui.data.deblending import Vetting
from moosegui.data.results import ScanSummary
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.queue.projection import queue_row
from moosegui.gui.queue.row import Chip, Mark
from moosegui.gui.session.summaries import Summaries
from moosegui.gui.session.work.vetter import Vetter
from moosegui.gui.verdict.projection import vetting_badges

ENGINE = small_engine()
BLEND = Vetting(redshift=0.9, blend_score=0.97, is_blend=True)
FALSE = Vetting(false_score=0.99, false_alarm=0.4, is_false=True, false_reason="noise")
SUMMARY = ScanSummary(
    redshift=0.5,
    relative_depth=0.3,
    engine_fingerprint=ENGINE.fingerprint,
)


@pytest.fixture
def runner(qtbot: QtBot) -> HandRunner:
    return HandRunner()


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Source, ...]:
    return tuple(open_source_list(write_catalogue(tmp_path / "catalogue.csv")))[:3]


@pytest.fixture
def vetter(runner: HandRunner, sources: tuple[Source, ...]) -> Vetter:
    opened = Vetter(runner, n_at_once=1)
    opened.open(sources, ENGINE, (SECOND,).__contains__)
    return opened


def test_that_nothing_is_vetted_before_the_scans_are_done(
    vetter: Vetter, runner: HandRunner
) -> None:
    vetter.focus((FIRST,))

    assert runner.n_pending == 0


def test_that_everything_is_vetted_that_was_not_yet(vetter: Vetter, runner: HandRunner) -> None:
    vetter.begin()

    assert runner.run_all() == [FIRST, THIRD]


def test_that_the_sources_around_the_one_on_screen_come_first(
    runner: HandRunner, sources: tuple[Source, ...]
) -> None:
    vetter = Vetter(runner, n_at_once=1)
    vetter.open(sources, ENGINE, ().__contains__)
    runner.submit(("other",), lambda _report: None, priority=0)
    runner.submit(("another",), lambda _report: None, priority=0)
    vetter.begin()

    vetter.focus((THIRD,))

    assert next(key for key in runner.run_all() if key in (FIRST, SECOND, THIRD)) == THIRD


def test_that_a_cube_that_is_laid_later_searches_all_again(
    vetter: Vetter, runner: HandRunner, tmp_path: Path
) -> None:
    vetter.begin()
    before = runner.run_all()

    vetter.search_again(tmp_path / "cube.fits", THIRD)

    assert before == [FIRST, THIRD]
    assert runner.run_all() == [THIRD, FIRST, SECOND]


def test_that_a_cube_that_is_laid_before_the_search_waits_for_it(
    vetter: Vetter, runner: HandRunner, tmp_path: Path
) -> None:
    vetter.search_again(tmp_path / "cube.fits", SECOND)
    early = runner.run_all()

    vetter.begin()

    assert early == []
    assert runner.run_all() == [SECOND, FIRST, THIRD]


def test_that_the_answer_names_its_source(vetter: Vetter, runner: HandRunner) -> None:
    answers: list[tuple[str, ScanSummary]] = []
    vetter.vetted.connect(lambda key, found: answers.append((key, found)))

    vetter.begin()
    runner.run_all()

    assert [key for key, _ in answers] == [FIRST, THIRD]
    scores = [found.vetting.false_score for _, found in answers if found.vetting is not None]
    assert len(scores) == 2
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_that_a_vetting_comes_back_with_the_session(tmp_path: Path) -> None:
    summaries = Summaries()
    with SessionStore.open(tmp_path / "s.moose", inspector="ZB") as store:
        summaries.restore(store, (FIRST,), ENGINE)
        summaries.add(FIRST, SUMMARY)
        summaries.add_vetting(FIRST, BLEND)
        summaries.flush()
        again = Summaries()
        again.restore(store, (FIRST,), ENGINE)

    assert again.vetted() == {FIRST}
    assert again.vetted(is_on_sky=True) == set()
    restored = again.get(FIRST)
    assert restored is not None and restored.vetting is not None
    assert (restored.vetting.redshift, restored.vetting.is_blend) == (0.9, True)


@pytest.mark.parametrize(("redshift", "is_kept"), [(0.5, True), (0.7, False)])
def test_that_a_vetting_stays_with_its_redshift(redshift: float, is_kept: bool) -> None:
    summaries = Summaries()
    summaries.add(FIRST, SUMMARY)
    summaries.add_vetting(FIRST, BLEND)

    summaries.add(FIRST, replace(SUMMARY, redshift=redshift))

    assert (FIRST in summaries.vetted()) == is_kept


def test_that_a_new_analysis_keeps_the_first_redshift_of_a_blend() -> None:
    summaries = Summaries()
    joint = replace(BLEND, redshift=0.5, first=0.9)
    of_blend = replace(SUMMARY, redshift=0.9, probability=0.97, galaxy_redshift=0.5, vetting=joint)
    summaries.add(FIRST, SUMMARY)
    summaries.add(FIRST, of_blend)

    summaries.add(FIRST, replace(SUMMARY, galaxy_redshift=0.5))

    assert summaries.get(FIRST) == of_blend
    assert summaries.proposal(FIRST) == 0.9


class Known:
    """A session with one source."""

    def __init__(self, summary: ScanSummary, verdict: Verdict | None = None) -> None:
        self._summary, self._verdict = summary, verdict

    def verdict(self, _key: str) -> Verdict | None:
        return self._verdict

    def draft(self, _key: str) -> float | None:
        return None

    def summary(self, _key: str) -> ScanSummary | None:
        return self._summary

    def problem(self, _key: str) -> str:
        return ""


def marks_of(vetting: Vetting | None, verdict: Verdict | None = None) -> frozenset[Mark]:
    summary = replace(SUMMARY, vetting=vetting)
    return queue_row(Known(summary, verdict), Source("1", "1", 0)).marks


def test_that_candidates_wait_under_their_chips() -> None:
    row = queue_row(Known(replace(SUMMARY, vetting=BLEND)), Source("1", "1", 0))

    assert Chip.BLENDED.accepts(row)
    assert not Chip.DOUBTFUL.accepts(row)


def test_that_a_judged_blend_is_no_candidate_any_more() -> None:
    assert marks_of(BLEND) == {Mark.BLENDED}

    judged = Verdict(blend=BlendVerdict(BlendKind.SINGLE))

    assert marks_of(BLEND, judged) == frozenset()


def test_that_the_score_decides_who_is_proposed_as_false() -> None:
    doubtful = replace(SUMMARY, relative_depth=0.001)

    assert marks_of(FALSE) == {Mark.DOUBTFUL}
    assert queue_row(Known(doubtful), Source("1", "1", 0)).marks == {Mark.DOUBTFUL}
    cleared = replace(doubtful, vetting=Vetting(false_score=0.1))
    assert queue_row(Known(cleared), Source("1", "1", 0)).marks == frozenset()


def test_that_the_badges_say_what_was_found_and_what_to_press() -> None:
    (text, tip), *_ = vetting_badges(replace(SUMMARY, vetting=FALSE))
    (other, hint), *_ = vetting_badges(replace(SUMMARY, vetting=BLEND))

    assert (text, other) == ("false? noise (X N)", "blend? z₂ 0.9000 (K)")
    assert "X and a letter" in tip
    assert "z 0.9000" in hint and "K shows it" in hint


@pytest.mark.parametrize(("first", "words"), [(0.5, "z₂ 0.9000"), (1.2, "z 1.2000 + 0.9000")])
def test_that_a_blend_whose_z1_is_another_than_the_scan_s_is_proposed_with_both(
    first: float, words: str
) -> None:
    summary = replace(SUMMARY, redshift=0.5, vetting=replace(BLEND, first=first))

    [(text, _)] = vetting_badges(summary)

    assert text == f"blend? {words} (K)"
