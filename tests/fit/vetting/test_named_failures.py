"""The three kinds at which the published search for blends fails (docs/method.md, section 8).

A line on a line of the first galaxy, a second galaxy without lines, and residuals of the sky.
"""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.deblending import METHODS, Deblending, Method
from moosegui.data.grids import LogGrid, RedshiftGrid
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.vetting.deblend import MIN_CLEAN, DeblendSettings, deblend

RANGE = (5000.0, 7000.0)
STEP = 5e-5
FIRST = 0.2
BLUE, OLD, OXYGEN_2, OXYGEN_3 = range(4)
FIRST_WEIGHTS = {BLUE: 10.0, OXYGEN_3: 20.0}
SETTINGS = ScanSettings(RedshiftGrid(0.0, 1.0, 0.001))
# where [O II] falls on the weaker line of [O III] of the first galaxy, whose ratio it changes
CONFUSED = LINES_BY_NAME["OIII4959"].wave * (1.0 + FIRST) / LINES_BY_NAME["OII3729"].wave - 1.0


def rest_frame(component: int, wave: FloatArray) -> FloatArray:
    """Flux density of a component at rest wavelengths; an old one has a break and Ca H and K."""
    if component == BLUE:
        return np.asarray((wave / 4000.0) ** -1.0)
    if component == OLD:
        lines = sum(np.exp(-0.5 * ((wave - centre) / 6.0) ** 2) for centre in (3934.8, 3969.6))
        return np.asarray((1.0 + (wave > 4000.0)) * (1.0 - 0.5 * lines))
    names = {OXYGEN_2: (("OII3729", 1.0),), OXYGEN_3: (("OIII5007", 1.0), ("OIII4959", 0.335))}
    return np.asarray(
        sum(
            flux * np.exp(-0.5 * ((wave / LINES_BY_NAME[name].wave - 1.0) / 2e-4) ** 2)
            for name, flux in names[component]
        )
    )


def make_basis() -> Basis:
    start = float(np.log10(RANGE[0] / 2.0))
    grid = LogGrid(start, STEP, int(np.ceil((np.log10(RANGE[1]) - start) / STEP)) + 2)
    components = [rest_frame(i, grid.wave) * grid.wave for i in range(4)]
    return Basis(np.array(components), grid, observed_range=RANGE, name="oxygen")


def spectrum_of(*galaxies: tuple[float, dict[int, float]], seed: int = 3) -> Spectrum:
    """Galaxies at their redshifts, with the weights of their components, and unit noise."""
    wave = np.arange(RANGE[0] + 10.0, RANGE[1] - 10.0, 1.25)
    flux = np.random.default_rng(seed).normal(size=wave.size)
    for redshift, weights in galaxies:
        for component, weight in weights.items():
            flux += weight * rest_frame(component, wave / (1.0 + redshift))
    return Spectrum(wave, flux, np.ones(wave.size))


def search(spectrum: Spectrum, method: Method = "fixed") -> Deblending:
    settings = DeblendSettings(method)
    return deblend(
        spectrum, prepare(make_basis()), (FIRST,), scan_settings=SETTINGS, settings=settings
    )


@pytest.mark.parametrize("method", METHODS)
def test_that_a_line_on_a_line_of_the_first_galaxy_is_found(method: Method) -> None:
    spectrum = spectrum_of((FIRST, FIRST_WEIGHTS), (CONFUSED, {OXYGEN_2: 20.0}))

    best = search(spectrum, method).best

    assert best is not None
    assert best.redshift == pytest.approx(CONFUSED, abs=2e-3)
    assert best.clean_evidence > 4 * MIN_CLEAN


def test_that_lines_of_the_right_ratio_are_no_second_galaxy() -> None:
    best = search(spectrum_of((FIRST, FIRST_WEIGHTS))).best

    assert best is None or best.clean_evidence < MIN_CLEAN


@pytest.mark.parametrize("method", METHODS)
def test_that_a_second_galaxy_without_lines_is_found(method: Method) -> None:
    spectrum = spectrum_of((FIRST, FIRST_WEIGHTS), (0.5, {OLD: 6.0}))

    best = search(spectrum, method).best

    assert best is not None
    assert best.redshift == pytest.approx(0.5, abs=5e-3)
    assert best.clean_evidence > 4 * MIN_CLEAN


def test_that_a_residual_on_a_sky_line_is_no_second_galaxy() -> None:
    spectrum = spectrum_of((FIRST, FIRST_WEIGHTS))
    on_sky = np.abs(spectrum.wave - 5577.34 * 1.00028) < 3.0
    flux = spectrum.flux + 15.0 * on_sky

    best = search(Spectrum(spectrum.wave, flux, spectrum.ivar)).best

    assert best is None or best.clean_evidence < MIN_CLEAN
