"""What a plot of χ²(z) is given, and the range of χ² that it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.results import ScanResult, Solution
from moosegui.gui.session.states import RedshiftState

HIGH_PERCENTILE = 98.5
PLATEAU_HEADROOM = 2.5  # the range ends at so many times the depth of the minimum


@dataclass(frozen=True, slots=True)
class Chi2View:
    """A scan, its solutions, and which redshift is on screen.

    Parameters
    ----------
    scan : ScanResult
    solutions : tuple of Solution
    redshift : float
        Nan when there is none.
    state : "proposal", "trial" or "assigned"
    selected_rank : int or None
        The solution that is on screen, when it is one.
    probabilities : tuple of float
        Of the solutions, in their order; empty when unknown.
    automatic : ScanResult or None
        The scan without the expert's conditions: drawn faintly where it is another one, and
        what the axis spans.
    is_second : bool
        Whether the curve is that of the second galaxy of a blend.
    catalogue : float
        The redshift of the catalogue where it is another one; nan else, and where it is hidden.
    why_empty : str
        Why there is no curve, a sentence; empty where there is one.
    is_of_others : bool
        Whether the curve is that of galaxies and the proposal a star or a quasar.
    """

    scan: ScanResult
    solutions: tuple[Solution, ...] = ()
    redshift: float = float("nan")
    state: RedshiftState = "proposal"
    selected_rank: int | None = None
    probabilities: tuple[float, ...] = ()
    automatic: ScanResult | None = None
    is_second: bool = False
    why_empty: str = ""
    catalogue: float = float("nan")
    is_of_others: bool = False

    @property
    def name(self) -> str:
        """What the curve is, for its axis."""
        return "χ² of galaxies" if self.is_of_others else "χ² per sample"

    @property
    def whole(self) -> ScanResult:
        """The scan whose redshifts the axis spans; another one is of another source."""
        return self.scan if self.automatic is None else self.automatic


@dataclass(frozen=True, slots=True, eq=False)
class CrossView:
    """The second opinion r(z), and what it says of the proposal.

    Parameters
    ----------
    redshifts, height : ndarray of shape (n_z,)
    words : str
    is_other : bool
        Whether it, or the lines alone, clearly say another redshift.
    """

    redshifts: FloatArray
    height: FloatArray
    words: str
    is_other: bool

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest of what is drawn: its noise, and its peak."""
        finite = self.height[np.isfinite(self.height)]
        return (0.0, float(finite.max())) if finite.size else (0.0, 1.0)


def robust_limits(chi2: FloatArray) -> tuple[float, float]:
    """Return the range that shows the minimum and all but the highest spikes of a curve."""
    finite = chi2[np.isfinite(chi2)]
    if finite.size == 0:
        return 0.0, 1.0
    low, plateau = float(finite.min()), float(np.median(finite))
    high = float(np.percentile(finite, HIGH_PERCENTILE))
    if plateau > low:
        high = min(high, low + PLATEAU_HEADROOM * (plateau - low))
    span = high - low if high > low else max(abs(high), 1.0) * 1e-3
    return low - 0.04 * span, high + 0.08 * span
