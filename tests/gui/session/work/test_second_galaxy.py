"""The review of a second galaxy in the real window: looked at, judged, swapped, undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from expert import Expert
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot
from small_survey import FIRST, SECOND, THIRD, TRUTHS, write_catalogue
from synthetic import small_basis, spectrum_at

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import SourceFlag, Verdict
from moosegui.data.deblending import Vetting
from moosegui.data.lines import LINES
from moosegui.files.models.basis import read_basis
from moosegui.gui.blend.control import HIDDEN, BlendControl, evidence_lines
from moosegui.gui.diagnostics.strip import LineStrip
from moosegui.gui.session.blinding import Blinding
from moosegui.gui.session.work.second_galaxy import Focus
from moosegui.gui.style.control import Control
from moosegui.pipeline.engine import make_engine

Z1, Z2 = TRUTHS[0], 0.95
NEAR_Z1, NEAR_Z2 = pytest.approx(Z1, abs=2e-3), pytest.approx(Z2, abs=2e-3)


def add_galaxy(path: Path, redshift: float, brightness: float) -> None:
    """Put the light of another galaxy into a spectrum."""
    other = spectrum_at(small_basis(step=5e-5), redshift, np.random.default_rng(4), snr=1e6)
    with fits.open(path, mode="update") as hdus:
        hdus["DATA"].data = hdus["DATA"].data + brightness * other.flux


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """Somebody before a spectrum of two galaxies; the second source lies beside it."""
    catalogue = write_catalogue(tmp_path / "catalogue.csv")
    add_galaxy(tmp_path / "spectra" / f"spectrum_{FIRST}.fits", Z2, 0.6)
    table = Table.read(catalogue, converters={"ID": str})
    table["RA"][1], table["DEC"][1] = table["RA"][0], table["DEC"][0] + 2.0 / 3600.0
    table["Z"] = np.where(np.arange(len(table)) == 1, Z2, np.nan)
    table.write(catalogue, overwrite=True)
    someone = Expert(qtbot, catalogue)
    someone.go(FIRST)
    yield someone
    if not someone.has_quit:
        someone.quit()


def blend_control(expert: Expert) -> Control:
    return expert.control(BlendControl)


def look(expert: Expert, n_times: int = 1) -> None:
    """Press K, and wait for what was searched."""
    for _ in range(n_times):
        expert.press("k")
        expert.wait_for_jobs()


def test_that_one_key_finds_the_second_galaxy(expert: Expert) -> None:
    look(expert)

    candidate = expert.session.blends.candidate
    assert candidate is not None
    assert candidate.redshift == NEAR_Z2


def test_that_looking_for_a_second_galaxy_records_nothing(expert: Expert) -> None:
    look(expert, 4)

    assert expert.session.blends.focus is Focus.OFF
    assert expert.session.verdict() is None


def test_that_the_second_galaxy_is_shown_without_the_light_of_the_first(expert: Expert) -> None:
    look(expert, 2)

    view, found = expert.spectrum._view, expert.session.blends.deblending
    spectrum = expert.session.on_screen.spectrum
    assert view is not None and found is not None and spectrum is not None
    assert (view.is_second, view.redshift) == (True, NEAR_Z2)
    np.testing.assert_allclose(view.spectrum.flux, spectrum.flux - found.first)


def test_that_the_first_redshift_stays_on_screen_while_the_second_is_looked_at(
    expert: Expert,
) -> None:
    look(expert, 2)

    expert.press("3")

    verdict = expert.session.verdict(FIRST)
    assert verdict is not None
    assert (verdict.redshift, verdict.zconf) == (NEAR_Z1, 3)


def test_that_both_redshifts_are_accepted(expert: Expert) -> None:
    look(expert)

    expert.press("j2")
    expert.press("3")

    verdict = expert.session.verdict(FIRST)
    assert verdict is not None and verdict.blend is not None
    assert (verdict.redshift, verdict.zconf) == (NEAR_Z1, 3)
    assert (verdict.blend.kind, verdict.blend.zconf) == (BlendKind.BLEND, 2)
    assert verdict.blend.redshift == NEAR_Z2
    assert SourceFlag.BLEND in verdict.flags


def test_that_a_candidate_is_refused_and_the_refusal_undone(expert: Expert) -> None:
    look(expert)

    expert.press("j0")
    refused = expert.session.verdict(FIRST)
    expert.press("z", Qt.KeyboardModifier.ControlModifier)

    assert refused is not None
    assert refused.blend == BlendVerdict(BlendKind.SINGLE)
    assert expert.session.verdict(FIRST) in (None, type(refused)())


def test_that_shift_k_calls_the_source_single_when_no_feature_is_marked(expert: Expert) -> None:
    look(expert)

    expert.press("k", Qt.KeyboardModifier.ShiftModifier)

    verdict = expert.session.verdict(FIRST)
    assert verdict is not None
    assert verdict.blend == BlendVerdict(BlendKind.SINGLE)


def test_that_the_light_of_a_neighbour_is_named(expert: Expert) -> None:
    look(expert)

    expert.press("jn")

    verdict = expert.session.verdict(FIRST)
    assert verdict is not None and verdict.blend is not None
    assert verdict.blend.kind is BlendKind.CONTAMINATION
    assert verdict.blend.neighbour == SECOND
    assert f"{SECOND} at 2.0″" in blend_control(expert).panel.texts()[1]


def test_that_the_galaxies_change_places(expert: Expert) -> None:
    look(expert)

    expert.press("js")
    expert.wait_for_jobs()

    candidate = expert.session.blends.candidate
    assert expert.session.shown.redshift == NEAR_Z2
    assert candidate is not None
    assert candidate.redshift == NEAR_Z1


def test_that_a_z1_found_together_with_z2_is_offered_and_taken(expert: Expert) -> None:
    joint = Vetting(redshift=Z1, is_blend=True, blend_score=0.97, first=Z2)
    expert.background.summaries.add_vetting(FIRST, joint)
    look(expert)
    offered = blend_control(expert).panel.texts()[1]

    expert.press("js")
    expert.wait_for_jobs()

    assert f"Together z₁ {Z2:.4f} and z₂ {Z1:.4f} explain it best: J S" in offered
    assert expert.session.shown.redshift == pytest.approx(Z2)
    assert "Together" not in blend_control(expert).panel.texts()[1]


def test_that_a_probable_blend_proposes_the_first_redshift_of_both(expert: Expert) -> None:
    joint = Vetting(redshift=Z1, is_blend=True, blend_score=0.97, first=Z2)
    expert.background.summaries.add_vetting(FIRST, joint)
    expert.go(SECOND)

    expert.go(FIRST)
    expert.wait_for_jobs()

    shown = expert.session.shown
    assert (shown.redshift, shown.state) == (NEAR_Z2, "proposal")


def test_that_a_blend_found_on_screen_is_proposed_and_must_be_seen(expert: Expert) -> None:
    background = expert.background
    joint = Vetting(redshift=Z1, is_blend=True, blend_score=0.97, first=Z2)
    background.summaries.add_vetting(FIRST, joint)

    background.vetted.emit(FIRST)
    expert.now -= 1.0  # which pressing a key takes
    expert.press("3")
    too_soon = expert.session.verdict(FIRST)
    expert.press("3")

    assert too_soon is None
    verdict = expert.session.verdict(FIRST)
    assert verdict is not None
    assert (verdict.redshift, verdict.zconf) == (NEAR_Z2, 3)


def test_that_a_z_that_was_tried_stays_when_a_blend_is_found(expert: Expert) -> None:
    background = expert.background
    joint = Vetting(redshift=Z1, is_blend=True, blend_score=0.97, first=Z2)
    background.summaries.add_vetting(FIRST, joint)
    expert.session.redshift.point_at(0.123)

    background.vetted.emit(FIRST)

    assert expert.session.shown.redshift == pytest.approx(0.123)


def test_that_another_candidate_is_fitted_when_it_is_chosen(expert: Expert) -> None:
    look(expert)
    best = expert.session.blends.deblending

    expert.press("jo")
    expert.wait_for_jobs()

    other = expert.session.blends.deblending
    assert best is not None and other is not None
    assert expert.session.blends.candidate == best.candidates[1]
    assert not np.allclose(other.second, best.second)


def test_that_no_second_redshift_is_recorded_before_one_was_looked_for(expert: Expert) -> None:
    expert.press("j3")

    assert expert.session.verdict(FIRST) is None
    assert any("Look first" in text for text in expert.notices)


def test_that_the_review_goes_on_with_the_next_source(expert: Expert) -> None:
    look(expert)

    expert.press("n")
    expert.wait_for_jobs()

    found = expert.session.blends.deblending
    assert expert.session.blends.focus is Focus.BOTH
    assert found is not None  # of this source
    assert not found.is_blend


def few_blends(shared_data: Path, folder: Path) -> tuple[Path, Table]:
    """The first two blends of the survey, in a survey of their own."""
    survey = folder / "blends.fits"
    with fits.open(shared_data / "blends_survey.fits") as hdus:
        truth = Table(hdus["CATALOGUE"].data)
        rows = np.flatnonzero(np.isfinite(truth["Z2"]) & (truth["SNR2"] > 20))[:2]
        for hdu in hdus:
            if hdu.data is not None and len(hdu.data) == len(truth):
                hdu.data = hdu.data[rows]
        hdus.writeto(survey)
    return survey, truth[rows]


@pytest.mark.shared_data
def test_that_blends_of_a_survey_are_reviewed_with_the_keyboard(
    qtbot: QtBot, tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, truth = few_blends(shared_data, tmp_path)
    engine = make_engine(read_basis(resource("basis", DEFAULT_BASIS)))
    monkeypatch.setattr("expert.ENGINE", engine)
    expert = Expert(qtbot, survey)
    expert.now += 1.0

    for _ in truth:
        look(expert)
        expert.press("j3")
        expert.press("3")
        expert.wait_for_jobs()

    verdicts = [expert.session.verdict(source.key) for source in expert.session.source_list or ()]
    expert.quit()
    for verdict, row in zip(verdicts, truth, strict=True):
        assert verdict is not None and verdict.blend is not None
        assert sorted((verdict.redshift, verdict.blend.redshift)) == pytest.approx(
            sorted((row["Z"], row["Z2"])), abs=5e-3
        )


def test_that_the_panel_says_in_words_what_was_found(expert: Expert) -> None:
    look(expert)

    headline, evidence, _ = blend_control(expert).panel.texts()
    assert headline.startswith("B   z₂ 0.9")
    assert evidence.startswith("Probably a blend (")
    assert "of what A leaves over" in evidence


def test_that_blind_mode_hides_second_galaxies_until_there_is_a_verdict(expert: Expert) -> None:
    look(expert)
    expert.session.blind_mode.set(Blinding(is_on=True, hides_automatic=True))
    look(expert)

    hidden = blend_control(expert).panel.texts()[0]
    assert hidden == HIDDEN
    assert expert.session.blends.candidate is None


def test_that_a_verdict_opens_the_second_galaxies(expert: Expert) -> None:
    expert.session.decisions.judge(3)
    expert.session.blind_mode.set(Blinding(is_on=True, hides_automatic=True))

    look(expert)

    assert expert.session.blends.candidate is not None


def test_that_the_strip_shows_the_lines_of_the_galaxy_that_is_looked_at(expert: Expert) -> None:
    expert.window.resize(1366, 768)
    strip = expert.view(LineStrip)
    look(expert)
    of_first = {round(w.wave) for w in strip.shown}

    expert.press("k")
    z2 = expert.session.blends.candidate.redshift
    of_second = {w.label: w.wave for w in strip.shown}

    assert expert.session.blends.focus is Focus.SECOND
    assert {round(wave) for wave in of_second.values()} != of_first
    away = [min(abs(line.observed(z2) - wave) for line in LINES) for wave in of_second.values()]
    assert max(away) < 5.0


def test_that_the_review_stays_from_blend_to_blend(expert: Expert) -> None:
    look(expert, 2)

    expert.press("n")
    expert.wait_for_jobs()

    assert expert.current == SECOND
    assert expert.session.blends.focus is Focus.BOTH
    look(expert, 3)
    assert expert.session.blends.focus is Focus.OFF


def propose_blend(expert: Expert, key: str) -> None:
    """Let the search have proposed a second galaxy."""
    summaries = expert.background.summaries
    summaries.add_vetting(key, Vetting(redshift=Z2, blend_score=0.9, is_blend=True))
    expert.session.source_vetted.emit(key)


def test_that_one_key_takes_both_redshifts_and_goes_on_to_the_next_blend(expert: Expert) -> None:
    propose_blend(expert, FIRST)
    propose_blend(expert, THIRD)
    look(expert)

    expert.press_key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    verdict = expert.session.verdict(FIRST)
    assert (verdict.redshift, verdict.blend.redshift) == (NEAR_Z1, NEAR_Z2)
    assert verdict.zconf is not None
    assert expert.current == THIRD
    assert expert.session.blends.focus is Focus.BOTH


def test_that_both_redshifts_are_taken_back_as_one(expert: Expert) -> None:
    look(expert)
    expert.press_key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    expert.press("z", Qt.KeyboardModifier.ControlModifier)

    assert expert.session.verdict(FIRST) in (None, Verdict())


def test_that_nothing_is_taken_before_both_were_looked_at(expert: Expert) -> None:
    expert.press_key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    assert expert.session.verdict(FIRST) is None
    assert any("K shows both" in text for text in expert.notices)


@pytest.mark.parametrize(
    ("score", "is_blend", "words"),
    [
        (0.999, True, "Probably a blend (>99 %)"),
        (0.38, True, "Perhaps a blend (38 %)"),
        (0.02, False, "Probably one galaxy (98 %)"),
    ],
)
def test_that_probably_means_more_than_half(
    expert: Expert, score: float, is_blend: bool, words: str
) -> None:
    look(expert)
    found = expert.session.blends.deblending

    first, *_ = evidence_lines(replace(found, score=score, is_blend=is_blend), found.candidates[0])

    assert first.startswith(words)
