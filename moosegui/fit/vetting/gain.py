"""How much of a spectrum a galaxy at a redshift explains that nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES
from moosegui.fit.lines.sky import is_on_sky_line
from moosegui.fit.vetting.joint_fits import Joined, JointFits, Weighed
from moosegui.fit.vetting.known_sources import KnownSources

NEAR_LINE = 500.0  # km/s to each side of a strong line of a known galaxy
NEAR_ANY_LINE = 1000.0  # km/s to each side of any line of a known galaxy
WINDOW = 26.0  # Angstrom over which a gain is summed to find what speaks most for a redshift
WITHHELD_LINES = 0.5  # of the gain near lines of known galaxies
WITHHELD_SKY = 1.0  # of that on sky lines
ROUNDING = 1e-9  # of chi2 by the normal equations, in units of the squared data: ample


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much chi2 falls when a galaxy joins the fit; see `SecondSource` for the fields."""

    total: float
    clean: float
    line_share: float
    sky_share: float
    known_share: float = 0.0
    strongest_at: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Pixels near strong lines and near any lines of the known galaxies, and those of the sky.

    What a gain counts there, and the first and last pixel around each over which it is summed.
    """

    near: BoolArray
    near_any: BoolArray
    sky: BoolArray
    counted: FloatArray
    windows: IntArray


class Judge:
    """Weighs what another galaxy adds to the fit of the known ones.

    Parameters
    ----------
    known : KnownSources
    like : Judge, optional
        Of the same galaxies in a spectrum with the same pixels and variances: it knows where lines
        are and where the sky is bright.
    """

    def __init__(self, known: KnownSources, like: Judge | None = None) -> None:
        self.known = known
        self._fits = JointFits(known)
        self._places: _Places = _places(known) if like is None else like._places

    def judge(self, redshift: float) -> tuple[Gain, Joined]:
        """Fit a galaxy at a redshift (convention of the basis) together with the known ones."""
        joined = self._fits.join(redshift)
        return self._weigh(joined), joined

    def weigh(self, redshift: float) -> Weighed:
        """Fit a galaxy at a redshift as `judge` does, for `leading`."""
        return self._fits.weigh(redshift)

    def leading(self, weighed: Sequence[Weighed], n: int) -> list[tuple[int, Gain, Joined]]:
        """Return which galaxies have the highest clean gains, the highest first.

        Parameters
        ----------
        weighed : sequence of Weighed
            By `weigh`.
        n : int
            How many are wanted at most.

        Returns
        -------
        list of (int, Gain, Joined)
            Each with its place among the given ones; of equals the first one.

        Notes
        -----
        What is withheld only lowers a gain, so that one cannot be cleaner than its total is. Only
        those are followed to the pixels whose total is as high as the lowest of the n. That takes
        chi2 by the normal equations to be that on the pixels: where a component is nearly the
        continuum within the window it is not, and all are followed once one is seen to differ.
        """
        highest, is_bound = np.array([self._highest(one) for one in weighed]), True
        found: list[tuple[int, Gain, Joined]] = []
        for i in np.argsort(-highest, kind="stable").tolist():
            if is_bound and len(found) == n and highest[i] < found[-1][1].clean:
                break
            joined = self._fits.follow(weighed[i])
            is_bound &= abs(weighed[i].chi2 - joined.chi2) <= ROUNDING * self._fits.square
            found.append((i, self._weigh(joined), joined))
            found.sort(key=lambda entry: (-entry[1].clean, entry[0]))
            del found[n:]
        return found

    def _highest(self, weighed: Weighed) -> float:
        """Return what a clean gain is at most."""
        slack = ROUNDING * self._fits.square
        total = max(self.known.chi2 - weighed.chi2 + slack, 0.0)
        return total / max(1.0, (weighed.chi2 - slack) / max(self.known.n_fitted, 1))

    def judge_again(self, redshift: float, gain: Gain, gains: FloatArray) -> Gain:
        """Return the mean of the gain of the first basis (and its pixels') and of the others.

        Bases of an ensemble fail on different spectra: a redshift at which only one of them
        imitates what the known galaxies lack is worth less than one at which all do.
        """
        others = range(1, len(self.known.bases))
        joined = [self._fits.join(redshift, i) for i in others]
        weighed = [gain, *(self._weigh(one) for one in joined)]
        means = {
            field.name: float(np.mean([getattr(one, field.name) for one in weighed]))
            for field in fields(Gain)
        }
        counted = np.sum([gains, *(one.gains for one in joined)], axis=0) * self._places.counted
        means["known_share"] = _share(counted, self._places.near_any)
        means["strongest_at"] = self._strongest(counted)
        return Gain(**means)

    def _strongest(self, gains: FloatArray) -> float:
        """Return the wavelength around which most of a gain lies."""
        sums = np.concatenate([[0.0], np.cumsum(gains)])
        first, last = self._places.windows
        return float(self.known.spectrum.wave[np.argmax(sums[last] - sums[first])])

    def _weigh(self, joined: Joined) -> Gain:
        total = float(joined.gains.sum())
        from_lines = max(0.0, float(joined.gains[self._places.near].sum()))
        from_sky = max(0.0, float(joined.gains[self._places.sky].sum()))
        misfit = max(1.0, joined.chi2 / max(self.known.n_fitted, 1))
        share = 1.0 / max(total, 1.0)
        return Gain(
            total=total,
            clean=(total - WITHHELD_LINES * from_lines - WITHHELD_SKY * from_sky) / misfit,
            line_share=min(1.0, from_lines * share),
            sky_share=min(1.0, from_sky * share),
        )


def _places(known: KnownSources) -> _Places:
    wave, redshifts = known.spectrum.wave, known.redshifts
    near = _near_lines(wave, redshifts, [line.wave for line in LINES if line.is_strong], NEAR_LINE)
    near_any = _near_lines(wave, redshifts, [line.wave for line in LINES], NEAR_ANY_LINE)
    sky = is_on_sky_line(known.spectrum)
    counted = (1.0 - WITHHELD_LINES * near) * (1.0 - WITHHELD_SKY * sky)
    windows = np.searchsorted(wave, [wave - 0.5 * WINDOW, wave + 0.5 * WINDOW])
    return _Places(near, near_any, sky, counted, windows)


def _share(gains: FloatArray, places: BoolArray) -> float:
    """Return which fraction of a gain lies at some places, from 0 to 1."""
    return float(np.clip(gains[places].sum() / max(float(gains.sum()), 1.0), 0.0, 1.0))


def _near_lines(
    wave: FloatArray, redshifts: tuple[float, ...], rest: list[float], reach: float
) -> BoolArray:
    near, limit = np.zeros(wave.size, dtype=bool), reach / SPEED_OF_LIGHT
    centres = np.array([line * (1.0 + redshift) for redshift in redshifts for line in rest])
    # twice as far is more than rounding could matter
    firsts = np.searchsorted(wave, centres * (1.0 - 2.0 * limit))
    lasts = np.searchsorted(wave, centres * (1.0 + 2.0 * limit))
    for i in np.flatnonzero(lasts > firsts).tolist():
        around = slice(firsts[i], lasts[i])
        near[around] |= np.abs(wave[around] / centres[i] - 1.0) < limit
    return near
