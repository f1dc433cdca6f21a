"""What a survey must pass before a basis is learned from it, and how much each spectrum counts.

Nothing is repaired here: spectra that would teach a basis something wrong are left out, with the
reason, so that the expert can look at them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.grids import LogGrid
from moosegui.fit.basis.windows import RealArray

NOISE_LIMIT = 2.0  # dex from the median noise of the survey; depths of fields differ by about one
NOISE_MADS = 9.0  # robust standard deviations, for surveys that are more diverse than that
SCATTER_LIMITS = (1.0 / 20.0, 50.0)  # scatter from pixel to pixel over the errors that were given
MIN_COVERAGE = 0.1  # fraction of the pixels that are not masked
SAME_SPECTRUM = 1e-5  # in 1 - correlation; two exposures of one source differ by their noise
N_PROBES = 3
FIRST_GUESS = 1e-4  # in a probe of unit length, within which duplicates are looked for
ROWS_AT_ONCE = 512


@dataclass(frozen=True, slots=True, eq=False)
class TrainingLabels:
    """What the catalogue says of each spectrum.

    Parameters
    ----------
    redshift : ndarray of shape (n,)
        nan without one.
    zconf : ndarray of int, shape (n,)
        -1 without one.
    kind : tuple of str
        Classes; empty when unknown.
    blend : ndarray of shape (n,)
        Flux of a second galaxy relative to the first; 0 without one, infinite where only a flag
        says so.

    Raises
    ------
    ValueError
        If the lengths disagree.
    """

    redshift: FloatArray
    zconf: IntArray
    kind: tuple[str, ...]
    blend: FloatArray

    def __post_init__(self) -> None:
        sizes = (self.redshift.size, self.zconf.size, len(self.kind), self.blend.size)
        if len(set(sizes)) != 1:
            raise ValueError(f"labels of {sizes} spectra")


@dataclass(frozen=True, slots=True)
class QualityCuts:
    """What is left out of a training set.

    Parameters
    ----------
    zconf_min : int
        Smallest confidence; not asked for where the survey has none at all.
    max_blend : float
        Largest relative flux of a second galaxy.
    """

    zconf_min: int = 2
    max_blend: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Rejection:
    """Which spectra were left out for one reason, by row."""

    reason: str
    rows: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Which spectra a basis is learned from.

    Parameters
    ----------
    is_kept : ndarray of bool, shape (n,)
    rejections : tuple of Rejection
        The others; each spectrum stands under the first reason that applies.
    """

    is_kept: BoolArray
    rejections: tuple[Rejection, ...]


def cut_spectra(
    flux: RealArray,
    ivar: RealArray,
    labels: TrainingLabels,
    grid: LogGrid,
    *,
    wave_range: tuple[float, float],
    rules: QualityCuts | None = None,
) -> Selection:
    """Find the spectra that must not be learned from.

    Parameters
    ----------
    flux, ivar : ndarray of shape (n, n_pixels)
        One unit for all; ivar 0 where masked.
    labels : TrainingLabels
    grid : LogGrid
        Of the basis to be learned.
    wave_range : (float, float)
        First and last observed wavelength in Angstrom.
    rules : QualityCuts, optional

    Returns
    -------
    Selection
    """
    rules = rules or QualityCuts()
    sorter = _Sorter(len(labels.kind))
    redshift, known = labels.redshift, np.isfinite(labels.redshift) & (labels.redshift > -1)
    sorter.reject("no redshift", ~known)
    if (labels.zconf >= 0).any():
        sorter.reject(f"ZCONF below {rules.zconf_min}", labels.zconf < rules.zconf_min)
    stretch = 1.0 + np.where(known, redshift, 0.0)
    first, last = grid.wave_range
    beside = (wave_range[1] / stretch <= first) | (wave_range[0] / stretch >= last)
    sorter.reject("its redshift puts it beside the grid", beside)
    sorter.reject(
        f"a blend (FRAC2 above {rules.max_blend:g}, or flagged)", _is_blend(labels, rules)
    )
    sorter.reject("nearly all pixels are masked", _coverage(ivar) < MIN_COVERAGE)
    noise, scatter = _noise_and_scatter(flux, ivar)
    sorter.reject("its noise is far from that of the others: another unit?", _is_outlier(noise))
    low, high = SCATTER_LIMITS
    wrong = (scatter < low) | (scatter > high)
    sorter.reject("its errors do not fit its scatter: a standard deviation as variance?", wrong)
    sorter.reject("the same spectrum as another one", find_duplicates(flux, sorter.is_kept))
    return sorter.result()


class _Sorter:
    """Collects rejections; what is out stays out."""

    def __init__(self, n: int) -> None:
        self.is_kept: BoolArray = np.ones(n, dtype=bool)
        self._rejections: list[Rejection] = []

    def reject(self, reason: str, is_bad: BoolArray) -> None:
        rows = np.flatnonzero(is_bad & self.is_kept)
        if rows.size:
            self.is_kept[rows] = False
            self._rejections.append(Rejection(reason, rows))

    def result(self) -> Selection:
        return Selection(self.is_kept, tuple(self._rejections))


def _is_blend(labels: TrainingLabels, rules: QualityCuts) -> BoolArray:
    return np.asarray(np.nan_to_num(labels.blend, nan=0.0, posinf=np.inf) > rules.max_blend)


def _coverage(ivar: RealArray) -> FloatArray:
    """Return the fraction of each spectrum that is not masked, some rows at a time."""
    coverage = np.empty(len(ivar))
    for first in range(0, len(ivar), ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        coverage[rows] = np.mean(ivar[rows] > 0, axis=1)
    return coverage


def _noise_and_scatter(flux: RealArray, ivar: RealArray) -> tuple[FloatArray, FloatArray]:
    """Return log10 of the median error, and the scatter from pixel to pixel in units of it.

    The scatter is 1.4826 MAD of the differences of neighbours over sqrt(2): lines and breaks do
    not move it. Both are nan where nearly nothing is unmasked.
    """
    noise, scatter = np.full((2, len(flux)), np.nan)
    for row in range(len(flux)):
        good = ivar[row] > 0
        if np.count_nonzero(good) < 10:
            continue
        sigma = float(np.median(1.0 / np.sqrt(ivar[row, good].astype(np.float64))))
        steps = np.diff(flux[row, good].astype(np.float64))
        noise[row] = np.log10(sigma)
        scatter[row] = 1.4826 * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2.0) / sigma
    return noise, scatter


def _is_outlier(noise: FloatArray) -> BoolArray:
    finite = np.isfinite(noise)
    if not finite.any():
        return np.zeros(noise.size, dtype=bool)
    offset = np.abs(noise - np.median(noise[finite]))
    limit = max(NOISE_LIMIT, NOISE_MADS * 1.4826 * float(np.median(offset[finite])))
    return np.asarray(offset > limit)


def find_duplicates(flux: RealArray, is_asked: BoolArray) -> BoolArray:
    """Mark spectra that another, earlier row repeats, be it multiplied by a factor.

    Spectra of unit length are projected on random directions; only those that agree there are
    compared in full.

    Parameters
    ----------
    flux : ndarray of shape (n, n_pixels)
    is_asked : ndarray of bool, shape (n,)
        Rows that are compared at all.

    Returns
    -------
    ndarray of bool, shape (n,)
        The first of several stays unmarked.
    """
    rows = np.flatnonzero(is_asked)
    probes = np.random.default_rng(0).normal(size=(flux.shape[1], N_PROBES))
    probes *= np.sqrt(flux.shape[1]) / np.linalg.norm(probes, axis=0)
    positions = np.empty((rows.size, N_PROBES))
    for start in range(0, rows.size, ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        positions[start : start + part.size] = _unit(flux[part]) @ probes
    order = np.argsort(positions[:, 0], kind="stable")
    marked = np.zeros(flux.shape[0], dtype=bool)
    for i, here in enumerate(order):
        for there in order[i + 1 :]:
            apart = np.abs(positions[there] - positions[here])
            if apart[0] > FIRST_GUESS:
                break
            if (apart < FIRST_GUESS).all() and _is_same(flux[rows[here]], flux[rows[there]]):
                marked[max(rows[here], rows[there])] = True
    return marked


def _unit(flux: RealArray) -> FloatArray:
    flux = flux.astype(np.float64)
    length = np.linalg.norm(flux, axis=-1, keepdims=True)
    return np.asarray(flux / np.where(length > 0, length, 1.0))


def _is_same(first: RealArray, second: RealArray) -> bool:
    return bool(1.0 - _unit(first) @ _unit(second) < SAME_SPECTRUM)


@dataclass(frozen=True, slots=True)
class Balance:
    """How much a spectrum counts: 1 / n^class_power / max(1, S/N)^snr_power.

    Parameters
    ----------
    class_power : float
        Of the number n of spectra of its class and redshift bin; 0 lets every spectrum count alike.
    redshift_bin : float
        Width of the bins.
    snr_power : float
        Of the median S/N per pixel; 0 for the plain chi2 of the published method.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    class_power: float = 0.5
    redshift_bin: float = 0.5
    snr_power: float = 1.0

    def __post_init__(self) -> None:
        if not (self.class_power >= 0 and self.snr_power >= 0 and self.redshift_bin > 0):
            raise ValueError(f"cannot weight with {self}")


def importance_of(
    redshift: FloatArray, kind: tuple[str, ...], snr: FloatArray, balance: Balance
) -> FloatArray:
    """Return the factor on each spectrum's inverse variances, of mean 1, shape (n,).

    Parameters
    ----------
    redshift : ndarray of shape (n,)
    kind : tuple of str
    snr : ndarray of shape (n,)
        Median S/N per pixel.
    balance : Balance
    """
    bins = np.floor(redshift / balance.redshift_bin).astype(np.int64).tolist()
    keys = list(zip(kind, bins, strict=True))
    counts = Counter(keys)
    importance = np.array([counts[key] for key in keys], dtype=np.float64) ** -balance.class_power
    importance /= np.maximum(1.0, np.nan_to_num(snr)) ** balance.snr_power
    return np.asarray(importance / importance.mean())


def median_snr(flux: RealArray, ivar: RealArray) -> FloatArray:
    """Return the median S/N per unmasked pixel of each spectrum, shape (n,); nan without any."""
    values = np.full(len(flux), np.nan)
    for row in range(len(flux)):
        good = ivar[row] > 0
        if good.any():
            values[row] = np.median(flux[row, good] * np.sqrt(ivar[row, good]))
    return values
