"""A spectrum with the pixels and variances of another one is scanned with fewer transforms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic import small_basis, spectrum_at

from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings, Weighting
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.scan.scan import scan

BASIS = small_basis()
PREPARED = prepare(BASIS)
SETTINGS = ScanSettings(RedshiftGrid(0.0, 2.0, 0.02))


@pytest.mark.parametrize("weighting", ["ivar", "unweighted"])
def test_that_a_scan_after_another_one_finds_the_same(weighting: Weighting) -> None:
    rng = np.random.default_rng(1)
    first = spectrum_at(BASIS, 0.4, rng, snr=20.0)
    second = replace(first, flux=first.flux[::-1] + rng.normal(size=first.flux.size))
    settings = replace(SETTINGS, weighting=weighting)
    _, before = scan(embed(first, BASIS), PREPARED, settings)

    result, _ = scan(embed(second, BASIS), PREPARED, settings, before=before)

    alone, _ = scan(embed(second, BASIS), PREPARED, settings)
    np.testing.assert_allclose(result.chi2, alone.chi2, rtol=1e-9)


def test_that_other_variances_are_noticed() -> None:
    first = spectrum_at(BASIS, 0.4, np.random.default_rng(2))
    second = first.masked(((6000.0, 6200.0),))
    _, before = scan(embed(first, BASIS), PREPARED, SETTINGS)

    result, _ = scan(embed(second, BASIS), PREPARED, SETTINGS, before=before)

    alone, _ = scan(embed(second, BASIS), PREPARED, SETTINGS)
    np.testing.assert_array_equal(result.chi2, alone.chi2)
