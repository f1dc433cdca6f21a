"""Never confidently wrong: what is proposed, and how sure, where the basis is no good witness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from injected import WAVE

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import FloatArray
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.posterior import ClassFit, Classification, CrossCorrelation, Mode, Posterior
from moosegui.data.results import Analysis, ScanFlag
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.fit.confidence.evidence import MAX_AGAINST, second_opinion
from moosegui.fit.evaluation.suggest import suggest_zconf
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.belief import believe
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import default_classes
from moosegui.pipeline.vetting import judge_detection

NOISE = 3.0
# Line fluxes of a bright blue nebula relative to H beta
NEBULA = {
    "OII3726": 0.5, "OII3729": 0.7, "NEIII3870": 0.45, "H8": 0.2, "NEIII3969": 0.14,
    "HEPSILON": 0.16, "HDELTA": 0.26, "HGAMMA": 0.47, "OIII4363": 0.08, "HBETA": 1.0,
    "OIII4959": 2.0, "OIII5007": 6.0, "HEI5876": 0.12, "OI6300": 0.03, "HALPHA": 2.85,
    "NII6584": 0.07, "SII6717": 0.1, "SII6731": 0.08, "ARIII7136": 0.08,
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    return make_engine(first, companions=others).with_classes(default_classes())


def line(wave: float, flux: float, fwhm: float = 2.6) -> FloatArray:
    sigma = fwhm / 2.3548
    return flux * np.exp(-0.5 * ((WAVE - wave) / sigma) ** 2)


def noisy(flux: FloatArray, seed: int, noise: float = NOISE) -> Spectrum:
    drawn = noise * np.random.default_rng(seed).standard_normal(WAVE.size)
    return Spectrum(WAVE, flux + drawn, np.full(WAVE.size, noise**-2))


def nebula(redshift: float, h_beta: float, continuum: float) -> FloatArray:
    emitted = [
        line(LINES_BY_NAME[name].observed(redshift), h_beta * flux) for name, flux in NEBULA.items()
    ]
    return np.asarray(continuum * (WAVE / 7000.0) ** -2.0 + np.sum(emitted, axis=0))


def best(analysis: Analysis) -> tuple[float, float]:
    assert analysis.posterior is not None
    return analysis.solutions[0].redshift, analysis.posterior.modes[0].probability


@pytest.mark.parametrize(("redshift", "h_beta"), [(0.02, 4000.0), (0.0475, 1500.0), (0.1, 1500.0)])
def test_that_extreme_lines_are_solved(engine: Engine, redshift: float, h_beta: float) -> None:
    analysis = analyse("a", noisy(nebula(redshift, h_beta, 200.0), 1), engine)

    found, probability = best(analysis)
    assert abs(found - redshift) < 3e-4 * (1 + redshift)
    assert probability > 0.9
    assert analysis.classes is not None
    assert analysis.classes.source_class == "GALAXY"
    assert not judge_detection(engine, analysis).is_false


@pytest.mark.parametrize("peak", [0.4, 2.5])
def test_that_only_another_peak_of_r_speaks_against_a_redshift(peak: float) -> None:
    redshifts = np.linspace(0.0, 6.0, 6001)
    height = 10.0 * np.exp(-0.5 * ((redshifts - peak) / 0.002) ** 2)
    cross = CrossCorrelation(redshifts, height, peak, 10.0, 3.0)
    engine = make_engine(read_ensemble(resource("basis", DEFAULT_BASIS))[0])
    analysis = analyse("a", noisy(nebula(0.4, 20.0, 10.0), 7), engine)
    lines = second_opinion(analysis.spectrum, (0.0, 6.0))
    spectra = (analysis.spectrum, engine.observed(analysis.spectrum))

    _, evidence, _ = believe(engine, spectra, analysis.scan, analysis.solutions, lines, cross=cross)

    assert evidence is not None
    against = evidence.features["cross_against"]
    assert against == 0.0 if peak == 0.4 else against == -MAX_AGAINST


@pytest.mark.parametrize("wave", [5578.9, 6302.05])
def test_that_a_residual_of_the_sky_is_no_redshift(engine: Engine, wave: float) -> None:
    analysis = analyse("a", noisy(1.0 + line(wave, 15.0 * NOISE), 2), engine)

    _, probability = best(analysis)
    suggestion = suggest_zconf(analysis, analysis.solutions[0].redshift, engine.confidence)
    assert probability < 0.5
    assert suggestion.zconf <= 1
    assert analysis.evidence is not None
    assert analysis.evidence.n_independent == 0


def test_that_one_line_is_never_called_several(engine: Engine) -> None:
    analysis = analyse("a", noisy(0.5 + line(7100.0, 20.0 * NOISE), 3), engine)

    suggestion = suggest_zconf(analysis, analysis.solutions[0].redshift, engine.confidence)
    assert suggestion.zconf <= 2


@pytest.mark.parametrize("value", [1e27, 1000.0 * NOISE])
def test_that_one_pixel_moves_no_redshift(engine: Engine, value: float) -> None:
    spectrum = noisy(nebula(0.7, 40.0, 15.0), 4)
    flux = spectrum.flux.copy()
    flux[1800] = value

    analysis = analyse("a", replace(spectrum, flux=flux), engine)

    assert abs(best(analysis)[0] - 0.7) < 5e-4
    assert ScanFlag.BAD_PIXELS in analysis.flags


def test_that_a_bad_block_moves_no_redshift(engine: Engine) -> None:
    spectrum = noisy(nebula(0.7, 40.0, 15.0), 5)
    flux = spectrum.flux.copy()
    flux[2950:2974] -= 140.0 * NOISE

    analysis = analyse("a", replace(spectrum, flux=flux), engine)

    assert abs(best(analysis)[0] - 0.7) < 5e-4
    assert ScanFlag.BAD_PIXELS in analysis.flags


def test_that_the_probabilities_add_up_with_that_of_none(engine: Engine) -> None:
    galaxies = engine.with_classes(None)

    posterior = analyse("a", noisy(np.ones(WAVE.size), 6), galaxies).posterior

    assert posterior is not None
    total = sum(mode.probability for mode in posterior.modes) + posterior.elsewhere
    assert total == pytest.approx(1.0)
    assert 0.0 < posterior.none <= posterior.elsewhere


def test_that_a_redshift_may_be_that_of_a_quasar() -> None:
    modes = (Mode(1, 2.0, 0.4), Mode(2, 1.0, 0.5))
    posterior = Posterior(np.array([1.0, 2.0]), np.ones(2), modes, 0.1, 1.0, none=0.05)
    fits = (ClassFit(2.0, 1e-4, 1.0), ClassFit(0.0, 1e-4, 9.0), ClassFit(2.001, 1e-4, 0.5, 200.0))
    found = Classification(*fits, 1000, 5.0, p_galaxy=0.1, p_star=0.0, p_quasar=0.9)

    first, second = posterior.of_classes(found).modes

    assert first.probability == pytest.approx(0.1 * 0.4 + 0.9 * 0.98)
    assert second.probability == pytest.approx(0.1 * 0.5)
