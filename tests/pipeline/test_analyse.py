"""The path of one spectrum: masks, media, models and refinement, as window and CLI use them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_survey import IDS, TRUTHS, small_engine, write_spectra
from synthetic import small_basis, spectrum_at

from moosegui.data.catalogue import Source
from moosegui.data.grids import velocity_difference
from moosegui.data.results import ScanFlag
from moosegui.data.spectrum import Spectrum
from moosegui.errors import Cancelled, InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.pipeline.analyse import (
    analyse,
    analyse_source,
    model_at,
    refine_at,
    with_line_detections,
)
from moosegui.pipeline.engine import Engine, make_engine

ENGINE = small_engine()
TRUTH = 0.84
MASK = (6200.0, 6400.0)


@pytest.fixture(scope="module")
def spectrum() -> Spectrum:
    return spectrum_at(ENGINE.basis, TRUTH, np.random.default_rng(8), snr=20.0)


@pytest.fixture(scope="module")
def air_engine() -> Engine:
    """The same components, said to be for wavelengths in air."""
    return make_engine(replace(ENGINE.basis, medium="air"), ENGINE.settings)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    return list(open_source_list(write_spectra(tmp_path_factory.mktemp("survey") / "spectra")))


def km_s(redshift: float, other: float) -> float:
    return float(velocity_difference(redshift, other))


def test_that_the_truth_is_the_first_solution(spectrum: Spectrum) -> None:
    analysis = analyse("a", spectrum, ENGINE)

    best = analysis.solutions[0]
    assert best.rank == 1
    assert abs(best.redshift - TRUTH) < 5 * best.redshift_error
    assert (analysis.key, analysis.engine_fingerprint) == ("a", ENGINE.fingerprint)
    assert analysis.seconds > 0


def test_that_an_air_basis_gives_vacuum_redshifts(spectrum: Spectrum, air_engine: Engine) -> None:
    vacuum = analyse("a", spectrum, ENGINE).solutions[0]
    air = analyse("a", spectrum, air_engine).solutions[0]

    assert abs(km_s(air.redshift, vacuum.redshift)) < 5.0


def test_that_the_curve_of_an_air_basis_has_its_minimum_at_the_vacuum_redshift(
    spectrum: Spectrum, air_engine: Engine
) -> None:
    analysis = analyse("a", spectrum, air_engine)

    lowest = analysis.scan.redshifts[np.nanargmin(analysis.scan.chi2)]
    assert lowest == pytest.approx(analysis.solutions[0].redshift, abs=0.001)


def test_that_air_redshifts_are_82_km_s_low(air_engine: Engine) -> None:
    assert km_s(air_engine.to_vacuum(TRUTH), TRUTH) == pytest.approx(82.0, abs=1.0)


@pytest.mark.parametrize("redshift", [0.0, 0.84, 6.7])
def test_that_the_conversion_is_inverted(air_engine: Engine, redshift: float) -> None:
    there = air_engine.from_vacuum(redshift)

    assert there < redshift
    assert air_engine.to_vacuum(there) == pytest.approx(redshift, abs=1e-14)


def test_that_nothing_is_converted_for_a_vacuum_basis() -> None:
    assert ENGINE.to_vacuum(TRUTH) == TRUTH
    assert ENGINE.from_vacuum(TRUTH) == TRUTH


@pytest.mark.parametrize("name", ["ENGINE", "air_engine"])
def test_that_the_model_lies_on_the_pixels_of_the_spectrum(
    spectrum: Spectrum, name: str, request: pytest.FixtureRequest
) -> None:
    engine = ENGINE if name == "ENGINE" else request.getfixturevalue(name)
    best = analyse("a", spectrum, engine).solutions[0]

    model = model_at(spectrum, engine, best.redshift)

    np.testing.assert_array_equal(model.wave, spectrum.wave)
    assert model.redshift == best.redshift
    assert model.chi2 == pytest.approx(1.0, abs=0.2)


def test_that_the_model_of_an_air_basis_is_worse_82_km_s_away(
    spectrum: Spectrum, air_engine: Engine
) -> None:
    at_truth = model_at(spectrum, air_engine, TRUTH)
    beside = model_at(spectrum, air_engine, air_engine.from_vacuum(TRUTH))

    assert at_truth.chi2 < beside.chi2


@pytest.mark.parametrize("redshift", [-0.05, 0.0, 2.0, 3.0, 29.0])
def test_that_a_model_anywhere_is_no_error(spectrum: Spectrum, redshift: float) -> None:
    model = model_at(spectrum, ENGINE, redshift)

    assert model.flux.shape == spectrum.wave.shape


@pytest.mark.parametrize("name", ["ENGINE", "air_engine"])
def test_that_refining_from_beside_finds_the_minimum(
    spectrum: Spectrum, name: str, request: pytest.FixtureRequest
) -> None:
    engine = ENGINE if name == "ENGINE" else request.getfixturevalue(name)
    best = analyse("a", spectrum, engine).solutions[0]

    refined, error, _ = refine_at(spectrum, engine, best.redshift + 2e-4)

    assert abs(km_s(refined, best.redshift)) < 10.0
    assert 0 < error < 1e-3


def test_that_lines_are_measured_of_the_first_solutions_only(spectrum: Spectrum) -> None:
    analysis = analyse("a", spectrum, ENGINE)

    measured = with_line_detections(analysis, n_solutions=2)

    assert [bool(s.lines) for s in measured.solutions[:3]] == [True, True, False]
    assert [s.redshift for s in measured.solutions] == [s.redshift for s in analysis.solutions]


# Sources


def test_that_every_source_is_found_at_its_redshift(sources: list[Source]) -> None:
    found = {s.source_id: analyse_source(s, ENGINE).solutions[0].redshift for s in sources}

    assert [found[source_id] for source_id in IDS] == pytest.approx(list(TRUTHS), abs=1e-3)


def test_that_masked_pixels_have_no_weight(sources: list[Source]) -> None:
    analysis = analyse_source(sources[0], ENGINE, masks=(MASK,))

    wave, ivar = analysis.spectrum.wave, analysis.spectrum.ivar
    inside = (wave >= MASK[0]) & (wave <= MASK[1])
    assert (ivar[inside] == 0).all()
    assert (ivar[~inside] > 0).all()


def test_that_a_mask_changes_the_curve_and_not_the_file(sources: list[Source]) -> None:
    path = sources[0].spectrum.path
    before = path.read_bytes()

    masked = analyse_source(sources[0], ENGINE, masks=(MASK,))

    assert path.read_bytes() == before
    assert not np.array_equal(masked.scan.chi2, analyse_source(sources[0], ENGINE).scan.chi2)


def test_that_a_spectrum_masked_throughout_has_no_solution(sources: list[Source]) -> None:
    analysis = analyse_source(sources[0], ENGINE, masks=((0.0, 1e5),))

    assert analysis.solutions == ()
    assert ScanFlag.NO_DATA in analysis.flags


def test_that_a_source_without_a_spectrum_is_a_sentence(sources: list[Source]) -> None:
    with pytest.raises(InputError, match="has no spectrum"):
        analyse_source(replace(sources[0], spectrum=None), ENGINE)
    with pytest.raises(InputError, match="the disk was full"):
        analyse_source(replace(sources[0], spectrum=None, problem="the disk was full"), ENGINE)


def test_that_a_file_that_is_gone_is_a_sentence(sources: list[Source], tmp_path: Path) -> None:
    gone = replace(sources[0].spectrum, place=tmp_path / "gone.fits")

    with pytest.raises(InputError, match=r"gone\.fits"):
        analyse_source(replace(sources[0], spectrum=gone), ENGINE)


def test_that_a_scan_can_be_cancelled(spectrum: Spectrum) -> None:
    def report(_fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        analyse("a", spectrum, ENGINE, report=report)


def test_that_engines_with_other_settings_share_the_prepared_basis() -> None:
    other = ENGINE.with_settings(replace(ENGINE.settings, weighting="unweighted"))

    assert other.prepared is ENGINE.prepared
    assert (other.settings.weighting, ENGINE.settings.weighting) == ("unweighted", "ivar")


def test_that_an_engine_without_settings_scans_the_default_range() -> None:
    assert make_engine(small_basis()).settings.trials.n_z > 10_000


def test_that_pixels_that_cannot_be_move_no_redshift(spectrum: Spectrum) -> None:
    flux, sigma = spectrum.flux.copy(), spectrum.sigma
    flux[300], flux[700] = 1e27, 1000.0 * sigma[700]
    flux[500:520] -= 140.0 * sigma[500:520]

    analysis = analyse("a", replace(spectrum, flux=flux), ENGINE)

    assert abs(analysis.solutions[0].redshift - TRUTH) < 5 * analysis.solutions[0].redshift_error
    assert ScanFlag.BAD_PIXELS in analysis.flags
    assert any(fact.startswith("22 pixels that cannot be real") for fact in analysis.scan.facts)
    assert analysis.spectrum.flux[300] == 1e27


def test_that_a_model_heeds_no_pixel_that_cannot_be(spectrum: Spectrum) -> None:
    flux = spectrum.flux.copy()
    flux[300] = 1e27

    model = model_at(replace(spectrum, flux=flux), ENGINE, TRUTH)

    assert np.nanmax(np.abs(model.flux)) < 10 * np.max(np.abs(spectrum.flux))
