"""How strongly a line is seen at a redshift: a matched filter of the instrument's width.

The profile is a Gaussian of the instrument's width and 100 km/s on a straight local continuum; the
amplitude is the weighted least-squares one, its error from the variance.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES, LINES_BY_NAME, Line
from moosegui.data.results import LineEvidence
from moosegui.data.spectrum import Spectrum

# MUSE line spread, FWHM in Angstrom against air wavelength (Bacon et al. 2017, mosaic)
LSF_COEFFICIENTS = (5.835e-8, -9.080e-4, 5.983)
INTRINSIC_WIDTH = 100.0  # km/s, sigma
FWHM_PER_SIGMA = 2.3548
HALF_WINDOW = 5.0  # line widths that count as the line
CONTINUUM_WINDOW = 18.0  # line widths out to which the continuum is taken
MIN_CONTINUUM_PIXELS = 6


def line_width(wave: float) -> float:
    """Return the Gaussian sigma in Angstrom of a line at an observed wavelength (Angstrom)."""
    instrument = float(np.polyval(LSF_COEFFICIENTS, wave)) / FWHM_PER_SIGMA
    return float(np.hypot(instrument, wave * INTRINSIC_WIDTH / SPEED_OF_LIGHT))


def strong_features() -> tuple[Line, ...]:
    """Strong lines, one for each doublet that MUSE does not separate widely."""
    return tuple(line for line in LINES if line.is_strong)


def measure_line(spectrum: Spectrum, line: Line, redshift: float) -> LineEvidence | None:
    """Measure the signal to noise of one line; emission is positive, absorption negative.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    line : Line
        A close doublet is measured with the profile of both members.
    redshift : float
        Vacuum convention.

    Returns
    -------
    LineEvidence or None
        None where the spectrum does not cover line and continuum.
    """
    centre = line.observed(redshift)
    sigma = line_width(centre)
    start, stop = np.searchsorted(
        spectrum.wave, (centre - CONTINUUM_WINDOW * sigma, centre + CONTINUUM_WINDOW * sigma)
    )
    wave, flux = spectrum.wave[start:stop], spectrum.flux[start:stop]
    ivar = spectrum.ivar[start:stop]
    profile = np.exp(-0.5 * ((wave - centre) / sigma) ** 2)
    partner = LINES_BY_NAME.get(line.partner)
    if partner is not None and abs(partner.wave - line.wave) < 4.0:
        profile += np.exp(-0.5 * ((wave - partner.observed(redshift)) / sigma) ** 2)
    is_line = (profile > np.exp(-0.5 * HALF_WINDOW**2)) & (ivar > 0)
    is_continuum = (profile < 1e-3) & (ivar > 0)
    if np.count_nonzero(is_line) < 3 or np.count_nonzero(is_continuum) < MIN_CONTINUUM_PIXELS:
        return None
    x = (wave - centre) / sigma
    weights = np.sqrt(ivar[is_continuum])
    slope, level = np.polyfit(x[is_continuum], flux[is_continuum], 1, w=weights)
    excess = (flux - slope * x - level)[is_line]
    weighted = profile[is_line] * ivar[is_line]
    norm = float(weighted @ profile[is_line])
    if not norm > 0:
        return None
    return LineEvidence(line.name, line.label, centre, float(weighted @ excess / np.sqrt(norm)))


def measure_strong_lines(spectrum: Spectrum, redshift: float) -> tuple[LineEvidence, ...]:
    """Measure every strong line that the spectrum (in vacuum) covers at a redshift."""
    measured = (measure_line(spectrum, line, redshift) for line in strong_features())
    return tuple(evidence for evidence in measured if evidence is not None)
