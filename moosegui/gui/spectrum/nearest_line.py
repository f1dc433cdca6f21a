"""Which line lies nearest to a wavelength, and how far off, for the readout of the cursor."""

from __future__ import annotations

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES

NEAR = 3000.0  # km/s; farther off, no line is named
WAVES = np.array([line.wave for line in LINES])


def nearest_line(rest_wave: float) -> str:
    """Name the line nearest to a rest wavelength (vacuum, Angstrom) with the velocity from it.

    Returns
    -------
    str
        As `[O II] 3727 +120 km/s`; empty without a line within 3000 km/s.
    """
    i_line = int(np.argmin(np.abs(WAVES - rest_wave)))
    line = LINES[i_line]
    velocity = SPEED_OF_LIGHT * (rest_wave / line.wave - 1.0)
    if abs(velocity) > NEAR:
        return ""
    return f"{line.label} {line.wave:.0f} {velocity:+.0f} km/s".replace("-", "−")
