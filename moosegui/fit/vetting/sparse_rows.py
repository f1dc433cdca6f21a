"""Rows that are zero nearly everywhere, as emission lines are on the pixels of a spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SparseRows:
    """Rows by their values that are not zero.

    Parameters
    ----------
    starts : ndarray of int, shape (n_rows + 1,)
        Where each row begins among the values, and where the last one ends.
    pixels : ndarray of int, shape (n_values,)
        Increasing within a row.
    values : ndarray of shape (n_values,)
    n_wave : int
        Length of a row.
    """

    starts: IntArray = field(repr=False)
    pixels: IntArray = field(repr=False)
    values: FloatArray = field(repr=False)
    n_wave: int

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.starts.size) - 1

    def times(self, factor: FloatArray) -> SparseRows:
        """Return the rows times a factor of each pixel, shape (n_wave,)."""
        values = self.values * factor[self.pixels]
        return SparseRows(self.starts, self.pixels, values, self.n_wave)

    def dense(self) -> FloatArray:
        """Return the rows in full, shape (n_rows, n_wave)."""
        rows = np.zeros((len(self), self.n_wave))
        rows[np.repeat(np.arange(len(self)), np.diff(self.starts)), self.pixels] = self.values
        return rows

    def some(self, kept: BoolArray) -> SparseRows:
        """Return the rows that are kept, by a mask of shape (n_rows,)."""
        sizes = np.diff(self.starts)
        inside = np.repeat(kept, sizes)
        starts = np.concatenate(([0], np.cumsum(sizes[kept])))
        return SparseRows(starts, self.pixels[inside], self.values[inside], self.n_wave)

    def products(self, vectors: FloatArray) -> FloatArray:
        """Multiply the rows with vectors.

        Parameters
        ----------
        vectors : ndarray of shape (n_wave, n_vectors)
            Side by side, contiguous.

        Returns
        -------
        ndarray of shape (n_rows, n_vectors)
        """
        from moosegui.fit.vetting import _joint_kernels  # with numba, after the window has appeared

        found = np.empty((len(self), vectors.shape[1]))
        _joint_kernels.multiply_sparse(self.starts, self.pixels, self.values, vectors, found)
        return found

    def gram(self) -> FloatArray:
        """Return the products of the rows with each other, shape (n_rows, n_rows)."""
        from moosegui.fit.vetting import _joint_kernels  # with numba, after the window has appeared

        found = np.empty((len(self), len(self)))
        _joint_kernels.multiply_among(self.starts, self.pixels, self.values, self.n_wave, found)
        return found

    def mixed(self, weights: FloatArray) -> FloatArray:
        """Return the sum of the rows, each times a weight of shape (n_rows,), shape (n_wave,)."""
        from moosegui.fit.vetting import _joint_kernels  # with numba, after the window has appeared

        total = np.zeros(self.n_wave)
        _joint_kernels.mix_sparse(self.starts, self.pixels, self.values, weights, total)
        return total


def joined_rows(parts: Sequence[SparseRows]) -> SparseRows:
    """Put rows of the same length one after the other; not without any part."""
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    return SparseRows(
        np.concatenate(([0], np.cumsum(sizes))),
        np.concatenate([part.pixels for part in parts]),
        np.concatenate([part.values for part in parts]),
        parts[0].n_wave,
    )


def sparse_rows(rows: FloatArray) -> SparseRows:
    """Leave out the zeros of rows of shape (n_rows, n_wave)."""
    number, pixels = np.nonzero(rows)
    starts = np.searchsorted(number, np.arange(len(rows) + 1))
    return SparseRows(starts, pixels, rows[number, pixels], int(rows.shape[1]))
