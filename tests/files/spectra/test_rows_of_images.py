"""Images whose rows are spectra or make one: IRAF multispec, labelled rows, pairs of files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.catalogue import ReadingChoice
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.registry import with_choice

N_WAVE = 200


def write_multispec(path: Path, specs: list[str]) -> Path:
    """Write an IRAF image with one dispersion a row, and the row's number for a flux."""
    text = "wtype=multispec " + " ".join(f'spec{i + 1} = "{s}"' for i, s in enumerate(specs))
    header = fits.Header({"CTYPE1": "MULTISPE", "CTYPE2": "MULTISPE"})
    header["WAT0_001"] = "system=multispec"
    header["WAT1_001"] = "wtype=multispec label=Wavelength units=angstroms"
    for i in range(0, len(text), 68):
        header[f"WAT2_{i // 68 + 1:03d}"] = text[i : i + 68]
    noise = 1e-6 * np.random.default_rng(1).normal(size=N_WAVE)  # without it nothing has a weight
    rows = np.arange(1.0, len(specs) + 1.0)[:, None] + noise
    header["VACUUM"] = True
    fits.PrimaryHDU(rows.astype(">f4"), header).writeto(path)
    return path


@settings(max_examples=60)
@given(
    function=st.sampled_from((1, 2)),
    coefficients=st.lists(st.floats(-5.0, 5.0), min_size=0, max_size=4),
    doppler=st.sampled_from((0.0, 1e-4)),
)
def test_that_polynomial_dispersions_are_those_of_numpy(
    tmp_path_factory: pytest.TempPathFactory,
    function: int,
    coefficients: list[float],
    doppler: float,
) -> None:
    c = [6000.0, 500.0, *coefficients]
    numbers = " ".join(map(str, c))
    spec = f"1 1 2 0. 0. {N_WAVE} {doppler} 1. 2. 1. 0. {function} {len(c)} 1. {N_WAVE}. {numbers}"
    path = write_multispec(tmp_path_factory.mktemp("ms") / "m.fits", [spec])
    x = np.linspace(-1.0, 1.0, N_WAVE)
    value = np.polynomial.chebyshev.chebval if function == 1 else np.polynomial.legendre.legval
    expected = value(x, c) / (1.0 + doppler)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    np.testing.assert_allclose(spectrum.wave, np.sort(expected), rtol=1e-9)


def test_that_orders_are_one_spectrum_and_apertures_are_sources(tmp_path: Path) -> None:
    orders = [f"{i + 1} {i + 1} 0 {5000 + 250 * i}. 1. {N_WAVE} 0. 1. 2." for i in range(3)]
    apertures = [f"{i + 1} {i + 1} 0 5000. 1. {N_WAVE} 0. 1. 2." for i in range(3)]

    echelle = list_headers(write_multispec(tmp_path / "e.fits", orders))
    fibres = list_headers(write_multispec(tmp_path / "f.fits", apertures))

    assert (len(echelle), len(fibres)) == (1, 3)
    assert read_spectrum(echelle[0].ref).wave.size == 3 * N_WAVE
    fluxes = [read_spectrum(header.ref).flux[0] for header in fibres]
    assert fluxes == pytest.approx([1.0, 2.0, 3.0], rel=1e-4)


def test_that_a_spline_dispersion_is_named(tmp_path: Path) -> None:
    spec = f"1 1 2 0. 0. {N_WAVE} 0. 1. 2. 1. 0. 3 2 1. {N_WAVE}. 1. 2. 3. 4. 5."

    with pytest.raises(InputError, match="type 3; only Chebyshev and Legendre"):
        read_spectrum(list_headers(write_multispec(tmp_path / "m.fits", [spec]))[0].ref)


@pytest.mark.parametrize("keyword", ["ARRAY", "ROW"])
def test_that_labels_say_which_row_is_what(tmp_path: Path, keyword: str) -> None:
    path = tmp_path / "a.fits"
    cards = {"CRVAL1": 5000.0, "CDELT1": 1.0, "CTYPE1": "WAVE", "CUNIT1": "Angstrom"}
    header = fits.Header(cards)
    for i, label in enumerate(("Sky", "Spectrum", "Error", "Spectrum_nocalib")):
        header[f"{keyword}{i + 1}"] = label
    rows = np.arange(1.0, 5.0)[:, None] * np.ones((4, N_WAVE))
    fits.PrimaryHDU(rows, header).writeto(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert spectrum.flux[0] == 2.0
    np.testing.assert_allclose(spectrum.sigma, 3.0)
    assert any("Spectrum_nocalib" in fact for fact in spectrum.facts)


@pytest.mark.parametrize(
    ("flux_name", "error_name"),
    [("q_F", "q_E"), ("q", "q_err"), ("q", "q_ivar"), ("q_flux", "q_var")],
)
def test_that_a_file_of_errors_belongs_to_its_flux(
    tmp_path: Path, flux_name: str, error_name: str
) -> None:
    header = fits.Header({"CRVAL1": 5000.0, "CDELT1": 1.0, "CTYPE1": "WAVE", "OBJECT": "q"})
    header["CUNIT1"] = "Angstrom"
    value = {"q_ivar": 0.25, "q_var": 4.0}.get(error_name, 2.0)
    flux = 50.0 + 2.0 * np.random.default_rng(1).normal(size=N_WAVE)
    fits.PrimaryHDU(flux, header).writeto(tmp_path / f"{flux_name}.fits")
    fits.PrimaryHDU(np.full(N_WAVE, value), header).writeto(tmp_path / f"{error_name}.fits")

    (found,) = list_headers(tmp_path)
    spectrum = read_spectrum(found.ref)

    assert found.ref.path.stem == flux_name
    np.testing.assert_allclose(spectrum.sigma, 2.0)
    assert spectrum.provenance.error.startswith(f"file {error_name}.fits")


def test_that_a_row_of_a_table_of_sources_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    wave = np.tile(5000.0 + np.arange(float(N_WAVE)), (3, 1))
    table = Table({"ID": ["007", "8", "9"], "RA": [1.0, 2.0, 3.0], "Z": [0.1, -1.0, 0.3]})
    table["WAVE"], table["FLUX"] = wave, wave**0 * np.array([[1.0], [2.0], [3.0]])
    table["IVAR"] = wave**0
    table["WAVE"].unit = "Angstrom"
    table.write(path)

    headers = list_headers(path)

    assert [header.source_id for header in headers] == ["007", "8", "9"]
    assert np.isnan(headers[1].redshift)
    assert [read_spectrum(header.ref).flux[0] for header in headers] == [1.0, 2.0, 3.0]


def test_that_rows_may_share_the_wavelengths_of_an_image(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    table = Table({"ID": ["a", "b"], "FLUX": np.array([[1.0], [2.0]]) * np.ones((2, N_WAVE))})
    table["IVAR"] = np.full((2, N_WAVE), 4.0)
    image = fits.ImageHDU(5000.0 + np.arange(float(N_WAVE)), name="WAVELENGTH")
    image.header["BUNIT"] = "Angstrom"
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU(table), image]).writeto(path)

    spectra = [read_spectrum(header.ref) for header in list_headers(path)]

    assert [spectrum.flux[0] for spectrum in spectra] == [1.0, 2.0]
    np.testing.assert_allclose(spectra[1].ivar, 4.0)


def test_that_another_band_of_an_image_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    header = fits.Header({"CRVAL1": 5000.0, "CDELT1": 1.0, "CTYPE1": "WAVE", "CUNIT1": "Angstrom"})
    header["BANDID1"], header["BANDID2"] = "spectrum: first", "spectrum: second"
    noise = np.random.default_rng(1).normal(size=N_WAVE)
    fits.PrimaryHDU(np.array([5.0 + noise, 50.0 + noise]), header).writeto(path)
    ref = list_headers(path)[0].ref
    other = with_choice(ref, ReadingChoice(flux="band 2"))

    first, second = read_spectrum(ref), read_spectrum(other)

    assert np.median(first.flux) == pytest.approx(5.0, abs=0.5)
    assert np.median(second.flux) == pytest.approx(50.0, abs=0.5)
    assert any("band 2: spectrum: second" in fact for fact in first.facts)


def test_that_numbered_pairs_belong_together(tmp_path: Path) -> None:
    path = tmp_path / "origin.fits"
    header = fits.Header({"CRVAL1": 5000.0, "CDELT1": 1.0, "CTYPE1": "WAVE", "CUNIT1": "Angstrom"})
    images = [
        fits.ImageHDU(np.full(N_WAVE, value), header, name=name)
        for name, value in (("DATA1", 1.0), ("STAT1", 4.0), ("DATA2", 2.0), ("STAT2", 9.0))
    ]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)
    ref = list_headers(path)[0].ref

    first = read_spectrum(ref)
    second = read_spectrum(with_choice(ref, ReadingChoice(flux="DATA2")))

    assert (first.flux[0], second.flux[0]) == (1.0, 2.0)
    np.testing.assert_allclose((first.sigma[0], second.sigma[0]), (2.0, 3.0))
    assert any("DATA2; --flux takes" in fact for fact in first.facts)


def test_that_a_mask_of_the_good_pixels_is_known_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    good = np.ones(N_WAVE, dtype=int)
    good[:5] = 0
    wave = 5000.0 + np.arange(float(N_WAVE))
    Table({"wave": wave, "flux": wave, "ivar": wave, "mask": good}).write(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert np.flatnonzero(spectrum.is_masked).tolist() == [0, 1, 2, 3, 4]
    assert any("taken as good" in fact for fact in spectrum.facts)


@pytest.mark.parametrize("card", ["Z", "REDSHIFT", "Z_VI", "Z_BEST", "ZSPEC"])
def test_that_a_card_quotes_the_redshift(tmp_path: Path, card: str) -> None:
    path = tmp_path / "a.fits"
    header = fits.Header({"CRVAL1": 5000.0, "CDELT1": 1.0, card: 0.7})
    fits.PrimaryHDU(np.ones(N_WAVE), header).writeto(path)

    (found,) = list_headers(path)

    assert found.redshift == 0.7
