"""MPDAF Spectrum files and other one-dimensional images."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from spectrum_files import (
    N_WAVE,
    START,
    STEP,
    linear_header,
    noisy_flux,
    stored_wave,
    vacuum_of,
    write_spectrum,
)

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import FLUX_UNIT, Spectrum
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum


def read(path: Path) -> Spectrum:
    return read_spectrum(SpectrumRef(path))


def test_that_air_wavelengths_become_vacuum(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits")

    spectrum = read(path)

    assert (spectrum.medium, spectrum.stored_medium) == ("vacuum", "air")
    # Two formulas for the index of air agree to 0.006 km/s.
    np.testing.assert_allclose(spectrum.wave, vacuum_of(stored_wave()), rtol=3e-8)


def test_that_vacuum_wavelengths_stay(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits", header=linear_header("WAVE"))

    spectrum = read(path)

    assert spectrum.stored_medium == "vacuum"
    np.testing.assert_allclose(spectrum.wave, stored_wave(), rtol=1e-14)


def test_that_flux_and_variance_are_read_exactly(tmp_path: Path) -> None:
    flux, variance = noisy_flux(3), np.linspace(0.5, 2.0, N_WAVE)
    path = write_spectrum(tmp_path / "a.fits", flux=flux, variance=variance)

    spectrum = read(path)

    np.testing.assert_array_equal(spectrum.flux, flux.astype(np.float32))
    np.testing.assert_allclose(spectrum.ivar, 1.0 / variance, rtol=1e-6)
    assert spectrum.unit == FLUX_UNIT
    assert not spectrum.is_variance_estimated
    assert spectrum.flux.dtype.isnative


def test_that_a_reference_pixel_other_than_one_is_respected(tmp_path: Path) -> None:
    header = linear_header("WAVE", CRPIX1=101.0)
    path = write_spectrum(tmp_path / "a.fits", header=header)

    spectrum = read(path)

    assert spectrum.wave[100] == pytest.approx(START)


@pytest.mark.parametrize(
    ("cards", "factor"),
    [
        ({"CUNIT1": "nm", "CRVAL1": 475.0, "CDELT1": 0.125}, 1.0),
        ({"CUNIT1": "um", "CRVAL1": 0.475, "CDELT1": 0.000125}, 1.0),
        ({"CUNIT1": "m", "CRVAL1": 4.75e-7, "CDELT1": 1.25e-10}, 1.0),
        ({"CUNIT1": None}, 1.0),
        ({"CDELT1": None, "CD1_1": STEP}, 1.0),
        ({"CDELT1": 1.0, "CD1_1": STEP}, 1.0),
        ({"CDELT1": 0.5 * STEP, "PC1_1": 2.0}, 1.0),
    ],
)
def test_that_every_spelling_of_a_linear_axis_gives_the_same_wavelengths(
    tmp_path: Path, cards: dict[str, object], factor: float
) -> None:
    path = write_spectrum(tmp_path / "a.fits", header=linear_header("WAVE", **cards))

    spectrum = read(path)

    np.testing.assert_allclose(spectrum.wave, factor * stored_wave(), rtol=1e-10)


def test_that_a_logarithmic_axis_agrees_with_the_fits_standard(tmp_path: Path) -> None:
    header = linear_header("WAVE-LOG", BUNIT=None)
    expected = WCS(header, naxis=1).all_pix2world(np.arange(N_WAVE), 0)[0] * 1e10
    path = write_spectrum(tmp_path / "a.fits", header=linear_header("WAVE-LOG"))

    spectrum = read(path)

    np.testing.assert_allclose(spectrum.wave, expected, rtol=1e-10)


@pytest.mark.parametrize("flag", [{}, {"DC-FLAG": 1}])
def test_that_an_axis_of_log10_is_recognised(tmp_path: Path, flag: dict[str, object]) -> None:
    header = linear_header("WAVE", CRVAL1=3.6, CDELT1=1e-4, CUNIT1=None, **flag)
    path = write_spectrum(tmp_path / "a.fits", header=header)

    spectrum = read(path)

    np.testing.assert_allclose(spectrum.wave, 10 ** (3.6 + 1e-4 * np.arange(N_WAVE)))


def test_that_decreasing_wavelengths_are_reversed_with_their_fluxes(tmp_path: Path) -> None:
    flux = np.arange(1.0, N_WAVE + 1.0)
    header = linear_header("WAVE", CRVAL1=9000.0, CDELT1=-STEP)
    path = write_spectrum(tmp_path / "a.fits", flux=flux, header=header)

    spectrum = read(path)

    assert spectrum.wave[-1] == 9000.0
    assert spectrum.flux[-1] == 1.0
    assert any("reversed" in fact for fact in spectrum.facts)


def test_that_every_kind_of_bad_pixel_is_masked(tmp_path: Path) -> None:
    flux, variance, quality = noisy_flux(), np.ones(N_WAVE), np.zeros(N_WAVE)
    flux[0:3] = np.nan, np.inf, -np.inf
    variance[10:14] = 0.0, -1.0, np.nan, np.inf
    quality[20] = 1
    flux[30:33] = 0.0
    path = write_spectrum(tmp_path / "a.fits", flux=flux, variance=variance, quality=quality)

    spectrum = read(path)

    expected = [0, 1, 2, 10, 11, 12, 13, 20, 30, 31, 32]
    assert np.flatnonzero(spectrum.is_masked).tolist() == expected


def test_that_two_exact_zeros_are_no_mask(tmp_path: Path) -> None:
    flux = noisy_flux()
    flux[30:32] = 0.0
    path = write_spectrum(tmp_path / "a.fits", flux=flux)

    spectrum = read(path)

    assert not spectrum.is_masked.any()


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_that_a_spectrum_without_a_good_pixel_is_readable(tmp_path: Path, value: float) -> None:
    path = write_spectrum(tmp_path / "a.fits", flux=np.full(N_WAVE, value))

    spectrum = read(path)

    assert spectrum.n_good == 0
    assert any("Every pixel is masked" in fact for fact in spectrum.facts)


def test_that_a_missing_variance_is_estimated_and_said(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits", has_variance=False)

    spectrum = read(path)

    assert spectrum.is_variance_estimated
    assert any("no variance" in fact for fact in spectrum.facts)
    assert np.median(spectrum.sigma) == pytest.approx(1.0, rel=0.15)


def test_that_a_variance_of_nothing_but_nan_is_estimated(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits", variance=np.full(N_WAVE, np.nan))

    spectrum = read(path)

    assert spectrum.is_variance_estimated
    assert spectrum.n_good == N_WAVE


def test_that_an_unnamed_second_image_is_the_variance(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    images = [fits.PrimaryHDU(noisy_flux(), linear_header()), fits.ImageHDU(np.full(N_WAVE, 4.0))]
    fits.HDUList(images).writeto(path)

    spectrum = read(path)

    np.testing.assert_allclose(spectrum.ivar, 0.25)


def test_that_a_single_image_is_a_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    fits.PrimaryHDU(noisy_flux().reshape(1, 1, -1), linear_header()).writeto(path)

    spectrum = read(path)

    assert spectrum.n_good == N_WAVE


@pytest.mark.parametrize(("name", "value"), [("ERR", 2.0), ("IVAR", 0.25), ("VAR", 4.0)])
def test_that_the_name_of_an_error_image_tells_what_it_is(
    tmp_path: Path, name: str, value: float
) -> None:
    path = tmp_path / "a.fits"
    flux = fits.ImageHDU(noisy_flux(), linear_header(), name="SCI")
    error = fits.ImageHDU(np.full(N_WAVE, value), name=name)
    fits.HDUList([fits.PrimaryHDU(), flux, error]).writeto(path)

    spectrum = read(path)

    np.testing.assert_allclose(spectrum.ivar, 0.25)


def test_that_the_first_band_of_an_iraf_image_is_the_flux_and_sigma_its_error(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.fits"
    bands = np.stack([np.full(N_WAVE, 5.0), np.full(N_WAVE, 9.0), np.full(N_WAVE, 2.0)])
    header = linear_header("LINEAR", BANDID3="sigma - background none")
    fits.PrimaryHDU(bands[:, None, :], header).writeto(path)

    spectrum = read(path)

    assert spectrum.flux[0] == 5.0
    np.testing.assert_allclose(spectrum.ivar, 0.25)


def test_that_a_silent_muse_file_is_taken_as_air_and_says_so(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits", header=linear_header("LINEAR"))

    spectrum = read(path)

    assert spectrum.stored_medium == ""
    np.testing.assert_allclose(spectrum.wave, vacuum_of(stored_wave()), rtol=3e-8)
    assert any("air was assumed, as MUSE" in fact for fact in spectrum.facts)


def test_that_fluxes_in_another_scale_are_converted_with_their_variances(tmp_path: Path) -> None:
    header = linear_header(BUNIT="1E-17 erg/cm^2/s/Ang")
    path = write_spectrum(tmp_path / "a.fits", flux=np.full(N_WAVE, 2.0), header=header)

    spectrum = read(path)

    assert spectrum.flux[0] == pytest.approx(2000.0)
    assert spectrum.ivar[0] == pytest.approx(1e-6)
    assert spectrum.unit == FLUX_UNIT


def test_that_an_unknown_unit_is_kept_verbatim(tmp_path: Path) -> None:
    header = linear_header(BUNIT="quanta per bucket")
    path = write_spectrum(tmp_path / "a.fits", flux=np.full(N_WAVE, 2.0), header=header)

    spectrum = read(path)

    assert spectrum.unit == "quanta per bucket"
    assert spectrum.flux[0] == 2.0


def test_that_a_scale_card_is_applied(tmp_path: Path) -> None:
    header = linear_header(FSCALE=3.0)
    path = write_spectrum(tmp_path / "a.fits", flux=np.full(N_WAVE, 2.0), header=header)

    spectrum = read(path)

    assert spectrum.flux[0] == 6.0


def test_that_identity_comments_and_history_are_shown(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits", primary={"ID": 12, "CUBE": "c.fits"})
    with fits.open(path, mode="update") as hdus:
        hdus[0].header.add_comment("[HIN 2015-11-29] [O II], Hb")

    spectrum = read(path)

    assert ("ID", "12") in spectrum.header
    assert ("COMMENT", "[HIN 2015-11-29] [O II], Hb") in spectrum.header


def test_that_a_compressed_file_is_read_like_the_plain_one(tmp_path: Path) -> None:
    plain = write_spectrum(tmp_path / "a.fits")
    packed = tmp_path / "b.dat"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    spectrum = read(packed)

    np.testing.assert_array_equal(spectrum.flux, read(plain).flux)


def test_that_content_and_not_the_name_decides(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits").rename(tmp_path / "catalogue.csv")

    spectrum = read(path)

    assert spectrum.n_good == N_WAVE


def test_that_a_missing_file_is_a_sentence_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.fits cannot be read .*check"):
        read(tmp_path / "nothing.fits")


def test_that_an_empty_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    path.touch()

    with pytest.raises(InputError, match="is empty"):
        read(path)


@pytest.mark.parametrize("fraction", [0.1, 0.3, 0.5, 0.7, 0.85])
def test_that_a_truncated_file_is_a_sentence(tmp_path: Path, fraction: float) -> None:
    whole = write_spectrum(tmp_path / "a.fits").read_bytes()
    path = tmp_path / "b.fits"
    path.write_bytes(whole[: int(fraction * len(whole))])

    with pytest.raises(InputError, match="truncated"):
        read(path)


def test_that_a_truncated_compressed_file_is_a_sentence(tmp_path: Path) -> None:
    packed = gzip.compress(write_spectrum(tmp_path / "a.fits").read_bytes())
    path = tmp_path / "b.fits.gz"
    path.write_bytes(packed[: len(packed) // 2])

    with pytest.raises(InputError, match=r"b\.fits\.gz"):
        read(path)


def test_that_a_profile_without_wavelengths_is_refused(tmp_path: Path) -> None:
    header = linear_header("LINEAR", CRVAL1=0.0, CDELT1=1.0, CUNIT1=None, BUNIT=None)
    path = write_spectrum(tmp_path / "a.fits", header=header)

    with pytest.raises(InputError, match="not wavelengths"):
        read(path)


def test_that_a_header_without_an_axis_is_a_sentence(tmp_path: Path) -> None:
    header = linear_header(CRVAL1=None)
    path = write_spectrum(tmp_path / "a.fits", header=header)

    with pytest.raises(InputError, match="CRVAL1"):
        read(path)


def test_that_variances_of_another_length_are_not_taken(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits", variance=np.ones(N_WAVE - 1))

    spectrum = read(path)

    assert spectrum.is_variance_estimated


def test_that_a_cube_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cube.fits"
    header = fits.Header({"CTYPE1": "RA---TAN", "CRVAL1": 53.0, "CDELT1": 1e-5})
    image = fits.ImageHDU(np.zeros((20, 10, 10), np.float32), header, name="DATA")
    fits.HDUList([fits.PrimaryHDU(), image]).writeto(path)

    with pytest.raises(InputError, match="cube"):
        read(path)


@pytest.mark.parametrize(
    ("primary", "expected"),
    [
        ({"ID": 1032, "OBJECT": "UDF"}, "1032"),
        ({"ID": "00042"}, "00042"),
        ({"ID": 12.0}, "12"),
        ({"OBJECT": "UDF"}, "UDF"),
        ({}, "my_file"),
    ],
)
def test_that_the_id_is_the_card_else_the_object_else_the_stem(
    tmp_path: Path, primary: dict[str, object], expected: str
) -> None:
    path = write_spectrum(tmp_path / "my_file.fits", primary=primary)

    (header,) = list_headers(path)

    assert header.source_id == expected


def test_that_sexagesimal_positions_are_degrees(tmp_path: Path) -> None:
    primary = {"RA": "03:32:24.0", "DEC": "-27:48:00"}
    path = write_spectrum(tmp_path / "a.fits", primary=primary)

    (header,) = list_headers(path)

    assert (header.ra, header.dec) == (pytest.approx(53.1), pytest.approx(-27.8))


@pytest.mark.parametrize(("card", "expected"), [(0.5, 0.5), (-0.001, -0.001), (-1.0, np.nan)])
def test_that_a_redshift_card_of_minus_one_is_none(
    tmp_path: Path, card: float, expected: float
) -> None:
    path = write_spectrum(tmp_path / "a.fits", primary={"Z": card})

    (header,) = list_headers(path)

    np.testing.assert_equal(header.redshift, expected)
