"""Flux units as real files spell them, and the noise where there is no variance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.files.spectra.elements.noise import estimate_variance
from moosegui.files.spectra.elements.units import flux_factor
from moosegui.files.spectra.elements.wave_units import axis_unit


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("10**(-20)*erg/s/cm**2/Angstrom", 1.0),
        ("10**-20 Angstrom-1 cm-2 erg s-1", 1.0),
        ("10**-20 erg Angstrom-1 s-1 cm-2", 1.0),
        ("1e-20 erg / (Angstrom cm2 s)", 1.0),
        ("1E-17 erg/cm^2/s/Ang", 1e3),
        ("10**-17 erg/(s cm2 Angstrom)", 1e3),
        ("10^(-16) ergs/s/cm^2/Angstroms", 1e4),
        ("erg/cm2/s/A", 1e20),
        ("erg/s/cm2/ANGSTROM", 1e20),
        ("(10**(-20)*erg/s/cm**2/Angstrom)", 1.0),
        ("erg s-1 cm-2 nm-1", 1e19),
        ("W m-2 um-1", 1e19),
    ],
)
def test_that_a_real_unit_is_understood(text: str, factor: float) -> None:
    assert flux_factor(text) == pytest.approx(factor, rel=1e-9)


@pytest.mark.parametrize(
    "text", ["", "counts", "mag(AB)", "unitless", "Jy", "erg/s/cm2", "???", "10**", "adu/s"]
)
def test_that_what_is_no_flux_per_wavelength_is_unknown(text: str) -> None:
    assert flux_factor(text) is None


@given(
    exponent=st.integers(-22, -10),
    scale=st.sampled_from(["10**({})", "10**{}", "1e{}", "1E{}", "10^({})", "10^{}"]),
    angstrom=st.sampled_from(["Angstrom", "angstrom", "Angstroms", "ANGSTROM", "Ang", "A"]),
    style=st.sampled_from(
        ["{s}*erg/s/cm**2/{a}", "{s} erg/s/cm2/{a}", "{s} erg s-1 cm-2 {a}-1", "{s} erg/cm^2/s/{a}"]
    ),
)
def test_that_every_spelling_of_a_scale_gives_its_power(
    exponent: int, scale: str, angstrom: str, style: str
) -> None:
    text = style.format(s=scale.format(exponent), a=angstrom)

    assert flux_factor(text) == pytest.approx(10.0 ** (exponent + 20), rel=1e-9)


@given(st.text(max_size=40))
def test_that_no_unit_text_raises(text: str) -> None:
    factor = flux_factor(text)

    assert factor is None or factor >= 0


@pytest.mark.parametrize(
    ("text", "factor"),
    [("Angstrom", 1.0), (" ANGSTROMS", 1.0), ("nm", 10.0), ("um", 1e4), ("m", 1e10)],
)
def test_that_wavelength_units_are_known(text: str, factor: float) -> None:
    unit = axis_unit(text)

    assert unit is not None
    assert unit.is_length
    assert unit.unit.to("Angstrom") == pytest.approx(factor, rel=1e-12)


def test_that_an_unknown_wavelength_unit_is_none() -> None:
    assert axis_unit("pixel") is None


def test_that_the_noise_is_recovered_under_a_slope_and_lines(rng: np.random.Generator) -> None:
    x = np.arange(3000.0)
    sigma = 1.0 + x / 1000.0
    flux = 50.0 + 0.1 * x + 300.0 * np.exp(-0.5 * ((x - 1500.0) / 3.0) ** 2)
    flux += sigma * rng.normal(size=x.size)

    variance = estimate_variance(flux, np.ones(x.size, dtype=bool))

    ratio = np.sqrt(variance) / sigma
    assert np.median(ratio) == pytest.approx(1.0, abs=0.08)
    assert np.quantile(np.abs(ratio - 1.0), 0.95) < 0.35


def test_that_bad_pixels_get_no_variance(rng: np.random.Generator) -> None:
    good = np.ones(300, dtype=bool)
    good[100:120] = False

    variance = estimate_variance(rng.normal(size=300), good)

    np.testing.assert_array_equal(np.isfinite(variance), good)


def test_that_a_constant_has_no_noise_to_estimate() -> None:
    variance = estimate_variance(np.ones(300), np.ones(300, dtype=bool))

    assert np.isnan(variance).all()
