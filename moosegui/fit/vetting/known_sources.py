"""One or more galaxies at known redshifts, fitted to a spectrum; and whether there is another.

Each known galaxy is the basis at its redshift plus what its gas may emit, non-negative; a few
Legendre polynomials of either sign take the errors of the flux calibration. The variance is raised
by how well the model can be trusted: a few per cent, more in the Lyman alpha forest. Polynomials
are projected out of data and columns, so that only non-negative coefficients remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.basis import Basis
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.nnls import solve
from moosegui.fit.scan.reconstruct import components_on_pixels
from moosegui.fit.vetting.galaxy_lines import sparse_line_columns
from moosegui.fit.vetting.sparse_rows import SparseRows, joined_rows, sparse_rows

N_SMOOTH = 8  # Legendre polynomials over the spectrum
N_FOREST = 4  # of them once more for the forest alone: its depth differs from sight to sight
MIN_PIXELS = 100  # on both sides of Lyman alpha, for the forest to be treated apart
MODEL_ERROR = 0.05  # of the local model; half and twice as much do equally well
LYA_ERROR = 0.3  # where damping wings and outflows shape the continuum, which no basis holds
FOREST_ERROR = 0.15
LYA_REGION = (1180.0, 1245.0)  # Angstrom, rest
WEAK = 1e-3  # squared norm of a line without polynomials over that with them
DEAD = 1e-6  # relative norm of a column that polynomials already explain


@dataclass(frozen=True, slots=True, eq=False)
class KnownSources:
    """The fit of galaxies at known redshifts.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    bases : tuple of Basis
        Each known galaxy is a non-negative mixture of the components of all of them.
    redshifts : tuple of float
        As-is convention of the bases' medium; empty for the polynomials alone.
    root : ndarray of shape (n_wave,)
        Square roots of the weights.
    columns : ndarray of shape (n_columns, n_wave)
        Flux densities.
    directions : ndarray of shape (n_smooth + n_basis, n_wave)
        Polynomials, weighted and orthonormal; then the components of the bases, weighted and freed
        of them.
    lines : SparseRows
        The other columns, weighted and not freed.
    of_smooth : ndarray of shape (n_columns - n_basis, n_smooth)
        Their products with the polynomials.
    data : ndarray of shape (n_wave,)
        The spectrum, weighted and freed of polynomials.
    gram, projection : ndarray of shape (n_columns, n_columns) and (n_columns,)
        The normal equations.
    n_basis : int
        How many of the columns, the first ones, are components of the bases.
    weights : ndarray of shape (n_columns,)
        Not negative.
    model : ndarray of shape (n_wave,)
        Flux density of everything, polynomials included.
    residual : ndarray of shape (n_wave,)
        Weighted, freed of polynomials.
    """

    spectrum: Spectrum
    bases: tuple[Basis, ...]
    redshifts: tuple[float, ...]
    root: FloatArray = field(repr=False)
    columns: FloatArray = field(repr=False)
    directions: FloatArray = field(repr=False)
    lines: SparseRows = field(repr=False)
    of_smooth: FloatArray = field(repr=False)
    data: FloatArray = field(repr=False)
    gram: FloatArray = field(repr=False)
    projection: FloatArray = field(repr=False)
    n_basis: int
    weights: FloatArray = field(repr=False)
    model: FloatArray = field(repr=False)
    residual: FloatArray = field(repr=False)

    @property
    def smooth(self) -> FloatArray:
        """Polynomials, weighted and orthonormal, shape (n_smooth, n_wave)."""
        return self.directions[: len(self.directions) - self.n_basis]

    @property
    def chi2(self) -> float:
        """Sum of squared weighted residuals."""
        return float(self.residual @ self.residual)

    @property
    def n_fitted(self) -> int:
        """Number of pixels with weight."""
        return int(np.count_nonzero(self.root))

    @property
    def trusted(self) -> Spectrum:
        """The spectrum, its variances raised by how little the model can be trusted."""
        return replace(self.spectrum, ivar=self.root**2)


def fit_known(
    spectrum: Spectrum,
    basis: Basis,
    redshifts: tuple[float, ...],
    *,
    companions: Sequence[Basis] = (),
    given: FloatArray | None = None,
) -> KnownSources:
    """Fit galaxies at known redshifts.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    redshifts : tuple of float
        As-is convention of the basis' medium.
    companions : sequence of Basis
        Their components join those of `basis`: what one of them lacks is no other galaxy.
    given : ndarray of shape (n_wave,), optional
        Flux density that another line fit assigns to the known galaxies; replaces our lines.

    Returns
    -------
    KnownSources

    Raises
    ------
    ValueError
        If the media differ.
    """
    ivar = np.where(basis.is_made_for(spectrum), spectrum.ivar, 0.0)
    frame = _Frame(
        spectrum, (basis, *companions), redshifts, smooth_polynomials(spectrum.wave, redshifts)
    )
    design = _design(frame, given)
    first = _fit(frame, np.sqrt(ivar), design)
    if not first.weights.size:
        return _known(frame, design, first)
    trusted = _with_model_error(ivar, frame, first)
    # columns that the first fit does not use are left out: each would cost in every joint fit
    kept = design.some(first.weights > 0)
    return _known(frame, kept, _fit(frame, np.sqrt(trusted), kept))


def smooth_again(smooth: KnownSources, spectrum: Spectrum) -> KnownSources:
    """Fit the continuum alone to another spectrum with the same pixels and variances.

    Parameters
    ----------
    smooth : KnownSources
        `fit_known(spectrum, basis, ())` of the one.
    spectrum : Spectrum
        The other.
    """
    data = _freed(spectrum.flux * smooth.root, smooth.smooth)
    model = polynomial(spectrum.flux, smooth.root, smooth.smooth)
    return replace(smooth, spectrum=spectrum, data=data, model=model, residual=data)


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What every fit of the same galaxies shares."""

    spectrum: Spectrum
    bases: tuple[Basis, ...]
    redshifts: tuple[float, ...]
    polynomials: FloatArray


class _Design(NamedTuple):
    """The columns of the known galaxies: components of the bases, and emission lines."""

    components: FloatArray
    lines: SparseRows

    def some(self, kept: BoolArray) -> _Design:
        """Return the columns that are kept, by a mask of shape (n_columns,)."""
        n_basis = len(self.components)
        return _Design(self.components[kept[:n_basis]], self.lines.some(kept[n_basis:]))


class _Fit(NamedTuple):
    """A fit, in the words of `KnownSources`; `galaxies` is the model without polynomials."""

    root: FloatArray
    directions: FloatArray
    lines: SparseRows
    of_smooth: FloatArray
    data: FloatArray
    gram: FloatArray
    projection: FloatArray
    weights: FloatArray
    galaxies: FloatArray
    model: FloatArray


def _design(frame: _Frame, given: FloatArray | None) -> _Design:
    spectrum, redshifts = frame.spectrum, frame.redshifts
    components = [
        components_on_pixels(spectrum, basis, z)[0] for z in redshifts for basis in frame.bases
    ]
    nothing = np.empty((0, spectrum.wave.size))
    if given is not None:
        lines = sparse_rows(np.nan_to_num(given)[None])
    else:
        lines = joined_rows(
            [sparse_line_columns(spectrum.wave, z) for z in redshifts] or [sparse_rows(nothing)]
        )
    return _Design(np.vstack([*components, nothing]), lines)


def smooth_polynomials(wave: FloatArray, redshifts: tuple[float, ...]) -> FloatArray:
    """Return Legendre polynomials, and the first ones again blueward of each Lyman alpha.

    Returns
    -------
    ndarray of shape (n_smooth, n_wave)
    """
    x = 2.0 * (wave - wave[0]) / (wave[-1] - wave[0]) - 1.0
    polynomials = np.polynomial.legendre.legvander(x, N_SMOOTH - 1).T
    rows = [polynomials]
    for redshift in redshifts:
        is_forest = wave < LINES_BY_NAME["LYA"].wave * (1.0 + redshift)
        n_forest = np.count_nonzero(is_forest)
        if MIN_PIXELS < n_forest < wave.size - MIN_PIXELS:
            rows.append(polynomials[:N_FOREST] * is_forest)
    return np.vstack(rows)


def _with_model_error(ivar: FloatArray, frame: _Frame, fitted: _Fit) -> FloatArray:
    """Add in quadrature what the model cannot be trusted to."""
    relative = np.full(ivar.size, MODEL_ERROR if frame.redshifts else 0.0)
    for redshift in frame.redshifts:
        rest = frame.spectrum.wave / (1.0 + redshift)
        relative[rest < LYA_REGION[0]] = FOREST_ERROR
        relative[(rest >= LYA_REGION[0]) & (rest < LYA_REGION[1])] = LYA_ERROR
    error = relative * np.maximum(np.abs(fitted.model), fitted.galaxies)
    return np.asarray(ivar / (1.0 + ivar * error**2))


def _fit(frame: _Frame, root: FloatArray, design: _Design) -> _Fit:
    """Fit the columns; lines are freed of polynomials in their products, not on the pixels."""
    flux, n_basis = frame.spectrum.flux, len(design.components)
    smooth = _orthonormal(frame.polynomials * root)
    data = _freed(flux * root, smooth)
    components = _freed(design.components * root, smooth)
    lines = design.lines.times(root)
    directions = np.vstack([smooth, components])
    products = lines.products(np.ascontiguousarray(np.vstack([directions, data]).T))
    of_smooth = np.ascontiguousarray(products[:, : len(smooth)])  # for kernels: one layout
    gram = np.empty((n_basis + len(lines), n_basis + len(lines)))
    gram[:n_basis, :n_basis] = components @ components.T
    gram[n_basis:, :n_basis] = products[:, len(smooth) : -1]
    gram[:n_basis, n_basis:] = gram[n_basis:, :n_basis].T
    gram[n_basis:, n_basis:] = _gram_of_lines(lines, smooth, of_smooth)
    projection = np.append(components @ data, products[:, -1])
    norms = np.sqrt(np.maximum(np.diagonal(gram), 0.0))
    is_dead = norms <= DEAD * norms.max(initial=0.0)
    gram[is_dead], gram[:, is_dead], projection[is_dead] = 0.0, 0.0, 0.0
    directions[len(smooth) :][is_dead[:n_basis]] = 0.0
    weights = _solve(gram, projection, data)
    galaxies = weights[:n_basis] @ design.components + design.lines.mixed(weights[n_basis:])
    model = galaxies + polynomial(flux - galaxies, root, smooth)
    return _Fit(
        root, directions, lines, of_smooth, data, gram, projection, weights, galaxies, model
    )


def _gram_of_lines(lines: SparseRows, smooth: FloatArray, of_smooth: FloatArray) -> FloatArray:
    """Return the products of the lines with each other, freed of polynomials.

    Of lines that polynomials nearly explain, at an end of the spectrum, the difference of the sums
    would be rounding: these are freed on the pixels.
    """
    whole = lines.gram()
    gram = np.asarray(whole - of_smooth @ of_smooth.T)
    is_weak = np.diagonal(gram) < WEAK * np.diagonal(whole)
    if is_weak.any():
        weak = _freed(_freed(lines.some(is_weak).dense(), smooth), smooth)
        gram[:, is_weak] = lines.products(np.ascontiguousarray(weak.T))
        gram[is_weak] = gram[:, is_weak].T
        gram[np.ix_(is_weak, is_weak)] = weak @ weak.T
    return gram


def _known(frame: _Frame, design: _Design, fitted: _Fit) -> KnownSources:
    n_basis = len(design.components)
    own, of_lines = fitted.weights[:n_basis], fitted.weights[n_basis:]
    mixed = np.append(-(of_lines @ fitted.of_smooth), own)
    return KnownSources(
        spectrum=frame.spectrum,
        bases=frame.bases,
        redshifts=frame.redshifts,
        root=fitted.root,
        columns=np.vstack([design.components, design.lines.dense()]),
        directions=fitted.directions,
        lines=fitted.lines,
        of_smooth=fitted.of_smooth,
        data=fitted.data,
        gram=fitted.gram,
        projection=fitted.projection,
        n_basis=n_basis,
        weights=fitted.weights,
        model=fitted.model,
        residual=fitted.data - mixed @ fitted.directions - fitted.lines.mixed(of_lines),
    )


def _solve(gram: FloatArray, projection: FloatArray, data: FloatArray) -> FloatArray:
    if not projection.size:
        return np.empty(0)
    return solve(gram, projection, data_norm=float(np.sqrt(np.sum(data**2)))).coefficients


def _orthonormal(rows: FloatArray) -> FloatArray:
    """Return an orthonormal basis of the rows, those without weight left out."""
    directions, triangle = np.linalg.qr(rows.T)  # before a decomposition of all pixels: as exact
    vectors, values, _ = np.linalg.svd(triangle)
    kept = vectors[:, values > DEAD * max(values[0], DEAD)]
    return np.ascontiguousarray((directions @ kept).T)


def _freed(rows: FloatArray, smooth: FloatArray) -> FloatArray:
    """Project the polynomials out."""
    return np.asarray(rows - (rows @ smooth.T) @ smooth)


def polynomial(flux: FloatArray, root: FloatArray, smooth: FloatArray) -> FloatArray:
    """Return the polynomial part of what is left, as flux density; zero without weight.

    Parameters
    ----------
    flux : ndarray of shape (n_wave,)
        Flux density without the galaxies.
    root : ndarray of shape (n_wave,)
        Square roots of the weights.
    smooth : ndarray of shape (n_smooth, n_wave)
        Polynomials, weighted and orthonormal.
    """
    fitted = (smooth @ (flux * root)) @ smooth
    return np.where(root > 0, fitted / np.where(root > 0, root, 1.0), 0.0)
