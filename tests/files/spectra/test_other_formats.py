"""Spectra of other instruments and tools: Marz, MuseX, SDSS, DESI, ESO, tables and texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from spectrum_files import N_WAVE, linear_header, stored_wave, vacuum_of

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum

WAVE = stored_wave()


def only(path: Path) -> Spectrum:
    (header,) = list_headers(path)
    return read_spectrum(header.ref)


def write_marz(path: Path, *, wave: np.ndarray | None = None, is_vacuum: bool = False) -> Path:
    """Write an AAOmega file with two targets and a sky fibre, positions in radians."""
    header = linear_header("Wavelength", BUNIT=None)
    if is_vacuum:
        header["VACUUM"] = True
    rows = np.arange(1.0, 4.0)[:, None] * np.ones((3, N_WAVE))
    fibres = Table(
        {
            "NAME": ["D022", "SKY", "W033"],
            "RA": np.radians([10.0, 20.0, 30.0]),
            "DEC": np.radians([-5.0, 0.0, 5.0]),
            "TYPE": ["P", "S", "P"],
        }
    )
    hdus = [fits.PrimaryHDU(rows, header), fits.ImageHDU(4.0 * rows**0, name="VARIANCE")]
    if wave is not None:
        hdus.append(fits.ImageHDU(wave, name="WAVELENGTH"))
    hdus.append(fits.BinTableHDU(fibres, name="FIBRES"))
    fits.HDUList(hdus).writeto(path)
    return path


def test_that_a_marz_file_lists_its_program_fibres_in_degrees(tmp_path: Path) -> None:
    path = write_marz(tmp_path / "m.fits")

    headers = list_headers(path)

    assert [(h.source_id, h.ref.row) for h in headers] == [("D022", 0), ("W033", 2)]
    assert (headers[1].ra, headers[1].dec) == (pytest.approx(30.0), pytest.approx(5.0))


def test_that_a_marz_row_is_air_unless_it_says_vacuum(tmp_path: Path) -> None:
    path = write_marz(tmp_path / "m.fits")

    spectrum = read_spectrum(SpectrumRef(path, row=2))

    assert spectrum.stored_medium == "air"
    assert spectrum.flux[0] == 3.0
    np.testing.assert_allclose(spectrum.ivar, 0.25)
    np.testing.assert_allclose(spectrum.wave, vacuum_of(WAVE), rtol=3e-8)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_that_logarithmic_marz_wavelengths_replace_the_linear_header(
    tmp_path: Path, n_rows: int
) -> None:
    wave = np.tile(np.log10(WAVE), (n_rows, 1))
    path = write_marz(tmp_path / "m.fits", wave=wave, is_vacuum=True)

    spectrum = read_spectrum(SpectrumRef(path, row=2))

    assert spectrum.stored_medium == "vacuum"
    np.testing.assert_allclose(spectrum.wave, WAVE)


def test_that_a_musex_file_keeps_names_and_its_own_wavelengths(tmp_path: Path) -> None:
    path = tmp_path / "m.fits"
    rows = np.arange(1.0, 3.0)[:, None] * np.ones((2, N_WAVE))
    rows[1, :5] = np.nan
    details = Table({"NAME": ["00007", "00012"], "RA": [53.1, 53.2], "DEC": [-27.8, -27.7]})
    images = {"WAVE": np.tile(WAVE, (2, 1)), "DATA": rows, "STAT": np.ones_like(rows)}
    hdus = [fits.PrimaryHDU(), *(fits.ImageHDU(v, name=k) for k, v in images.items())]
    fits.HDUList([*hdus, fits.BinTableHDU(details, name="DETAILS")]).writeto(path)

    headers = list_headers(path)
    spectrum = read_spectrum(headers[1].ref)

    assert [header.source_id for header in headers] == ["00007", "00012"]
    assert spectrum.n_good == N_WAVE - 5
    assert headers[0].ra == 53.1


def test_that_an_sdss_file_is_vacuum_with_its_plate_for_a_name(tmp_path: Path) -> None:
    path = tmp_path / "spec.fits"
    ivar = np.ones(N_WAVE)
    ivar[7] = 0.0
    columns = {"flux": np.full(N_WAVE, 2.0), "loglam": np.log10(WAVE), "ivar": ivar}
    facts = {"PLATE": [266], "MJD": [51602], "FIBERID": [13], "PLUG_RA": [10.5], "Z": [0.12]}
    primary = fits.PrimaryHDU()
    primary.header["BUNIT"] = "1E-17 erg/cm^2/s/Ang"
    tables = [fits.BinTableHDU(Table(columns), name="COADD")]
    tables.append(fits.BinTableHDU(Table(facts), name="SPECOBJ"))
    fits.HDUList([primary, *tables]).writeto(path)

    (header,) = list_headers(path)
    spectrum = read_spectrum(header.ref)

    assert (header.source_id, header.ra, header.redshift) == ("0266-51602-0013", 10.5, 0.12)
    assert spectrum.stored_medium == "vacuum"
    assert spectrum.flux[0] == pytest.approx(2000.0)
    assert np.flatnonzero(spectrum.is_masked).tolist() == [7]
    np.testing.assert_allclose(spectrum.wave, WAVE)


def test_that_muse_wide_vacuum_wavelengths_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    columns = {"WAVE_AIR": WAVE, "WAVE_VAC": WAVE + 1.4, "FLUX": 0 * WAVE + 3, "FLUX_ERR": WAVE**0}
    Table(columns).write(path)

    spectrum = only(path)

    np.testing.assert_allclose(spectrum.wave, WAVE + 1.4)
    assert spectrum.stored_medium == "vacuum"


def write_desi(path: Path, n_rows: int = 2) -> Path:
    """Write two cameras that overlap in 50 pixels of 0.8 Angstrom."""
    ids = 39633345008634465 + np.arange(n_rows)
    fibermap = Table({"TARGETID": ids, "TARGET_RA": np.full(n_rows, 53.1)})
    hdus = [fits.PrimaryHDU(), fits.BinTableHDU(fibermap, name="FIBERMAP")]
    for camera, start, value, ivar in (("B", 0, 1.0, 1.0), ("R", 50, 4.0, 2.0)):
        wave = 5000.0 + 0.8 * (start + np.arange(100))
        flux = fits.ImageHDU(np.full((n_rows, 100), value), name=f"{camera}_FLUX")
        flux.header["BUNIT"] = "10**-17 erg/(s cm2 Angstrom)"
        hdus += [fits.ImageHDU(wave, name=f"{camera}_WAVELENGTH"), flux]
        hdus.append(fits.ImageHDU(np.full((n_rows, 100), ivar), name=f"{camera}_IVAR"))
    fits.HDUList(hdus).writeto(path)
    return path


def test_that_desi_target_ids_are_exact(tmp_path: Path) -> None:
    headers = list_headers(write_desi(tmp_path / "coadd.fits"))

    assert [header.source_id for header in headers] == ["39633345008634465", "39633345008634466"]


def test_that_desi_cameras_are_joined_by_their_weights(tmp_path: Path) -> None:
    path = write_desi(tmp_path / "coadd.fits")

    spectrum = read_spectrum(SpectrumRef(path, row=1))

    assert spectrum.wave.size == 150
    assert spectrum.flux[[0, 75, 149]].tolist() == pytest.approx([1000.0, 3000.0, 4000.0])
    assert (spectrum.ivar[[0, 75, 149]] * 1e6).tolist() == pytest.approx([1.0, 3.0, 2.0])


@pytest.mark.parametrize(("ucd", "medium"), [("em.wl;obs.atmos", "air"), ("em.wl", "vacuum")])
def test_that_an_eso_product_is_read_by_its_utypes(tmp_path: Path, ucd: str, medium: str) -> None:
    path = tmp_path / "eso.fits"
    columns = [
        fits.Column("LAMBDA_X", f"{N_WAVE}D", unit="nm", array=[WAVE / 10.0]),
        fits.Column("SIGNAL", f"{N_WAVE}D", array=[np.full(N_WAVE, 2.0)]),
        fits.Column("NOISE_X", f"{N_WAVE}D", array=[np.full(N_WAVE, 2.0)]),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="SPECTRUM")
    table.header["TUTYP1"] = "Spectrum.Data.SpectralAxis.Value"
    table.header["TUTYP2"] = "spec:Data.FluxAxis.Value"
    table.header["TUTYP3"] = "eso:Data.FluxAxis.Accurancy.StatError"
    table.header["TUCD1"] = ucd
    table.header["TUNIT2"] = "10**(-20)*erg/s/cm**2/Angstrom"
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)

    spectrum = only(path)

    assert spectrum.stored_medium == medium
    assert spectrum.flux[0] == 2.0
    np.testing.assert_allclose(spectrum.ivar, 0.25)
    expected = WAVE if medium == "vacuum" else vacuum_of(WAVE)
    np.testing.assert_allclose(spectrum.wave, expected, rtol=3e-8)


@pytest.mark.parametrize(("name", "value"), [("err", 2.0), ("variance", 4.0), ("ivar", 0.25)])
@pytest.mark.parametrize("separator", [",", " ", "\t", ";"])
def test_that_a_text_table_is_read_by_its_names(
    tmp_path: Path, name: str, value: float, separator: str
) -> None:
    path = tmp_path / "s.txt"
    lines = [separator.join(("wave", "flux", name))]
    lines += [separator.join((f"{w:.2f}", "3.5", str(value))) for w in WAVE]
    path.write_text("\n".join(lines))

    spectrum = only(path)

    assert spectrum.flux[0] == 3.5
    np.testing.assert_allclose(spectrum.ivar, 0.25)


def test_that_names_may_stand_in_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "s.dat"
    path.write_text("#  wl flam flam_err\n" + "\n".join(f"{w} 1e-18 2e-18" for w in WAVE))

    spectrum = only(path)

    assert spectrum.flux[0] == pytest.approx(100.0)
    assert any("erg/s/cm2/Angstrom" in fact for fact in spectrum.facts)


def test_that_a_matrix_without_names_is_wave_flux_and_sigma(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("# no names here\n" + "\n".join(f"{w} 3 2" for w in WAVE))

    spectrum = only(path)

    np.testing.assert_allclose(spectrum.ivar, 0.25)


def test_that_ecsv_units_are_used(tmp_path: Path) -> None:
    path = tmp_path / "s.ecsv"
    table = Table({"wavelength": WAVE / 10.0, "flux": WAVE**0, "err": WAVE**0})
    table["wavelength"].unit = "nm"
    table["flux"].unit = "1e-17 erg / (s cm2 Angstrom)"
    table.write(path, format="ascii.ecsv")

    spectrum = only(path)

    assert spectrum.wave[0] == pytest.approx(vacuum_of(WAVE)[0], rel=3e-8)
    assert spectrum.flux[0] == pytest.approx(1000.0)


def test_that_a_table_of_emission_lines_is_no_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "lines.fits"
    Table({"ID": [1, 2], "ra": [53.0, 53.1], "lbda": [5e3, 6e3], "flux": [1.0, 2.0]}).write(path)

    with pytest.raises(InputError, match="tables without wavelengths"):
        list_headers(path)


def test_that_prose_is_no_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "README"
    path.write_text("The flux of these spectra,\nas a wave on the beach.\n")

    with pytest.raises(InputError, match="holds no spectrum"):
        list_headers(path)


def test_that_a_damaged_matrix_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("\n".join(f"{w} 3 2" for w in WAVE) + "\n9000 oops 2\n")

    with pytest.raises(InputError, match="lines that are no numbers"):
        only(path)


def test_that_an_hdf5_file_is_no_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))

    with pytest.raises(InputError, match="holds no spectrum"):
        list_headers(path)
