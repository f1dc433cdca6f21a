"""How much of a spectrum a galaxy at a redshift explains that nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES
from moosegui.fit.lines.sky import is_on_sky_line
from moosegui.fit.vetting.known_sources import Joined, KnownSources, join

NEAR_LINE = 500.0  # km/s to each side of a strong line of a known galaxy
WITHHELD_LINES = 0.5  # of the gain near lines of known galaxies
WITHHELD_SKY = 1.0  # of that on sky lines


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much chi2 falls when a galaxy joins the fit; see `SecondSource` for the fields."""

    total: float
    clean: float
    line_share: float
    sky_share: float


class Judge:
    """Weighs what another galaxy adds to the fit of the known ones."""

    def __init__(self, known: KnownSources) -> None:
        self.known = known
        self._near = _near_strong_lines(known.spectrum.wave, known.redshifts)
        self._sky: BoolArray = is_on_sky_line(known.spectrum)

    def judge(self, redshift: float) -> tuple[Gain, Joined]:
        """Fit a galaxy at a redshift (convention of the basis) together with the known ones."""
        joined = join(self.known, redshift)
        return self._weigh(joined), joined

    def judge_again(self, redshift: float, evidence: Gain) -> Gain:
        """Return the mean of a gain of the first basis and those of the other bases.

        Bases of an ensemble fail on different spectra: a redshift at which only one of them
        imitates what the known galaxies lack is worth less than one at which all do.
        """
        others = [
            self._weigh(join(self.known, redshift, i)) for i in range(1, len(self.known.bases))
        ]
        means = (
            float(np.mean([getattr(one, field.name) for one in (evidence, *others)]))
            for field in fields(Gain)
        )
        return Gain(*means)

    def _weigh(self, joined: Joined) -> Gain:
        total = float(joined.gains.sum())
        from_lines = max(0.0, float(joined.gains[self._near].sum()))
        from_sky = max(0.0, float(joined.gains[self._sky].sum()))
        misfit = max(1.0, joined.chi2 / max(self.known.n_fitted, 1))
        share = 1.0 / max(total, 1.0)
        return Gain(
            total=total,
            clean=(total - WITHHELD_LINES * from_lines - WITHHELD_SKY * from_sky) / misfit,
            line_share=min(1.0, from_lines * share),
            sky_share=min(1.0, from_sky * share),
        )


def _near_strong_lines(wave: FloatArray, redshifts: tuple[float, ...]) -> BoolArray:
    near = np.zeros(wave.size, dtype=bool)
    for redshift in redshifts:
        for line in LINES:
            if line.is_strong:
                offset = np.abs(wave / line.observed(redshift) - 1.0)
                near |= offset < NEAR_LINE / SPEED_OF_LIGHT
    return near
