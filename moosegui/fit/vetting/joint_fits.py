"""One more galaxy beside those that are known: its weights, and then what it explains where.

The weights follow from normal equations, and by how much chi2 falls from them. What lies on which
pixel costs as much again and is asked for only where it can matter (`moosegui.fit.vetting.gain`).
Emission lines touch few pixels: their products with the components are summed over these, and the
polynomials taken out of the sums instead of the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.fit.scan.embed import LN10
from moosegui.fit.scan.reconstruct import components_on_pixels
from moosegui.fit.vetting.known_sources import KnownSources, polynomial

KEPT = 8  # bases, turned


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The fit of the known galaxies and one more.

    Parameters
    ----------
    redshift : float
    gains : ndarray of shape (n_wave,)
        By how much chi2 falls at each pixel.
    chi2 : float
        What is left.
    known : KnownSources
    basis : Basis
        Of the other galaxy.
    weights : ndarray of shape (n_columns + n_components,)
        Of the columns of the known galaxies, then of the components of the basis.
    """

    redshift: float
    gains: FloatArray = field(repr=False)
    chi2: float
    known: KnownSources = field(repr=False)
    basis: Basis = field(repr=False)
    weights: FloatArray = field(repr=False)

    @property
    def first(self) -> FloatArray:
        """Flux density of the known galaxies with the polynomials, shape (n_wave,)."""
        known = self.known
        galaxies = self.weights[: len(known.columns)] @ known.columns
        left = known.spectrum.flux - galaxies - self.second
        return galaxies + polynomial(left, known.root, known.smooth)

    @property
    def second(self) -> FloatArray:
        """Flux density of the other galaxy, shape (n_wave,)."""
        components, _ = components_on_pixels(self.known.spectrum, self.basis, self.redshift)
        return np.asarray(self.weights[len(self.known.columns) :] @ components)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The weights of the known galaxies and one more, not followed to the pixels.

    Parameters
    ----------
    redshift : float
    i_basis : int
        Which of the bases of the known galaxies.
    smooth : ndarray of shape (n_smooth, n_components)
        Products of the polynomials with the components.
    weights : ndarray of shape (n_columns + n_components,)
        As in `Joined`.
    chi2 : float
        What is left, by the normal equations.
    """

    redshift: float
    i_basis: int
    smooth: FloatArray = field(repr=False)
    weights: FloatArray = field(repr=False)
    chi2: float


class JointFits:
    """Fits one more galaxy together with those that are known, redshift by redshift.

    Parameters
    ----------
    known : KnownSources
    """

    def __init__(self, known: KnownSources) -> None:
        self.known = known
        self._square = float(np.sum(known.data**2))
        self._guess = np.flatnonzero(known.weights > 0)
        self._places = [_places(known, basis) for basis in known.bases]

    @property
    def square(self) -> float:
        """Sum of the squared data, which is the scale of the rounding of chi2."""
        return self._square

    def weigh(self, redshift: float, i_basis: int = 0) -> Weighed:
        """Fit a basis at one more redshift together with the known galaxies.

        Parameters
        ----------
        redshift : float
            As-is convention of the basis' medium.
        i_basis : int
            Which of the bases of the known galaxies.
        """
        return self._weigh(redshift, i_basis, self._added(redshift, i_basis))

    def follow(self, weighed: Weighed) -> Joined:
        """Return what a galaxy explains pixel by pixel."""
        return self._follow(weighed, self._added(weighed.redshift, weighed.i_basis))

    def join(self, redshift: float, i_basis: int = 0) -> Joined:
        """Weigh a galaxy and follow it at once."""
        added = self._added(redshift, i_basis)
        return self._follow(self._weigh(redshift, i_basis, added), added)

    def _weigh(self, redshift: float, i_basis: int, added: FloatArray) -> Weighed:
        from moosegui.fit.vetting import _joint_kernels  # with numba, after the window has appeared

        known = self.known  # what is added is not freed of polynomials, of which the rest is
        dense = known.directions @ added
        weights = np.empty(len(known.columns) + added.shape[1])
        explained = _joint_kernels.solve_joint(
            (known.gram, known.projection),
            (known.lines.products(added), known.of_smooth),
            (dense, added.T @ added, known.data @ added),
            self._square**0.5,
            self._guess,
            weights,
        )
        if not np.isfinite(explained):
            raise ArithmeticError(f"no joint fit at a redshift of {redshift}")
        smooth = dense[: len(known.smooth)]
        return Weighed(redshift, i_basis, smooth, weights, self._square - explained)

    def _follow(self, weighed: Weighed, added: FloatArray) -> Joined:
        known = self.known
        of_basis, of_lines, own = np.split(weighed.weights, (known.n_basis, len(known.columns)))
        mixed = np.append(-(weighed.smooth @ own) - of_lines @ known.of_smooth, of_basis)
        explained = mixed @ known.directions + known.lines.mixed(of_lines) + added @ own
        residual = known.data - explained
        return Joined(
            redshift=weighed.redshift,
            gains=known.residual**2 - residual**2,
            chi2=float(residual @ residual),
            known=known,
            basis=known.bases[weighed.i_basis],
            weights=weighed.weights,
        )

    def _added(self, redshift: float, i_basis: int) -> FloatArray:
        """Return the weighted components on the pixels, shape (n_wave, n_components)."""
        from moosegui.fit.vetting import _joint_kernels  # with numba, after the window has appeared

        basis, (at_rest, factor) = self.known.bases[i_basis], self._places[i_basis]
        offset = float(np.log10(1.0 + redshift)) / basis.grid.log10_step
        sampled = np.empty((at_rest.size, basis.n_components))
        _joint_kernels.sample_weighted(_turned(basis), at_rest, offset, factor, sampled)
        return sampled


def _places(known: KnownSources, basis: Basis) -> tuple[FloatArray, FloatArray]:
    """Return where the pixels are on the grid at z = 0, and by what components are multiplied."""
    wave, grid = known.spectrum.wave, basis.grid
    at_rest = (np.log10(wave) - grid.log10_start) / grid.log10_step
    density = np.where(basis.is_made_for(known.spectrum), 1.0 / (LN10 * wave), 0.0)
    return at_rest, density * known.root


def join(known: KnownSources, redshift: float, i_basis: int = 0) -> Joined:
    """Fit a basis at one more redshift together with the known galaxies.

    Parameters
    ----------
    known : KnownSources
    redshift : float
        As-is convention of the basis' medium.
    i_basis : int
        Which of the bases of the known galaxies.

    Returns
    -------
    Joined
    """
    return JointFits(known).join(redshift, i_basis)


@lru_cache(maxsize=KEPT)
def _turned(basis: Basis) -> FloatArray:
    """Return the components of each sample side by side, shape (n_samples, n_components)."""
    return np.ascontiguousarray(basis.components.T)
