"""How probable a redshift is where the search for a second galaxy found it together with z2.

P(z) knows of one galaxy only: of the z1 of a blend it may say next to nothing, because the light
of the other one carries the curve. Such a redshift stands and falls with the blend.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from moosegui.data.deblending import Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.posterior import Mode


def is_of_blend(redshift: float, modes: Sequence[Mode], vetting: Vetting | None) -> bool:
    """Return whether a redshift is the z1 found with the z2 of a blend, and not the scan's own."""
    if vetting is None or not vetting.is_blend:
        return False
    is_own = bool(modes) and is_within_velocity(redshift, modes[0].redshift, SAME_ON_SCREEN)
    return not is_own and is_within_velocity(redshift, vetting.first, SAME_ON_SCREEN)


def chance_at(redshift: float, modes: Sequence[Mode], vetting: Vetting | None = None) -> float:
    """Return how probable a redshift is.

    Parameters
    ----------
    redshift : float
        Vacuum convention.
    modes : sequence of Mode
        Of P(z) of one galaxy, those of the solutions, best first.
    vetting : Vetting, optional

    Returns
    -------
    float
        That of its modes; for a z1 found with z2 that of the blend, where it is higher.
    """
    here = (m for m in modes if is_within_velocity(redshift, m.redshift, SAME_ON_SCREEN))
    alone = sum((mode.probability for mode in here), 0.0)
    if vetting is None or not is_of_blend(redshift, modes, vetting):
        return alone
    return alone if math.isnan(vetting.blend_score) else max(alone, vetting.blend_score)
