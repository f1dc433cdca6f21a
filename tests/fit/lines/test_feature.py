"""Naming a feature: its centroid within the error, and the redshifts that it may mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.lines import LINES_BY_LETTER, LINES_BY_NAME, centroid_wave, close_partner
from moosegui.data.spectrum import Spectrum
from moosegui.files.spectra import list_spectra, read_spectrum
from moosegui.fit.lines.feature import Feature, centroid_feature, identify, list_identities
from moosegui.fit.lines.matched_filter import line_width

WAVE = np.arange(4750.0, 9350.0, 1.25)


def with_line(
    centre: float, peak: float, seed: int, *, slope: float = 1e-3, wide: float = 1.0
) -> Spectrum:
    width = wide * line_width(centre)
    noise = np.random.default_rng(seed).normal(size=WAVE.size)
    flux = 5.0 + slope * WAVE + peak * np.exp(-0.5 * ((WAVE - centre) / width) ** 2)
    return Spectrum(WAVE, flux + noise, np.ones(WAVE.size))


def centroid(spectrum: Spectrum, wave: float) -> Feature:
    found = centroid_feature(spectrum, wave)
    assert found is not None
    return found


@pytest.mark.parametrize("peak", [30.0, -30.0])
@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_that_centroids_scatter_by_their_error(peak: float, slope: float) -> None:
    rng = np.random.default_rng(1)
    centres = rng.uniform(6000.0, 6010.0, 200)
    found = [
        centroid(with_line(centre, peak, seed, slope=slope), centre + rng.uniform(-2, 2))
        for seed, centre in enumerate(centres)
    ]

    pulls = [(f.wave - c) / f.wave_error for f, c in zip(found, centres, strict=True)]

    assert np.mean(pulls) == pytest.approx(0.0, abs=0.3)
    assert np.std(pulls) == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize(("peak", "is_emission"), [(30.0, True), (-30.0, False)])
def test_that_peaks_and_troughs_are_told_apart(peak: float, is_emission: bool) -> None:
    found = centroid(with_line(7000.0, peak, 3), 7001.0)

    assert found.is_emission == is_emission
    assert abs(found.snr) > 15


def test_that_a_line_twice_as_wide_is_centroided_too() -> None:
    found = centroid(with_line(7000.4, 20.0, 3, wide=2.5), 7003.0)

    assert found.wave == pytest.approx(7000.4, abs=4 * found.wave_error)
    assert found.wave_error < 0.5


def test_that_of_two_like_features_the_nearer_one_is_meant() -> None:
    first, second = with_line(7000.0, 20.0, 3), with_line(7016.0, 20.0, 4)
    both = Spectrum(WAVE, first.flux + second.flux, first.ivar)

    assert centroid(both, 7010.0).wave == pytest.approx(7016.0, abs=1.0)
    assert centroid(both, 7006.0).wave == pytest.approx(7000.0, abs=1.0)


def test_that_masked_pixels_do_not_pull() -> None:
    spectrum = with_line(7000.0, 30.0, 3)
    flux = spectrum.flux.copy()
    flux[np.abs(WAVE - 7005.0) < 0.7] = 1e6

    found = centroid(Spectrum(WAVE, flux, spectrum.ivar).masked(((7004.0, 7006.0),)), 7001.0)

    assert found.wave == pytest.approx(7000.0, abs=0.3)


@pytest.mark.parametrize("wave", [WAVE[0] + 3.0, WAVE[-1] - 3.0])
def test_that_a_line_at_the_edge_is_found_there(wave: float) -> None:
    assert centroid(with_line(wave, 50.0, 3), wave).wave == pytest.approx(wave, abs=0.5)


@pytest.mark.parametrize("wave", [3000.0, 12000.0])
def test_that_nothing_is_found_outside_the_spectrum(wave: float) -> None:
    assert centroid_feature(with_line(7000.0, 10.0, 3), wave) is None


def test_that_nothing_is_found_where_all_is_masked() -> None:
    assert centroid_feature(with_line(7000.0, 9.0, 3).masked(((6900.0, 7100.0),)), 7000.0) is None


@given(st.integers(0, 10000), st.floats(4700.0, 9400.0))
def test_that_a_centroid_stays_near_the_click(seed: int, wave: float) -> None:
    found = centroid_feature(with_line(7000.0, 5.0, seed), wave)

    assert found is None or abs(found.wave - wave) < 8.0 * line_width(wave)


@given(st.sampled_from(sorted(LINES_BY_LETTER)), st.floats(0.0, 6.0))
def test_that_naming_a_line_gives_back_its_redshift(letter: str, redshift: float) -> None:
    line = LINES_BY_LETTER[letter]

    named = identify(centroid_wave(line) * (1 + redshift), line, wave_error=0.3)

    assert named.redshift == pytest.approx(redshift, abs=1e-9)
    assert named.redshift_error == pytest.approx(0.3 / centroid_wave(line))


def test_that_a_close_doublet_is_named_at_its_middle() -> None:
    oii = LINES_BY_NAME["OII3726"]

    assert centroid_wave(oii) == pytest.approx((3727.092 + 3729.875) / 2)
    assert close_partner(oii) is LINES_BY_NAME["OII3729"]
    assert close_partner(LINES_BY_NAME["OIII5007"]) is None


def test_that_an_emission_line_alone_is_lyman_alpha_then_oii() -> None:
    names = [one.line.name for one in list_identities(Feature(7000.0, 0.2, 20.0))]

    assert names[:2] == ["LYA", "OII3726"]
    assert "CAK" not in names


def test_that_a_trough_is_first_what_is_seen_in_absorption() -> None:
    names = [one.line.name for one in list_identities(Feature(7000.0, 0.2, -20.0))]

    assert names[0] == "CAK"
    assert "OII3726" not in names


def test_that_identities_at_a_solution_come_first_by_its_rank() -> None:
    hbeta, oiii = (7000.0 / LINES_BY_NAME[name].wave - 1 for name in ("HBETA", "OIII5007"))

    found = list_identities(Feature(7000.0, 0.2, 20.0), solutions=(oiii, 2.0, hbeta))

    assert [(one.line.name, one.solution) for one in found[:2]] == [("OIII5007", 1), ("HBETA", 3)]
    assert found[2].line.name == "LYA"


@given(st.floats(4700.0, 9400.0), st.booleans())
def test_that_identities_are_distinct_and_within_the_limits(wave: float, is_peak: bool) -> None:
    found = list_identities(Feature(wave, 0.2, 9.0 if is_peak else -9.0), limits=(0.1, 5.0))

    assert all(0.1 <= one.redshift <= 5.0 for one in found)
    assert len({one.line.name for one in found}) == len(found)


def test_that_every_letter_names_another_line() -> None:
    assert set(LINES_BY_LETTER) == set("LCVMOKHDFBUINAWZ")
    assert len({line.name for line in LINES_BY_LETTER.values()}) == len(LINES_BY_LETTER)


@pytest.mark.shared_data
def test_that_a_real_emitter_is_named_at_its_redshift(shared_data: Path) -> None:
    folder = shared_data / "real" / "spectra"
    spectrum = read_spectrum(list_spectra(folder / "muse_udf10_00053.fits")[0])

    named = identify(centroid(spectrum, 7024.0).wave, LINES_BY_LETTER["L"])

    assert named.redshift == pytest.approx(4.779, abs=0.002)


def test_that_a_line_that_comes_towards_us_is_named() -> None:
    wave = LINES_BY_NAME["HALPHA"].wave * (1.0 - 0.001)

    found = list_identities(Feature(wave, 0.2, 20.0))

    assert any(one.redshift == pytest.approx(-0.001, abs=1e-6) for one in found)
