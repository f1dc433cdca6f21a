"""Put an observed spectrum on the logarithmic grid, as flux per dex (docs/method.md, section 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid
from moosegui.data.results import ScanFlag
from moosegui.data.spectrum import Spectrum

LN10 = float(np.log(10.0))


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedSpectrum:
    """A spectrum on the samples of a grid that lie inside its own range.

    Parameters
    ----------
    start : int
        Sample of the grid (possibly beyond its end) on which the window begins.
    flux : ndarray of shape (n_samples,)
        Flux per dex: g = ln10 wave f_lambda.
    weight : ndarray of shape (n_samples,)
        Inverse variance of `flux`, zero where masked.
    n_pixels : int
        Unmasked pixels that went in.
    flags : ScanFlag
        NO_DATA, CLIPPED, NEGATIVE_MEDIAN, VARIANCE_ESTIMATED where they apply.
    facts : tuple of str
    """

    start: int
    flux: FloatArray
    weight: FloatArray
    n_pixels: int
    flags: ScanFlag
    facts: tuple[str, ...] = ()

    @property
    def n_samples(self) -> int:
        """Number of samples L of the window."""
        return int(self.flux.size)

    @property
    def oversampling(self) -> float:
        """Weighted samples per unmasked pixel."""
        return float(np.count_nonzero(self.weight)) / max(self.n_pixels, 1)


def embed(spectrum: Spectrum, basis: Basis) -> EmbeddedSpectrum:
    """Interpolate a spectrum on the grid of a basis.

    Pixels outside `basis.observed_range` are clipped: kept, they would change the set of
    fitted samples, and with it chi2, from trial to trial.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis

    Returns
    -------
    EmbeddedSpectrum
        Empty, with the flag NO_DATA, when no unmasked pixel lies in the range.

    Raises
    ------
    ValueError
        If the media differ.
    """
    inside = basis.is_made_for(spectrum)
    good = inside & (spectrum.ivar > 0)
    flags, facts = _describe(spectrum, inside, good)
    if np.count_nonzero(good) < 2:
        empty = np.empty(0)
        return EmbeddedSpectrum(0, empty, empty, 0, flags | ScanFlag.NO_DATA, facts)
    first, last = np.flatnonzero(good)[[0, -1]]
    window = slice(first, last + 1)
    start, flux, weight = resample(
        spectrum.wave[window], spectrum.flux[window], spectrum.ivar[window], basis.grid
    )
    if not np.any(weight > 0):
        flags |= ScanFlag.NO_DATA
    return EmbeddedSpectrum(start, flux, weight, int(np.count_nonzero(good)), flags, facts)


def _describe(
    spectrum: Spectrum, inside: np.ndarray, good: np.ndarray
) -> tuple[ScanFlag, tuple[str, ...]]:
    flags, facts = ScanFlag(0), []
    n_clipped = int(np.count_nonzero(~inside & (spectrum.ivar > 0)))
    if n_clipped:
        flags |= ScanFlag.CLIPPED
        facts.append(f"{n_clipped} pixels outside the range of the basis were left out")
    if good.any() and np.median(spectrum.flux[good]) < 0:
        flags |= ScanFlag.NEGATIVE_MEDIAN
    if spectrum.is_variance_estimated:
        flags |= ScanFlag.VARIANCE_ESTIMATED
    return flags, tuple(facts)


def resample(
    wave: FloatArray, flux: FloatArray, ivar: FloatArray, grid: LogGrid
) -> tuple[int, FloatArray, FloatArray]:
    """Interpolate flux per dex and its variance linearly in log10 of the wavelength.

    Parameters
    ----------
    wave, flux, ivar : ndarray of shape (n_wave,)
        Observed wavelengths in Angstrom, flux densities and their inverse variance (0 = masked).
    grid : LogGrid

    Returns
    -------
    start : int
        First sample of the window, counted on the grid extended to both sides.
    flux : ndarray of shape (n_samples,)
        Flux per dex.
    weight : ndarray of shape (n_samples,)
        Its inverse variance; zero where a pixel on either side is masked.
    """
    from moosegui.fit.scan import _pixel_kernels  # with numba, after the window has appeared

    position = (np.log10(wave) - grid.log10_start) / grid.log10_step
    start = int(np.ceil(position[0] - 1e-9))
    stop = int(np.floor(position[-1] + 1e-9)) + 1
    per_dex = LN10 * wave
    with np.errstate(divide="ignore"):
        variance = np.where(ivar > 0, per_dex**2 / np.where(ivar > 0, ivar, 1.0), np.inf)
    sampled, weight = np.empty(max(stop - start, 0)), np.empty(max(stop - start, 0))
    _pixel_kernels.resample(position, per_dex * flux, variance, start, sampled, weight)
    return start, sampled, weight
