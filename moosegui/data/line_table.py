"""The result of fitting lines at a redshift: a table of lines, and the model on the pixels."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray, frozen

DoubleLya = Literal["never", "auto", "always"]
DOUBLE_LYA: tuple[DoubleLya, ...] = ("never", "auto", "always")


class LineFlag(enum.IntFlag):
    """What an expert should know of a measured line."""

    TIED = 1  # too weak for a shape of its own: shares that of a stronger family
    UNCONSTRAINED = 2  # nothing constrains its shape: velocity zero and a usual width
    BOUND = 4  # velocity or width at the limit of what was allowed
    PARTIAL = 8  # pixels of the line are masked or outside the spectrum
    NO_CONTINUUM = 16  # continuum too faint for an equivalent width
    RATIO_LIMIT = 32  # the doublet's ratio at the limit of what physics allows

    @property
    def words(self) -> str:
        """The names of the set flags, as `TIED PARTIAL`; empty without any."""
        return " ".join(flag.name for flag in type(self) if flag in self and flag.name)


NO_LINE_FLAGS = LineFlag(0)


@dataclass(frozen=True, slots=True)
class LineSpread:
    """The width of an unresolved line: a Gaussian whose FWHM is a polynomial of the wavelength.

    Parameters
    ----------
    coefficients : tuple of float
        FWHM in Angstrom as a polynomial of the observed wavelength in Angstrom, highest power
        first. The width includes the pixel, as that of MUSE was measured. The default is the
        mosaic of Bacon et al. (2017), the same as in the detection of single lines.

    Raises
    ------
    ValueError
        If there are no coefficients.
    """

    coefficients: tuple[float, ...] = (5.835e-8, -9.080e-4, 5.983)

    def __post_init__(self) -> None:
        if not self.coefficients or not np.isfinite(self.coefficients).all():
            raise ValueError(f"no line spread with the coefficients {self.coefficients}")

    def sigma(self, wave: FloatArray) -> FloatArray:
        """Return the standard deviation in Angstrom at wavelengths (Angstrom) of any shape."""
        fwhm = np.polyval(self.coefficients, np.asarray(wave, dtype=np.float64))
        return np.asarray(np.maximum(fwhm, 1e-3) / np.sqrt(8.0 * np.log(2.0)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class LineFitOptions:
    """How to fit.

    Parameters
    ----------
    line_spread : LineSpread
        Of the instrument; a fit takes at least two pixels for its FWHM, so that the default
        serves spectra of lower resolution too.
    n_smooth : int
        Coefficients of the smooth correction of the continuum (cubic B-splines over the range of
        the spectrum); 0 for none, the stiffest continuum.
    has_absorption : bool
        Whether interstellar ultraviolet lines are fitted in absorption (rest wavelengths below
        3000 Angstrom).
    double_lya : "never", "auto" or "always"
        A blue second peak of Lyman alpha; "auto" keeps it where it earns its parameters.
    velocity_range : float
        Families move by at most so many km/s from the given redshift; Lyman alpha twice as far to
        the red.
    max_width : float
        Largest intrinsic standard deviation in km/s; of Lyman alpha and resonant lines twice that.

    Raises
    ------
    ValueError
        If a value makes no sense.
    """

    line_spread: LineSpread = field(default_factory=LineSpread)
    n_smooth: int = 8
    has_absorption: bool = True
    double_lya: DoubleLya = "auto"
    velocity_range: float = 500.0
    max_width: float = 400.0

    def __post_init__(self) -> None:
        if self.double_lya not in DOUBLE_LYA:
            raise ValueError(f"double_lya is {self.double_lya!r}, not one of {DOUBLE_LYA}")
        if self.n_smooth < 0 or not self.velocity_range > 0 or not self.max_width > 0:
            given = (self.n_smooth, self.velocity_range, self.max_width)
            raise ValueError(f"no fit of lines with n_smooth, velocity_range, max_width = {given}")


@dataclass(frozen=True, slots=True)
class LineMeasurement:
    """One line of the table; absorption is negative.

    Parameters
    ----------
    name, label : str
        As in the line list; `LYA_BLUE` is the second peak of Lyman alpha.
    wave : float
        Rest vacuum wavelength in Angstrom.
    family : str
        Lines of one family share velocity and width.
    flux, flux_error : float
        In the flux unit of the spectrum times Angstrom, observed.
    velocity, velocity_error : float
        In km/s relative to the redshift of the fit; of Lyman alpha that of its peak.
    width, width_error : float
        Intrinsic standard deviation in km/s, the instrument's removed.
    equivalent_width, equivalent_width_error : float
        Rest frame, in Angstrom, positive in emission; nan without continuum.
    flags : LineFlag
    """

    name: str
    label: str
    wave: float
    family: str
    flux: float
    flux_error: float
    velocity: float
    velocity_error: float
    width: float
    width_error: float
    equivalent_width: float
    equivalent_width_error: float
    flags: LineFlag = NO_LINE_FLAGS

    @property
    def snr(self) -> float:
        """Flux over its error; nan without an error."""
        return self.flux / self.flux_error if self.flux_error > 0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class FamilyModel:
    """The lines of one family on the pixels of the spectrum.

    Parameters
    ----------
    name : str
        "balmer", "forbidden", "resonant", "lya", "lya_blue" or "interstellar".
    flux : ndarray of shape (n_wave,)
        Sum of its lines; negative in absorption.
    """

    name: str
    flux: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "flux", frozen(self.flux))


@dataclass(frozen=True, slots=True, eq=False)
class LineFit:
    """A spectrum fitted with continuum and lines at one redshift.

    Parameters
    ----------
    redshift : float
        Vacuum convention, as it was given.
    wave : ndarray of shape (n_wave,)
        The spectrum's own pixels, Angstrom in vacuum.
    continuum : ndarray of shape (n_wave,)
        Stars, gas continuum and smooth correction in the spectrum's unit, without lines of the
        gas; nan where the basis does not reach.
    families : tuple of FamilyModel
        Emission and interstellar absorption.
    lines : tuple of LineMeasurement
        By wavelength; lines that the spectrum does not cover are missing.
    chi2 : float
        Sum of ivar (flux - model)^2 over the fitted pixels, divided by their number; nan without.
    n_fitted : int
        Number of fitted pixels.
    coefficients : ndarray of shape (n_components,)
        Of the components of the basis, not negative.
    """

    redshift: float
    wave: FloatArray
    continuum: FloatArray
    families: tuple[FamilyModel, ...]
    lines: tuple[LineMeasurement, ...]
    chi2: float
    n_fitted: int
    coefficients: FloatArray

    def __post_init__(self) -> None:
        for name in ("wave", "continuum", "coefficients"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def line_flux(self) -> FloatArray:
        """Sum of all lines in the spectrum's unit, shape (n_wave,)."""
        return np.asarray(sum((f.flux for f in self.families), np.zeros(self.wave.size)))

    @property
    def model(self) -> FloatArray:
        """Continuum and lines, shape (n_wave,); nan where the basis does not reach."""
        return np.asarray(self.continuum + self.line_flux)
