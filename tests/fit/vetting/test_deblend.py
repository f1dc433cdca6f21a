"""A second galaxy is found where there is one, with its redshift and its light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blended import FIRST, SECOND, blend, make_basis, single
from synthetic import spectrum_at

from moosegui.data.deblending import METHODS, Deblending, Method
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.errors import Cancelled
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.vetting.deblend import DeblendSettings, deblend
from moosegui.fit.vetting.features import blend_features

SETTINGS = ScanSettings(RedshiftGrid(0.0, 2.0, 0.001))


def search(
    spectrum: Spectrum, *known: float, method: Method = "fixed", **others: object
) -> Deblending:
    prepared = prepare(make_basis())
    settings = DeblendSettings(method)
    return deblend(spectrum, prepared, known, scan_settings=SETTINGS, settings=settings, **others)


@pytest.mark.parametrize("method", METHODS)
def test_that_the_second_redshift_is_found(method: Method) -> None:
    found = search(blend(), FIRST, method=method)

    assert found.best is not None
    assert found.best.redshift == pytest.approx(SECOND, abs=2e-3)


def test_that_a_blend_has_far_more_gain_than_a_single_galaxy() -> None:
    two, one = search(blend(), FIRST), search(single(), FIRST)

    assert two.best is not None
    assert one.best is not None
    assert two.best.clean_evidence > 5 * one.best.clean_evidence


def test_that_the_components_add_up_to_the_spectrum() -> None:
    spectrum = blend(snr=50.0)

    found = search(spectrum, FIRST)

    pulls = (spectrum.flux - found.first - found.second) * np.sqrt(spectrum.ivar)
    assert np.std(pulls) < 1.5
    assert np.sum(found.second) > 0


def test_that_nothing_is_found_at_the_known_redshift() -> None:
    found = search(single(), FIRST)

    distances = [abs(candidate.redshift - FIRST) for candidate in found.candidates]
    assert min(distances) >= 0.01 * (1 + FIRST)


def test_that_the_gain_falls_when_the_second_galaxy_is_known_too() -> None:
    two, three = search(blend(), FIRST), search(blend(), FIRST, SECOND)

    assert two.best is not None
    assert three.best is not None
    assert three.best.clean_evidence < 0.2 * two.best.clean_evidence


def test_that_candidates_come_best_first() -> None:
    values = [candidate.clean_evidence for candidate in search(blend(), FIRST).candidates]

    assert values == sorted(values, reverse=True)


def test_that_the_augmented_curve_lies_below_the_model_alone() -> None:
    spectrum = blend()

    found = search(spectrum, FIRST)

    embedded = embed(spectrum, make_basis())
    model = embed(replace(spectrum, flux=found.single), make_basis()).flux
    alone = embedded.weight @ (embedded.flux - model) ** 2 / embedded.n_samples
    assert np.nanmax(found.chi2) <= alone * (1 + 1e-6)


def test_that_a_given_line_fit_stays_while_the_basis_slides() -> None:
    asked: list[float] = []

    def line_fit(spectrum: Spectrum, redshift: float) -> np.ndarray:
        asked.append(redshift)
        return single(snr=1e6).flux

    found = search(blend(), FIRST, line_fit=line_fit)

    assert asked == [FIRST]
    assert found.best is not None
    assert found.best.redshift == pytest.approx(SECOND, abs=2e-3)


def test_that_a_sky_residual_lowers_the_gain() -> None:
    spectrum = single()
    flux, ivar = spectrum.flux.copy(), spectrum.ivar.copy()
    line = slice(600, 606)
    flux[line] += 12.0 / np.sqrt(ivar[line])
    on_sky = ivar.copy()
    on_sky[line] /= 9.0
    raised = flux.copy()
    raised[line] += 24.0 / np.sqrt(ivar[line])  # as many sigma as without the sky line

    clean = search(replace(spectrum, flux=flux), FIRST)
    sky = search(replace(spectrum, flux=raised, ivar=on_sky), FIRST)

    assert blend_features(sky)["evidence"] < blend_features(clean)["evidence"]


def test_that_a_search_needs_a_known_galaxy() -> None:
    with pytest.raises(ValueError, match="starts from the redshift"):
        search(single())


def test_that_a_search_can_be_cancelled() -> None:
    def report(fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        search(single(), FIRST, report=report)


def test_that_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot deblend"):
        DeblendSettings("magic")  # type: ignore[arg-type]


def test_that_a_spectrum_of_noise_has_little_gain_from_two_galaxies() -> None:
    rng = np.random.default_rng(7)
    spectrum = spectrum_at(make_basis(), FIRST, rng, snr=1.0)
    noise = Spectrum(
        spectrum.wave, rng.normal(size=spectrum.wave.size), np.ones(spectrum.wave.size)
    )

    found = search(noise, FIRST)

    assert found.best is None or found.best.clean_evidence < 40.0
