"""The posterior P(z) of a scan, its main modes, and the evidence for the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from moosegui.data.arrays import FloatArray, frozen


@dataclass(frozen=True, slots=True)
class Mode:
    """The probability that the redshift is that of a solution, by its rank (1 is the best fit)."""

    rank: int
    redshift: float
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """P(z) for a galaxy inside the range of the scan.

    Parameters
    ----------
    redshifts : ndarray of shape (n_z,)
        Trial redshifts.
    density : ndarray of shape (n_z,)
        Probability per unit of z; its sum times the trials' step is 1.
    modes : tuple of Mode
        One for each solution, in their order.
    elsewhere : float
        Probability outside all solutions; with those of the modes it adds up to 1.
    noise_scale : float
        By how much the best fit's chi2 exceeds that of the given variances; at least 1.
    none : float
        Probability that no redshift of the scan is right; a part of `elsewhere`.
    """

    redshifts: FloatArray
    density: FloatArray
    modes: tuple[Mode, ...]
    elsewhere: float
    noise_scale: float
    none: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "redshifts", frozen(self.redshifts))
        object.__setattr__(self, "density", frozen(self.density))


@dataclass(frozen=True, slots=True)
class LineMatch:
    """How a redshift explains the features that are seen.

    Parameters
    ----------
    redshift : float
        Vacuum convention, refined by the matched features; nan without any.
    n_matched : int
        Features off the sky's lines that it explains.
    share : float
        Votes of those, of all; nan without features.
    votes : float
        Their sum, less what tied lines say against it.
    left_over : float
        S/N of the strongest feature that it leaves over; 0 without any.
    """

    redshift: float = float("nan")
    n_matched: int = 0
    share: float = float("nan")
    votes: float = 0.0
    left_over: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found about the first solution.

    Parameters
    ----------
    features : mapping of str to float
        By the names of `moosegui.fit.confidence.evidence.NAMES`.
    n_independent : int
        Lines and breaks, off the sky's lines, on which it rests.
    lines : LineMatch
        The redshift that explains the lines best; without a redshift where fewer than two agree.
    at_first : LineMatch
        How the first solution explains them.
    carrier : str
        The feature on which it rests: lyalpha, emission, absorption or all.
    """

    features: Mapping[str, float] = field(default_factory=dict)
    n_independent: int = 0
    lines: LineMatch = LineMatch()
    at_first: LineMatch = LineMatch()
    carrier: str = ""
