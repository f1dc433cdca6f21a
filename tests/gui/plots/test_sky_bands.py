from __future__ import annotations

from itertools import pairwise

import numpy as np
from gui_examples import emitter

from moosegui.data.medium import air_to_vacuum
from moosegui.data.spectrum import Spectrum
from moosegui.gui.plots.sky_bands import inside, sky_intervals, telluric_intervals, variance_peaks


def noisy_at(position: float) -> Spectrum:
    plain = emitter()
    ivar = plain.ivar.copy()
    ivar[np.abs(plain.wave - position) < 3.0] /= 25.0
    return Spectrum(plain.wave, plain.flux, ivar)


def test_that_a_peak_of_the_variance_is_a_sky_band():
    spectrum = noisy_at(8400.0)

    peaks = variance_peaks(spectrum)

    assert len(peaks) == 1
    assert peaks[0][0] < 8400.0 < peaks[0][1]


def test_that_a_flat_variance_has_no_peaks():
    assert variance_peaks(emitter()) == ()


def test_that_the_listed_lines_lie_in_the_medium_of_the_spectrum():
    vacuum = float(air_to_vacuum(5577.34))

    bands = sky_intervals(emitter())

    centres = [(start + stop) / 2 for start, stop in bands]
    assert min(abs(centre - vacuum) for centre in centres) < 1e-6


def test_that_bands_are_sorted_and_disjoint():
    bands = sky_intervals(noisy_at(5577.0))

    assert all(first[1] < second[0] for first, second in pairwise(bands))


def test_that_bands_outside_the_spectrum_are_left_out():
    blue = Spectrum(np.linspace(4000.0, 5000.0, 500), np.ones(500), np.ones(500))

    assert sky_intervals(blue) == ()
    assert telluric_intervals(blue) == ()


def test_that_inside_marks_the_wavelengths_of_the_bands():
    marked = inside(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), ((1.5, 2.5), (4.0, 9.0)))

    np.testing.assert_array_equal(marked, [False, True, False, True, True])
