"""Parts of one spectrum, as arms, chips, segments or orders, joined by their inverse variances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.files.spectra.elements.assemble import RawSpectrum

MAX_OVERLAP = 0.5  # of the shorter of two ranges; what overlaps more is another spectrum


def wave_range(raw: RawSpectrum) -> tuple[float, float]:
    """Return the first and last wavelength, padding left out."""
    wave = raw.wave[np.isfinite(raw.wave) & (raw.wave > 0)]
    return (float(wave.min()), float(wave.max())) if wave.size else (0.0, 0.0)


def continues(raw: RawSpectrum, others: Sequence[RawSpectrum]) -> bool:
    """Whether a spectrum covers another range than `others`, in the same unit and medium."""
    low, high = wave_range(raw)
    for other in others:
        first, last = wave_range(other)
        shared = min(high, last) - max(low, first)
        if shared > MAX_OVERLAP * min(high - low, last - first):
            return False
        if (raw.unit, raw.stored_medium) != (other.unit, other.stored_medium):
            return False
    return True


def join(parts: Sequence[RawSpectrum], names: Sequence[str]) -> RawSpectrum:
    """Return one spectrum of several parts.

    Where two overlap, the later one is interpolated linearly onto the pixels of the earlier one,
    flux and variance alike, and both are averaged with their inverse variances; without variances
    with equal weights.

    Parameters
    ----------
    parts : sequence of RawSpectrum
        In the same unit and medium.
    names : sequence of str
        What the parts are called in the file.
    """
    if len(parts) == 1:
        return parts[0]
    order = sorted(range(len(parts)), key=lambda i: wave_range(parts[i]))
    has_variance = all(part.variance is not None for part in parts)
    columns = [_columns(parts[i]) for i in order]
    joined = columns[0]
    for column in columns[1:]:
        joined = _joined(joined, column)
    ranges = ", ".join("{:.0f}-{:.0f}".format(*wave_range(parts[i])) for i in order)
    how = "by their inverse variances" if has_variance else "with equal weights"
    said = f"{', '.join(names[i] for i in order)} ({ranges} Angstrom) were joined {how}."
    first = parts[0]
    wave, flux, variance, bad = joined
    return replace(
        first,
        wave=wave,
        flux=flux,
        variance=variance if has_variance else None,
        bad=bad > 0,
        name="+".join(names),
        facts=(*_facts([parts[i] for i in order], [names[i] for i in order]), said),
    )


def _facts(parts: Sequence[RawSpectrum], names: Sequence[str]) -> tuple[str, ...]:
    """Return what is said of the parts: what all share once, the rest with the part's name."""
    shared = [fact for fact in parts[0].facts if all(fact in part.facts for part in parts)]
    own = [
        f"{name}: {fact}"
        for part, name in zip(parts, names, strict=True)
        for fact in part.facts
        if fact not in shared
    ]
    return (*shared, *own)


def _columns(part: RawSpectrum) -> FloatArray:
    """Return wavelengths, fluxes, variances and quality, shape (4, n_wave), in order."""
    is_pixel = np.isfinite(part.wave) & (part.wave > 0)
    variance = np.ones_like(part.flux) if part.variance is None else part.variance
    bad = np.zeros(part.flux.shape) if part.bad is None else part.bad.astype(np.float64)
    with np.errstate(invalid="ignore"):
        bad = np.where(np.isfinite(part.flux) & np.isfinite(variance) & (variance > 0), bad, 1.0)
    columns = np.array([part.wave, part.flux, variance, bad])[:, is_pixel]
    return columns[:, np.argsort(columns[0], kind="stable")]


def _joined(first: FloatArray, second: FloatArray) -> FloatArray:
    start, stop = second[0, 0], second[0, -1]
    is_shared = (first[0] >= start) & (first[0] <= stop)
    shared = first[:, is_shared]
    if shared.shape[1]:
        wave = shared[0]
        flux, variance, bad = (np.interp(wave, second[0], row) for row in second[1:])
        is_good, was_good = bad <= 0, shared[3] <= 0
        # a part without a good pixel there has no weight
        before = np.where(was_good, 1.0 / np.where(was_good, shared[2], 1.0), 0.0)
        after = np.where(is_good, 1.0 / np.where(is_good, variance, 1.0), 0.0)
        weights = np.array([before, after])
        total = weights.sum(axis=0)
        fluxes = np.array([np.where(was_good, shared[1], 0.0), np.where(is_good, flux, 0.0)])
        has_any = total > 0
        safe = np.where(has_any, total, 1.0)
        mean = (weights * fluxes).sum(axis=0) / safe
        shared = np.array([wave, mean, 1.0 / safe, np.where(has_any, 0.0, 1.0)])
    rest = second[:, (second[0] < first[0, 0]) | (second[0] > first[0, -1])]
    # what the second covers where the first has a gap only the second knows; ends are enough here
    merged = np.concatenate([first[:, ~is_shared], shared, rest], axis=1)
    return merged[:, np.argsort(merged[0], kind="stable")]
