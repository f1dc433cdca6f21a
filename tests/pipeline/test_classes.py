"""Galaxy, star and quasar compete for a spectrum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from pointlike import WAVE, galaxy, quasar, shipped_engine, star

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.posterior import star_in_words
from moosegui.data.results import Analysis, ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.files.spectra import read_spectrum
from moosegui.fit.evaluation.suggest import suggest_zconf
from moosegui.pipeline.analyse import analyse, class_model, model_at, with_line_detections
from moosegui.pipeline.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return shipped_engine()


@pytest.fixture(scope="module")
def dwarf(engine: Engine) -> Analysis:
    return with_line_detections(analyse("a", star("M", -32.0), engine))


def test_that_an_m_dwarf_is_a_star_with_its_type_and_velocity(dwarf: Analysis) -> None:
    summary = dwarf.summary()

    assert (summary.source_class, summary.star_type) == ("STAR", "M")
    assert summary.p_star > 0.99
    assert summary.star_redshift * SPEED_OF_LIGHT == pytest.approx(-32.0, abs=20.0)
    assert 3.0 < summary.star_redshift_error * SPEED_OF_LIGHT < 20.0


@pytest.mark.parametrize("label", ["K", "FG", "AB", "WD", "CV"])
def test_that_every_type_of_star_is_a_star(engine: Engine, label: str) -> None:
    summary = analyse("a", star(label, 120.0), engine).summary()

    assert summary.source_class == "STAR"


@pytest.mark.parametrize("redshift", [0.9, 2.3412, 4.4])
def test_that_a_quasar_has_its_class_and_redshift(engine: Engine, redshift: float) -> None:
    summary = analyse("a", quasar(redshift), engine).summary()

    assert summary.source_class == "QSO"
    assert summary.quasar_redshift == pytest.approx(redshift, abs=0.002 * (1.0 + redshift))
    assert summary.quasar_redshift_error * SPEED_OF_LIGHT > 100.0 * (1.0 + redshift)


@pytest.mark.parametrize("redshift", [0.34, 0.9, 3.4])
def test_that_a_galaxy_stays_a_galaxy_with_its_redshift(engine: Engine, redshift: float) -> None:
    summary = analyse("a", galaxy(redshift), engine).summary()

    assert summary.source_class == "GALAXY"
    assert summary.p_galaxy > 0.98
    assert summary.redshift == pytest.approx(redshift, abs=0.001 * (1.0 + redshift))


def test_that_the_redshift_of_a_star_is_its_velocity(dwarf: Analysis) -> None:
    summary = dwarf.summary()

    assert summary.redshift == summary.star_redshift
    assert summary.galaxy_redshift == dwarf.solutions[0].redshift
    assert summary.probability > 0.99


def test_that_a_star_is_offered_before_the_solutions_of_a_galaxy(dwarf: Analysis) -> None:
    assert [solution.rank for solution in dwarf.proposals[:3]] == [0, 1, 2]
    assert dwarf.proposals[0].redshift == dwarf.summary().star_redshift


def test_that_a_star_is_drawn_by_the_model_of_its_type(engine: Engine, dwarf: Analysis) -> None:
    redshift = dwarf.summary().star_redshift

    model = class_model(dwarf, engine, redshift)

    assert model is not None
    assert model.chi2 == pytest.approx(1.0, abs=0.1)
    assert model.chi2 < model_at(dwarf.spectrum, engine, redshift).chi2 - 0.1
    assert class_model(dwarf, engine, dwarf.solutions[0].redshift) is None


def test_that_the_second_opinion_is_that_of_the_class(engine: Engine, dwarf: Analysis) -> None:
    found = analyse("a", quasar(2.3412), engine)

    assert dwarf.summary().cross_redshift * SPEED_OF_LIGHT == pytest.approx(-32.0, abs=61.0)
    assert found.summary().cross_redshift == pytest.approx(2.3412, abs=0.005)
    assert found.cross is not None
    assert found.summary().cross_lead == found.cross.lead > 0


def test_that_the_probabilities_of_the_classes_add_up_to_one(dwarf: Analysis) -> None:
    summary = dwarf.summary()

    assert summary.p_galaxy + summary.p_star + summary.p_quasar == pytest.approx(1.0)


def test_that_no_redshift_of_a_galaxy_is_probable_for_a_star(dwarf: Analysis) -> None:
    assert dwarf.posterior is not None

    assert max(mode.probability for mode in dwarf.posterior.modes) < 0.01
    assert dwarf.posterior.elsewhere < 0.01


def test_that_a_bent_flux_calibration_hides_no_star(engine: Engine) -> None:
    dwarf = star("M", 60.0, snr=40.0)
    bend = (WAVE / 7000.0) ** 0.8
    bent = Spectrum(WAVE, dwarf.flux * bend, dwarf.ivar / bend**2)

    summary = analyse("a", bent, engine).summary()

    assert summary.source_class == "STAR"


def test_that_the_velocity_of_a_star_is_suggested_as_secure(
    engine: Engine, dwarf: Analysis
) -> None:
    assert dwarf.classes is not None

    suggestion = suggest_zconf(dwarf, dwarf.classes.star.redshift, engine.confidence)

    assert suggestion.zconf == 3
    assert suggestion.reasons[0].startswith("★ M dwarf, −")


def test_that_the_redshift_of_a_galaxy_is_not_suggested_for_a_star(
    engine: Engine, dwarf: Analysis
) -> None:
    suggestion = suggest_zconf(dwarf, dwarf.solutions[0].redshift, engine.confidence)

    assert suggestion.zconf <= 1
    assert "a star fits better: M dwarf" in suggestion.reasons[0]


def test_that_the_redshift_of_a_quasar_is_suggested(engine: Engine) -> None:
    found = analyse("a", quasar(2.3412), engine)
    assert found.classes is not None

    suggestion = suggest_zconf(found, found.classes.quasar.redshift, engine.confidence)

    assert suggestion.zconf == 3
    assert suggestion.reasons[0].startswith("QSO z 2.34")


def test_that_nothing_competes_where_only_galaxies_are_asked_for(engine: Engine) -> None:
    alone = engine.with_settings(replace(ScanSettings(), classes=False))

    found = analyse("a", star("M", 0.0), alone)

    assert found.classes is None
    assert found.summary().class_name == ""


def test_that_stars_and_quasars_make_other_results(engine: Engine) -> None:
    assert engine.fingerprint != engine.with_classes(None).fingerprint


def test_that_a_star_is_told_by_type_and_velocity() -> None:
    assert star_in_words("WD", -32.0 / SPEED_OF_LIGHT) == "white dwarf, −32 km/s"


def test_that_few_pixels_have_no_class(engine: Engine) -> None:
    dwarf = star("M", 0.0)
    few = Spectrum(WAVE, dwarf.flux, np.where(np.arange(WAVE.size) < 60, dwarf.ivar, 0.0))

    assert analyse("a", few, engine).classes is None


def test_that_secure_stars_and_quasars_of_a_survey_are_known(
    engine: Engine, shared_data: Path
) -> None:
    survey = read_survey_arrays(shared_data / "points_validation.fits")
    rows = np.flatnonzero(survey.zconf == 3)[1::16]

    found = [
        analyse("a", Spectrum(survey.wave, survey.flux[i], survey.ivar[i]), engine) for i in rows
    ]

    called = [analysis.summary().source_class for analysis in found]
    assert called == ["QSO" if survey.kind[i] == "qso" else "STAR" for i in rows]


def seyfert(broad: float) -> Spectrum:
    """Narrow lines at z 0.1 on a smooth continuum, with broad Balmer lines so high."""
    lines = (
        (4341.69, 40.0, 0.0), (4862.69, 90.0, 1.0), (4960.30, 200.0, 0.0), (5008.24, 600.0, 0.0),
        (6549.86, 60.0, 0.0), (6564.63, 300.0, 3.0), (6585.27, 180.0, 0.0), (6718.3, 60.0, 0.0),
        (6732.7, 60.0, 0.0),
    )  # fmt: skip
    flux = 100.0 * (WAVE / 7000.0) ** 0.3
    for rest, narrow, share in lines:
        velocity = (WAVE / (rest * 1.1) - 1.0) * SPEED_OF_LIGHT
        flux = flux + narrow * np.exp(-0.5 * (velocity / 90.0) ** 2)
        flux = flux + broad * share * np.exp(-0.5 * (velocity / 2000.0) ** 2)
    noise = np.random.default_rng(8).normal(0.0, 5.0, WAVE.size)
    return Spectrum(WAVE, flux + noise, np.full(WAVE.size, 0.04))


def test_that_broad_lines_below_the_basis_of_quasars_make_a_quasar(engine: Engine) -> None:
    found = analyse("a", seyfert(30.0), engine)

    summary = found.summary()
    assert analyse("a", seyfert(0.0), engine).summary().source_class == "GALAXY"
    assert summary.source_class == "QSO"
    assert summary.quasar_redshift == pytest.approx(0.1, abs=0.0055)
    assert summary.p_galaxy + summary.p_star + summary.p_quasar == pytest.approx(1.0)
    assert class_model(found, engine, summary.quasar_redshift) is None


@pytest.mark.parametrize(
    "name",
    [
        "aat_quasarLinearSkyAirNoHelio",
        "boss_6782-56273-0568",
        "boss_QSO_z2.50",
        "sdss_0332-52367-0639",
    ],
)
def test_that_real_quasars_have_their_class(engine: Engine, shared_data: Path, name: str) -> None:
    truth = Table.read(shared_data / "real" / "truth.csv")
    redshift = float(truth["z_true"][list(truth["id"]).index(name)])
    path = shared_data / "real" / "spectra" / f"{name}.fits"
    source = next(iter(open_source_list(path, None)))
    assert source.spectrum is not None

    summary = analyse("a", read_spectrum(source.spectrum), engine).summary()

    assert summary.source_class == "QSO"
    assert summary.redshift == pytest.approx(redshift, abs=0.005 * (1.0 + redshift))


@pytest.mark.parametrize("power", [-0.8, 0.0, 0.8])
def test_that_a_bent_flux_calibration_moves_no_white_dwarf(engine: Engine, power: float) -> None:
    dwarf = star("WD", 100.0, snr=30.0)
    bend = (WAVE / 7000.0) ** power
    bent = Spectrum(WAVE, dwarf.flux * bend, dwarf.ivar / bend**2)

    summary = analyse("a", bent, engine).summary()

    assert summary.star_type == "WD"
    assert summary.star_redshift * SPEED_OF_LIGHT == pytest.approx(100.0, abs=60.0)
    assert summary.star_redshift_error * SPEED_OF_LIGHT > 100.0
