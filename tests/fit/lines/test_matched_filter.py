"""The signal to noise of a line is what was injected, and of unit scatter where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.lines import LINES_BY_NAME, Line
from moosegui.data.results import LineDetection
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.matched_filter import line_width, measure_strong_lines

WAVE = np.arange(4750.0, 9350.0, 1.25)
HBETA = LINES_BY_NAME["HBETA"]


def line_of(spectrum: Spectrum, line: Line, redshift: float) -> LineDetection | None:
    found = measure_strong_lines(spectrum, redshift)
    return next((one for one in found if one.name == line.name), None)


def noisy(rng: np.random.Generator, snr: float, redshift: float) -> Spectrum:
    centre = HBETA.observed(redshift)
    profile = np.exp(-0.5 * ((WAVE - centre) / line_width(centre)) ** 2)
    amplitude = snr / np.sqrt(profile @ profile)
    flux = 5.0 + 1e-3 * WAVE + amplitude * profile + rng.normal(size=WAVE.size)
    return Spectrum(WAVE, flux, np.ones(WAVE.size))


@pytest.mark.parametrize("snr", [-8.0, 0.0, 10.0])
def test_that_the_injected_snr_comes_back_with_unit_scatter(snr: float) -> None:
    rng = np.random.default_rng(3)

    values = [line_of(noisy(rng, snr, 0.5), HBETA, 0.5).snr for _ in range(400)]

    assert np.mean(values) == pytest.approx(snr, rel=0.08, abs=0.15)
    assert np.std(values) == pytest.approx(1.0, abs=0.1)


def test_that_a_line_outside_the_spectrum_is_not_measured() -> None:
    spectrum = noisy(np.random.default_rng(1), 5.0, 0.5)

    assert line_of(spectrum, HBETA, 3.0) is None


def test_that_a_masked_line_is_not_measured() -> None:
    spectrum = noisy(np.random.default_rng(1), 5.0, 0.5)
    centre = HBETA.observed(0.5)

    assert line_of(spectrum.masked(((centre - 30, centre + 30),)), HBETA, 0.5) is None


def test_that_every_covered_strong_line_is_measured_once() -> None:
    names = [e.name for e in measure_strong_lines(noisy(np.random.default_rng(1), 5.0, 0.5), 0.5)]

    assert len(names) == len(set(names))
    assert {"HBETA", "OIII5007", "OII3726", "CAK"} <= set(names)
