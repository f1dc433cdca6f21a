"""The line strip's lines: those the model expects, measured in the sigmas that were injected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from line_models import WAVE, model_with, observed

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_basis
from moosegui.files.spectra import list_spectra, read_spectrum
from moosegui.fit.lines.diagnostic import SAME_WINDOW, rank_lines
from moosegui.fit.lines.matched_filter import filter_lines, line_width
from moosegui.pipeline.analyse import model_at
from moosegui.pipeline.engine import make_engine

REDSHIFT = 0.6


def test_that_the_line_that_the_model_expects_most_comes_first() -> None:
    model = model_with(REDSHIFT, OIII5007=20.0, HBETA=8.0, CAK=-4.0)

    names = [found.line.name for found in rank_lines(observed(model), REDSHIFT, model)]

    assert names[:2] == ["OIII5007", "HBETA"]
    assert "CAK" in names


def test_that_a_dip_at_an_emission_line_does_not_count_for_it() -> None:
    model = model_with(REDSHIFT, NEV3427=-20.0, HEI5876=-20.0, HBETA=3.0)

    first = rank_lines(observed(model), REDSHIFT, model)[0]

    assert first.line.name == "HBETA"


def test_that_a_line_that_a_rival_explains_too_counts_less() -> None:
    model = model_with(REDSHIFT, OIII5007=9.0, HBETA=8.0)
    oii = LINES_BY_NAME["OIII5007"].observed(REDSHIFT) / LINES_BY_NAME["HALPHA"].wave - 1
    rival = model_with(oii, HALPHA=9.0)

    names = [f.line.name for f in rank_lines(observed(model), REDSHIFT, model, rival=rival)]

    assert names[0] == "HBETA"


def test_that_measured_and_expected_snr_agree_where_the_model_is_true() -> None:
    model = model_with(REDSHIFT, OIII5007=20.0)

    pulls = [
        found.snr - found.expected_snr
        for seed in range(100)
        for found in rank_lines(observed(model, seed), REDSHIFT, model)
    ]

    assert np.mean(pulls) == pytest.approx(0.0, abs=0.15)
    assert np.std(pulls) == pytest.approx(1.0, abs=0.15)


def test_that_the_flux_is_that_of_the_line() -> None:
    model = model_with(REDSHIFT, OIII5007=200.0)

    first = rank_lines(observed(model), REDSHIFT, model)[0]

    true_flux = 200.0 * np.sqrt(2 * np.pi) * line_width(first.wave)
    assert first.flux == pytest.approx(true_flux, rel=0.02)
    assert first.flux / first.flux_error == pytest.approx(first.snr)


def test_that_the_flux_of_a_close_doublet_is_that_of_both_members() -> None:
    model = model_with(REDSHIFT, OII3726=100.0, OII3729=100.0)

    first = rank_lines(observed(model), REDSHIFT, model)[0]

    assert len(first.ticks) == 2
    assert first.flux == pytest.approx(200 * np.sqrt(2 * np.pi) * first.sigma, rel=0.03)


def test_that_lines_of_one_window_appear_once() -> None:
    model = model_with(0.2, HALPHA=30.0, NII6584=20.0, SII6717=10.0, SII6731=10.0)

    waves = np.array([found.wave for found in rank_lines(observed(model), 0.2, model)])

    apart = np.abs(waves[:, None] / waves - 1) * 299792.458
    assert apart[~np.eye(waves.size, dtype=bool)].min() > 0.9 * SAME_WINDOW


def test_that_a_line_under_a_sky_line_is_marked_and_counts_half() -> None:
    model = model_with(REDSHIFT, OIII5007=20.0, HBETA=15.0)
    centre = LINES_BY_NAME["OIII5007"].observed(REDSHIFT)

    found = rank_lines(observed(model), REDSHIFT, model, sky=((centre - 3, centre + 3),))

    assert found[0].line.name == "HBETA"
    assert [one.is_on_sky for one in found if one.line.name == "OIII5007"] == [True]


def test_that_a_window_is_that_of_its_strongest_line_also_under_a_sky_line() -> None:
    model = model_with(0.2, HALPHA=30.0, NII6584=20.0)
    centre = LINES_BY_NAME["HALPHA"].observed(0.2)

    found = rank_lines(observed(model), 0.2, model, sky=((centre - 3, centre + 3),))

    names = [one.line.name for one in found]
    assert "HALPHA" in names
    assert not {"NII6548", "NII6584"} & set(names)


def test_that_masked_and_uncovered_lines_are_left_out() -> None:
    model = model_with(REDSHIFT, OIII5007=20.0, HBETA=15.0)
    centre = LINES_BY_NAME["OIII5007"].observed(REDSHIFT)
    spectrum = observed(model).masked(((centre - 20, centre + 20),))

    names = {found.line.name for found in rank_lines(spectrum, REDSHIFT, model)}

    assert "OIII5007" not in names
    assert "LYA" not in names


def test_that_without_a_model_strong_lines_are_measured() -> None:
    found = rank_lines(observed(model_with(REDSHIFT)), REDSHIFT)

    assert 6 <= len(found) <= 8
    assert all(np.isnan(one.expected_snr) and np.isfinite(one.snr) for one in found)


def test_that_pixels_that_the_model_does_not_cover_count_as_masked() -> None:
    model = model_with(REDSHIFT, OIII5007=20.0)
    cut = Reconstruction(REDSHIFT, WAVE, np.where(WAVE > 7900, np.nan, model.flux), 1.0, np.ones(1))

    names = {found.line.name for found in rank_lines(observed(model), REDSHIFT, cut)}

    assert "OIII5007" not in names
    assert "HBETA" in names


def test_that_a_model_of_other_pixels_is_refused() -> None:
    spectrum = observed(model_with(REDSHIFT))
    short = Reconstruction(REDSHIFT, WAVE[:9], np.ones(9), 1.0, np.ones(1))

    with pytest.raises(ValueError, match="a model of 9"):
        rank_lines(spectrum, REDSHIFT, short)


def test_that_no_line_in_the_range_yields_nothing() -> None:
    spectrum = Spectrum(np.arange(4000.0, 4020.0), np.ones(20), np.ones(20))

    assert rank_lines(spectrum, 6.5) == ()


def test_that_another_line_in_the_continuum_does_not_spoil_the_measurement() -> None:
    model = model_with(0.2, HALPHA=10.0, NII6584=200.0)
    line = LINES_BY_NAME["HALPHA"]

    with_neighbour = filter_lines(observed(model), (line,), 0.2).amplitudes[0, 0]

    assert with_neighbour == pytest.approx(10.0, abs=3.0)


@pytest.mark.shared_data
def test_that_a_real_lyman_alpha_emitter_shows_it_first(shared_data: Path) -> None:
    folder = shared_data / "real" / "spectra"
    spectrum = read_spectrum(list_spectra(folder / "muse_udf10_00053.fits")[0])
    engine = make_engine(read_basis(resource("basis", DEFAULT_BASIS)))

    first = rank_lines(spectrum, 4.7791, model_at(spectrum, engine, 4.7791))[0]

    assert first.line.name == "LYA"
    assert first.snr > 100
