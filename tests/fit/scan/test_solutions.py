"""Solutions: the truth first, honest errors, scores by their definitions, confusions named."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import SMALL_RANGE, small_basis, spectrum_at

from moosegui.data.grids import RedshiftGrid
from moosegui.data.line_relations import line_confusion
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import ScanFlag, ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.scan.reconstruct import reconstruct, refine_redshift
from moosegui.fit.scan.scan import scan
from moosegui.fit.scan.scores import curve_scale, relative_depth, robustness
from moosegui.fit.scan.solutions import _crossing, find_solutions, local_minima

SETTINGS = ScanSettings(RedshiftGrid(0.0, 2.0, 0.0005))
BASIS = small_basis(step=2.5e-5)
PREPARED = prepare(BASIS)


def solutions_of(spectrum: Spectrum):
    result, equations = scan(embed(spectrum, BASIS), PREPARED, SETTINGS)
    assert equations is not None
    return result, find_solutions(result, equations, SMALL_RANGE)


def test_that_the_first_solution_is_refined_to_a_fraction_of_a_trial() -> None:
    spectrum = spectrum_at(BASIS, 0.8423, np.random.default_rng(1), snr=50.0)

    _, solutions = solutions_of(spectrum)

    assert solutions[0].redshift == pytest.approx(0.8423, abs=2e-4)


def test_that_the_redshift_errors_are_honest() -> None:
    rng = np.random.default_rng(2)
    pulls = []
    for _ in range(120):
        truth = rng.uniform(0.3, 1.7)
        _, solutions = solutions_of(spectrum_at(BASIS, truth, rng, snr=15.0))
        best = solutions[0]
        if abs(best.redshift - truth) < 0.005 * (1 + truth):
            pulls.append((best.redshift - truth) / best.redshift_error)

    assert len(pulls) > 100
    assert 0.6 < 1.4826 * np.median(np.abs(pulls)) < 1.6


def test_that_solutions_are_ranked_and_distinct() -> None:
    spectrum = spectrum_at(BASIS, 0.5, np.random.default_rng(3), snr=3.0)

    _, solutions = solutions_of(spectrum)

    redshifts = np.array([s.redshift for s in solutions])
    assert [s.rank for s in solutions] == list(range(1, len(solutions) + 1))
    assert np.all(np.diff([s.chi2 for s in solutions]) >= 0)
    gaps = np.abs(redshifts[:, None] - redshifts[None, :])[~np.eye(redshifts.size, dtype=bool)]
    assert gaps.min() > 0.004


def test_that_the_scores_follow_their_definitions() -> None:
    redshifts = np.arange(0, 1, 0.0005)
    rng = np.random.default_rng(4)
    chi2 = 1.0 + 0.01 * rng.normal(size=redshifts.size)
    chi2[800] = 0.5
    chi2[1500] = 0.7

    scale = curve_scale(chi2)

    quartile = np.quantile(chi2, 0.25)
    assert relative_depth(0.5, scale) == pytest.approx(1 - 0.5 / quartile)
    expected = (0.7 - 0.5) / np.std(chi2[chi2 <= quartile])
    assert robustness(redshifts, chi2, redshifts[800], 0.5) == pytest.approx(expected)


def test_that_the_second_minimum_is_sought_beyond_25_trials_at_the_published_step() -> None:
    redshifts = np.arange(0, 1, 0.0005)
    chi2 = np.ones(redshifts.size)
    chi2[::2] = 1.1
    chi2[800], chi2[825], chi2[826] = 0.5, 0.6, 0.8

    value = robustness(redshifts, chi2, redshifts[800], 0.5)

    scatter = np.std(chi2[chi2 <= np.quantile(chi2, 0.25)])
    assert value == pytest.approx((0.8 - 0.5) / scatter)


def test_that_trials_that_were_not_tried_are_ignored_by_the_scores() -> None:
    chi2 = np.array([1.0, np.nan, 0.5, 1.0, np.nan])

    scale = curve_scale(chi2)

    assert np.isfinite(scale.first_quartile)
    assert local_minima(np.arange(5) * 0.1, chi2, 5).tolist() == [2, 0]


def test_that_a_flat_curve_is_flagged() -> None:
    wave = np.linspace(SMALL_RANGE[0] + 5, SMALL_RANGE[1] - 5, 800)
    spectrum = Spectrum(wave, -np.ones(800), np.ones(800))

    _, solutions = solutions_of(spectrum)

    assert ScanFlag.FLAT in solutions[0].flags
    assert ScanFlag.ALL_NEGATIVE in solutions[0].flags


def test_that_oii_taken_for_lyman_alpha_is_named() -> None:
    lya, oii = LINES_BY_NAME["LYA"], LINES_BY_NAME["OII3726"]
    observed = lya.observed(4.0)

    found = line_confusion(observed / oii.wave - 1, 4.0, (4750.0, 9350.0), reach=1e-6)

    assert found is not None
    assert (found.line, found.taken_for) == ("OII3726", "LYA")
    assert found.text == "[O II] as Lyα"


def test_that_lines_outside_the_spectrum_confuse_nothing() -> None:
    lya, oii = LINES_BY_NAME["LYA"], LINES_BY_NAME["OII3726"]
    observed = lya.observed(4.0)

    assert line_confusion(observed / oii.wave - 1, 4.0, (7000.0, 9350.0), reach=1e-6) is None


def test_that_the_reconstruction_reproduces_a_noiseless_spectrum() -> None:
    spectrum = spectrum_at(BASIS, 0.7, np.random.default_rng(6), snr=1e6)

    model = reconstruct(spectrum, BASIS, 0.7)

    np.testing.assert_allclose(model.flux, spectrum.flux, rtol=1e-4)


def test_that_the_local_refinement_finds_a_truth_between_the_pixels() -> None:
    spectrum = spectrum_at(BASIS, 0.70007, np.random.default_rng(7), snr=80.0)

    redshift, error = refine_redshift(spectrum, BASIS, 0.7004)

    assert abs(redshift - 0.70007) < 5 * error
    assert error < 2e-4


def test_that_the_error_has_the_same_sides_where_the_curve_is_a_parabola() -> None:
    spectrum = spectrum_at(BASIS, 0.8423, np.random.default_rng(1), snr=50.0)

    _, solutions = solutions_of(spectrum)

    best = solutions[0]
    assert best.error_sides == pytest.approx([best.redshift_error] * 2, rel=0.35)


def test_that_the_sides_of_the_error_are_where_chi2_has_risen_by_one() -> None:
    gentle_then_steep = np.array([0.16, 0.64, 1.44])

    below = _crossing(gentle_then_steep, 1.0)
    above = _crossing(np.array([4.0, 9.0]), 1.0)

    assert below == pytest.approx(2.5)
    assert above == pytest.approx(0.5)
