"""P(z): the normalised posterior of a scan, with the probabilities of its solutions.

The statistical chi2 counts each pixel once (the oversampled grid counts it L / n_pix times) and is
divided by the noise scale, the excess of the best fit over the given variances. Within a cell of
redshifts, a solution or 0.01 in ln(1+z), P(z) has the statistical shape exp(-chi2 / 2). Between the
cells it is tempered, exp(-chi2_min / 2T): correlated noise, sky residuals and galaxies that the
basis does not hold make rivals deeper than statistics know. T is calibrated on a labelled survey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.grids import SAME_SOLUTION
from moosegui.data.posterior import Mode, Posterior
from moosegui.data.results import ScanResult, Solution
from moosegui.fit.scan.solutions import INTERPOLATED_VARIANCE


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The statistical chi2 above its minimum, and the cells of redshift that it falls into.

    Parameters
    ----------
    rises : ndarray of shape (n_z,)
        chi2 above that of the best solution, in units of the noise; inf where not tried.
    owners : ndarray of int, shape (n_z,)
        Cell of each trial; the first cells are the solutions.
    depths : ndarray of shape (n_cells,)
        Smallest rise in each cell; inf where nothing was tried.
    noise_scale : float
    """

    rises: FloatArray
    owners: IntArray
    depths: FloatArray
    noise_scale: float


def divide_into_cells(scan: ScanResult, solutions: Sequence[Solution], n_pixels: int) -> Cells:
    """Divide the trial redshifts into the solutions and cells elsewhere.

    Parameters
    ----------
    scan : ScanResult
    solutions : sequence of Solution
        Its solutions, best first; at least one.
    n_pixels : int
        Unmasked pixels of the spectrum.

    Returns
    -------
    Cells
    """
    per_pixel = scan.n_samples / scan.oversampling
    curve = np.where(np.isfinite(scan.chi2), scan.chi2, np.inf) * per_pixel
    refined = np.array([solution.chi2 for solution in solutions]) * per_pixel
    lowest = float(min(curve.min(), refined.min()))
    noise_scale = max(1.0, lowest / max(n_pixels, 1) / INTERPOLATED_VARIANCE)
    rises = (curve - lowest) / noise_scale
    owners = _owners(scan.redshifts, np.array([s.redshift for s in solutions]))
    depths = _lowest(rises, owners, int(owners.max()) + 1)
    n_solutions = len(solutions)
    depths[:n_solutions] = np.minimum(depths[:n_solutions], (refined - lowest) / noise_scale)
    return Cells(rises, owners, depths, noise_scale)


def _lowest(rises: FloatArray, owners: IntArray, n_cells: int) -> FloatArray:
    """Return the smallest rise in each cell; inf where it has none."""
    from moosegui.fit.scan import _pixel_kernels  # with numba, after the window has appeared

    lowest = np.full(n_cells, np.inf)
    _pixel_kernels.keep_lowest(rises, owners, lowest)
    return lowest


def _owners(redshifts: FloatArray, solutions: FloatArray) -> IntArray:
    """Return the nearest solution within 0.005 (1 + z) of each trial, else a cell of its own."""
    width = np.log1p(2.0 * SAME_SOLUTION)
    elsewhere = np.floor(np.log1p(redshifts - redshifts[0]) / width).astype(np.int64)
    owners = elsewhere + solutions.size
    nearest = np.full(redshifts.size, SAME_SOLUTION)  # relative distance of the nearest so far
    for i, solution in enumerate(solutions):
        reach = 2.0 * SAME_SOLUTION * (1.0 + solution)
        first, stop = np.searchsorted(redshifts, (solution - reach, solution + reach))
        distances = np.abs(redshifts[first:stop] - solution) / (1.0 + solution)
        is_nearer = distances < nearest[first:stop]
        nearest[first:stop][is_nearer] = distances[is_nearer]
        owners[first:stop][is_nearer] = i
    # a solution may own no trial at coarse steps: its nearest one is its own
    above = np.searchsorted(redshifts, solutions).clip(0, redshifts.size - 1)
    below = (above - 1).clip(0)
    is_below = np.abs(redshifts[below] - solutions) <= np.abs(redshifts[above] - solutions)
    owners[np.where(is_below, below, above)] = np.arange(solutions.size)
    return np.asarray(owners, dtype=np.int64)


def cell_probabilities(depths: FloatArray, temperature: float) -> FloatArray:
    """Return the probabilities exp(-depth / 2T) of cells, normalised, shape (n_cells,)."""
    weights = np.exp(-0.5 * (depths - depths.min()) / temperature)
    return np.asarray(weights / weights.sum())


def modes_of(
    solutions: Sequence[Solution], depths: FloatArray, temperature: float
) -> tuple[Mode, ...]:
    """Return the probabilities of solutions, whose cells come first among the depths."""
    probabilities = cell_probabilities(depths, temperature)[: len(solutions)]
    return tuple(
        Mode(solution.rank, solution.redshift, float(probability))
        for solution, probability in zip(solutions, probabilities, strict=True)
    )


def posterior(
    scan: ScanResult,
    solutions: Sequence[Solution],
    n_pixels: int,
    temperature: float,
    *,
    trusted: tuple[float, float] | None = None,
    cells: Cells | None = None,
) -> Posterior | None:
    """Return the normalised posterior of a scan.

    Parameters
    ----------
    scan : ScanResult
    solutions : sequence of Solution
        Its solutions, best first.
    n_pixels : int
        Unmasked pixels of the spectrum.
    temperature : float
        Calibrated; 1 trusts variances and basis.
    trusted : (float, float), optional
        What the evidence says instead: the probability of the first solution, and, where that is
        wrong, that of any other redshift of the scan.
    cells : Cells, optional
        Of the same scan, where they were made before.

    Returns
    -------
    Posterior or None
        For a galaxy whose redshift is uniform over the trials' cells; None without a solution.
    """
    if not solutions:
        return None
    cells = cells or divide_into_cells(scan, solutions, n_pixels)
    probabilities = cell_probabilities(cells.depths, temperature)
    if trusted is not None:
        probabilities = _trusted(probabilities, *trusted)
    return _spread(scan, solutions, cells, probabilities)


def _trusted(probabilities: FloatArray, first: float, other: float) -> FloatArray:
    """Give the first cell its probability, and the others what is left of all but none.

    None gets more than the first. Of 112 spectra on even rows for which the evidence says so
    little that the curve would let another redshift lead, the first was right in 12 and that one in
    7; what it gets beyond the first is a probability that no redshift of the scan is right.
    """
    rest = probabilities.copy()
    rest[0] = 0.0
    total = float(rest.sum())
    shared = (1.0 - first) * other
    rest = rest / total * shared if total > 0 else rest  # in this order: total may be 1e-315
    rest = np.minimum(rest, first)
    rest[0] = first
    return rest


def _spread(
    scan: ScanResult, solutions: Sequence[Solution], cells: Cells, probabilities: FloatArray
) -> Posterior:
    """Return probabilities of cells as a density over the trials."""
    n_cells = probabilities.size
    floor = _lowest(cells.rises, cells.owners, n_cells)
    above = cells.rises - np.where(np.isfinite(floor), floor, 0.0)[cells.owners]
    shape = np.exp(-0.5 * above)
    mass = np.bincount(cells.owners, shape, n_cells)
    density = shape * (probabilities / np.where(mass > 0, mass, 1.0))[cells.owners]
    step = float(scan.redshifts[1] - scan.redshifts[0]) if scan.redshifts.size > 1 else 1.0
    return Posterior(
        scan.redshifts,
        density / (density.sum() * step),
        tuple(
            Mode(one.rank, one.redshift, float(probability))
            for one, probability in zip(solutions, probabilities, strict=False)
        ),
        max(0.0, 1.0 - float(probabilities[: len(solutions)].sum())),
        cells.noise_scale,
        max(0.0, 1.0 - float(probabilities.sum())),
    )
