"""Two solutions compared: where their models differ, which ranges decide, and why in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, frozen
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.diagnostic import DiagnosticLine, rank_lines

N_RANGES = 6
SMOOTHING = 7  # pixels, about a line
POWER_KEPT = 0.6  # of the squared difference of the models that the ranges hold, before merging
GAP = 20.0  # Angstrom; closer ranges are one
MARGIN = 5.0  # Angstrom that a range shows beyond its pixels, so that one pixel can be seen
SEEN = 3.0  # sigma
MISSING = 0.5  # of what is expected, below which a line is missed
LISTED = 3  # most lines that a summary names for one solution


@dataclass(frozen=True, slots=True)
class DecidingRange:
    """Observed wavelengths in Angstrom over which the models differ.

    `delta_chi2` is what they add to chi2 of the second minus chi2 of the first: positive speaks
    for the first.
    """

    start: float
    stop: float
    delta_chi2: float


@dataclass(frozen=True, slots=True, eq=False)
class RivalComparison:
    """How two solutions differ.

    Parameters
    ----------
    difference : ndarray of shape (n_wave,)
        First model minus second in sigma of each pixel; zero where masked or not covered.
    ranges : tuple of DecidingRange
        At most 6, in order of wavelength.
    delta_chi2 : float
        chi2 of the second minus that of the first over the pixels that both models cover.
    summary : str
        One line in words.
    """

    difference: FloatArray
    ranges: tuple[DecidingRange, ...]
    delta_chi2: float
    summary: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "difference", frozen(self.difference))


def compare_solutions(
    spectrum: Spectrum,
    first: Reconstruction,
    second: Reconstruction,
    *,
    names: tuple[str, str] = ("solution 1", "solution 2"),
    sky: tuple[tuple[float, float], ...] = (),
) -> RivalComparison:
    """Compare two solutions of one spectrum.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    first, second : Reconstruction
        On the pixels of the spectrum, redshifts in the vacuum convention.
    names : (str, str)
        What the summary calls them.
    sky : tuple of (float, float)
        Ranges of observed wavelength in Angstrom with strong sky lines.

    Returns
    -------
    RivalComparison

    Raises
    ------
    ValueError
        If a model is not on the pixels of the spectrum.
    """
    for model in (first, second):
        if model.flux.shape != spectrum.flux.shape:
            raise ValueError(f"a model of {model.flux.size} for {spectrum.flux.size} pixels")
    is_covered = np.isfinite(first.flux) & np.isfinite(second.flux) & (spectrum.ivar > 0)
    one, two = (np.where(is_covered, model.flux, 0.0) for model in (first, second))
    scale = np.where(is_covered, np.sqrt(spectrum.ivar), 0.0)
    difference = (one - two) * scale
    # (f - m2)^2 - (f - m1)^2, each pixel in its own sigma
    gain = difference * (2.0 * spectrum.flux - one - two) * scale
    return RivalComparison(
        difference,
        _deciding_ranges(spectrum.wave, difference, gain),
        float(gain.sum()),
        _summarise(spectrum, (first, second), names, sky),
    )


def _deciding_ranges(
    wave: FloatArray, difference: FloatArray, gain: FloatArray
) -> tuple[DecidingRange, ...]:
    power = scipy.ndimage.uniform_filter1d(difference**2, SMOOTHING, mode="constant")
    if not power.sum() > 0:
        return ()
    descending = np.argsort(-power, kind="stable")
    n_kept = 1 + int(np.searchsorted(np.cumsum(power[descending]), POWER_KEPT * power.sum()))
    kept = np.zeros(wave.size, dtype=bool)
    kept[descending[:n_kept]] = True
    ranges = [_range(wave, gain, start, stop) for start, stop in _merged_runs(wave, kept)]
    ranges.sort(key=lambda found: -abs(found.delta_chi2))
    return tuple(sorted(ranges[:N_RANGES], key=lambda found: found.start))


def _range(wave: FloatArray, gain: FloatArray, start: int, stop: int) -> DecidingRange:
    first, last = max(wave[start] - MARGIN, wave[0]), min(wave[stop - 1] + MARGIN, wave[-1])
    is_inside = (wave >= first) & (wave <= last)
    return DecidingRange(float(first), float(last), float(gain[is_inside].sum()))


def _merged_runs(wave: FloatArray, kept: BoolArray) -> list[tuple[int, int]]:
    """Return start and stop of the runs of kept pixels, those less than `GAP` apart as one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    merged: list[tuple[int, int]] = []
    for start, stop in edges.reshape(-1, 2).tolist():
        if merged and wave[start] - wave[merged[-1][1] - 1] < GAP:
            merged[-1] = (merged[-1][0], stop)
        else:
            merged.append((start, stop))
    return merged


def _summarise(
    spectrum: Spectrum,
    models: tuple[Reconstruction, Reconstruction],
    names: tuple[str, str],
    sky: tuple[tuple[float, float], ...],
) -> str:
    parts = []
    for model, rival, name in zip(models, reversed(models), names, strict=True):
        lines = rank_lines(spectrum, model.redshift, model, rival=rival, sky=sky)
        parts.append(f"{name} {lines_in_words(lines)}")
    return "; ".join(parts)


def lines_in_words(lines: tuple[DiagnosticLine, ...]) -> str:
    """Say which lines a solution has, and the strongest that it expects and that is missing."""
    seen = [line for line in lines if _is_seen(line)]
    seen = sorted(seen, key=lambda line: -abs(line.snr))[:LISTED]
    missing = [line for line in lines if _is_missing(line)]
    phrases = []
    if seen:
        phrases.append(f"has {_listed([line.line.label for line in seen])} at {_sigmas(seen)}")
    if missing:
        worst = max(missing, key=lambda line: abs(line.expected_snr))
        phrases.append(f"expects {worst.line.label} at {worst.wave:,.0f} Å: {worst.snr:.1f} σ")
    return ", but ".join(phrases) if phrases else f"has no line above {SEEN:.0f} σ"


def _is_seen(line: DiagnosticLine) -> bool:
    """Whether the line is detected and the model wants it so, in emission or in absorption."""
    return abs(line.snr) >= SEEN and line.snr * line.expected_snr > 0


def _is_missing(line: DiagnosticLine) -> bool:
    seen = line.snr * np.sign(line.expected_snr)
    return abs(line.expected_snr) >= SEEN and bool(seen < MISSING * abs(line.expected_snr))


def _sigmas(lines: list[DiagnosticLine]) -> str:
    snrs = [line.snr for line in lines]
    return _listed([f"{snr:.1f} σ" if abs(snr) < 10 else f"{snr:.0f} σ" for snr in snrs])


def _listed(words: list[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
