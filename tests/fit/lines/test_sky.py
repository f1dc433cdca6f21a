"""Sky lines and bands of the air: the same pixels for the eye and for the scores."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from moosegui.data.medium import air_to_vacuum
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.sky import inside, is_on_sky_line, sky_intervals, telluric_intervals


def flat() -> Spectrum:
    wave = np.arange(4750.0, 9350.0, 1.25)
    return Spectrum(wave, np.ones(wave.size), np.ones(wave.size))


def noisy_at(position: float, ratio: float = 5.0) -> Spectrum:
    """A flat spectrum whose errors are larger around one wavelength."""
    plain = flat()
    ivar = plain.ivar.copy()
    ivar[np.abs(plain.wave - position) < 3.0] /= ratio**2
    return Spectrum(plain.wave, plain.flux, ivar)


@pytest.mark.parametrize(("ratio", "is_sky"), [(1.5, False), (1.7, True)])
def test_that_a_peak_of_the_variance_is_a_sky_band(ratio: float, is_sky: bool) -> None:
    bands = sky_intervals(noisy_at(8400.0, ratio))

    assert any(start < 8400.0 < stop for start, stop in bands) is is_sky


def test_that_a_flat_variance_has_only_the_listed_lines() -> None:
    assert len(sky_intervals(flat())) == 4  # the two of sodium are one


def test_that_the_bands_on_screen_are_the_pixels_of_the_scores() -> None:
    spectrum = noisy_at(8400.0)

    shown = inside(spectrum.wave, sky_intervals(spectrum))

    np.testing.assert_array_equal(shown, is_on_sky_line(spectrum))


@pytest.mark.parametrize(("height", "is_sky"), [(0.0, True), (1000.0, False)])
def test_that_a_bright_line_is_not_taken_for_the_sky_by_its_own_noise(
    height: float, is_sky: bool
) -> None:
    noisy = noisy_at(8400.0)
    line = height * np.exp(-0.5 * ((noisy.wave - 8400.0) / 2.0) ** 2)
    bright = Spectrum(noisy.wave, noisy.flux + line, noisy.ivar)

    shown = inside(np.array([8400.0, 5577.34 * 1.00028]), sky_intervals(bright))

    assert shown.tolist() == [is_sky, True]


def test_that_the_listed_lines_lie_in_the_medium_of_the_spectrum() -> None:
    vacuum = float(air_to_vacuum(5577.34))

    bands = sky_intervals(flat())

    centres = [(start + stop) / 2 for start, stop in bands]
    assert min(abs(centre - vacuum) for centre in centres) < 1.0  # edges lie between pixels


def test_that_bands_are_sorted_and_disjoint() -> None:
    bands = sky_intervals(noisy_at(5577.0))

    assert all(first[1] < second[0] for first, second in pairwise(bands))


def test_that_bands_outside_the_spectrum_are_left_out() -> None:
    blue = Spectrum(np.linspace(4000.0, 5000.0, 500), np.ones(500), np.ones(500))

    assert sky_intervals(blue) == ()
    assert telluric_intervals(blue) == ()


def test_that_inside_marks_the_wavelengths_of_the_bands() -> None:
    marked = inside(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), ((1.5, 2.5), (4.0, 9.0)))

    np.testing.assert_array_equal(marked, [False, True, False, True, True])
