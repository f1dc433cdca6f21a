"""The lines that decide at the redshift of a quasar: the broad ones, measured as such.

A filter of the instrument's width sees of a line of 5000 km/s its noise, and of an absorber on it
everything. So each broad line is a Gaussian on a straight continuum; the narrow lines that a quasar
has beside them are those of every galaxy.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, is_within_velocity
from moosegui.data.lines import LINES, LINES_BY_NAME, Line, close_partner
from moosegui.data.results import STAR_REACH, Analysis, Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.diagnostic import N_MAX, DiagnosticLine, rank_lines

BROAD = ("LYA", "SIIV1394", "CIV1548", "CIII1907", "MGII2796", "HGAMMA", "HBETA", "HALPHA")
FWHM = 5000.0  # km/s, usual of them
HALF_WIDTH = 9000.0  # km/s on both sides, in which line and continuum are fitted, and shown
MIN_PIXELS = 20
SEEN = 3.0  # sigma from which a narrow line, or what the model expects of it, is worth a window
FWHM_PER_SIGMA = 2.3548
NARROW = tuple(line for line in LINES if line.is_forbidden and "C III" not in line.label)


def has_broad_lines(analysis: Analysis, redshift: float) -> bool:
    """Whether the source is a quasar, and this redshift near its own."""
    found = analysis.classes
    if found is None or found.source_class != "QSO":
        return False
    return bool(is_within_velocity(redshift, found.best.redshift, STAR_REACH))


def rank_broad_lines(
    spectrum: Spectrum,
    redshift: float,
    model: Reconstruction | None = None,
    *,
    sky: tuple[tuple[float, float], ...] = (),
) -> tuple[DiagnosticLine, ...]:
    """Measure the broad lines inside the data at a redshift, and the narrow ones that are seen.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    redshift : float
        Vacuum convention.
    model : Reconstruction, optional
        On the pixels of the spectrum.
    sky : tuple of (float, float)
        Ranges of observed wavelength in Angstrom with strong sky lines.

    Returns
    -------
    tuple of DiagnosticLine
        The broad lines by wavelength, then narrow ones, the most diagnostic first.
    """
    broad = [
        measured
        for name in BROAD
        if (measured := _measured(spectrum, LINES_BY_NAME[name], redshift, model)) is not None
    ]
    narrow = rank_lines(spectrum, redshift, model, sky=sky, n_max=len(NARROW), among=NARROW)
    seen = [one for one in narrow if max(abs(one.snr), abs(one.expected_snr)) >= SEEN]
    return (*broad, *seen)[:N_MAX]


def _measured(
    spectrum: Spectrum, line: Line, redshift: float, model: Reconstruction | None
) -> DiagnosticLine | None:
    partner = close_partner(line)
    members = (line,) if partner is None else (line, partner)
    ticks = tuple(sorted(member.observed(redshift) for member in members))
    centre = sum(ticks) / len(ticks)
    reach = centre * HALF_WIDTH / SPEED_OF_LIGHT
    first, stop = np.searchsorted(spectrum.wave, [centre - reach, centre + reach])
    part = slice(int(first), int(stop))
    is_good = spectrum.ivar[part] > 0
    velocity = SPEED_OF_LIGHT * (spectrum.wave[part] / centre - 1.0)
    sides = np.count_nonzero(is_good & (velocity < 0)), np.count_nonzero(is_good & (velocity > 0))
    if not spectrum.wave[0] < centre < spectrum.wave[-1] or min(sides) < MIN_PIXELS:
        return None
    sigma = FWHM / FWHM_PER_SIGMA
    design = np.array([np.exp(-0.5 * (velocity / sigma) ** 2), np.ones_like(velocity), velocity])
    amplitude, error = _amplitude(design, spectrum.flux[part], spectrum.ivar[part])
    if not error > 0:
        return None
    expected = np.nan
    if model is not None:
        is_fitted = np.isfinite(model.flux[part])
        weight = np.where(is_fitted, spectrum.ivar[part], 0.0)
        if np.count_nonzero(weight) >= 2 * MIN_PIXELS:
            flux = np.where(is_fitted, model.flux[part], 0.0)
            expected, expected_error = _amplitude(design, flux, weight)
            expected /= expected_error
    width = centre * sigma / SPEED_OF_LIGHT
    area = np.sqrt(2.0 * np.pi) * width
    return DiagnosticLine(
        line=line,
        ticks=ticks,
        sigma=width,
        snr=amplitude / error,
        flux=amplitude * area,
        flux_error=error * area,
        expected_snr=float(expected),
        weight=abs(amplitude / error),
        is_on_sky=False,
        half_width=HALF_WIDTH,
    )


def _amplitude(design: FloatArray, flux: FloatArray, ivar: FloatArray) -> tuple[float, float]:
    """Fit the rows of `design` with weights; return the first coefficient and its 1 sigma."""
    scale = np.abs(design).max(axis=1, keepdims=True)
    scaled = design / scale
    covariance = np.linalg.pinv((scaled * ivar) @ scaled.T, hermitian=True)
    coefficients = covariance @ (scaled * ivar @ flux)
    peak = float(scale[0, 0])
    return float(coefficients[0]) / peak, float(np.sqrt(covariance[0, 0])) / peak
