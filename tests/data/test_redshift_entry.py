"""Typed redshifts mean what an expert means by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.redshift_entry import find_line, parse_redshift


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.7342", 0.7342),
        (" 3,25 ", 3.25),
        ("5007@8682", 8682 / 5008.240 - 1),
        ("5008.24 @ 8682", 8682 / 5008.240 - 1),
        ("Ha@9000", 9000 / 6564.632 - 1),
        ("Hα@9000", 9000 / 6564.632 - 1),
        ("lya@5000", 5000 / 1215.670 - 1),
        ("[O III]@8000", 8000 / 5008.240 - 1),
        ("4000@8000", 1.0),
        ("v+120", 0.5 + 1.5 * 120 / 299792.458),
        ("v -30 km/s", 0.5 - 1.5 * 30 / 299792.458),
    ],
)
def test_that_an_entry_becomes_its_redshift(text: str, expected: float) -> None:
    assert parse_redshift(text, 0.5) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("text", ["", "abc", "Xx@5000", "0@5000", "99", "-3", "nan", "5007@", "v"])
def test_that_nonsense_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_redshift(text, 0.5)


@given(z=st.floats(0, 10))
def test_that_a_printed_redshift_is_read_back(z: float) -> None:
    assert parse_redshift(f"{z:.6f}", 0.0) == pytest.approx(z, abs=1e-6)


@pytest.mark.parametrize(("text", "name"), [("3727", "OII3726"), ("6563", "HALPHA"), ("8542", "")])
def test_that_a_rest_wavelength_finds_its_line_in_air_or_vacuum(text: str, name: str) -> None:
    line = find_line(text)

    assert (line.name if line else "") == name
