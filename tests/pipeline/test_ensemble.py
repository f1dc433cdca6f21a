"""Several bases used together: one curve, one ranking, one fingerprint, and the single basis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_survey import small_engine
from synthetic import small_basis, spectrum_at

from moosegui.data.basis import Basis, joint_name
from moosegui.data.results import Analysis
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.inflate_variances import inflate_variances
from moosegui.fit.scan.scan import scan, scan_reference
from moosegui.fit.scan.scores import curve_scale, relative_depth
from moosegui.pipeline.analyse import analyse, model_at
from moosegui.pipeline.engine import Engine, make_engine

TRUTH = 0.84
SMALL = small_engine()


def companion() -> Basis:
    """A basis of another rank on the same grid."""
    return replace(small_basis(3, step=5e-5), name="companion")


@pytest.fixture(scope="module")
def ensemble() -> Engine:
    return make_engine(SMALL.basis, SMALL.settings, companions=[companion()])


@pytest.fixture(scope="module")
def spectrum() -> Spectrum:
    return spectrum_at(SMALL.basis, TRUTH, np.random.default_rng(8), snr=5.0)


@pytest.fixture(scope="module")
def analysis(spectrum: Spectrum, ensemble: Engine) -> Analysis:
    return analyse("a", spectrum, ensemble)


def test_that_the_curve_is_the_mean_of_the_references(
    spectrum: Spectrum, ensemble: Engine, analysis: Analysis
) -> None:
    embedded = embed(inflate_variances(spectrum), SMALL.basis)
    every_tenth = analysis.scan.redshifts[::10]

    each = [
        scan_reference(embedded, basis, SMALL.settings)[0][::10]
        for basis in (SMALL.basis, companion())
    ]

    assert analysis.scan.chi2[::10].size == every_tenth.size
    np.testing.assert_allclose(analysis.scan.chi2[::10], np.mean(each, axis=0), rtol=1e-6)


def test_that_the_solutions_are_minima_of_the_curve_that_is_shown(analysis: Analysis) -> None:
    scan, solutions = analysis.scan, analysis.solutions

    assert [s.chi2 for s in solutions] == sorted(s.chi2 for s in solutions)
    for solution in solutions:
        beside = np.abs(scan.redshifts - solution.redshift) < 1.1 * SMALL.settings.trials.dz
        assert solution.chi2 <= np.nanmin(scan.chi2[beside]) * (1.0 + 1e-9)


def test_that_the_scores_come_from_the_curve_that_is_shown(analysis: Analysis) -> None:
    scale = curve_scale(analysis.scan.chi2)

    for solution in analysis.solutions:
        assert solution.relative_depth == pytest.approx(relative_depth(solution.chi2, scale))


def test_that_the_model_is_of_the_first_basis(
    spectrum: Spectrum, ensemble: Engine, analysis: Analysis
) -> None:
    model = model_at(spectrum, ensemble, TRUTH)

    assert model.coefficients.size == SMALL.basis.n_components
    assert analysis.solutions[0].coefficients.size == SMALL.basis.n_components


def test_that_the_first_basis_alone_is_the_single_scan(
    spectrum: Spectrum, ensemble: Engine
) -> None:
    alone = ensemble.with_settings(replace(SMALL.settings, ensemble=False))

    found, expected = analyse("a", spectrum, alone), analyse("a", spectrum, SMALL)

    np.testing.assert_array_equal(found.scan.chi2, expected.scan.chi2)
    assert found.summary() == expected.summary()


def test_that_results_of_an_ensemble_are_told_from_those_of_its_first(
    ensemble: Engine, analysis: Analysis
) -> None:
    alone = ensemble.with_settings(replace(SMALL.settings, ensemble=False))

    assert analysis.engine_fingerprint == ensemble.fingerprint
    assert alone.basis_fingerprint == SMALL.basis.fingerprint
    assert alone.fingerprint == SMALL.fingerprint != ensemble.fingerprint
    assert len({alone.basis_fingerprint, companion().fingerprint, ensemble.basis_fingerprint}) == 3


def test_that_the_order_of_an_ensemble_counts(ensemble: Engine) -> None:
    turned = make_engine(companion(), SMALL.settings, companions=[SMALL.basis])

    assert turned.fingerprint != ensemble.fingerprint


def test_that_the_name_tells_all_members(ensemble: Engine) -> None:
    named = [replace(SMALL.basis, name=f"survey rank {rank}") for rank in (12, 11)]

    assert ensemble.name == "small + companion"
    assert joint_name(named) == "survey rank 12 + 11"
    assert joint_name(named[:1]) == "survey rank 12"


def test_that_the_plain_variances_can_be_asked_for(spectrum: Spectrum) -> None:
    plain = SMALL.with_settings(replace(SMALL.settings, inflates_variances=False))

    analysis = analyse("a", spectrum, plain)

    expected, _ = scan(embed(spectrum, SMALL.basis), SMALL.prepared, SMALL.settings)
    np.testing.assert_array_equal(analysis.scan.chi2, expected.chi2)


def test_that_model_and_curve_weigh_the_pixels_alike(spectrum: Spectrum) -> None:
    best = analyse("a", spectrum, SMALL).solutions[0]

    model = model_at(spectrum, SMALL, best.redshift)

    scale = best.coefficients / model.coefficients
    np.testing.assert_allclose(scale[np.isfinite(scale)], 1.0, rtol=0.1)
