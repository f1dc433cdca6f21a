from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moosegui.fit.basis.envelope import cut_height, envelope


@given(n=st.integers(1, 5000), n_stretches=st.integers(1, 300), seed=st.integers(0, 99))
def test_that_an_envelope_keeps_the_extremes_and_the_order(
    n: int, n_stretches: int, seed: int
) -> None:
    x, y = np.arange(n, dtype=float), np.random.default_rng(seed).normal(size=n)

    light_x, light_y = envelope(x, y, n_stretches)

    assert (light_y.min(), light_y.max()) == (y.min(), y.max())
    assert np.all(np.diff(light_x) >= 0)
    assert light_x.size <= 3 * max(n_stretches, 1) + 2


def test_that_a_peak_is_cut_and_the_continuum_is_not() -> None:
    component = np.linspace(1.0, 2.0, 1000)
    component[500] = 1000.0

    assert 1.8 < cut_height(component) < 3.0


def test_that_a_height_is_positive_where_the_component_is_zero() -> None:
    assert cut_height(np.zeros(100)) == 1.0
