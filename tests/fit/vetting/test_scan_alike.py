"""Spectra that share window and weights are scanned together as each alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic import small_basis, spectrum_at

from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.scan.scan import scan
from moosegui.fit.vetting.scan_alike import scan_alike

BASIS = small_basis()
PREPARED = prepare(BASIS)
TRIALS = RedshiftGrid(0.0, 2.0, 0.002)


def alike() -> list[Spectrum]:
    rng = np.random.default_rng(8)
    one = spectrum_at(BASIS, 0.7, rng, snr=20.0, masked=slice(200, 300))
    return [one, replace(one, flux=-one.flux), replace(one, flux=rng.permutation(one.flux))]


@pytest.mark.parametrize("weighting", ["ivar", "unweighted"])
def test_that_each_curve_is_that_of_its_own_scan(weighting: str) -> None:
    settings = ScanSettings(TRIALS, weighting=weighting)  # type: ignore[arg-type]
    embedded = [embed(spectrum, BASIS) for spectrum in alike()]

    curves = scan_alike(embedded, PREPARED, settings)

    for one, chi2 in zip(embedded, curves, strict=True):
        np.testing.assert_array_equal(chi2, scan(one, PREPARED, settings)[0].chi2)


def test_that_nothing_to_fit_has_no_curve() -> None:
    masked = [one.masked(((0.0, 1e6),)) for one in alike()]

    curves = scan_alike([embed(one, BASIS) for one in masked], PREPARED, ScanSettings(TRIALS))

    assert all(np.isnan(chi2).all() for chi2 in curves)


def test_that_spectra_with_other_weights_are_scanned_for_themselves() -> None:
    one = alike()[0]
    others = [one, one.masked(((6000.0, 6300.0),)), replace(one, ivar=2.0 * one.ivar)]
    embedded, settings = [embed(other, BASIS) for other in others], ScanSettings(TRIALS)

    curves = scan_alike(embedded, PREPARED, settings)

    for own, chi2 in zip(embedded, curves, strict=True):
        np.testing.assert_array_equal(chi2, scan(own, PREPARED, settings)[0].chi2)
