"""The lines that decide at a redshift: those that the model expects and that rivals do not.

The same matched filter runs over the data, over the model and over a rival's model, so that what
is expected, what a rival would leave there and what is seen are in the same sigmas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.line_relations import CONFUSABLE
from moosegui.data.lines import LINES, Line, close_partner
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.displaced import offset_of
from moosegui.fit.lines.matched_filter import FilteredLines, filter_lines

N_MAX = 8
SAME_WINDOW = 1000.0  # km/s; closer lines are seen in one window
ON_SKY = 0.5  # what a line under a sky line counts
SEEN_UNEXPECTED = 0.5  # what a strong line counts that is seen and not expected
STRONG, CONFUSABLE_LINE = 0.5, 1.0  # sigma that a line counts when the model expects nothing


@dataclass(frozen=True, slots=True)
class DiagnosticLine:
    """One line worth a window, measured.

    Parameters
    ----------
    line : Line
    ticks : tuple of float
        Observed vacuum wavelengths in Angstrom of the line and of its close partner, increasing.
    sigma : float
        Gaussian width of the filter in Angstrom.
    snr : float
        Measured, negative in absorption.
    flux, flux_error : float
        Measured, in the spectrum's unit times Angstrom; of both members of a close doublet.
    expected_snr : float
        What the model at this redshift expects; nan without a model.
    weight : float
        How diagnostic it is, in sigma: lines are ranked by it.
    is_on_sky : bool
        Whether it lies under a sky line.
    offset : float
        km/s from its place where it was measured, because it is clearly seen there; else 0.
    half_width : float
        km/s to both sides that a window on it needs; 0 for the usual.
    """

    line: Line
    ticks: tuple[float, ...]
    sigma: float
    snr: float
    flux: float
    flux_error: float
    expected_snr: float
    weight: float
    is_on_sky: bool
    offset: float = 0.0
    half_width: float = 0.0

    @property
    def wave(self) -> float:
        """Middle of its ticks, Angstrom."""
        return sum(self.ticks) / len(self.ticks)


def rank_lines(
    spectrum: Spectrum,
    redshift: float,
    model: Reconstruction | None = None,
    *,
    rival: Reconstruction | None = None,
    sky: tuple[tuple[float, float], ...] = (),
    n_max: int = N_MAX,
    is_star: bool = False,
    among: tuple[Line, ...] | None = None,
) -> tuple[DiagnosticLine, ...]:
    """Rank the most diagnostic lines inside the range of the data at a redshift.

    A line counts what the model expects of it, plus what tells it from the rival's model, in
    sigma; half under a sky line. A dip of a model where a line is only known in emission, or a
    peak where it is only known in absorption, is none of it and counts nothing. Strong lines that
    are seen but not expected count half.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    redshift : float
        Vacuum convention.
    model, rival : Reconstruction, optional
        On the pixels of the spectrum, at `redshift` and at the rival's redshift.
    sky : tuple of (float, float)
        Ranges of observed wavelength in Angstrom with strong sky lines.
    n_max : int
        Largest number of lines.
    is_star : bool
        Whether forbidden lines are left out.
    among : tuple of Line, optional
        The lines of a user instead of the line list.

    Returns
    -------
    tuple of DiagnosticLine
        The most diagnostic first; lines within 1000 km/s share the window of the first of them.

    Raises
    ------
    ValueError
        If a model is not on the pixels of the spectrum.
    """
    fluxes = [spectrum.flux]
    for other in (model, rival):
        if other is not None and other.flux.shape != spectrum.flux.shape:
            raise ValueError(f"a model of {other.flux.size} for {spectrum.flux.size} pixels")
        fluxes.append(np.full_like(spectrum.flux, 0.0) if other is None else other.flux)
    lines = tuple(
        line
        for line in _lines_within(spectrum, redshift, SINGLE_LINES if among is None else among)
        if not (is_star and line.is_forbidden)
    )
    found = filter_lines(spectrum, lines, redshift, np.array(fluxes))
    snrs = found.snrs
    is_on_sky = _overlaps(found, sky)
    in_clear = _weights(lines, snrs, has_rival=rival is not None)
    weights = np.where(is_on_sky, ON_SKY * in_clear, in_clear)
    if model is None:
        snrs[1] = np.nan
    measured = (
        DiagnosticLine(
            line=lines[i],
            ticks=_ticks(lines[i], redshift),
            sigma=float(found.sigmas[i]),
            snr=float(snrs[0, i]),
            flux=float(found.amplitudes[0, i] * found.areas[i]),
            flux_error=float(found.errors[i] * found.areas[i]),
            expected_snr=float(snrs[1, i]),
            weight=float(weights[i]),
            is_on_sky=bool(is_on_sky[i]),
        )
        for i in _distinct(found.centres, weights, _seen(lines, snrs[0], in_clear), n_max)
    )
    return tuple(_where_it_is(spectrum, line, redshift) for line in measured)


def _where_it_is(spectrum: Spectrum, line: DiagnosticLine, redshift: float) -> DiagnosticLine:
    """Measure a line beside its place, where it is clearly seen there."""
    offset = offset_of(spectrum, line.line, redshift)
    if not offset:
        return line
    found = filter_lines(spectrum, (line.line,), shifted_redshift(redshift, offset))
    if not abs(found.snrs[0, 0]) > abs(line.snr):
        return line
    return replace(
        line,
        snr=float(found.snrs[0, 0]),
        flux=float(found.amplitudes[0, 0] * found.areas[0]),
        flux_error=float(found.errors[0] * found.areas[0]),
        offset=offset,
    )


def _ticks(line: Line, redshift: float) -> tuple[float, ...]:
    partner = close_partner(line)
    members = (line,) if partner is None else (line, partner)
    return tuple(sorted(member.observed(redshift) for member in members))


def _lines_within(spectrum: Spectrum, redshift: float, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    first, last = spectrum.wave[0], spectrum.wave[-1]
    return tuple(line for line in lines if first < line.wave * (1.0 + redshift) < last)


def _single_lines() -> tuple[Line, ...]:
    """All lines, but of a close doublet only the first member, for the profile holds both."""
    chosen: list[Line] = []
    for line in LINES:
        partner = close_partner(line)
        if partner is None or partner not in chosen:
            chosen.append(line)
    return tuple(chosen)


SINGLE_LINES = _single_lines()


def _overlaps(found: FilteredLines, sky: tuple[tuple[float, float], ...]) -> BoolArray:
    starts, stops = np.array(sky).reshape(-1, 2).T
    low, high = found.centres - found.sigmas, found.centres + found.sigmas
    return np.asarray(((low[:, None] < stops) & (high[:, None] > starts)).any(axis=1))


def _weights(lines: tuple[Line, ...], snrs: FloatArray, *, has_rival: bool) -> FloatArray:
    """Return how diagnostic each line is in a clear sky, shape (n_lines,); nan if not covered."""
    measured = snrs[0]
    expected, rival = _in_kind(lines, snrs[1:])
    weights = np.abs(expected)
    if has_rival:
        weights = weights + np.abs(expected - rival)
    is_strong = np.array([line.is_strong for line in lines], dtype=bool)
    weights = np.where(is_strong, np.maximum(weights, SEEN_UNEXPECTED * np.abs(measured)), weights)
    weights = weights + np.where(is_strong, STRONG, 0.0)
    weights = weights + np.array([CONFUSABLE_LINE * (line.name in CONFUSABLE) for line in lines])
    return np.asarray(weights)


def _seen(lines: tuple[Line, ...], measured: FloatArray, in_clear: FloatArray) -> FloatArray:
    """Return how strong each line is that may be seen in a window, expected or measured."""
    return np.asarray(np.maximum(in_clear, np.abs(_in_kind(lines, measured[None])[0])))


def _in_kind(lines: tuple[Line, ...], snrs: FloatArray) -> FloatArray:
    """Return what of `snrs` has the sign that a line can have; 0 for the rest."""
    lowest = np.array([0.0 if line.kind == "emission" else -np.inf for line in lines])
    highest = np.array([0.0 if line.kind == "absorption" else np.inf for line in lines])
    return np.asarray(np.clip(snrs, lowest, highest))


def _distinct(
    centres: FloatArray, weights: FloatArray, strengths: FloatArray, n_max: int
) -> list[int]:
    """Return the lines of the windows, each the strongest of those that share it.

    A weaker line beside a strong one, perhaps under a sky line, would show its wing as its own.
    """
    chosen: list[int] = []
    order = np.argsort(-np.where(np.isfinite(weights), weights, -np.inf), kind="stable")
    for i_line in order.tolist():
        if len(chosen) == n_max or not np.isfinite(weights[i_line]):
            break
        apart = np.abs(centres[chosen] / centres[i_line] - 1.0) * SPEED_OF_LIGHT
        if np.all(apart > SAME_WINDOW):
            around = np.abs(centres / centres[i_line] - 1.0) * SPEED_OF_LIGHT <= SAME_WINDOW
            strongest = int(np.nanargmax(np.where(around, strengths, -np.inf)))
            apart = np.abs(centres[chosen] / centres[strongest] - 1.0) * SPEED_OF_LIGHT
            chosen.append(strongest if np.all(apart > SAME_WINDOW) else i_line)
    return chosen
