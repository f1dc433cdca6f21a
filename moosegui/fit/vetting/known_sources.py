"""One or more galaxies at known redshifts, fitted to a spectrum; and whether there is another.

Each known galaxy is the basis at its redshift plus what its gas may emit, non-negative; a few
Legendre polynomials of either sign take the errors of the flux calibration. The variance is raised
by how well the model can be trusted: a few per cent, more in the Lyman alpha forest. Polynomials
are projected out of data and columns, so that only non-negative coefficients remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.nnls import solve
from moosegui.fit.scan.reconstruct import components_on_pixels
from moosegui.fit.vetting.galaxy_lines import line_columns

N_SMOOTH = 8  # Legendre polynomials over the spectrum
N_FOREST = 4  # of them once more for the forest alone: its depth differs from sight to sight
MIN_PIXELS = 100  # on both sides of Lyman alpha, for the forest to be treated apart
MODEL_ERROR = 0.05  # of the local model; half and twice as much do equally well
LYA_ERROR = 0.3  # where damping wings and outflows shape the continuum, which no basis holds
FOREST_ERROR = 0.15
LYA_REGION = (1180.0, 1245.0)  # Angstrom, rest
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
    directions : ndarray of shape (n_smooth + n_columns, n_wave)
        Polynomials, weighted and orthonormal; then the columns, weighted and freed of them.
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
        return self.directions[: len(self.directions) - len(self.columns)]

    @property
    def whitened(self) -> FloatArray:
        """The columns, weighted and freed of polynomials, shape (n_columns, n_wave)."""
        return self.directions[len(self.directions) - len(self.columns) :]

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
    components : ndarray of shape (n_components, n_wave)
        Flux densities of the basis at the redshift.
    weights : ndarray of shape (n_columns + n_components,)
        Of the columns of the known galaxies, then of the components.
    """

    redshift: float
    gains: FloatArray = field(repr=False)
    chi2: float
    known: KnownSources = field(repr=False)
    components: FloatArray = field(repr=False)
    weights: FloatArray = field(repr=False)

    @property
    def first(self) -> FloatArray:
        """Flux density of the known galaxies with the polynomials, shape (n_wave,)."""
        known = self.known
        galaxies = self.weights[: len(known.columns)] @ known.columns
        left = known.spectrum.flux - galaxies - self.second
        return galaxies + _polynomial(left, known.root, known.smooth)

    @property
    def second(self) -> FloatArray:
        """Flux density of the other galaxy, shape (n_wave,)."""
        return np.asarray(self.weights[len(self.known.columns) :] @ self.components)


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
    design, n_basis = _design(frame, given)
    first = _fit(frame, root=np.sqrt(ivar), design=design, n_basis=n_basis)
    if not len(design):
        return first
    trusted = _with_model_error(ivar, first, redshifts)
    # columns that the first fit does not use are left out: each would cost in every joint fit
    kept = first.weights > 0
    n_kept = int(np.count_nonzero(kept[:n_basis]))
    return _fit(frame, root=np.sqrt(trusted), design=design[kept], n_basis=n_kept)


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
    model = _polynomial(spectrum.flux, smooth.root, smooth.smooth)
    return replace(smooth, spectrum=spectrum, data=data, model=model, residual=data)


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What every fit of the same galaxies shares."""

    spectrum: Spectrum
    bases: tuple[Basis, ...]
    redshifts: tuple[float, ...]
    polynomials: FloatArray


def _design(frame: _Frame, given: FloatArray | None) -> tuple[FloatArray, int]:
    """Return the columns of the known galaxies, and how many of them are of the bases."""
    spectrum, redshifts = frame.spectrum, frame.redshifts
    columns = [
        components_on_pixels(spectrum, basis, z)[0] for z in redshifts for basis in frame.bases
    ]
    n_basis = sum(len(rows) for rows in columns)
    if given is None:
        columns += [line_columns(spectrum.wave, z) for z in redshifts]
    else:
        columns.append(np.nan_to_num(given)[None])
    return np.vstack([*columns, np.empty((0, spectrum.wave.size))]), n_basis


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


def _with_model_error(
    ivar: FloatArray, fitted: KnownSources, redshifts: tuple[float, ...]
) -> FloatArray:
    """Add in quadrature what the model cannot be trusted to."""
    relative = np.full(ivar.size, MODEL_ERROR if redshifts else 0.0)
    for redshift in redshifts:
        rest = fitted.spectrum.wave / (1.0 + redshift)
        relative[rest < LYA_REGION[0]] = FOREST_ERROR
        relative[(rest >= LYA_REGION[0]) & (rest < LYA_REGION[1])] = LYA_ERROR
    galaxies = fitted.weights @ fitted.columns
    error = relative * np.maximum(np.abs(fitted.model), galaxies)
    return np.asarray(ivar / (1.0 + ivar * error**2))


def _fit(frame: _Frame, *, root: FloatArray, design: FloatArray, n_basis: int) -> KnownSources:
    spectrum = frame.spectrum
    smooth = _orthonormal(frame.polynomials * root)
    data = _freed(spectrum.flux * root, smooth)
    whitened = _freed(design * root, smooth)
    norms = np.sqrt(np.einsum("ij,ij->i", whitened, whitened))
    whitened[norms <= DEAD * norms.max(initial=0.0)] = 0.0
    gram, projection = whitened @ whitened.T, whitened @ data
    weights = _solve(gram, projection, data)
    galaxies = weights @ design
    return KnownSources(
        spectrum=spectrum,
        bases=frame.bases,
        redshifts=frame.redshifts,
        root=root,
        columns=design,
        directions=np.vstack([smooth, whitened]),
        data=data,
        gram=gram,
        projection=projection,
        n_basis=n_basis,
        weights=weights,
        model=galaxies + _polynomial(spectrum.flux - galaxies, root, smooth),
        residual=data - weights @ whitened,
    )


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
    components, _ = components_on_pixels(known.spectrum, known.bases[i_basis], redshift)
    added = components * known.root  # not freed of polynomials, of which the rest is free
    n_known, n_smooth = len(known.columns), len(known.smooth)
    products = added @ known.directions.T
    smooth, cross = products[:, :n_smooth], products[:, n_smooth:]
    gram = np.empty((n_known + len(added), n_known + len(added)))
    gram[:n_known, :n_known] = known.gram
    gram[n_known:, :n_known], gram[:n_known, n_known:] = cross, cross.T
    gram[n_known:, n_known:] = added @ added.T - smooth @ smooth.T
    weights = _solve(gram, np.append(known.projection, added @ known.data), known.data)
    own = weights[n_known:]
    explained = np.append(-(own @ smooth), weights[:n_known]) @ known.directions
    residual = known.data - explained - own @ added
    return Joined(
        redshift=redshift,
        gains=known.residual**2 - residual**2,
        chi2=float(residual @ residual),
        known=known,
        components=components,
        weights=weights,
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


def _polynomial(flux: FloatArray, root: FloatArray, smooth: FloatArray) -> FloatArray:
    """Return the polynomial part of what is left, as flux density; zero without weight."""
    fitted = (smooth @ (flux * root)) @ smooth
    return np.where(root > 0, fitted / np.where(root > 0, root, 1.0), 0.0)
