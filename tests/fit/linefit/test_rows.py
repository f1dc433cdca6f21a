"""The velocity of a skewed line is that of its peak."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import skewnorm

from moosegui.fit.linefit.rows import mode_of


@pytest.mark.parametrize("alpha", [-7.0, -0.3, 0.1, 1.0, 4.0, 7.0])
def test_that_the_mode_of_a_skewed_gaussian_is_its_peak(alpha: float) -> None:
    grid = np.linspace(-1.0, 1.0, 400_001)

    peak = grid[np.argmax(skewnorm.pdf(grid, alpha))]

    assert mode_of(alpha) == pytest.approx(peak, abs=1e-5)
