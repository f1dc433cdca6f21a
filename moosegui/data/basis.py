"""A basis: non-negative rest-frame components on a logarithmic grid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, frozen
from moosegui.data.grids import LogGrid
from moosegui.data.medium import Medium, convert
from moosegui.data.spectrum import Spectrum

OBSERVED_RANGE = (4600.0, 9352.6)  # Angstrom, vacuum; what MUSE covers (docs/method.md, section 1)


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """`n_components` spectra whose non-negative sums describe every galaxy.

    Parameters
    ----------
    components : ndarray of shape (n_components, n_wave)
        Rest-frame flux per dex, arbitrary scale, >= 0 and finite.
    grid : LogGrid
        Rest wavelengths of the columns.
    medium : "vacuum" or "air"
        Medium of the observed wavelengths on which it was trained.
    observed_range : (float, float)
        Observed wavelengths in Angstrom (vacuum) for which it was made.
    name : str
        What the status bar shows.
    provenance : tuple of (key, value)
        How it was made.
    fingerprint : str
        First 16 hexadecimal digits of the SHA-256 of grid, medium and float32 components.

    Raises
    ------
    ValueError
        If the components are negative, not finite, or do not fit the grid.
    """

    components: FloatArray
    grid: LogGrid
    medium: Medium = "vacuum"
    observed_range: tuple[float, float] = OBSERVED_RANGE
    name: str = "basis"
    provenance: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fingerprint: str = field(init=False, default="")

    def __post_init__(self) -> None:
        components = frozen(self.components)
        if components.ndim != 2 or components.shape[1] != self.grid.n_wave:
            raise ValueError(
                f"components of shape {components.shape} on {self.grid.n_wave} samples"
            )
        if not np.isfinite(components).all() or (components < 0).any():
            raise ValueError("the components of a basis must be finite and not negative")
        object.__setattr__(self, "components", components)
        fingerprint = _fingerprint_of(components, self.grid, self.medium)
        object.__setattr__(self, "fingerprint", fingerprint)

    @property
    def n_components(self) -> int:
        """Number of components, the rank."""
        return int(self.components.shape[0])

    def is_made_for(self, spectrum: Spectrum) -> BoolArray:
        """Tell the pixels of a spectrum inside the observed range, shape (n_wave,).

        Raises
        ------
        ValueError
            If the media differ.
        """
        return pixels_within(spectrum, self.medium, self.observed_range)


def pixels_within(
    spectrum: Spectrum, medium: Medium, observed_range: tuple[float, float]
) -> BoolArray:
    """Tell the pixels of a spectrum inside the observed range of bases, shape (n_wave,).

    Raises
    ------
    ValueError
        If the spectrum is in another medium.
    """
    if spectrum.medium != medium:
        raise ValueError(f"a spectrum in {spectrum.medium} for a basis in {medium}")
    lower, upper = convert(observed_range, "vacuum", medium)
    return np.asarray((spectrum.wave >= lower) & (spectrum.wave <= upper))


def joint_fingerprint(bases: Sequence[Basis]) -> str:
    """Return the fingerprint of bases that are used together: that of the only one, or a new one.

    Parameters
    ----------
    bases : sequence of Basis
        At least one; their order counts, as the first gives the coefficients.
    """
    if len(bases) == 1:
        return bases[0].fingerprint
    digest = hashlib.sha256("+".join(basis.fingerprint for basis in bases).encode())
    return digest.hexdigest()[:16]


def joint_name(bases: Sequence[Basis]) -> str:
    """Return what the status bar shows of bases that are used together: `survey rank 12 + 11`."""
    split = [basis.name.rpartition(" ") for basis in bases]
    if len({start for start, _, _ in split}) > 1 or not split[0][0]:
        return " + ".join(basis.name for basis in bases)
    return f"{split[0][0]} {' + '.join(last for _, _, last in split)}"


def _fingerprint_of(components: FloatArray, grid: LogGrid, medium: Medium) -> str:
    digest = hashlib.sha256()
    start, step = float(grid.log10_start), float(grid.log10_step)
    digest.update(repr((start, step, medium)).encode())
    digest.update(np.ascontiguousarray(components, dtype="<f4").tobytes())
    return digest.hexdigest()[:16]
