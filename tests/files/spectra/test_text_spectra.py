"""Text tables of spectra, however they are separated, named and given units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.medium import convert
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum

WAVE = 4750.0 + 1.25 * np.arange(60)
FLUX = 10.0 + np.sin(WAVE)
SIGMA = 1.0 + 0.1 * np.cos(WAVE)


@settings(max_examples=150)
@given(
    separator=st.sampled_from((" ", "  ", ",", ", ", "\t", ";", " | ")),
    header=st.sampled_from(
        (
            "wave{s}flux{s}err",
            "# wave{s}flux{s}err",
            "# wavelength (nm){s}flux (1e-20 erg/s/cm2/A){s}error (1e-20 erg/s/cm2/A)",
            "Wavelength[nm]{s}Flux[1e-20]{s}Flux_err[1e-20]",
            "# wl{s}f_lambda{s}sigma\n# nm{s}1e-20cgs{s}1e-20cgs",
        )
    ),
    has_decimal_comma=st.booleans(),
    newline=st.sampled_from(("\n", "\r\n")),
)
def test_that_the_numbers_of_a_text_are_those_that_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    separator: str,
    header: str,
    has_decimal_comma: bool,
    newline: str,
) -> None:
    path = tmp_path_factory.mktemp("text") / "s.txt"
    scale = 10.0 if "nm" in header else 1.0
    rows = [
        separator.join((f"{w / scale:.4f}", f"{f:.6f}", f"{s:.6f}"))
        for w, f, s in zip(WAVE, FLUX, SIGMA, strict=True)
    ]
    text = "\n".join(rows)
    if has_decimal_comma and "," not in separator:
        text = text.replace(".", ",")
    path.write_bytes((header.format(s=separator) + "\n" + text).replace("\n", newline).encode())

    (found,) = list_headers(path)
    spectrum = read_spectrum(found.ref)

    np.testing.assert_allclose(spectrum.flux, FLUX, atol=2e-6)
    np.testing.assert_allclose(spectrum.sigma, SIGMA, atol=2e-6)
    np.testing.assert_allclose(np.diff(spectrum.wave), 1.25, atol=1e-3)
    assert 4750.0 < spectrum.wave[0] < 4752.0


def test_that_a_mask_in_words_masks_what_is_true(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = [f"{w},{f},1.0,{i in (3, 4)}" for i, (w, f) in enumerate(zip(WAVE, FLUX, strict=True))]
    path.write_text("wave,flux,err,mask\n" + "\n".join(rows))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert np.flatnonzero(spectrum.is_masked).tolist() == [3, 4]


def test_that_missing_numbers_are_masked(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    rows = [f"{w} {f:.4f} 1.0" for w, f in zip(WAVE, FLUX, strict=True)]
    rows[7], rows[9], rows[10] = (
        f"{WAVE[i]} {t} {t}" for i, t in ((7, "NaN"), (9, "-99.0"), (10, "-"))
    )
    path.write_text("# wave flux err\n" + "\n".join(rows))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert np.flatnonzero(spectrum.is_masked).tolist() == [7, 9, 10]


def test_that_numbers_of_fortran_and_a_falling_axis_are_read(tmp_path: Path) -> None:
    path = tmp_path / "s.dat"
    rows = [f"{w:.3f} {f:.6E} 1.0D+00".replace("E", "D") for w, f in zip(WAVE, FLUX, strict=True)]
    path.write_text("\n".join(rows[::-1]))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    np.testing.assert_allclose(spectrum.flux, FLUX, rtol=1e-6)


def test_that_names_with_units_of_flux_are_heeded(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = [f"{w / 10},{f},1.0" for w, f in zip(WAVE, FLUX, strict=True)]
    path.write_text("lambda_nm,flux_jy,flux_err_jy\n" + "\n".join(rows))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert spectrum.unit == "1e-20 erg s-1 cm-2 Angstrom-1"
    assert any("per frequency (Jy)" in fact for fact in spectrum.facts)


@pytest.mark.parametrize(
    "text",
    [
        "# ID RA DEC Z\n" + "\n".join(f"{i + 101} 53.1 -27.8 0.5" for i in range(40)),
        "\n".join(f"{2 * i + 5} 53.1 -27.8 0.5" for i in range(40)),
    ],
)
def test_that_a_list_of_sources_is_no_spectrum(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.txt"
    path.write_text(text)

    with pytest.raises(InputError, match="holds no spectrum"):
        list_headers(path)


def test_that_magnitudes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("wave (A),flux (mag)\n" + "\n".join(f"{w},{20.0}" for w in WAVE))

    with pytest.raises(InputError, match="in magnitudes"):
        read_spectrum(list_headers(path)[0].ref)


def as_ssa(path: Path) -> None:
    """A VOTable whose columns say by utype and UCD alone what they are."""
    model = (
        ("nm", "em.wl;obs.atmos", "SpectralAxis.Value"),
        ("mJy", "phot.flux.density;em.wl", "FluxAxis.Value"),
        ("mJy", "stat.error;phot.flux.density", "FluxAxis.Accuracy.StatError"),
    )
    fields = "".join(
        f'<FIELD name="c{i}" datatype="double" unit="{unit}" ucd="{ucd}" '
        f'utype="spec:Spectrum.Data.{utype}"/>'
        for i, (unit, ucd, utype) in enumerate(model)
    )
    rows = "".join(
        f"<TR><TD>{w / 10}</TD><TD>{f}</TD><TD>{s}</TD></TR>"
        for w, f, s in zip(WAVE, FLUX, SIGMA, strict=True)
    )
    path.write_text(
        f'<VOTABLE version="1.3"><RESOURCE><TABLE>{fields}<DATA><TABLEDATA>{rows}</TABLEDATA>'
        "</DATA></TABLE></RESOURCE></VOTABLE>"
    )


def as_table_of(name: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        columns = {"Wavelength": WAVE / 10 * u.nm, "Flux": FLUX * u.mJy, "e_Flux": SIGMA * u.mJy}
        Table(columns).write(path, format=name)

    return write


@pytest.mark.parametrize(
    "write",
    [as_ssa, as_table_of("ascii.ipac"), as_table_of("ascii.mrt")],
    ids=("SSA", "IPAC", "MRT"),
)
def test_that_tables_with_headers_of_their_own_are_spectra(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "spectrum.tbl")

    (header,) = list_headers(tmp_path / "spectrum.tbl")
    spectrum = read_spectrum(header.ref)

    wave = convert(WAVE, "air", "vacuum")
    to_1e20 = 1e-26 * 2.99792458e18 / wave**2 / 1e-20
    np.testing.assert_allclose(spectrum.wave, wave, rtol=1e-7)
    np.testing.assert_allclose(spectrum.flux, FLUX * to_1e20, rtol=1e-3)
    np.testing.assert_allclose(spectrum.sigma, SIGMA * to_1e20, rtol=1e-3)


def test_that_a_comment_may_name_the_medium(tmp_path: Path) -> None:
    rows = [f"{w} {f} {s}" for w, f, s in zip(WAVE, FLUX, SIGMA, strict=True)]
    text = "\n".join(("# wavelengths in vacuum", "# wave flux err", *rows))
    (tmp_path / "s.txt").write_text(text)

    spectrum = read_spectrum(list_headers(tmp_path / "s.txt")[0].ref)

    assert spectrum.stored_medium == "vacuum"
    np.testing.assert_array_equal(spectrum.wave, WAVE)


def test_that_observed_wavelengths_come_before_those_at_rest(tmp_path: Path) -> None:
    rows = [f"{w / 1.5},{w},{f}" for w, f in zip(WAVE, FLUX, strict=True)]
    (tmp_path / "s.csv").write_text("\n".join(("restwave,wave,flux", *rows)))

    spectrum = read_spectrum(list_headers(tmp_path / "s.csv")[0].ref)

    np.testing.assert_allclose(spectrum.wave, convert(WAVE, "air", "vacuum"), rtol=1e-9)


@pytest.mark.parametrize("fill", [1e20, -1e20, np.float32(1e30), np.float32(9.96921e36)])
def test_that_fill_values_are_masked_and_told(tmp_path: Path, fill: float) -> None:
    flux = 20.0 + np.random.default_rng(2).normal(size=80)
    flux[[5, 50]] = fill
    path = tmp_path / "a.fits"
    Table({"wave": 4800.0 + 2 * np.arange(80), "flux": flux, "err": np.ones(80)}).write(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [5, 50]
    assert any("2 fluxes of exactly" in fact for fact in spectrum.facts)


@pytest.mark.parametrize("scale", [1e20, 1.0])
def test_that_large_fluxes_are_no_fill_values(tmp_path: Path, scale: float) -> None:
    flux = scale * (1.0 + 0.01 * np.random.default_rng(2).normal(size=80))
    flux[5] = scale
    path = tmp_path / "a.fits"
    Table({"wave": 4800.0 + 2 * np.arange(80), "flux": flux, "err": 0.01 * flux}).write(path)

    assert np.all(read_spectrum(list_headers(path)[0].ref).ivar > 0)


def test_that_one_pixel_of_minus_99_below_all_others_is_none(tmp_path: Path) -> None:
    flux = 20.0 + 10 * np.random.default_rng(2).normal(size=80)
    flux[7] = -99.0
    path = tmp_path / "a.csv"
    rows = [f"{4800 + 2 * i},{value:.3f},10.0" for i, value in enumerate(flux)]
    path.write_text("\n".join(["wave,flux,err", *rows]))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [7]


def test_that_words_of_a_column_that_say_rest_frame_are_told(tmp_path: Path) -> None:
    table = Table({"wave": 4800.0 + 2 * np.arange(80), "flux": np.arange(80.0) % 3})
    table["wave"].description = "rest-frame wavelength"
    table.write(tmp_path / "a.ecsv")

    spectrum = read_spectrum(list_headers(tmp_path / "a.ecsv")[0].ref)

    assert any("rest frame" in fact for fact in spectrum.facts)


def test_that_a_spectrum_between_bars_is_read(tmp_path: Path) -> None:
    rows = [f"| {4800 + 2 * i} | {1 + i % 3} | 0.5 |" for i in range(60)]
    path = tmp_path / "a.md"
    path.write_text("\n".join(["| wave | flux | err |", "|---:|---:|:---|", *rows]))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert spectrum.wave.size == 60
    assert np.allclose(spectrum.ivar, 4.0)


@pytest.mark.parametrize(
    "head",
    [
        "# Col 1: Observed wavelength [micron] (vacuum)\n# Col 2: F_nu [uJy]\n# Col 3: error [uJy]",
        "# column 0 = vacuum wavelength (micron)\n# column 1 = fnu (uJy)\n# column 2 = sigma (uJy)",
        "# (1) wavelength in vacuum [um]\n# (2) F_nu [uJy]\n# (3) uncertainty of F_nu [uJy]",
        "# 1 WAVE  Vacuum wavelength [um]\n# 2 FNU  Flux density [uJy]\n# 3 FNU_ERR  1 sigma [uJy]",
    ],
)
def test_that_numbered_sentences_name_the_columns(tmp_path: Path, head: str) -> None:
    wave = np.linspace(4800.0, 9300.0, 200)
    rows = [f"{w / 1e4:.7f} {20.0 + i % 3} 2.0" for i, w in enumerate(wave)]
    (tmp_path / "a.txt").write_text("\n".join([head, *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "a.txt")[0].ref)

    assert spectrum.stored_medium == "vacuum"
    assert np.allclose(spectrum.wave, wave, rtol=1e-6)
    per_wave = 1e-29 * 2.99792458e18 / wave**2 / 1e-20  # of a uJy, in the unit of the program
    assert np.allclose(1.0 / np.sqrt(spectrum.ivar), 2.0 * per_wave, rtol=1e-5)


def test_that_a_spectrum_of_skyserver_is_in_vacuum_and_calibrated(tmp_path: Path) -> None:
    wave = np.linspace(3800.0, 9200.0, 300)
    rows = [f"{w:.3f},{8.0 + i % 3},8.4,5.3" for i, w in enumerate(wave)]
    (tmp_path / "spec.csv").write_text("\n".join(["Wavelength,Flux,BestFit,SkyFlux", *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "spec.csv")[0].ref)

    assert np.allclose(spectrum.wave, wave, atol=1e-3)
    assert np.allclose(spectrum.flux[:3], [8e3, 9e3, 10e3])
    assert spectrum.is_variance_estimated


@pytest.mark.parametrize("head", ["##   wavelen  flux  sky_flux", "# xyz flux sky_flux"])
def test_that_a_column_of_the_sky_is_no_error(tmp_path: Path, head: str) -> None:
    noise = np.random.default_rng(4).normal(size=300)
    wave = np.linspace(4020.0, 7950.0, 300)
    rows = [
        f"{w:.2f} {2e-16 * (5 + n):.4e} {1 / (1 + n * n):.4f}"
        for w, n in zip(wave, noise, strict=True)
    ]
    (tmp_path / "a.spec").write_text("\n".join([head, *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "a.spec")[0].ref)

    assert spectrum.is_variance_estimated
    assert spectrum.provenance.unused == ("sky_flux",)


def test_that_a_label_before_the_names_is_no_name(tmp_path: Path) -> None:
    wave = np.linspace(4800.0, 9300.0, 200)
    head = "# Object: NGC 1068\n# Coordinates: Wavelength (nm), Flux Density (erg/s/cm^2/A)"
    rows = [f"{w / 10:.5f}\t{(20.0 + i % 3) * 1e-17:.4e}" for i, w in enumerate(wave)]
    (tmp_path / "a.txt").write_text("\n".join([head, *rows]))

    (header,) = list_headers(tmp_path / "a.txt")
    spectrum = read_spectrum(header.ref)

    assert header.source_id == "NGC 1068"
    assert spectrum.provenance.wave == "column Wavelength (nm)"
    assert spectrum.provenance.unit == "erg/s/cm^2/A"


def test_that_sentences_on_fewer_columns_name_none(tmp_path: Path) -> None:
    rows = [f"{w:.2f} {20.0 + w % 3} 2.0" for w in np.linspace(4800.0, 9300.0, 200)]
    (tmp_path / "a.txt").write_text("\n".join(["# 2 exposures of 1200 s", *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "a.txt")[0].ref)

    assert spectrum.provenance.wave.startswith("column wave")


@pytest.mark.parametrize("shape", ["{}", "[{}]"])
def test_that_json_is_refused_as_json(tmp_path: Path, shape: str) -> None:
    numbers = ", ".join(f"{w:.1f}" for w in np.linspace(4800.0, 9300.0, 200))
    body = f'"wavelength": [{numbers}], "flux": [{numbers}]'
    text = "{" + body + "}"
    (tmp_path / "a.json").write_text(shape.replace("{}", text))

    with pytest.raises(InputError, match="is a JSON file"):
        list_headers(tmp_path / "a.json")


def test_that_a_remark_of_as_many_words_as_columns_names_none(tmp_path: Path) -> None:
    rows = [f"{w:.2f} {20.0 + 2 * np.sin(w)} 2.0" for w in np.linspace(4800.0, 9300.0, 200)]
    (tmp_path / "a.txt").write_text("\n".join(["# DR16 flux calibrated", *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "a.txt")[0].ref)

    assert not spectrum.is_variance_estimated
    assert any("third column has no name" in said for said in spectrum.provenance.assumed)


@pytest.mark.parametrize(
    "names",
    ["Wellenlaenge Fluss Fehler", "Wellenlänge;Fluss;Fehler", "longueur_d_onde flux erreur"],
)
def test_that_names_of_other_languages_are_known(tmp_path: Path, names: str) -> None:
    mark = ";" if ";" in names else " "
    rows = [mark.join((f"{w:.2f}", "20.0", "2.0")) for w in np.linspace(4800.0, 9300.0, 200)]
    (tmp_path / "a.txt").write_text("\n".join([names, *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "a.txt")[0].ref)

    assert "(sigma)" in spectrum.provenance.error


@pytest.mark.parametrize("coding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("none", ["#NV", "", "nan", "#DIV/0!", "leer"])
@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_that_words_in_cells_of_a_spreadsheet_are_no_numbers(
    tmp_path: Path, mark: str, none: str, coding: str
) -> None:
    wave = np.linspace(480.0, 930.0, 200)
    rows = [f"{w:.2f}{mark}{20.0 + i % 3}{mark}2.0{mark}0{mark}" for i, w in enumerate(wave)]
    rows[7] = f"{wave[7]:.2f}{mark}{none}{mark}{none}{mark}1{mark}Sättigung"
    if mark != ",":
        rows = [row.replace(".", ",") for row in rows]
    names = ("Wavelength (nm)", "Flux (1e-16 erg/s/cm²/nm)", "Flux err", "Bad pixel", "Bemerkung")
    text = "\r\n".join([mark.join(names), *rows, ""])
    (tmp_path / "a.csv").write_bytes(text.encode(coding))

    spectrum = read_spectrum(list_headers(tmp_path / "a.csv")[0].ref)

    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [7]
    assert spectrum.flux[0] == pytest.approx(20.0 * 1e-16 / 10.0 / 1e-20)
    assert spectrum.provenance.unused == ("Bemerkung",)


def test_that_a_line_that_is_no_row_is_shown(tmp_path: Path) -> None:
    rows = [f"{w:.2f} 20.0" for w in np.linspace(4800.0, 9300.0, 200)]
    (tmp_path / "a.txt").write_text("\n".join([*rows[:90], "9000.0 saturated", *rows[90:]]))

    (header,) = list_headers(tmp_path / "a.txt")
    with pytest.raises(InputError, match=r"9000\.0 saturated"):
        read_spectrum(header.ref)
