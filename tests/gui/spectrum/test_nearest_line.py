"""The line that the cursor's readout names."""

from __future__ import annotations

import pytest

from moosegui.gui.spectrum.nearest_line import nearest_line


@pytest.mark.parametrize(
    ("wave", "text"),
    [
        (1215.67, "Lyα 1216 +0 km/s"),
        (5008.24 * (1 + 100 / 299792.458), "[O III] 5008 +100 km/s"),
        (5008.24 * (1 - 250 / 299792.458), "[O III] 5008 −250 km/s"),
        (3200.0 * 1.05, ""),
    ],
)
def test_that_the_nearest_line_is_named_with_its_velocity(wave: float, text: str) -> None:
    assert nearest_line(wave) == text
