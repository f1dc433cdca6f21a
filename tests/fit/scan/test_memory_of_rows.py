"""The memory of the normal equations: used again, and never by two scans at once."""

from __future__ import annotations

import numpy as np
from synthetic import small_basis, spectrum_at

from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.normal_equations import correlate
from moosegui.fit.scan.prepared import prepare

BASIS = small_basis()
PREPARED = prepare(BASIS)


def test_that_two_scans_do_not_share_memory() -> None:
    rng = np.random.default_rng(1)
    spectra = [embed(spectrum_at(BASIS, z, rng), BASIS) for z in (0.3, 0.9)]

    first, second = (correlate(embedded, PREPARED) for embedded in spectra)

    assert not np.shares_memory(first.fit.values, second.fit.values)


def test_that_a_scan_takes_the_memory_that_another_left_and_finds_the_same() -> None:
    embedded = embed(spectrum_at(BASIS, 0.5, np.random.default_rng(2)), BASIS)
    before = correlate(embedded, PREPARED)
    address, rows = before.fit.values.ctypes.data, before.fit.values.copy()
    del before

    again = correlate(embedded, PREPARED)

    assert again.fit.values.ctypes.data == address
    np.testing.assert_array_equal(again.fit.values, rows)
