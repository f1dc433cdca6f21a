from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic import small_basis, spectrum_at

from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.fit.scan.embed import EmbeddedSpectrum, embed
from moosegui.fit.scan.ensemble import scan_ensemble
from moosegui.fit.scan.prepared import PreparedBasis, prepare
from moosegui.fit.scan.scan import scan
from moosegui.fit.scan.solutions import find_solutions

SETTINGS = ScanSettings(RedshiftGrid(0.1, 1.5, 0.001))


def mixed(basis: Basis, rng: np.random.Generator) -> Basis:
    """Another basis of the same grid: random positive mixtures of the first."""
    mixture = rng.uniform(0.1, 1.0, (basis.n_components, basis.n_components))
    return replace(basis, components=mixture @ basis.components, name="mixed")


def problem(rng: np.random.Generator) -> tuple[EmbeddedSpectrum, list[PreparedBasis]]:
    basis = small_basis()
    spectrum = spectrum_at(basis, 0.7, rng, snr=10.0)
    return embed(spectrum, basis), [prepare(basis), prepare(mixed(basis, rng))]


def test_that_the_curve_is_the_mean_of_the_curves(rng: np.random.Generator) -> None:
    embedded, prepared = problem(rng)

    result, _ = scan_ensemble(embedded, prepared, SETTINGS)

    each = [scan(embedded, one, SETTINGS)[0].chi2 for one in prepared]
    np.testing.assert_allclose(result.chi2, np.mean(each, axis=0))


def test_that_one_basis_alone_gives_its_own_scan(rng: np.random.Generator) -> None:
    embedded, prepared = problem(rng)

    result, _ = scan_ensemble(embedded, prepared[:1], SETTINGS)

    np.testing.assert_array_equal(result.chi2, scan(embedded, prepared[0], SETTINGS)[0].chi2)


def test_that_solutions_are_found_and_refined_on_the_mean(rng: np.random.Generator) -> None:
    embedded, prepared = problem(rng)

    result, equations = scan_ensemble(embedded, prepared, SETTINGS)
    assert equations is not None
    best = find_solutions(result, equations, (5000.0, 7000.0))[0]

    assert best.redshift == pytest.approx(0.7, abs=1e-3)
    assert best.coefficients.shape == (prepared[0].n_components,)
    assert best.chi2 <= np.nanmin(result.chi2) * (1.0 + 1e-9)


def test_that_progress_runs_once_through_all_bases(rng: np.random.Generator) -> None:
    embedded, prepared = problem(rng)
    fractions: list[float] = []

    scan_ensemble(embedded, prepared, SETTINGS, report=fractions.append)

    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)


def test_that_bases_of_different_grids_are_refused(rng: np.random.Generator) -> None:
    embedded, prepared = problem(rng)
    other = prepare(small_basis(step=2e-4))

    with pytest.raises(ValueError, match="differs"):
        scan_ensemble(embedded, [prepared[0], other], SETTINGS)
    with pytest.raises(ValueError, match="no basis"):
        scan_ensemble(embedded, [], SETTINGS)
