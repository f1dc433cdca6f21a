"""So much smoothing as the noise of a spectrum asks for."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.spectrum import Spectrum
from moosegui.gui.plots.readable import readable_width

WIDTHS = (2.5, 5.0, 8.0, 20.0)


def spectrum_of(signal: float) -> Spectrum:
    wave = np.arange(4750.0, 9350.0, 1.25)
    return Spectrum(wave=wave, flux=np.full(wave.shape, signal), ivar=np.ones(wave.shape))


@pytest.mark.parametrize(("signal", "width"), [(10.0, 0.0), (2.0, 2.5), (1.3, 5.0), (0.01, 8.0)])
def test_that_the_fainter_a_spectrum_the_more_it_is_smoothed(signal, width):
    assert readable_width(spectrum_of(signal), WIDTHS) == width


def test_that_a_negative_or_a_masked_spectrum_is_no_exception():
    masked = Spectrum(wave=np.arange(3.0) + 5000.0, flux=np.ones(3), ivar=np.zeros(3))

    assert readable_width(spectrum_of(-1.0), WIDTHS) == 8.0
    assert readable_width(masked, WIDTHS) == 0.0
