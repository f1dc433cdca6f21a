"""What a source may be: P(z) of a galaxy, its modes and their evidence, and other classes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray, frozen
from moosegui.data.grids import SAME_SOLUTION, SPEED_OF_LIGHT, is_same_redshift
from moosegui.data.prior import RedshiftPrior

SourceClass = Literal["GALAXY", "STAR", "QSO"]
# Divides the chi2 between two redshifts of a quasar: of 270 quasars those that lead by 15 to 30 are
# right in three of four, those that lead by more in 215 of 215
QUASAR_TEMPERATURE = 10.0

# Of the redshift of a quasar, from the lead over its next one: of 334 of the points for training
# all are right, of 20 others with a lead below 30 one in five is wrong
QUASAR_CHANCE = ((100.0, 0.98), (30.0, 0.85), (float("-inf"), 0.5))

# Of r(z), in units of its scatter: noise has peaks of 5, and leads by 0.5
CLEAR_PEAK, CLEAR_LEAD = 7.0, 1.0


@dataclass(frozen=True, slots=True)
class Mode:
    """The probability that the redshift is that of a solution, by its rank (1 is the best fit)."""

    rank: int
    redshift: float
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """P(z) of a galaxy inside the range of the scan.

    Parameters
    ----------
    redshifts : ndarray of shape (n_z,)
        Trial redshifts.
    density : ndarray of shape (n_z,)
        Probability per unit of z, given that it is a galaxy; its sum times the trials' step is 1.
    modes : tuple of Mode
        One for each solution, in their order.
    elsewhere : float
        Probability of a galaxy outside all solutions.
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

    def of_classes(self, found: Classification) -> Posterior:
        """Return the posterior of a source that may be no galaxy.

        The probability of a redshift is that of a galaxy there, and of a quasar there.
        """
        lead = found.quasar.lead
        chance = next(chance for least, chance in QUASAR_CHANCE if not lead < least)
        same = [m for m in self.modes if is_same_redshift(m.redshift, found.quasar.redshift)]
        modes = tuple(
            replace(
                mode,
                probability=mode.probability * found.p_galaxy
                + (found.p_quasar * chance if same and mode is same[0] else 0.0),
            )
            for mode in self.modes
        )
        elsewhere, none = self.elsewhere * found.p_galaxy, self.none * found.p_galaxy
        return replace(self, modes=modes, elsewhere=elsewhere, none=none)

    def at_place(self, own: float) -> Posterior:
        """Return the posterior where it is known whose light the first redshift explains.

        Parameters
        ----------
        own : float
            Probability that it is the source's own, and no neighbour's.
        """
        if not self.modes:
            return self
        first, *others = self.modes
        lost = first.probability * (1.0 - own)
        modes = (replace(first, probability=first.probability * own), *others)
        return replace(self, modes=modes, elsewhere=self.elsewhere + lost, none=self.none + lost)

    def under(self, prior: RedshiftPrior) -> Posterior:
        """Return the posterior where something is known of z beside the spectrum.

        What it says of a redshift is multiplied by the odds of the prior there; what it says of no
        redshift of the scan stays, and all is normalised to the sum of before, which is the
        probability of a galaxy or a quasar (docs/method.md).
        """
        limits = (float(self.redshifts[0]), float(self.redshifts[-1]))
        odds = prior.odds(self.redshifts, limits)
        places = prior.odds(np.array([mode.redshift for mode in self.modes]), limits)
        between = self.density.copy()
        for mode in self.modes:
            between[
                np.abs(self.redshifts - mode.redshift) < SAME_SOLUTION * (1 + mode.redshift)
            ] = 0
        mass = float(between.sum())
        gain = float((between * odds).sum()) / mass if mass > 0.0 else 1.0
        chances = [mode.probability * float(p) for mode, p in zip(self.modes, places, strict=True)]
        beside = (self.elsewhere - self.none) * gain
        before = sum(mode.probability for mode in self.modes) + self.elsewhere
        scale = before / (sum(chances) + beside + self.none)
        density = self.density * odds
        return Posterior(
            self.redshifts,
            density * (float(self.density.sum()) / float(density.sum())),
            tuple(
                replace(mode, probability=chance * scale)
                for mode, chance in zip(self.modes, chances, strict=True)
            ),
            (beside + self.none) * scale,
            self.noise_scale,
            self.none * scale,
        )


@dataclass(frozen=True, slots=True)
class ClassFit:
    """The best fit of one class.

    Parameters
    ----------
    redshift, redshift_error : float
        Vacuum convention; for a star its radial velocity over c.
    chi2 : float
        Sum over the pixels that all classes reach, with a systematic error of the flux.
    lead : float
        By how much the next redshift of the same class fits worse, in units of the noise; infinite
        where there is no other.
    label : str
        Type of a star, as `M`; empty for the others.
    """

    redshift: float
    redshift_error: float
    chi2: float
    lead: float = float("inf")
    label: str = ""


@dataclass(frozen=True, slots=True)
class Classification:
    """The competition of the classes for one spectrum.

    Parameters
    ----------
    galaxy, star, quasar : ClassFit
    n_pixels : int
        On which they were compared.
    signal : float
        Root mean square S/N per pixel of what the best of them explains.
    p_galaxy, p_star, p_quasar : float
        Probabilities that add up to 1.
    """

    galaxy: ClassFit
    star: ClassFit
    quasar: ClassFit
    n_pixels: int
    signal: float
    p_galaxy: float = float("nan")
    p_star: float = float("nan")
    p_quasar: float = float("nan")

    @property
    def source_class(self) -> SourceClass:
        """The most probable class."""
        return most_probable(self.p_galaxy, self.p_star, self.p_quasar)

    @property
    def best(self) -> ClassFit:
        """The fit of the most probable class."""
        return {"GALAXY": self.galaxy, "STAR": self.star, "QSO": self.quasar}[self.source_class]

    def with_star_at(self, redshift: float, error: float) -> Classification:
        """Return it with another velocity of the star; itself where that is nan."""
        if not math.isfinite(redshift):
            return self
        star = replace(self.star, redshift=redshift, redshift_error=error)
        return replace(self, star=star)

    @property
    def words(self) -> str:
        """What the most probable class is, as `★ M dwarf, −32 km/s` or `QSO z 2.3412`."""
        if self.source_class == "STAR":
            return f"★ {star_in_words(self.star.label, self.star.redshift)}"
        return f"QSO z {self.quasar.redshift:.4f}" if self.source_class == "QSO" else "galaxy"

    @property
    def p_redshift(self) -> float:
        """Probability of the class and of its redshift.

        A star has one velocity; another redshift of a quasar is as probable as its lead says.
        """
        if self.source_class == "QSO":
            return self.p_quasar / (1.0 + math.exp(-self.quasar.lead / (2.0 * QUASAR_TEMPERATURE)))
        return self.p_star if self.source_class == "STAR" else self.p_galaxy


def most_probable(p_galaxy: float, p_star: float, p_quasar: float) -> SourceClass:
    """Return the most probable class; a galaxy where nothing is known."""
    if p_star > max(p_galaxy, p_quasar):
        return "STAR"
    return "QSO" if p_quasar > p_galaxy else "GALAXY"


STAR_TYPES = {
    "M": "M dwarf",
    "K": "K star",
    "FG": "F or G star",
    "AB": "A or B star",
    "WD": "white dwarf",
    "CV": "cataclysmic variable",
}


def star_in_words(label: str, redshift: float) -> str:
    """Return `M dwarf, −32 km/s` of the type and the redshift of a star."""
    velocity = f"{redshift * SPEED_OF_LIGHT:+.0f}".replace("-", "−")
    return f"{STAR_TYPES.get(label, 'star')}, {velocity} km/s"


@dataclass(frozen=True, slots=True, eq=False)
class CrossCorrelation:
    """The curve r(z) of a spectrum without its continuum, a second opinion on its redshift.

    Parameters
    ----------
    redshifts : ndarray of shape (n_z,)
        Trial redshifts.
    height : ndarray of shape (n_z,)
        r(z) less its median, in units of its scatter; nan where the trial was not tried.
    redshift : float
        Where it is highest.
    peak : float
        How high it is there.
    rival : float
        How high it is at the best other redshift.
    """

    redshifts: FloatArray
    height: FloatArray
    redshift: float
    peak: float
    rival: float

    def __post_init__(self) -> None:
        for name in ("redshifts", "height"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def lead(self) -> float:
        """By how much it is higher at its redshift than at the best other one."""
        return self.peak - self.rival

    @property
    def is_clear(self) -> bool:
        """Whether it has an opinion: a peak that stands out, and by far."""
        return self.peak > CLEAR_PEAK and self.lead > CLEAR_LEAD

    def agreement(self, redshift: float) -> float:
        """Return how far it supports a redshift, as a feature of its evidence.

        Positive where it is highest there, negative where it is highest elsewhere: by how much,
        in units of its scatter, compressed by asinh.

        Parameters
        ----------
        redshift : float
            Vacuum convention, as its own.
        """
        near = is_same_redshift(self.redshifts, redshift) & ~np.isnan(self.height)
        if not near.any():
            return 0.0
        if is_same_redshift(self.redshift, redshift):
            return math.asinh(self.lead)
        return -math.asinh(self.peak - float(np.max(self.height[near])))


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
    """

    redshift: float = float("nan")
    n_matched: int = 0
    share: float = float("nan")
    votes: float = 0.0


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
    error_group : str
        Whose term its error has (`moosegui.fit.confidence.carrier`).
    systemic : (float, float)
        The systemic redshift that Lyman alpha suggests, and its error; nan where another feature
        carries the redshift.
    lone_width : float
        FWHM in km/s of Lyman alpha, where it carries the redshift, no other emission line is seen
        and the pixels resolve it; else nan.
    """

    features: Mapping[str, float] = field(default_factory=dict)
    n_independent: int = 0
    lines: LineMatch = LineMatch()
    at_first: LineMatch = LineMatch()
    carrier: str = ""
    error_group: str = ""
    systemic: tuple[float, float] = (float("nan"), float("nan"))
    lone_width: float = float("nan")
