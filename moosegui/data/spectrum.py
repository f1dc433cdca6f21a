"""An observed spectrum, with units, variance and medium settled by its reader."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, frozen
from moosegui.data.medium import Medium, convert

FLUX_UNIT = "1e-20 erg s-1 cm-2 Angstrom-1"
MIN_ZERO_RUN = 3  # exact zeros in a row that count as masked (docs/formats.md, section 0.10)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file leaves open, and what it may be.

    Parameters
    ----------
    what : "wave_unit", "medium", "flux" or "error"
        The field of `ReadingChoice` that answers.
    options : tuple of str
        Values of that field; where one was taken, it is the first.
    """

    what: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What of a file became a spectrum, for people.

    Parameters
    ----------
    kind : str
        What the file is: "MPDAF spectrum".
    wave, flux, error : str
        From what each was taken, with unit or meaning: "column ivar (inverse variance)"; `error`
        is empty when the file has none.
    unit : str
        The unit of the flux in the file.
    assumed, left_out : tuple of str
        Sentences: what the file does not say, and what it holds that could have been taken.
    unused : tuple of str
        Columns that no spectrum needs.
    guesses : tuple of Guess
        What was taken though something else fits as well.
    """

    kind: str = ""
    wave: str = ""
    flux: str = ""
    error: str = ""
    unit: str = ""
    assumed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """One observed spectrum; `ivar` of zero is the only mask.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Observed wavelengths in Angstrom, strictly increasing, in `medium`.
    flux : ndarray of shape (n_wave,)
        Flux density in `unit`; zero where masked.
    ivar : ndarray of shape (n_wave,)
        Inverse variance in `unit`^-2; zero where masked, never negative or infinite.
    medium : "vacuum" or "air"
        What `wave` is now; readers deliver vacuum.
    stored_medium : "vacuum", "air" or ""
        What the file held; empty when the file did not say.
    unit : str
        Unit of the flux, verbatim.
    name : str
        What the spectrum is called in its file.
    facts : tuple of str
        What the reader assumed or repaired, in sentences for the user.
    is_variance_estimated : bool
        Whether `ivar` was estimated from the scatter, for want of a variance.
    header : tuple of (keyword, text)
        Cards worth showing: identity, comments, history.
    provenance : Provenance
        What of the file it was made of.

    Raises
    ------
    ValueError
        If the arrays disagree in shape or the wavelengths do not increase.
    """

    wave: FloatArray
    flux: FloatArray
    ivar: FloatArray
    medium: Medium = "vacuum"
    stored_medium: str = ""
    unit: str = FLUX_UNIT
    name: str = ""
    facts: tuple[str, ...] = ()
    is_variance_estimated: bool = False
    header: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    provenance: Provenance = field(default_factory=Provenance, repr=False)

    def __post_init__(self) -> None:
        wave, flux, ivar = frozen(self.wave), np.array(self.flux), np.array(self.ivar)
        if wave.ndim != 1 or wave.shape != flux.shape or wave.shape != ivar.shape:
            shapes = f"{wave.shape}, {flux.shape}, {ivar.shape}"
            raise ValueError(f"wavelengths, fluxes and ivar differ in shape: {shapes}")
        if wave.size < 2 or not np.all(np.diff(wave) > 0):
            raise ValueError("the wavelengths of a spectrum must increase")
        usable = np.isfinite(flux) & np.isfinite(ivar) & (ivar > 0)
        object.__setattr__(self, "wave", wave)
        object.__setattr__(self, "flux", frozen(np.where(usable, flux, 0.0)))
        object.__setattr__(self, "ivar", frozen(np.where(usable, ivar, 0.0)))

    @property
    def is_masked(self) -> BoolArray:
        """Whether each pixel is masked, shape (n_wave,)."""
        return self.ivar <= 0

    @property
    def n_good(self) -> int:
        """Number of unmasked pixels."""
        return int(np.count_nonzero(self.ivar > 0))

    @property
    def sigma(self) -> FloatArray:
        """Standard deviation in `unit`, infinite where masked, shape (n_wave,)."""
        with np.errstate(divide="ignore"):
            return 1.0 / np.sqrt(self.ivar)

    @property
    def median_snr(self) -> float:
        """Median signal to noise per unmasked pixel; nan without any."""
        good = self.ivar > 0
        if not good.any():
            return float("nan")
        return float(np.median(self.flux[good] * np.sqrt(self.ivar[good])))

    def in_medium(self, medium: Medium) -> Spectrum:
        """Return the same spectrum with its wavelengths in `medium`."""
        if medium == self.medium:
            return self
        return replace(self, wave=convert(self.wave, self.medium, medium), medium=medium)

    def masked(self, ranges: tuple[tuple[float, float], ...]) -> Spectrum:
        """Return a copy with zero weight inside `ranges`, pairs of Angstrom in `medium`."""
        if not ranges:
            return self
        ivar = self.ivar.copy()
        for start, stop in ranges:
            ivar[(self.wave >= min(start, stop)) & (self.wave <= max(start, stop))] = 0.0
        return replace(self, ivar=ivar)


def zero_runs(flux: FloatArray, min_length: int = MIN_ZERO_RUN) -> BoolArray:
    """Mark runs of at least `min_length` exact zeros, which real files use as a mask.

    Parameters
    ----------
    flux : ndarray of shape (n_wave,)
        Flux densities in any unit.
    min_length : int
        Shortest run that counts.

    Returns
    -------
    ndarray of bool, shape (n_wave,)
    """
    is_zero = np.concatenate(([False], np.asarray(flux) == 0, [False]))
    edges = np.flatnonzero(np.diff(is_zero.astype(np.int8)))
    marked = np.zeros(len(flux), dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start >= min_length:
            marked[start:stop] = True
    return marked
