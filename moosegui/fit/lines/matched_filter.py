"""How strongly lines are seen at a redshift: a matched filter of the instrument's width.

The profile is a Gaussian of the instrument's width and 100 km/s on a straight local continuum, from
which other known lines are left out; the amplitude is the weighted least-squares one, its error
from the variance, that of the continuum included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES, Line, close_partner
from moosegui.data.results import LineDetection
from moosegui.data.spectrum import Spectrum

# MUSE line spread, FWHM in Angstrom against air wavelength (Bacon et al. 2017, mosaic)
LSF_COEFFICIENTS = (5.835e-8, -9.080e-4, 5.983)
INTRINSIC_WIDTH = 100.0  # km/s, sigma
FWHM_PER_SIGMA = 2.3548
HALF_WINDOW = 5.0  # line widths that count as the line
CONTINUUM_WINDOW = 18.0  # line widths out to which the continuum is taken
OTHER_LINE = 3.0  # line widths of other known lines that are left out of the continuum
MIN_LINE_PIXELS = 3
MIN_CONTINUUM_PIXELS = 6


@dataclass(frozen=True, slots=True, eq=False)
class FilteredLines:
    """What the matched filter finds at each line.

    Parameters
    ----------
    centres, sigmas : ndarray of shape (n_lines,)
        Observed wavelength and Gaussian width in the spectrum's medium, Angstrom.
    amplitudes : ndarray of shape (n_fluxes, n_lines)
        Peak above the continuum, in the flux's unit; negative in absorption, nan where the line or
        its continuum is not covered.
    errors : ndarray of shape (n_lines,)
        1 sigma of the amplitudes, from the variance.
    areas : ndarray of shape (n_lines,)
        Angstrom: the line's flux is amplitude times area.
    """

    centres: FloatArray
    sigmas: FloatArray
    amplitudes: FloatArray
    errors: FloatArray
    areas: FloatArray

    @property
    def snrs(self) -> FloatArray:
        """Signal to noise, shape (n_fluxes, n_lines)."""
        return self.amplitudes / self.errors


def line_widths(waves: FloatArray) -> FloatArray:
    """Return the Gaussian sigmas in Angstrom of lines at observed wavelengths (Angstrom)."""
    instrument = np.polyval(LSF_COEFFICIENTS, waves) / FWHM_PER_SIGMA
    return np.asarray(np.hypot(instrument, waves * INTRINSIC_WIDTH / SPEED_OF_LIGHT))


def line_width(wave: float) -> float:
    """Return the Gaussian sigma in Angstrom of a line at an observed wavelength (Angstrom)."""
    return float(line_widths(np.array([wave]))[0])


def strong_features() -> tuple[Line, ...]:
    """Strong lines, one for each doublet that MUSE does not separate widely."""
    return tuple(line for line in LINES if line.is_strong)


@lru_cache(maxsize=64)
def _rest_waves(lines: tuple[Line, ...]) -> tuple[FloatArray, FloatArray]:
    """Return the rest wavelengths of lines and of their close partners (nan without one)."""
    partners = (close_partner(line) for line in lines)
    return (
        np.array([line.wave for line in lines]),
        np.array([np.nan if partner is None else partner.wave for partner in partners]),
    )


def filter_lines(
    spectrum: Spectrum, lines: tuple[Line, ...], redshift: float, fluxes: FloatArray | None = None
) -> FilteredLines:
    """Run the matched filter of each line over fluxes on the pixels of a spectrum, all at once.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum; its inverse variances weight all fluxes.
    lines : tuple of Line
        A close doublet is filtered with the profile of both members.
    redshift : float
        Vacuum convention.
    fluxes : ndarray of shape (n_fluxes, n_wave), optional
        As the spectrum's own flux and models of it; pixels where one is nan count as masked.
        The spectrum's flux by default.

    Returns
    -------
    FilteredLines
        In the order of `lines`.
    """
    stacked = spectrum.flux[None, :] if fluxes is None else fluxes
    is_known = np.asarray(np.isfinite(stacked).all(axis=0))
    rest, partner_rest = _rest_waves(lines)
    centres, partners = rest * (1.0 + redshift), partner_rest * (1.0 + redshift)
    sigmas = line_widths(centres)
    reach = CONTINUUM_WINDOW * sigmas
    starts = np.searchsorted(spectrum.wave, centres - reach)
    stops = np.searchsorted(spectrum.wave, centres + reach)
    indices = starts[:, None] + np.arange(max(1, int((stops - starts).max(initial=0))))
    is_inside = indices < stops[:, None]
    indices = np.minimum(indices, spectrum.wave.size - 1)
    wave = spectrum.wave[indices]
    ivar = np.where(is_inside & is_known[indices], spectrum.ivar[indices], 0.0)
    x = (wave - centres[:, None]) / sigmas[:, None]
    second = (wave - partners[:, None]) / sigmas[:, None]
    profile = np.exp(-0.5 * x**2) + np.nan_to_num(np.exp(-0.5 * second**2))
    elsewhere = (profile < 1e-3) & (ivar > 0)
    is_continuum = elsewhere & ~_near_lines(spectrum.wave, redshift)[indices]
    is_crowded: BoolArray = is_continuum.sum(axis=1, dtype=np.int64) < MIN_CONTINUUM_PIXELS
    is_continuum |= elsewhere & is_crowded[:, None]
    is_line = (profile > np.exp(-0.5 * HALF_WINDOW**2)) & (ivar > 0)
    values = np.where(is_known, stacked, 0.0)[:, indices]
    amplitudes, errors = _fit(x, profile * is_line, ivar, ivar * is_continuum, values)
    is_covered = np.count_nonzero(is_line, axis=1) >= MIN_LINE_PIXELS
    is_covered &= np.count_nonzero(is_continuum, axis=1) >= MIN_CONTINUUM_PIXELS
    areas = np.sqrt(2.0 * np.pi) * sigmas * np.where(np.isnan(partners), 1.0, 2.0)
    return FilteredLines(centres, sigmas, np.where(is_covered, amplitudes, np.nan), errors, areas)


def _fit(
    x: FloatArray, profile: FloatArray, ivar: FloatArray, weight: FloatArray, values: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Fit a line a row: the continuum with `weight`, then the amplitude of `profile` with `ivar`.

    All of shape (n_lines, n_pixels), values of shape (n_fluxes, n_lines, n_pixels).
    """
    s0, s1, s2 = weight.sum(1), (weight * x).sum(1), (weight * x * x).sum(1)
    y0, y1 = (values * weight).sum(-1), (values * (weight * x)).sum(-1)
    weighted = profile * ivar
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = s0 * s2 - s1**2
        norm = (weighted * profile).sum(1)
        # how far the amplitude follows the continuum's level and slope
        level, slope = weighted.sum(1) / norm, (weighted * x).sum(1) / norm
        height = (s2 * y0 - s1 * y1) / determinant
        gradient = (s0 * y1 - s1 * y0) / determinant
        amplitudes = (values * weighted).sum(-1) / norm - level * height - slope * gradient
        continuum = (level**2 * s2 - 2 * level * slope * s1 + slope**2 * s0) / determinant
        errors = np.sqrt(1.0 / norm + continuum)
    return amplitudes, errors


def _near_lines(wave: FloatArray, redshift: float) -> BoolArray:
    """Mark the pixels within `OTHER_LINE` widths of any known line, shape (n_wave,)."""
    centres = ALL_WAVES * (1.0 + redshift)
    half = OTHER_LINE * line_widths(centres)
    change = np.zeros(wave.size + 1, dtype=np.int64)
    np.add.at(change, np.searchsorted(wave, centres - half), 1)
    np.add.at(change, np.searchsorted(wave, centres + half), -1)
    return np.asarray(np.cumsum(change[:-1]) > 0)


ALL_WAVES = np.array([line.wave for line in LINES])


def measure_strong_lines(spectrum: Spectrum, redshift: float) -> tuple[LineDetection, ...]:
    """Measure every strong line that the spectrum (in vacuum) covers at a redshift."""
    return _measure(spectrum, strong_features(), redshift)


def _measure(
    spectrum: Spectrum, lines: tuple[Line, ...], redshift: float
) -> tuple[LineDetection, ...]:
    found = filter_lines(spectrum, lines, redshift)
    measured = zip(lines, found.centres.tolist(), found.snrs[0].tolist(), strict=True)
    return tuple(
        LineDetection(line.name, line.label, centre, snr)
        for line, centre, snr in measured
        if np.isfinite(snr)
    )
