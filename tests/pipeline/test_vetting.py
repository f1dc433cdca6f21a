"""What the window and the command line ask of a spectrum: a second galaxy, a false detection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from blended import FIRST, SECOND, THIRD, blend, make_basis, single, triple
from pointlike import shipped_engine, star

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.deblending import Vetting
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import Analysis, ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.errors import Cancelled
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import read_spectrum
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.batch import vetted_summary
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import blend_model, false_model
from moosegui.pipeline.vetting import deblend_source, judge_detection, vet

SETTINGS = ScanSettings(RedshiftGrid(0.0, 2.0, 0.001))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(make_basis(), SETTINGS)


def noise(seed: int = 3) -> Spectrum:
    spectrum = single()
    flux = np.random.default_rng(seed).normal(size=spectrum.wave.size) * spectrum.sigma
    return replace(spectrum, flux=flux)


def test_that_a_blend_is_flagged_with_its_redshift(engine: Engine) -> None:
    found = deblend_source(engine, blend(), FIRST)

    assert found.is_blend
    assert found.best is not None
    assert found.best.redshift == pytest.approx(SECOND, abs=2e-3)


def test_that_a_single_galaxy_is_not_flagged(engine: Engine) -> None:
    assert not deblend_source(engine, single(), FIRST).is_blend


def test_that_a_third_galaxy_is_looked_for_beside_two(engine: Engine) -> None:
    found = deblend_source(engine, blend(), FIRST, SECOND)

    assert found.known == (FIRST, SECOND)
    assert not found.is_blend


def test_that_an_unweighted_engine_searches_too(engine: Engine) -> None:
    unweighted = engine.with_settings(replace(SETTINGS, weighting="unweighted"))

    assert deblend_source(unweighted, blend(), FIRST).is_blend


def test_that_a_masked_spectrum_has_no_second_galaxy(engine: Engine) -> None:
    spectrum = single()
    masked = replace(spectrum, ivar=np.zeros(spectrum.wave.size))

    found = deblend_source(engine, masked, FIRST)

    assert found.best is None
    assert not found.is_blend


def test_that_a_galaxy_is_no_false_source(engine: Engine) -> None:
    verdict = judge_detection(engine, analyse("", single(), engine))

    assert not verdict.is_false
    assert verdict.false_alarm < 1e-6


def test_that_noise_is_a_false_source(engine: Engine) -> None:
    verdict = judge_detection(engine, analyse("", noise(), engine))

    assert verdict.is_false
    assert verdict.reason == "noise"
    assert verdict.false_alarm > 1e-3


def test_that_the_row_of_a_table_holds_both(engine: Engine) -> None:
    row = vet(engine, analyse("", blend(), engine))

    assert row.is_blend
    assert row.blend_score > blend_model().threshold
    assert row.false_score < false_model().threshold


def test_that_the_row_holds_a_third_galaxy_where_there_is_one(engine: Engine) -> None:
    row = vet(engine, analyse("", triple(), engine))

    found = sorted((row.redshift, row.third))
    assert found == pytest.approx(sorted((SECOND, THIRD)), abs=2e-3)
    assert row.third_score > blend_model().threshold


def test_that_a_blend_of_two_has_no_third_galaxy(engine: Engine) -> None:
    row = vet(engine, analyse("", blend(), engine))

    assert np.isnan(row.third)


@pytest.mark.parametrize(
    ("feature", "sign"),
    [("evidence", 1.0), ("apart", 1.0), ("known_share", -1.0), ("runs", -1.0)],
)
def test_that_the_probability_of_a_blend_follows_the_evidence(feature: str, sign: float) -> None:
    features = {"evidence": 1.5, "apart": 0.4, "known_share": 0.1, "runs": 0.2}

    chances = [
        blend_model().probability(features | {feature: value}) for value in np.linspace(0, 4, 20)
    ]

    assert np.all(sign * np.diff(chances) > 0)
    assert min(chances) >= 0.0 and max(chances) <= 1.0


@pytest.mark.parametrize("period", [60.0, 200.0, 450.0])
def test_that_waves_of_the_flat_field_are_no_second_galaxy(engine: Engine, period: float) -> None:
    spectrum = single()
    waves = 1.0 + 0.05 * np.sin(2 * np.pi * spectrum.wave / period)

    found = deblend_source(engine, replace(spectrum, flux=spectrum.flux * waves), FIRST)

    assert not found.is_blend


def first_taken_for(engine: Engine, redshift: float) -> Analysis:
    """The scan of a blend whose best solution is at a redshift, the true one after it."""
    analysis = analyse("", blend(), engine)
    best = analysis.solutions[0]
    taken = replace(best, redshift=redshift)
    return replace(analysis, solutions=(taken, replace(best, rank=2)))


def test_that_the_scan_of_the_second_galaxy_is_put_right(engine: Engine) -> None:
    swapped = first_taken_for(engine, SECOND)

    row = vet(engine, swapped)

    assert (row.first, row.redshift) == pytest.approx((FIRST, SECOND), abs=2e-3)
    assert vetted_summary(swapped, row).redshift == row.first


def test_that_one_galaxy_keeps_the_redshift_of_its_scan(engine: Engine) -> None:
    analysis = analyse("", single(), engine)

    row = vet(engine, analysis)

    assert np.isnan(row.first)
    assert replace(vetted_summary(analysis, row), vetting=None) == analysis.summary()


@pytest.mark.parametrize(("of_blend", "stated"), [(0.8, 0.8), (float("nan"), 0.0)])
def test_that_a_first_redshift_outside_the_solutions_has_the_probability_of_the_blend(
    engine: Engine, of_blend: float, stated: float
) -> None:
    analysis = analyse("", blend(), engine)

    found = Vetting(is_blend=True, first=1.7, blend_score=of_blend)
    summary = vetted_summary(analysis, found)

    assert summary.redshift == 1.7
    assert summary.probability == stated
    assert np.isnan(summary.redshift_error)


def test_that_what_cannot_be_scanned_is_not_vetted(engine: Engine) -> None:
    spectrum = single()
    masked = replace(spectrum, ivar=np.zeros(spectrum.wave.size))

    row = vet(engine, analyse("", masked, engine))

    assert np.isnan(row.blend_score)
    assert not row.is_blend


def test_that_what_is_sure_on_two_features_is_not_called_false(shared_data: Path) -> None:
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    engine = make_engine(first, companions=others)
    path = shared_data / "real" / "spectra" / "sdss_SHOC579.fits"
    source = next(iter(open_source_list(path, None)))
    assert source.spectrum is not None

    analysis = analyse("", read_spectrum(source.spectrum), engine)

    assert analysis.evidence is not None
    assert analysis.evidence.n_independent >= 2
    verdict = judge_detection(engine, analysis)
    assert not verdict.is_false
    assert verdict.score <= 1.0 - analysis.summary().probability


def test_that_a_star_is_no_false_source() -> None:
    engine = shipped_engine()

    verdict = judge_detection(engine, analyse("", star("M", 20.0), engine))

    assert not verdict.is_false
    assert verdict.score < 0.1


def test_that_a_search_can_be_called_off_at_any_of_its_steps() -> None:
    engine = shipped_engine()
    analysis = analyse("", star("M", 20.0), engine)
    shares: list[float] = []
    vet(engine, analysis, report=shares.append)

    assert len(shares) > 50  # each a moment at which a thread rests while the window answers
    for n_steps in (1, 10, len(shares)):
        calls = count(1)

        def report(_share: float, calls: Iterator[int] = calls, last: int = n_steps) -> None:
            if next(calls) == last:
                raise Cancelled

        with pytest.raises(Cancelled):
            vet(engine, analysis, report=report)


def test_that_the_classes_are_told_of_too() -> None:
    engine, spectrum = shipped_engine(), star("M", 20.0)
    with_classes: list[float] = []
    without: list[float] = []

    analyse("", spectrum, engine, report=with_classes.append)
    analyse("", spectrum, engine.with_classes(None), report=without.append)

    assert len(with_classes) >= len(without) + 15
