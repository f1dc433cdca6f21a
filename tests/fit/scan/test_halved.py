"""A basis at half of its sampling finds the same redshifts."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import small_basis, spectrum_at

from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.halved import halved
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.scan.scan import scan
from moosegui.fit.scan.solutions import find_solutions

BASIS = small_basis(step=2.2e-5)
SETTINGS = ScanSettings(RedshiftGrid(0.0, 1.5, 0.0005))


def test_that_each_sample_is_the_mean_of_two_in_their_middle() -> None:
    half = halved(BASIS)

    assert half.grid.n_wave == BASIS.grid.n_wave // 2
    np.testing.assert_allclose(half.components[:, 7], BASIS.components[:, 14:16].mean(axis=1))
    middle = BASIS.grid.log10_wave[14:16].mean()
    assert half.grid.log10_wave[7] == pytest.approx(middle, abs=1e-12)
    assert half.fingerprint != BASIS.fingerprint
    assert half.observed_range == BASIS.observed_range


@pytest.mark.parametrize("redshift", [0.2, 0.61, 1.3])
def test_that_the_redshift_is_the_same_within_its_error(redshift: float) -> None:
    spectrum = spectrum_at(BASIS, redshift, np.random.default_rng(1), snr=5.0)
    found = []
    for basis in (BASIS, halved(BASIS)):
        embedded = embed(spectrum, basis)
        result, equations = scan(embedded, prepare(basis), SETTINGS)
        assert equations is not None
        found.append(find_solutions(result, equations, (4750.0, 9350.0))[0])

    one, other = found
    assert abs(one.redshift - other.redshift) < 0.5 * one.redshift_error
    assert other.redshift_error == pytest.approx(one.redshift_error, rel=0.2)


def test_that_samples_do_not_become_wider_than_pixels() -> None:
    coarse = small_basis(step=5e-5)

    assert halved(coarse) is coarse
