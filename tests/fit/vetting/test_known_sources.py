"""What one galaxy may emit is never evidence for another; what it may not is."""

from __future__ import annotations

import numpy as np
import pytest
from blended import FIRST, SECOND, blend, make_basis, single
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.line_relations import LINE_RATIOS
from moosegui.data.lines import LINES_BY_NAME
from moosegui.fit.scan.nnls import solve
from moosegui.fit.vetting.galaxy_lines import PAIRED, SINGLE, line_groups, sparse_line_columns
from moosegui.fit.vetting.joint_fits import join
from moosegui.fit.vetting.known_sources import fit_known

WAVE = np.arange(4750.0, 9350.0, 1.25)


@given(redshift=st.floats(0.0, 6.7))
@settings(max_examples=30)
def test_that_columns_are_profiles(redshift: float) -> None:
    columns = sparse_line_columns(WAVE, redshift).dense()

    assert np.isfinite(columns).all()
    assert (columns >= 0).all()
    assert columns.any(axis=1).all()


def unexplained(blue: float, red: float, names: tuple[str, str]) -> float:
    """The fraction of two lines of given fluxes that a galaxy at 0.05 cannot emit."""
    data = np.zeros(WAVE.size)
    for name, flux in zip(names, (blue, red), strict=True):
        centre = LINES_BY_NAME[name].wave * 1.05
        data += flux * np.exp(-0.5 * ((WAVE - centre) / 1.6) ** 2)
    columns = sparse_line_columns(WAVE, 0.05).dense()
    fit = solve(columns @ columns.T, columns @ data)
    return float(np.sum((data - fit.coefficients @ columns) ** 2) / np.sum(data**2))


@pytest.mark.parametrize(
    ("names", "allowed", "forbidden"),
    [
        (("OIII4959", "OIII5007"), (0.335, 1.0), (1.0, 0.335)),
        (("HBETA", "HALPHA"), (0.35, 1.0), (1.0, 0.35)),
        (("HBETA", "HALPHA"), (0.15, 1.0), (1.0, 0.1)),  # with dust
    ],
)
def test_that_ratios_stay_inside_physics(
    names: tuple[str, str], allowed: tuple[float, float], forbidden: tuple[float, float]
) -> None:
    left = unexplained(*allowed, names)

    assert left < 0.03
    assert unexplained(*forbidden, names) > 0.1


def test_that_every_group_has_positive_lines() -> None:
    assert all(wave > 0 and flux > 0 for group in line_groups() for wave, flux in group)


def test_that_no_line_of_a_pair_is_free_too() -> None:
    members = {
        name for one in LINE_RATIOS if one.first in PAIRED for name in (one.first, one.second)
    }

    assert members.isdisjoint(SINGLE)


def test_that_every_pair_has_limits() -> None:
    assert set(PAIRED) <= {one.first for one in LINE_RATIOS}


def test_that_the_model_of_one_galaxy_fits_it() -> None:
    fitted = fit_known(single(), make_basis(), (FIRST,))

    assert fitted.chi2 / fitted.n_fitted < 1.1  # less than 1: models are not trusted fully


def test_that_gains_are_the_fall_of_chi2() -> None:
    fitted = fit_known(blend(), make_basis(), (FIRST,))

    joined = join(fitted, SECOND)

    assert joined.gains.sum() == pytest.approx(fitted.chi2 - joined.chi2)
    assert joined.gains.sum() > 0


def test_that_weights_do_not_turn_negative() -> None:
    fitted = fit_known(blend(), make_basis(), (FIRST, SECOND))

    assert (fitted.weights >= 0).all()
    assert (join(fitted, 0.2).second >= 0).all()


def test_that_no_known_galaxy_leaves_a_smooth_continuum() -> None:
    fitted = fit_known(single(), make_basis(), ())

    assert fitted.weights.size == 0
    assert np.max(np.abs(np.diff(fitted.model, 4))) < 1e-3 * np.max(np.abs(fitted.model))


def test_that_masked_pixels_gain_nothing() -> None:
    spectrum = blend().masked(((5500.0, 5600.0),))
    fitted = fit_known(spectrum, make_basis(), (FIRST,))

    joined = join(fitted, SECOND)

    assert np.all(joined.gains[spectrum.ivar == 0] == 0)


def test_that_other_media_are_refused() -> None:
    with pytest.raises(ValueError, match="air"):
        fit_known(single().in_medium("air"), make_basis(), ())
