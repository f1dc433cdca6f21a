"""Stacked surveys: single rows for the window, everything at once for learning."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from spectrum_files import N_WAVE, linear_header, stored_wave, vacuum_of, write_survey

from moosegui.data.catalogue import SpectrumRef
from moosegui.errors import ExportError, InputError
from moosegui.files.content import open_content
from moosegui.files.sources.survey_data import memory_of_survey, read_survey_arrays
from moosegui.files.spectra import describe, list_headers, list_spectra, read_spectrum
from moosegui.files.spectra.formats.stacked import open_survey


@pytest.mark.parametrize("is_compressed", [True, False])
def test_that_a_row_is_read_by_its_number(tmp_path: Path, is_compressed: bool) -> None:
    path = write_survey(tmp_path / "s.fits", is_compressed=is_compressed)

    spectrum = read_spectrum(SpectrumRef(path, row=3))

    assert set(spectrum.flux.tolist()) == {4.0}
    np.testing.assert_allclose(spectrum.ivar, 0.25)
    np.testing.assert_allclose(spectrum.wave, vacuum_of(stored_wave()), rtol=3e-8)


def test_that_every_row_is_listed_with_what_the_catalogue_says(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits")

    headers = list_headers(path)

    assert [header.source_id for header in headers] == ["1", "2", "3", "4", "5", "6"]
    assert list_spectra(path) == tuple(SpectrumRef(path, row=i) for i in range(6))
    assert describe(SpectrumRef(path, row=2)).ra == pytest.approx(53.02)


@pytest.mark.parametrize("row", [6, -1, None])
def test_that_a_row_that_does_not_exist_is_a_sentence(tmp_path: Path, row: int | None) -> None:
    path = write_survey(tmp_path / "s.fits")

    with pytest.raises(InputError, match="6 spectra"):
        read_spectrum(SpectrumRef(path, row=row))


def test_that_many_threads_read_what_one_reads(tmp_path: Path) -> None:
    rows = np.random.default_rng(4).normal(size=(40, N_WAVE))
    path = write_survey(tmp_path / "s.fits", 40, flux=rows)

    with ThreadPoolExecutor(8) as pool:
        spectra = list(pool.map(read_spectrum, list_spectra(path) * 5))

    found = np.array([spectrum.flux for spectrum in spectra])
    np.testing.assert_array_equal(found, np.tile(rows.astype(np.float32), (5, 1)))


def test_that_a_survey_is_opened_once_for_all_its_rows(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits")
    content = open_content(path)

    assert open_survey(content) is open_survey(content)


def test_that_a_survey_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits", 6)
    read_spectrum(SpectrumRef(path, row=0))
    write_survey(tmp_path / "new.fits", 8)
    os.replace(tmp_path / "new.fits", path)  # noqa: PTH105

    spectrum = read_spectrum(SpectrumRef(path, row=7))

    assert spectrum.flux[0] == 8.0


def test_that_images_of_different_shapes_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    images = [
        fits.ImageHDU(np.ones((n, N_WAVE)), linear_header(), name=name)
        for n, name in ((3, "DATA"), (2, "STAT"))
    ]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)

    with pytest.raises(InputError, match="DATA of"):
        read_spectrum(SpectrumRef(path, row=0))


def test_that_a_survey_without_a_catalogue_is_listed_by_rows(tmp_path: Path) -> None:
    path = tmp_path / "survey.fits"
    images = [
        fits.ImageHDU(np.ones((3, N_WAVE)), linear_header(), name=name) for name in ("DATA", "STAT")
    ]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)

    headers = list_headers(path)

    assert [header.source_id for header in headers] == ["survey_0", "survey_1", "survey_2"]


def test_that_all_rows_at_once_are_those_read_singly(tmp_path: Path) -> None:
    flux = np.random.default_rng(5).normal(size=(6, N_WAVE)) + 3.0
    flux[2, 10:20] = 0.0
    flux[3, 5] = np.nan
    path = write_survey(tmp_path / "s.fits", flux=flux)

    arrays = read_survey_arrays(path)

    for i, ref in enumerate(list_spectra(path)):
        spectrum = read_spectrum(ref)
        np.testing.assert_allclose(arrays.flux[i], spectrum.flux, rtol=1e-6)
        np.testing.assert_allclose(arrays.ivar[i], spectrum.ivar, rtol=1e-6)
        np.testing.assert_array_equal(arrays.wave, spectrum.wave)


@pytest.mark.parametrize("is_compressed", [True, False])
@pytest.mark.parametrize("rows", [[0, 1, 2, 3, 4, 5], [1, 3, 4], [5]])
def test_that_a_disk_holds_the_same_arrays_as_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[int], is_compressed: bool
) -> None:
    monkeypatch.setattr("moosegui.files.sources.survey_data.ROWS_AT_ONCE", 2)
    flux = np.random.default_rng(5).normal(size=(6, N_WAVE)) + 3.0
    flux[2, 10:20] = 0.0
    path = write_survey(tmp_path / "s.fits", flux=flux, is_compressed=is_compressed)

    there = read_survey_arrays(path, scratch=tmp_path).only(np.array(rows, dtype=int))
    here = read_survey_arrays(path).only(np.array(rows, dtype=int))

    assert isinstance(there.flux, np.memmap)
    assert there.ids == here.ids == tuple(str(row + 1) for row in rows)
    np.testing.assert_array_equal(there.flux, here.flux)
    np.testing.assert_array_equal(there.ivar, here.ivar)
    np.testing.assert_array_equal(there.redshift, here.redshift)
    assert [one.name for one in tmp_path.iterdir()] == ["s.fits"]


@pytest.mark.parametrize("kind", ["uint16", "scaled", "compressed uint16", "gzip"])
def test_that_integers_and_packed_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("moosegui.files.sources.survey_data.ROWS_AT_ONCE", 2)
    path = write_survey(tmp_path / "s.fits", is_compressed=False)
    expected = read_survey_arrays(path)
    with fits.open(path) as hdus:
        whole = [np.asarray(hdus[name].data) for name in ("DATA", "STAT")]
        headers = [hdus[name].header for name in ("DATA", "STAT")]
        make = fits.CompImageHDU if kind.startswith("compressed") else fits.ImageHDU
        images = [
            make(values.astype(np.uint16 if "uint16" in kind else np.float32), header, name=name)
            for values, header, name in zip(whole, headers, ("DATA", "STAT"), strict=True)
        ]
        if kind == "scaled":
            for image in images:
                image.scale("int16", bscale=0.5, bzero=1.0)
        ending = ".fits.gz" if kind == "gzip" else ".fits"
        other = tmp_path / f"other{ending}"
        fits.HDUList([fits.PrimaryHDU(), *images, hdus["CATALOGUE"]]).writeto(other)

    found = read_survey_arrays(other)

    np.testing.assert_array_equal(found.flux, expected.flux)
    np.testing.assert_array_equal(found.ivar, expected.ivar)


def test_that_the_memory_of_a_survey_is_that_of_its_pixels(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits")

    assert memory_of_survey(path) == 6 * N_WAVE * 4 * 2 * 2
    assert memory_of_survey(tmp_path / "nowhere.fits") == 0


def test_that_a_survey_by_falling_wavelength_is_turned_round(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits", flux=np.arange(6 * N_WAVE).reshape(6, -1) + 1.0)
    rising = read_survey_arrays(path)
    with fits.open(path, mode="update") as hdus:
        for name in ("DATA", "STAT"):
            header, last = hdus[name].header, stored_wave()[-1]
            header["CRVAL1"], header["CDELT1"] = last, -header["CDELT1"]
            hdus[name].data = hdus[name].data[:, ::-1].copy()

    falling = read_survey_arrays(path)

    np.testing.assert_allclose(falling.wave, rising.wave)
    np.testing.assert_array_equal(falling.flux, rising.flux)
    np.testing.assert_array_equal(falling.ivar, rising.ivar)


def test_that_a_folder_that_takes_no_spectra_is_a_sentence(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits")

    with pytest.raises(ExportError, match="cannot be kept"):
        read_survey_arrays(path, scratch=tmp_path / "nowhere")


def test_that_the_arrays_come_with_the_catalogue(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits")

    arrays = read_survey_arrays(path)

    assert arrays.ids == ("1", "2", "3", "4", "5", "6")
    assert arrays.zconf.tolist() == [0, 1, 2, 3, 0, 1]
    assert arrays.kind[:2] == ("sf", "lae")
    assert arrays.redshift[-1] == pytest.approx(6.0)
    assert arrays.snr[0] == 0.5
    assert arrays.column("DEC")[0] == -27.8
    assert arrays.flux.dtype == np.float32


def test_that_a_missing_column_of_a_survey_is_a_sentence(tmp_path: Path) -> None:
    arrays = read_survey_arrays(write_survey(tmp_path / "s.fits"))

    with pytest.raises(InputError, match="no column Z2"):
        arrays.column("Z2")


def test_that_a_file_that_is_no_survey_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ID,Z\n1,0.5\n")

    with pytest.raises(InputError, match="no stacked survey"):
        read_survey_arrays(path)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (3, 4, 2, 5, 4, 0, 1), (5, 4, 3, 2, 1, 0)])
@pytest.mark.parametrize("is_compressed", [True, False])
def test_that_rows_are_the_same_in_any_order(
    tmp_path: Path, order: tuple[int, ...], is_compressed: bool
) -> None:
    path = write_survey(tmp_path / "s.fits", is_compressed=is_compressed)

    fluxes = [set(read_spectrum(SpectrumRef(path, row=i)).flux.tolist()) for i in order]

    assert fluxes == [{i + 1.0} for i in order]
