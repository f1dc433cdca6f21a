"""Labelled spectra in their rest frame, stored as windows of the grid instead of a dense matrix.

Each spectrum fills L of the N columns. Spectra are sorted by where their window begins; blocks of
neighbours share a contiguous array, cut into tiles of `TILE` columns, so that one pass over a block
streams through memory while a tile of the components stays in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.grids import LogGrid
from moosegui.fit.scan.embed import LN10, resample

TILE = 256  # columns; ten components and their partial sums of one tile fill the first-level cache
ROWS_PER_BLOCK = 64
SPREAD = 2 * TILE  # columns by which the windows of one block may be apart

RealArray = NDArray[np.floating]
Precision = type[np.float32] | type[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSpectra:
    """Observed spectra on one wavelength axis, with their redshifts.

    Parameters
    ----------
    wave : ndarray of shape (n_pixels,)
        Observed wavelengths in Angstrom, in the medium of the basis to be learned.
    flux, ivar : ndarray of shape (n_spectra, n_pixels), float32 or float64
        Flux densities in any common unit and their inverse variances, 0 where masked.
    redshifts : ndarray of shape (n_spectra,)
    importance : ndarray of shape (n_spectra,)
        Factor on each spectrum's inverse variances; 1 for plain chi2.

    Raises
    ------
    ValueError
        If the shapes disagree, or a redshift or an importance is not finite.
    """

    wave: FloatArray
    flux: RealArray
    ivar: RealArray
    redshifts: FloatArray
    importance: FloatArray

    def __post_init__(self) -> None:
        shape = (self.redshifts.size, self.wave.size)
        if self.flux.shape != shape or self.ivar.shape != shape:
            raise ValueError(f"{self.flux.shape} and {self.ivar.shape} instead of {shape}")
        if self.importance.shape != self.redshifts.shape:
            raise ValueError(f"{self.importance.size} importances of {self.redshifts.size}")
        if not np.isfinite(self.redshifts).all() or not np.isfinite(self.importance).all():
            raise ValueError("redshifts and importances must be finite")

    def __len__(self) -> int:
        return int(self.redshifts.size)

    def subset(self, chosen: BoolArray | IntArray) -> TrainingSpectra:
        """Return some of the spectra, by mask or by index."""
        return TrainingSpectra(
            self.wave,
            self.flux[chosen],
            self.ivar[chosen],
            self.redshifts[chosen],
            self.importance[chosen],
        )


@dataclass(frozen=True, slots=True, eq=False)
class WindowBlock:
    """Neighbouring windows, tile by tile.

    Parameters
    ----------
    rows : ndarray of int, shape (n_rows,)
        Which spectra.
    first_tile : int
        Tile of the grid on which the block begins.
    scaled, roots : ndarray of shape (n_tiles, n_rows, TILE)
        sqrt(V) X and sqrt(V), zero outside the windows; one precision for all blocks.
    """

    rows: IntArray
    first_tile: int
    scaled: RealArray
    roots: RealArray

    @property
    def tiles(self) -> slice:
        """Tiles of the grid that the block covers."""
        return slice(self.first_tile, self.first_tile + self.scaled.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """A training set on the grid.

    Parameters
    ----------
    grid : LogGrid
    n_spectra : int
    blocks : tuple of WindowBlock
        By increasing first tile.
    unit : float
        Flux per dex that counts as one in X, so that float32 neither over- nor underflows.
    """

    grid: LogGrid
    n_spectra: int
    blocks: tuple[WindowBlock, ...]
    unit: float

    @property
    def n_tiles(self) -> int:
        """Number of tiles that hold the grid."""
        return tiles_of(self.grid)

    @property
    def n_bytes(self) -> int:
        """Memory of the stored arrays."""
        return sum(block.scaled.nbytes + block.roots.nbytes for block in self.blocks)

    def is_covered(self) -> BoolArray:
        """Whether any spectrum has weight in each column, shape (n_wave,)."""
        covered = np.zeros((self.n_tiles, TILE), dtype=bool)
        for block in self.blocks:
            covered[block.tiles] |= (block.roots > 0).any(axis=1)
        return covered.reshape(-1)[: self.grid.n_wave]

    def n_samples(self) -> int:
        """Number of samples with weight."""
        return sum(int(np.count_nonzero(block.roots)) for block in self.blocks)


def tiles_of(grid: LogGrid) -> int:
    """Return the number of tiles that hold a grid."""
    return -(-grid.n_wave // TILE)


def windows_memory(n_spectra: int, n_pixels_on_grid: int) -> int:
    """Return the most bytes that float32 windows take; parameters as for `training_memory`."""
    return n_spectra * (n_pixels_on_grid + SPREAD + 2 * TILE) * 2 * 4


def training_memory(
    n_spectra: int,
    n_pixels_on_grid: int,
    rank: int,
    grid: LogGrid,
    *,
    has_windows: bool = True,
    is_shared: bool = False,
) -> int:
    """Foresee the bytes that float32 windows and the sums over a training step will take.

    Parameters
    ----------
    n_spectra : int
    n_pixels_on_grid : int
        Samples of one window.
    rank : int
    grid : LogGrid
    has_windows : bool
        Whether the windows are in memory too, and not on a disk.
    is_shared : bool
        Whether workers send the sums, new ones while the last are there.

    Returns
    -------
    int
    """
    windows = windows_memory(n_spectra, n_pixels_on_grid) if has_windows else 0
    sums = 8 * (rank + rank * (rank + 1) // 2) * 2 * n_pixels_on_grid * 8
    sums *= 2 if is_shared else 1
    return windows + sums + 4 * rank * grid.n_wave * 8 + n_spectra * rank * 8


def with_error_floor(flux: FloatArray, ivar: FloatArray, floor: float) -> FloatArray:
    """Add a fraction of the local signal to the errors, in quadrature (docs/method.md, section 4).

    The local signal is the mean over three pixels, so that a noise peak does not lower its own
    weight by much while a line keeps its height.

    Parameters
    ----------
    flux, ivar : ndarray of shape (n_pixels,)
    floor : float
        Relative error, 0 for none.

    Returns
    -------
    ndarray of shape (n_pixels,)
        Inverse variance, still zero where masked.
    """
    if floor == 0:
        return ivar
    good = (ivar > 0).astype(np.float64)
    kernel = np.ones(3)
    local = np.convolve(flux * good, kernel, "same") / np.maximum(
        np.convolve(good, kernel, "same"), 1.0
    )
    return np.asarray(ivar / (1.0 + ivar * (floor * local) ** 2))


def make_windows(
    spectra: TrainingSpectra,
    grid: LogGrid,
    *,
    error_floor: float = 0.05,
    dtype: Precision = np.float32,
) -> Windows:
    """Put spectra on the rest-frame grid: flux per dex, shifted by a whole number of samples.

    Parameters
    ----------
    spectra : TrainingSpectra
    grid : LogGrid
    error_floor : float
        Relative error added in quadrature.
    dtype : float32 or float64
        Of the stored arrays.

    Returns
    -------
    Windows
        Samples that fall off the grid are left out.

    Raises
    ------
    ValueError
        If there is no spectrum, no unmasked pixel, or the error floor is negative.
    """
    unit, blocks = window_blocks(spectra, grid, error_floor=error_floor, dtype=dtype)
    return Windows(grid, len(spectra), tuple(blocks), unit)


def window_blocks(
    spectra: TrainingSpectra,
    grid: LogGrid,
    *,
    error_floor: float = 0.05,
    dtype: Precision = np.float32,
) -> tuple[float, Iterator[WindowBlock]]:
    """Do as `make_windows`, a block at a time, for sets that memory does not hold.

    Parameters
    ----------
    spectra, grid, error_floor, dtype
        As for `make_windows`.

    Returns
    -------
    unit : float
        As `Windows.unit`.
    blocks : iterator of WindowBlock
        By increasing first tile.

    Raises
    ------
    ValueError
        As `make_windows`.
    """
    if len(spectra) == 0 or not error_floor >= 0:
        raise ValueError(f"{len(spectra)} spectra, error floor {error_floor}")
    position = (np.log10(spectra.wave) - grid.log10_start) / grid.log10_step
    observed = int(np.ceil(position[0] - 1e-9))  # as `resample` counts
    n_samples = int(np.floor(position[-1] + 1e-9)) + 1 - observed
    begins = observed - grid.shift_of(spectra.redshifts)
    writer = _Writer(spectra, grid, n_samples, error_floor, _typical_error(spectra), dtype)
    order = np.argsort(begins, kind="stable")
    filled = (writer.fill(rows, begins[rows]) for rows in _cut(order, begins))
    return writer.unit, (block for block in filled if block is not None)


def _typical_error(spectra: TrainingSpectra) -> float:
    """Return the median error of flux per dex over a sample of the spectra."""
    some = spectra.ivar[:: max(1, len(spectra) // 200)]
    good = some > 0
    if not good.any():
        raise ValueError(f"all pixels of {len(some)} spectra are masked")
    errors = (LN10 * spectra.wave / np.sqrt(np.where(good, some, 1.0)))[good]
    return float(np.median(errors))


def _cut(order: IntArray, begins: IntArray) -> list[IntArray]:
    """Cut the sorted rows into blocks of close neighbours."""
    blocks, first = [], 0
    for i in range(1, order.size + 1):
        is_full = i - first == ROWS_PER_BLOCK
        if i == order.size or is_full or begins[order[i]] - begins[order[first]] > SPREAD:
            blocks.append(order[first:i])
            first = i
    return blocks


@dataclass(frozen=True, slots=True, eq=False)
class _Writer:
    """Fills blocks from the observed spectra."""

    spectra: TrainingSpectra
    grid: LogGrid
    n_samples: int
    error_floor: float
    unit: float
    dtype: Precision

    def fill(self, rows: IntArray, begins: IntArray) -> WindowBlock | None:
        """Return the block of some rows, None when they lie beside the grid."""
        first_tile = max(int(begins.min()), 0) // TILE
        last = min(int(begins.max()) + self.n_samples, self.grid.n_wave)
        n_tiles = -(-last // TILE) - first_tile
        if n_tiles < 1:
            return None
        scaled = np.zeros((n_tiles, rows.size, TILE), dtype=self.dtype)
        roots = np.zeros_like(scaled)
        line = np.empty((2, n_tiles * TILE))
        for i, (row, begin) in enumerate(zip(rows, begins, strict=True)):
            self._write(row, int(begin) - first_tile * TILE, int(begin), line)
            scaled[:, i], roots[:, i] = line[0].reshape(-1, TILE), line[1].reshape(-1, TILE)
        return WindowBlock(rows, first_tile, scaled, roots)

    def _write(self, row: int, column: int, begin: int, line: FloatArray) -> None:
        spectra = self.spectra
        flux = np.asarray(spectra.flux[row], dtype=np.float64)
        ivar = np.asarray(spectra.ivar[row], dtype=np.float64)
        ivar = with_error_floor(flux, ivar, self.error_floor) * spectra.importance[row]
        _, density, weight = resample(spectra.wave, flux, ivar, self.grid)
        inside = slice(max(0, -begin), min(self.n_samples, self.grid.n_wave - begin))
        target = slice(column + inside.start, column + max(inside.stop, inside.start))
        roots = np.sqrt(weight[inside])
        line[:] = 0.0
        line[0, target] = roots * density[inside]
        line[1, target] = roots * self.unit
