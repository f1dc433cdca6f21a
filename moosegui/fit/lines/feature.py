"""Name a feature that was clicked: centroid it, and turn what it may be into redshifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SAME_FEATURE, is_within_velocity
from moosegui.data.lines import LINES_BY_NAME, Line, centroid_wave
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.matched_filter import line_width

SEARCH_WIDTHS = 4.0  # line widths around the click in which the feature's extreme is looked for
CORE_WIDTHS = 2.5  # line widths around the extreme over which the centroid is taken
CONTINUUM_WIDTHS = 18.0  # line widths out to which the continuum is taken
REDSHIFT_LIMITS = (-0.005, 6.7)  # down to stars and neighbours that come towards us
MIN_PIXELS = 3
MAD_TO_SIGMA = 1.4826

# In the order in which single features of MUSE surveys turn out to be them
EMISSION_IDENTITIES = (
    "LYA", "OII3726", "HALPHA", "OIII5007", "HBETA", "CIII1907", "MGII2796", "OIII4959", "CIV1548",
    "HEII1640", "NII6584", "SII6717", "HGAMMA", "NEIII3870", "HDELTA",
)  # fmt: skip
ABSORPTION_IDENTITIES = (
    "CAK", "CAH", "HBETA", "MGB", "NAD5890", "GBAND", "HDELTA", "HGAMMA", "MGII2796", "FEII2600",
    "FEII2383", "FEII2344", "CIV1548", "SIIV1394", "SIII1260", "CII1335", "SIII1527", "ALII1671",
    "LYA", "HALPHA",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that was centroided.

    Parameters
    ----------
    wave, wave_error : float
        Observed vacuum wavelength in Angstrom; the 1 sigma error follows from the variance.
    snr : float
        Of its flux over the local continuum, negative in absorption.
    """

    wave: float
    wave_error: float
    snr: float

    @property
    def is_emission(self) -> bool:
        """Whether it rises above the continuum."""
        return self.snr > 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a feature may be, and the redshift and its error that follow.

    `solution` is the rank of the solution of the scan that has this redshift, 0 without one.
    """

    line: Line
    redshift: float
    redshift_error: float
    solution: int = 0


def centroid_feature(spectrum: Spectrum, wave: float) -> Feature | None:
    """Centroid the peak or trough nearest to a wavelength.

    The extreme of the smoothed excess over a local continuum (median, robust against the feature)
    is found within a few line widths of the click; the flux-weighted mean is taken around it.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    wave : float
        Clicked, observed vacuum wavelength in Angstrom.

    Returns
    -------
    Feature or None
        None where all is masked, or outside the spectrum.
    """
    sigma = _width(spectrum, wave)
    near = (np.abs(spectrum.wave - wave) <= CONTINUUM_WIDTHS * sigma) & (spectrum.ivar > 0)
    x, flux, ivar = spectrum.wave[near], spectrum.flux[near], spectrum.ivar[near]
    is_search = np.abs(x - wave) <= SEARCH_WIDTHS * sigma
    if np.count_nonzero(is_search) < MIN_PIXELS:
        return None
    excess = flux - _continuum(x, flux)
    matched, norm = _matched(x, excess, ivar, sigma)
    candidates = np.flatnonzero(is_search)
    # a click is meant: of two features of like strength the nearer one
    nearness = np.exp(-0.5 * ((x[candidates] - wave) / (SEARCH_WIDTHS * sigma)) ** 2)
    extreme = candidates[np.argmax(np.abs(matched[candidates] / norm[candidates]) * nearness)]
    sign = 1.0 if matched[extreme] > 0 else -1.0
    centre, error = _centroid(x, sign * excess, ivar, float(x[extreme]), sigma)
    return Feature(centre, error, float(matched[extreme] / norm[extreme]))


def _width(spectrum: Spectrum, wave: float) -> float:
    """Return the width of a line, at least that of a pixel."""
    middle = int(np.clip(np.searchsorted(spectrum.wave, wave), 1, spectrum.wave.size - 1))
    pixel = float(spectrum.wave[middle] - spectrum.wave[middle - 1])
    return max(line_width(wave), pixel)


def _continuum(x: FloatArray, flux: FloatArray) -> FloatArray:
    """Return a straight line through the flux, what lies far from it clipped three times."""
    middle = float(x.mean())
    kept = np.ones(x.size, dtype=bool)
    line = np.full(x.size, float(np.median(flux)))
    for _ in range(3):
        residual = flux - line
        scatter = MAD_TO_SIGMA * float(
            np.median(np.abs(residual[kept] - np.median(residual[kept])))
        )
        kept = np.abs(residual) <= 2.5 * scatter
        if np.count_nonzero(kept) < 2 * MIN_PIXELS:
            break
        line = np.polyval(np.polyfit(x[kept] - middle, flux[kept], 1), x - middle)
    return line


def _matched(
    x: FloatArray, excess: FloatArray, ivar: FloatArray, sigma: float
) -> tuple[FloatArray, FloatArray]:
    """Return sum(p w f) and its standard deviation for a Gaussian p at each pixel."""
    profiles = np.exp(-0.5 * ((x[:, None] - x[None, :]) / sigma) ** 2)
    return profiles @ (ivar * excess), np.sqrt(profiles**2 @ ivar)


def _centroid(
    x: FloatArray, excess: FloatArray, ivar: FloatArray, start: float, sigma: float
) -> tuple[float, float]:
    """Return the centroid around `start` and its error, weighted with a Gaussian.

    With weights g exp(-(x - c)^2 / 2 s^2) the mean of a Gaussian line of the same width moves half
    way from c to the line: steps twice as long converge in a few rounds.
    """
    centre = start
    for _ in range(20):
        weights = np.exp(-0.5 * ((x - centre) / sigma) ** 2) * (ivar > 0)
        total = float(weights @ excess)
        if not total > 0:
            break
        step = 2.0 * float(weights @ (excess * (x - centre))) / total
        centre += float(np.clip(step, -sigma, sigma))
        if abs(step) < 1e-4 * sigma:
            break
    if abs(centre - start) > CORE_WIDTHS * sigma:
        centre = start
    weights = np.exp(-0.5 * ((x - centre) / sigma) ** 2)
    total = float(weights @ excess)
    variance = float((weights * (x - centre)) ** 2 @ (1.0 / ivar))
    error = 2.0 * float(np.sqrt(variance)) / total if total > 0 else float("nan")
    return centre, error


def identify(wave: float, line: Line, *, wave_error: float = float("nan")) -> Identity:
    """Return the redshift at which a line lies at an observed vacuum wavelength (Angstrom).

    A close doublet is centroided as one feature, at the middle of its members.
    """
    rest = centroid_wave(line)
    return Identity(line, wave / rest - 1.0, wave_error / rest)


def list_identities(
    feature: Feature,
    *,
    solutions: Sequence[float] = (),
    limits: tuple[float, float] = REDSHIFT_LIMITS,
) -> tuple[Identity, ...]:
    """List what a feature may be, in the order in which cycling makes sense.

    Parameters
    ----------
    feature : Feature
    solutions : sequence of float
        Redshifts of the scan's solutions, best first (vacuum convention).
    limits : (float, float)
        Identities outside these redshifts are left out.

    Returns
    -------
    tuple of Identity
        First those at a solution's redshift (1000 km/s), by its rank, then by how common they are.
    """
    names = EMISSION_IDENTITIES if feature.is_emission else ABSORPTION_IDENTITIES
    found = []
    for name in names:
        named = identify(feature.wave, LINES_BY_NAME[name], wave_error=feature.wave_error)
        if limits[0] <= named.redshift <= limits[1]:
            rank = _rank_at(named.redshift, solutions)
            found.append(Identity(named.line, named.redshift, named.redshift_error, rank))
    return tuple(sorted(found, key=lambda identity: identity.solution or len(solutions) + 1))


def _rank_at(redshift: float, solutions: Sequence[float]) -> int:
    for rank, solution in enumerate(solutions, start=1):
        if is_within_velocity(redshift, solution, SAME_FEATURE):
            return rank
    return 0
