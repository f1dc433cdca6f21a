"""What a small window on one line shows: the pixels around it, in velocity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import Line
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.asymmetry import line_asymmetry
from moosegui.fit.lines.diagnostic import DiagnosticLine
from moosegui.fit.lines.sky import Interval, inside

HALF_WIDTH = 1500.0  # km/s; broad lines say what they need
LYA, SEEN = "LYA", 3.0  # the line that tells by its shape, and the sigma from which it is seen
MARGIN = 0.08  # of the range, above and below
MIN_SIGMAS = 3.0  # half the smallest range, in median sigma of the pixels


@dataclass(frozen=True, slots=True, eq=False)
class LineWindow:
    """One line with its surroundings.

    Parameters
    ----------
    label : str
    wave : float
        Observed vacuum wavelength in Angstrom, where the velocity is zero.
    is_absorption : bool
        Whether the line is, or should be, in absorption.
    ticks : tuple of float
        Velocities in km/s of the line and of its close partner.
    edges : ndarray of shape (n + 1,)
        Velocities in km/s between which the pixels lie.
    flux, sigma : ndarray of shape (n,)
        In the unit of the spectrum; nan where masked.
    model : ndarray of shape (n,)
        Nan where there is none.
    sky : tuple of (float, float)
        Velocities of sky lines.
    flux_range : (float, float)
        What the height of the window spans.
    snr, expected_snr : float
        As measured and as the model has it; nan when unknown.
    asymmetry : (float, float)
        Of Lyα that is seen, with its error; nan for other lines.
    offset : float
        km/s from its place where the line was measured; 0 in its place.
    line : Line or None
        Which it is, to be asked for.
    half_width : float
        km/s from the middle to an end.
    """

    label: str
    wave: float
    is_absorption: bool
    ticks: tuple[float, ...]
    edges: FloatArray
    flux: FloatArray
    sigma: FloatArray
    model: FloatArray
    sky: tuple[Interval, ...]
    flux_range: tuple[float, float]
    snr: float
    expected_snr: float = float("nan")
    asymmetry: tuple[float, float] = (float("nan"), float("nan"))
    offset: float = 0.0
    line: Line | None = None
    half_width: float = HALF_WIDTH


def cut_window(
    spectrum: Spectrum,
    model: Reconstruction | None,
    line: DiagnosticLine,
    sky: tuple[Interval, ...] = (),
) -> LineWindow:
    """Cut the surroundings of a measured line out of a spectrum and its model (vacuum)."""
    centre, half_width = line.wave, line.half_width or HALF_WIDTH
    first, last = np.searchsorted(
        spectrum.wave, centre * (1.0 + np.array([-1.0, 1.0]) * half_width / SPEED_OF_LIGHT)
    )
    pixels = slice(max(int(first) - 1, 0), int(last) + 1)
    wave, ivar = spectrum.wave[pixels], spectrum.ivar[pixels]
    is_good = ivar > 0
    flux = np.where(is_good, spectrum.flux[pixels], np.nan)
    sigma = np.where(is_good, 1.0 / np.sqrt(np.where(is_good, ivar, 1.0)), np.nan)
    fitted = np.full_like(wave, np.nan) if model is None else model.flux[pixels]
    near = tuple((a, b) for a, b in sky if wave.size and b >= wave[0] and a <= wave[-1])
    is_clear = is_good & ~inside(wave, near)
    shown = is_clear if is_clear.any() else is_good
    return LineWindow(
        label=line.line.label,
        wave=centre,
        is_absorption=_is_absorption(line),
        ticks=tuple(float(_velocity(tick, centre)) for tick in line.ticks),
        edges=_velocity(_edges(wave), centre),
        flux=flux,
        sigma=sigma,
        model=fitted,
        sky=tuple((float(_velocity(a, centre)), float(_velocity(b, centre))) for a, b in near),
        flux_range=_flux_range(flux[shown], sigma[shown], fitted),
        snr=line.snr,
        expected_snr=line.expected_snr,
        asymmetry=_asymmetry(spectrum, line),
        offset=line.offset,
        line=line.line,
        half_width=half_width,
    )


def _asymmetry(spectrum: Spectrum, line: DiagnosticLine) -> tuple[float, float]:
    if line.line.name != LYA or not line.snr > SEEN:
        return np.nan, np.nan
    return line_asymmetry(spectrum, line.wave * (1.0 + line.offset / SPEED_OF_LIGHT))


def _is_absorption(line: DiagnosticLine) -> bool:
    if line.half_width:  # of a quasar: lines that galaxies have in absorption are not
        return line.snr < 0
    if line.line.kind != "both":
        return line.line.kind == "absorption"
    return (line.expected_snr if abs(line.expected_snr) > abs(line.snr) else line.snr) < 0


def _velocity(wave: FloatArray | float, centre: float) -> FloatArray:
    return np.asarray(SPEED_OF_LIGHT * (np.asarray(wave) / centre - 1.0), dtype=np.float64)


def _edges(wave: FloatArray) -> FloatArray:
    if wave.size < 2:
        return np.zeros(wave.size + 1)
    middle = (wave[1:] + wave[:-1]) / 2
    return np.concatenate(([2 * wave[0] - middle[0]], middle, [2 * wave[-1] - middle[-1]]))


def _flux_range(flux: FloatArray, sigma: FloatArray, model: FloatArray) -> tuple[float, float]:
    """Everything outside sky lines and the model, but never so little that noise fills it."""
    values = np.concatenate((flux, model[np.isfinite(model)]))
    if values.size == 0:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    noise = float(np.median(sigma)) if sigma.size else 0.0
    half = max((high - low) / 2 * (1.0 + 2.0 * MARGIN), MIN_SIGMAS * noise, 1e-30)
    middle = (low + high) / 2
    return middle - half, middle + half
