"""A joint fit is that of all columns on all pixels; the best are those that all would give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blended import FIRST, SECOND, blend, make_basis

from moosegui.fit.scan.nnls import solve_reference
from moosegui.fit.scan.reconstruct import components_on_pixels
from moosegui.fit.vetting.gain import Judge
from moosegui.fit.vetting.joint_fits import join
from moosegui.fit.vetting.known_sources import KnownSources, fit_known, smooth_polynomials


def chi2_in_full(known: KnownSources, redshift: float) -> float:
    """Fit polynomials of either sign, the known galaxies and one more on the pixels."""
    spectrum = known.spectrum
    polynomials = smooth_polynomials(spectrum.wave, known.redshifts)
    components, _ = components_on_pixels(spectrum, known.bases[0], redshift)
    rows = np.vstack([polynomials, -polynomials, known.columns, components])
    weights = solve_reference(rows, spectrum.flux, known.root**2)
    return float(np.sum((known.root * (spectrum.flux - weights @ rows)) ** 2))


@pytest.mark.parametrize("known", [(), (FIRST,), (FIRST, SECOND)])
@pytest.mark.parametrize("redshift", [0.2, SECOND, 1.3])
def test_that_it_is_the_fit_of_all_columns_on_all_pixels(
    known: tuple[float, ...], redshift: float
) -> None:
    fitted = fit_known(blend(), make_basis(), known)

    joined = join(fitted, redshift)

    assert joined.chi2 == pytest.approx(chi2_in_full(fitted, redshift), rel=1e-6)


def test_that_chi2_follows_from_the_normal_equations() -> None:
    judge = Judge(fit_known(blend(), make_basis(), (FIRST,)))

    weighed = judge.weigh(SECOND)

    assert weighed.chi2 == pytest.approx(judge.judge(SECOND)[1].chi2, rel=1e-9)


@pytest.mark.parametrize("known", [(), (FIRST,)])
@pytest.mark.parametrize("n", [1, 4, 99])
def test_that_the_best_are_those_of_all(known: tuple[float, ...], n: int) -> None:
    judge = Judge(fit_known(blend(), make_basis(), known))
    redshifts = np.linspace(0.05, 1.9, 25).tolist()

    leading = judge.leading([judge.weigh(redshift) for redshift in redshifts], n)

    cleans = [judge.judge(redshift)[0].clean for redshift in redshifts]
    expected = sorted(range(len(cleans)), key=lambda i: -cleans[i])[:n]
    assert [i for i, _, _ in leading] == expected
    assert [gain.clean for _, gain, _ in leading] == pytest.approx([cleans[i] for i in expected])


def test_that_a_line_that_polynomials_nearly_explain_is_no_rounding() -> None:
    spectrum = blend()
    x = np.linspace(-1.0, 1.0, spectrum.wave.size)
    given = 2.0 + x - 1e-5 * np.exp(-0.5 * (x / 0.01) ** 2)

    fitted = fit_known(spectrum, make_basis(), (FIRST,), given=given)

    freed = given * fitted.root
    for _ in range(2):
        freed = freed - (freed @ fitted.smooth.T) @ fitted.smooth
    assert fitted.gram[-1, -1] == pytest.approx(freed @ freed, rel=1e-8)


def test_that_all_are_followed_where_the_normal_equations_are_seen_to_be_wrong() -> None:
    judge = Judge(fit_known(blend(), make_basis(), (FIRST,)))
    redshifts = np.linspace(0.05, 1.9, 25).tolist()
    weighed = [judge.weigh(redshift) for redshift in redshifts]
    best = judge.leading(weighed, 1)[0][0]
    told = [
        replace(one, chi2=1.001 * judge.judge(z)[1].chi2)
        for one, z in zip(weighed, redshifts, strict=True)
    ]
    told[best] = replace(told[best], chi2=judge.known.chi2)  # as if it explained nothing

    (found,) = judge.leading(told, 1)

    assert found[0] == best
