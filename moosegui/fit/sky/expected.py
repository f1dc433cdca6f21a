"""The lines that a model expects in emission, by the same bands as their images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.lines import Line, close_partner, lines_between
from moosegui.data.sky.cube import CubeBox
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.line_image import Band, band_of, line_image

MIN_EXPECTED = 1.5  # sigma in the spectrum below which a line has no image
MAX_LINES = 4  # that are added up
CLEAR = 5.0  # sigma in the spectrum from which a line must be seen on the sky
TOGETHER = 0.6  # arcsec within which two lines have one place


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A line and what a model says of it.

    Parameters
    ----------
    line : Line
        Of a close doublet the stronger one in the list, for both.
    band : Band
    flux : float
        Of the model above its own continuum, in 1e-20 erg/s/cm2.
    snr : float
        That flux in sigma of the spectrum.
    """

    line: Line
    band: Band
    flux: float
    snr: float


def expected_lines(
    spectrum: Spectrum,
    model: FloatArray,
    redshift: float,
    *,
    max_lines: int = MAX_LINES,
    widened: float = 1.0,
) -> tuple[ExpectedLine, ...]:
    """Return the lines in emission that a model expects, the most significant first.

    Parameters
    ----------
    spectrum : Spectrum
    model : ndarray of shape (n_wave,)
        Of the spectrum, nan where there is none.
    redshift : float
    max_lines : int
    widened : float
        As `moosegui.fit.sky.line_image.band_of`.

    Returns
    -------
    tuple of ExpectedLine
        Empty where none reaches 1.5 sigma.
    """
    width = np.gradient(spectrum.wave)
    found = []
    for line in lines_between(redshift, (float(spectrum.wave[0]), float(spectrum.wave[-1]))):
        partner = close_partner(line)
        if line.kind == "absorption" or (partner is not None and _is_second(line, partner)):
            continue
        band = band_of(line, redshift, widened)
        on = _inside(spectrum, band.on) & np.isfinite(model)
        beside = (_inside(spectrum, band.blue) | _inside(spectrum, band.red)) & np.isfinite(model)
        if not on.any() or not beside.any():
            continue
        flux = float(((model[on] - float(np.mean(model[beside]))) * width[on]).sum())
        noise = float(np.sqrt((width[on] ** 2 / spectrum.ivar[on]).sum()))
        if flux >= MIN_EXPECTED * noise:
            found.append(ExpectedLine(line, band, flux, flux / noise))
    return tuple(sorted(found, key=lambda one: -one.snr)[:max_lines])


def _is_second(line: Line, partner: Line) -> bool:
    """Whether the other member of a doublet stands for both."""
    return partner.is_strong > line.is_strong or (
        partner.is_strong == line.is_strong and partner.wave < line.wave
    )


def _inside(spectrum: Spectrum, limits: tuple[float, float]) -> BoolArray:
    wave = spectrum.wave
    return np.asarray((wave >= limits[0]) & (wave <= limits[1]) & (spectrum.ivar > 0))


def agreement_of(box: CubeBox, spectrum: Spectrum, model: FloatArray, redshift: float) -> float:
    """Return which share of the lines that should be seen on the sky are, and at one place.

    Parameters
    ----------
    box : CubeBox
    spectrum : Spectrum
    model : ndarray of shape (n_wave,)
        Of the spectrum at this redshift.
    redshift : float

    Returns
    -------
    float
        Of the lines that the model expects with 5 sigma in the spectrum, those whose own image has
        half of that at least within `TOGETHER` arcsec of the strongest one's place; nan without
        two such lines.
    """
    lines = [one for one in expected_lines(spectrum, model, redshift) if one.snr >= CLEAR]
    images = [line_image(box, one.band, one.line.label) for one in lines]
    if len(images) < 2 or not np.isfinite(images[0].distance):
        return float("nan")
    scale = images[0].peak_snr / lines[0].snr
    first = images[0]
    seen = [
        image.peak_snr >= 0.5 * scale * line.snr
        and np.hypot(image.east - first.east, image.north - first.north) <= TOGETHER
        for line, image in zip(lines, images, strict=True)
    ]
    return float(np.mean(seen))
