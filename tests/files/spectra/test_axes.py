"""Axes in any unit become the same wavelengths; a number without a unit is never guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from spectrum_files import linear_header

from moosegui.data.catalogue import ReadingChoice
from moosegui.errors import InputError
from moosegui.files.content import Unreadable
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.elements.axis import medium_of
from moosegui.files.spectra.elements.wave_units import AxisHints, axis_unit, settle_axis
from moosegui.files.spectra.registry import with_choice

UNITS = ("Angstrom", "nm", "um", "mm", "cm", "m", "Hz", "kHz", "MHz", "GHz", "THz", "eV", "keV",
         "J", "erg", "cm-1", "m-1", "um-1")  # fmt: skip
WAVE = np.linspace(4750.0, 9350.0, 300)


@settings(max_examples=200)
@given(
    unit=st.sampled_from(UNITS),
    logarithm=st.sampled_from(("", "log10", "ln")),
    low=st.floats(1200.0, 20000.0),
    factor=st.floats(1.01, 3.0),
    is_reversed=st.booleans(),
)
def test_that_every_unit_gives_the_wavelengths_that_astropy_gives(
    unit: str, logarithm: str, low: float, factor: float, is_reversed: bool
) -> None:
    wave = np.linspace(low, low * factor, 50)
    wave = wave[::-1] if is_reversed else wave
    values = (wave * u.AA).to_value(u.Unit(unit), u.spectral())
    values = {"": values, "log10": np.log10(values), "ln": np.log(values)}[logarithm]
    text = f"{logarithm}({unit})" if logarithm else unit

    axis = settle_axis(values, AxisHints("column x", unit=text))

    np.testing.assert_allclose(axis.wave, wave, rtol=1e-9)
    assert axis.medium == ("" if u.Unit(unit).is_equivalent(u.AA) else "vacuum")


@pytest.mark.parametrize(
    ("low", "high"), [(300, 1100), (475, 935), (1150, 1700), (3.6, 3.9), (8.4, 9.1)]
)
def test_that_numbers_that_fit_two_units_are_refused(low: float, high: float) -> None:
    with pytest.raises(Unreadable, match=r"without a unit, which could be .* or .*--wave-unit"):
        settle_axis(np.linspace(low, high, 100), AxisHints("column x"))


@settings(max_examples=100)
@given(low=st.floats(0.05, 1e5), factor=st.floats(1.05, 3.0))
def test_that_a_silent_axis_is_angstrom_refused_or_said(low: float, factor: float) -> None:
    values = np.linspace(low, low * factor, 50)

    try:
        axis = settle_axis(values, AxisHints("column x"))
    except Unreadable:
        return

    assert axis.assumed
    assert axis.unit != "Angstrom" or values[-1] > 2999.0 or not (low >= 300 and low >= 2.9)


@pytest.mark.parametrize("unit", ["pixel", "foo", "s", "Jy"])
def test_that_what_is_no_unit_of_an_axis_is_named(unit: str) -> None:
    with pytest.raises(Unreadable, match=f"'{unit}', which is no unit of wavelength"):
        settle_axis(WAVE, AxisHints("column x", unit=unit))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("NM", 10.0), ("microns", 1e4), ("Ångström", 1.0), ("10^-10 m", 1.0), ("µm", 1e4)],
)
def test_that_units_are_known_as_people_spell_them(text: str, expected: float) -> None:
    unit = axis_unit(text)

    assert unit is not None
    assert unit.angstroms(np.array([1.0]))[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "medium"),
    [
        ("em.wl;obs.atmos", "air"),
        ("em.wl", "vacuum"),
        ("wave_vac", "vacuum"),
        ("AWAV", "air"),
        ("Wavelength (air)", "air"),
        ("airmass", ""),
        ("wave", ""),
    ],
)
def test_that_the_medium_is_read_from_names_and_ucds(text: str, medium: str) -> None:
    assert medium_of(text) == medium


@pytest.mark.parametrize(
    ("kind", "unit", "values"),
    [
        ("FREQ", "Hz", (WAVE * u.AA).to_value(u.Hz, u.spectral())),
        ("ENER", "eV", (WAVE * u.AA).to_value(u.eV, u.spectral())),
        ("WAVN", "cm-1", (WAVE * u.AA).to_value(1 / u.cm, u.spectral())),
        ("FREQ", "", (WAVE * u.AA).to_value(u.Hz, u.spectral())),
    ],
)
def test_that_a_header_may_have_a_linear_axis_of_anything(
    tmp_path: Path, kind: str, unit: str, values: np.ndarray
) -> None:
    values = np.linspace(values[0], values[-1], 300)
    card = {"CRVAL1": values[0], "CDELT1": values[1] - values[0]}
    header = linear_header(kind, CUNIT1=unit or None, **card)
    path = tmp_path / "a.fits"
    fits.PrimaryHDU(np.arange(1.0, 301.0), header).writeto(path)
    expected = (values * u.Unit(unit or "Hz")).to_value(u.AA, u.spectral())

    spectrum = read_spectrum(list_headers(path)[0].ref)

    np.testing.assert_allclose(spectrum.wave, np.sort(expected), rtol=1e-9)
    assert spectrum.stored_medium == "vacuum"


def test_that_the_answer_to_a_question_is_heeded_where_the_file_is_silent(tmp_path: Path) -> None:
    silent, speaking = tmp_path / "a.fits", tmp_path / "b.fits"
    Table({"wave": WAVE / 10.0, "flux": WAVE**0}).write(silent)
    table = Table({"wave": WAVE / 1e4, "flux": WAVE**0})
    table["wave"].unit = "um"
    table.write(speaking)
    choice = ReadingChoice(wave_unit="nm", medium="vacuum")
    ref = list_headers(silent)[0].ref

    with pytest.raises(InputError, match="--wave-unit nm"):
        read_spectrum(ref)
    spectra = [
        read_spectrum(with_choice(list_headers(p)[0].ref, choice)) for p in (silent, speaking)
    ]

    for spectrum in spectra:
        np.testing.assert_allclose(spectrum.wave, WAVE)
    assert any("as you said" in sentence for sentence in spectra[0].provenance.assumed)


def test_that_a_wrong_answer_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    Table({"wave": WAVE, "flux": WAVE**0}).write(path)

    with pytest.raises(InputError, match="no unit of wavelength; write nm"):
        read_spectrum(with_choice(list_headers(path)[0].ref, ReadingChoice(wave_unit="furlong")))
