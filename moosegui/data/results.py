"""What a scan yields: the chi2(z) curve, its solutions, flags and a model at one redshift."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray, frozen
from moosegui.data.deblending import Vetting
from moosegui.data.grids import RedshiftGrid, is_within_velocity
from moosegui.data.line_relations import LineConfusion
from moosegui.data.posterior import (
    Classification,
    CrossCorrelation,
    Evidence,
    Posterior,
    SourceClass,
    most_probable,
)
from moosegui.data.spectrum import Spectrum

Weighting = Literal["ivar", "unweighted"]
WEIGHTINGS: tuple[Weighting, ...] = ("ivar", "unweighted")


class ScanFlag(enum.IntFlag):
    """Properties of the data that an expert should know; never an exception."""

    NO_DATA = 1  # not one unmasked pixel inside the range of the basis
    LOW_COVERAGE = 2  # few unmasked pixels, or few trial redshifts could be tried
    EDGE = 4  # the best solution lies at the first or last trial
    ALL_NEGATIVE = 8  # the best model is zero: nothing positive to fit
    NEGATIVE_MEDIAN = 16  # the median flux is negative, a known cause of failures
    CLIPPED = 32  # pixels outside the range of the basis were left out
    TRIALS_SKIPPED = 64  # trial redshifts whose window leaves the grid were not tried
    VARIANCE_ESTIMATED = 128  # no variance in the file: estimated from the scatter
    FLAT = 256  # the curve has no structure: every redshift fits alike
    BAD_PIXELS = 512  # pixels that cannot be real were left out of the fit

    @property
    def words(self) -> str:
        """The names of the set flags, as `LOW_COVERAGE EDGE`; empty without any."""
        return " ".join(flag.name for flag in type(self) if flag in self and flag.name)


NO_FLAGS = ScanFlag(0)
STAR_REACH = 1000.0  # km/s from the redshift of a star within which it is one


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """How to scan.

    Parameters
    ----------
    trials : RedshiftGrid
        Trial redshifts.
    weighting : "ivar" or "unweighted"
        Maximum likelihood, or the published fit that uses the variances only in chi2.
    n_solutions : int
        Most solutions that are kept.
    ensemble : bool
        Whether to average the curves of all bases that an engine holds; False takes the first
        alone, the published method.
    inflates_variances : bool
        Whether pixels at the ends and on sky lines count less than their variances say
        (`moosegui.fit.scan.inflate_variances`); False takes the variances as they are, the
        published method.
    classes : bool
        Whether stars and quasars compete with the galaxy, where the engine has their bases.

    Raises
    ------
    ValueError
        If the weighting is unknown or no solution is asked for.
    """

    trials: RedshiftGrid = field(default_factory=RedshiftGrid)
    weighting: Weighting = "ivar"
    n_solutions: int = 10
    ensemble: bool = True
    inflates_variances: bool = True
    classes: bool = True

    def __post_init__(self) -> None:
        if self.weighting not in WEIGHTINGS or self.n_solutions < 1:
            raise ValueError(f"cannot scan with {self.weighting!r} for {self.n_solutions}")


@dataclass(frozen=True, slots=True, eq=False)
class ScanResult:
    """The curve chi2(z) of one spectrum.

    Parameters
    ----------
    redshifts : ndarray of shape (n_z,)
        Trial redshifts.
    chi2 : ndarray of shape (n_z,)
        Sum of w (g - model)^2 / n_samples; nan where the trial was not tried.
    n_samples : int
        Samples L of the rest-frame grid inside the spectrum's window.
    oversampling : float
        Samples per pixel: statistical chi2 = chi2 n_samples / oversampling.
    weighting : "ivar" or "unweighted"
        How the coefficients were fitted.
    flags : ScanFlag
    facts : tuple of str
        What was clipped or skipped, in sentences.
    """

    redshifts: FloatArray
    chi2: FloatArray
    n_samples: int
    oversampling: float
    weighting: Weighting = "ivar"
    flags: ScanFlag = NO_FLAGS
    facts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "redshifts", frozen(self.redshifts))
        object.__setattr__(self, "chi2", frozen(self.chi2))


@dataclass(frozen=True, slots=True)
class LineDetection:
    """How strongly a line is seen: `snr` positive in emission, negative in absorption.

    `wave` is its observed vacuum wavelength in Angstrom.
    """

    name: str
    label: str
    wave: float
    snr: float


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """One minimum of chi2(z).

    Parameters
    ----------
    rank : int
        1 is the deepest.
    redshift, redshift_error : float
        Parabola-refined minimum and its 1 sigma error.
    chi2 : float
        Reduced chi2 at the minimum, as in `ScanResult.chi2`.
    relative_depth : float
        Delta chi2 = 1 - chi2 / Q1 (docs/method.md, section 3).
    robustness : float
        R = (chi2 of the best other minimum - chi2) / sigma_Q1; negative for alternatives.
    coefficients : ndarray of shape (n_components,)
        Non-negative weights of the basis at the minimum.
    confusions : tuple of LineConfusion
        Known ones with better solutions, whose rank they name.
    flags : ScanFlag
    lines : tuple of LineDetection
        The strong lines that it predicts, as they are seen; empty when not measured.
    error_sides : (float, float)
        1 sigma error to smaller and to larger redshifts, where the curve is not symmetric; nan
        where it does not say.
    """

    rank: int
    redshift: float
    redshift_error: float
    chi2: float
    relative_depth: float
    robustness: float
    coefficients: FloatArray
    confusions: tuple[LineConfusion, ...] = ()
    flags: ScanFlag = NO_FLAGS
    lines: tuple[LineDetection, ...] = ()
    error_sides: tuple[float, float] = (float("nan"), float("nan"))

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficients", frozen(self.coefficients))


@dataclass(frozen=True, slots=True, eq=False)
class Reconstruction:
    """The model of a spectrum at one redshift.

    Parameters
    ----------
    redshift : float
    wave : ndarray of shape (n_wave,)
        The spectrum's own wavelengths in Angstrom.
    flux : ndarray of shape (n_wave,)
        Model flux density in the spectrum's unit; nan outside the basis.
    chi2 : float
        Sum of ivar (flux - model)^2 per fitted pixel; nan when the basis does not reach.
    coefficients : ndarray of shape (n_components,)
    """

    redshift: float
    wave: FloatArray
    flux: FloatArray
    chi2: float
    coefficients: FloatArray

    def __post_init__(self) -> None:
        for name in ("wave", "flux", "coefficients"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """What persists of a scan: enough to sort, filter and export, without the curve.

    Redshifts are in the vacuum convention; the first is that of the most probable class, while
    depth, robustness, chi2 and alternatives are those of the galaxy. `alternatives` holds (z,
    Delta chi2, R) of the solutions after the first; `probability` is that of the first in P(z).
    `vetting` is the search for blends and false sources; None where none was made.
    `lines_redshift` is what explains the lines alone best, `carrier` the feature on which the
    redshift rests. `engine_fingerprint` tells with which bases, settings, calibration and version
    it was made. The systemic redshift is what Lyman alpha suggests where that carries the redshift,
    never the redshift itself. The probabilities of the classes are undefined where stars and
    quasars did not compete; a star has its type and velocity over c. `cross_redshift` is where
    r(z) of the class is highest, `cross_lead` by how much.
    """

    redshift: float = float("nan")
    redshift_error: float = float("nan")
    relative_depth: float = float("nan")
    robustness: float = float("nan")
    chi2: float = float("nan")
    alternatives: tuple[tuple[float, float, float], ...] = ()
    flags: ScanFlag = NO_FLAGS
    engine_fingerprint: str = ""
    weighting: Weighting = "ivar"
    probability: float = float("nan")
    vetting: Vetting | None = None
    lines_redshift: float = float("nan")
    carrier: str = ""
    p_galaxy: float = float("nan")
    p_star: float = float("nan")
    p_quasar: float = float("nan")
    galaxy_redshift: float = float("nan")
    star_type: str = ""
    star_redshift: float = float("nan")
    star_redshift_error: float = float("nan")
    quasar_redshift: float = float("nan")
    quasar_redshift_error: float = float("nan")
    cross_redshift: float = float("nan")
    cross_lead: float = float("nan")
    redshift_error_below: float = float("nan")
    redshift_error_above: float = float("nan")
    systemic_redshift: float = float("nan")
    systemic_redshift_error: float = float("nan")

    @property
    def source_class(self) -> SourceClass:
        """The most probable class; a galaxy where nothing else was considered."""
        return most_probable(self.p_galaxy, self.p_star, self.p_quasar)

    @property
    def own_redshift(self) -> float:
        """That of the scan for a galaxy, whatever class or blend made of it."""
        return self.redshift if math.isnan(self.galaxy_redshift) else self.galaxy_redshift

    @property
    def class_name(self) -> str:
        """The most probable class for a table; empty where only galaxies were considered."""
        return "" if math.isnan(self.p_galaxy) else self.source_class


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that was computed for one source.

    Parameters
    ----------
    key : str
        The source's key in its list.
    spectrum : Spectrum
        In the medium of the basis.
    scan : ScanResult
    solutions : tuple of Solution
        Ranked; empty when there is nothing to fit.
    engine_fingerprint : str
        Of all that the scan depends on: `Engine.fingerprint` of `moosegui.pipeline.engine`.
    seconds : float
        Wall-clock time of the scan.
    posterior, alone : Posterior or None
        P(z), None when there is no solution; and that of the spectrum alone if it knows a prior.
    evidence : Evidence or None
        What speaks for the first solution; None when there is none.
    classes : Classification or None
        How galaxy, star and quasar compare; None where they did not compete.
    cross : CrossCorrelation or None
        r(z) with the basis of the most probable class; None where too little was correlated.
    """

    key: str
    spectrum: Spectrum
    scan: ScanResult
    solutions: tuple[Solution, ...]
    engine_fingerprint: str = ""
    seconds: float = float("nan")
    posterior: Posterior | None = None
    evidence: Evidence | None = None
    classes: Classification | None = None
    cross: CrossCorrelation | None = None
    alone: Posterior | None = None

    @property
    def other_class(self) -> Solution | None:
        """The star or the quasar that is more probable than a galaxy, as a solution of rank 0."""
        if self.classes is None or self.classes.source_class == "GALAXY":
            return None
        best, nan = self.classes.best, float("nan")
        return Solution(0, best.redshift, best.redshift_error, nan, nan, nan, np.empty(0))

    def is_star_at(self, redshift: float) -> bool:
        """Whether the source is a star, and this redshift near its own."""
        found = self.classes
        if found is None or found.source_class != "STAR":
            return False
        return is_within_velocity(redshift, found.star.redshift, STAR_REACH)

    @property
    def proposals(self) -> tuple[Solution, ...]:
        """The solutions as they are offered: a star or a quasar first where it is one."""
        other = self.other_class
        return self.solutions if other is None else (other, *self.solutions)

    @property
    def flags(self) -> ScanFlag:
        """Flags of the scan and of its best solution."""
        best = self.solutions[0].flags if self.solutions else NO_FLAGS
        return self.scan.flags | best

    def summary(self) -> ScanSummary:
        """Return what persists of this analysis."""
        if not self.solutions:
            return ScanSummary(
                flags=self.flags,
                engine_fingerprint=self.engine_fingerprint,
                weighting=self.scan.weighting,
            )
        best, others = self.solutions[0], self.solutions[1:]
        modes = () if self.posterior is None else self.posterior.modes
        summary = ScanSummary(
            probability=modes[0].probability if modes else float("nan"),
            lines_redshift=float("nan") if self.evidence is None else self.evidence.lines.redshift,
            carrier="" if self.evidence is None else self.evidence.carrier,
            redshift=best.redshift,
            redshift_error=best.redshift_error,
            redshift_error_below=best.error_sides[0],
            redshift_error_above=best.error_sides[1],
            relative_depth=best.relative_depth,
            robustness=best.robustness,
            chi2=best.chi2,
            alternatives=tuple((s.redshift, s.relative_depth, s.robustness) for s in others),
            flags=self.flags,
            engine_fingerprint=self.engine_fingerprint,
            weighting=self.scan.weighting,
        )
        if self.cross is not None:
            redshift, lead = self.cross.redshift, self.cross.lead
            summary = replace(summary, cross_redshift=redshift, cross_lead=lead)
        if self.evidence is not None:
            systemic, error = self.evidence.systemic
            summary = replace(summary, systemic_redshift=systemic, systemic_redshift_error=error)
        return summary if self.classes is None else _with_classes(summary, self.classes)


def _with_classes(summary: ScanSummary, classes: Classification) -> ScanSummary:
    is_galaxy = classes.source_class == "GALAXY"
    if not is_galaxy:
        error, nan = classes.best.redshift_error, float("nan")
        summary = replace(
            summary,
            redshift_error_below=error,
            redshift_error_above=error,
            systemic_redshift=nan,
            systemic_redshift_error=nan,
        )
    return replace(
        summary,
        p_galaxy=classes.p_galaxy,
        p_star=classes.p_star,
        p_quasar=classes.p_quasar,
        redshift=summary.redshift if is_galaxy else classes.best.redshift,
        redshift_error=summary.redshift_error if is_galaxy else classes.best.redshift_error,
        probability=summary.probability if is_galaxy else classes.p_redshift,
        galaxy_redshift=summary.redshift,
        star_type=classes.star.label,
        star_redshift=classes.star.redshift,
        star_redshift_error=classes.star.redshift_error,
        quasar_redshift=classes.quasar.redshift,
        quasar_redshift_error=classes.quasar.redshift_error,
    )
