"""Spectra with the same variances share what depends on them alone, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from small_survey import TRUTHS, small_engine
from synthetic import small_basis, spectrum_at

from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan import scan as scan_module
from moosegui.pipeline.cubes.spaxels import LastEquations, scan_one

ENGINE = small_engine()


def spaxels() -> list[Spectrum]:
    """Three with one variance, one with a masked pixel, one noisier, and one as the first again."""
    basis, rng = small_basis(step=5e-5), np.random.default_rng(4)
    drawn = [spectrum_at(basis, z, rng, snr=12.0) for z in TRUTHS]
    ivar = np.full(drawn[0].wave.size, float(np.median(drawn[0].ivar)))
    masked = ivar.copy()
    masked[40] = 0.0
    weights = (ivar, ivar, ivar, masked, 0.5 * ivar, ivar)
    return [Spectrum(d.wave, d.flux, w) for d, w in zip(drawn, weights, strict=True)]


def test_that_the_numbers_are_those_of_each_spectrum_alone() -> None:
    last = LastEquations()

    together = [scan_one(ENGINE, spectrum, last) for spectrum in spaxels()]

    alone = [scan_one(ENGINE, spectrum) for spectrum in spaxels()]
    np.testing.assert_array_equal(np.array(together), np.array(alone))
    assert len({numbers[0] for numbers in alone}) == len(TRUTHS)


def test_that_only_other_variances_are_correlated_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    correlate, made, last = scan_module.correlate_together, [], LastEquations()
    monkeypatch.setattr(
        scan_module, "correlate_together", lambda *a, **k: made.append(1) or correlate(*a, **k)
    )

    for spectrum in spaxels():
        scan_one(ENGINE, spectrum, last)

    assert len(made) == 4


def test_that_an_empty_spectrum_between_others_does_no_harm() -> None:
    first, second, *_ = spaxels()
    empty = Spectrum(first.wave, first.flux, np.zeros(first.wave.size))
    last = LastEquations()

    found = [scan_one(ENGINE, spectrum, last) for spectrum in (first, empty, second)]

    np.testing.assert_array_equal(found[0], scan_one(ENGINE, first))
    np.testing.assert_array_equal(found[2], scan_one(ENGINE, second))
    assert np.isnan(found[1][0])
