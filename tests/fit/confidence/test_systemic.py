"""The systemic redshift that the width of Lyman alpha suggests."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.systemic import lya_width, systemic_redshift
from moosegui.fit.lines.matched_filter import FWHM_PER_SIGMA, LSF_COEFFICIENTS

REDSHIFT = 3.4
CENTRE = 1215.67 * (1 + REDSHIFT)


def emitter(fwhm: float, *, snr: float = 40.0) -> Spectrum:
    """A line of so many km/s, widened as MUSE does, on noise."""
    wave = 4750.0 + 1.25 * np.arange(2000)
    instrument = np.polyval(LSF_COEFFICIENTS, CENTRE) * SPEED_OF_LIGHT / CENTRE
    sigma = np.hypot(fwhm, instrument) / FWHM_PER_SIGMA
    line = np.exp(-0.5 * ((SPEED_OF_LIGHT * (wave / CENTRE - 1)) / sigma) ** 2)
    line *= snr / np.sqrt(np.sum(line**2))
    noise = np.random.default_rng(3).standard_normal(wave.size)
    return Spectrum(wave, np.asarray(2.0 + line + noise, dtype=np.float64), np.ones(wave.size))


def systemic(spectrum: Spectrum) -> tuple[float, float]:
    return systemic_redshift(REDSHIFT, lya_width(spectrum, REDSHIFT))


@pytest.mark.parametrize("fwhm", [200.0, 300.0, 500.0])
def test_that_the_width_is_that_of_the_line_without_the_instrument(fwhm: float) -> None:
    assert lya_width(emitter(fwhm), REDSHIFT) == pytest.approx(fwhm, rel=0.2)


def test_that_a_broader_line_lies_further_to_the_red_of_its_galaxy() -> None:
    narrow, broad = (systemic(emitter(fwhm))[0] for fwhm in (200.0, 400.0))

    offsets = [SPEED_OF_LIGHT * (REDSHIFT - z) / (1 + REDSHIFT) for z in (narrow, broad)]
    assert offsets == pytest.approx([0.9 * 200 - 34, 0.9 * 400 - 34], abs=50)


def test_that_the_error_is_at_least_the_accuracy_of_the_relation() -> None:
    _, error = systemic(emitter(300.0))

    assert SPEED_OF_LIGHT * error / (1 + REDSHIFT) > 100.0


def test_that_no_line_has_no_width() -> None:
    assert np.isnan(systemic(emitter(300.0, snr=1.0))).all()
