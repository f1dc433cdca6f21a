"""The published rules on dense float32 matrices, as plainly and as fast as numpy does them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moosegui.fit.basis.windows import TILE, Windows

Float32Array = NDArray[np.float32]


class DenseFactoriser:
    """n x N matrices of V and V X with 75 % zeros, and the factors.

    Parameters
    ----------
    windows : Windows
    n_spectra : int
        The first of the windows' spectra, block by block.
    rank : int
    rng : Generator
    """

    def __init__(
        self, windows: Windows, n_spectra: int, rank: int, rng: np.random.Generator
    ) -> None:
        shape = (n_spectra, windows.n_tiles * TILE)
        self.variance_part = np.zeros(shape, dtype=np.float32)
        self.data_part = np.zeros(shape, dtype=np.float32)
        row = 0
        for block in windows.blocks:
            columns = slice(block.tiles.start * TILE, block.tiles.stop * TILE)
            for i in range(min(block.rows.size, n_spectra - row)):
                roots, scaled = block.roots[:, i].reshape(-1), block.scaled[:, i].reshape(-1)
                self.variance_part[row, columns] = roots * roots
                self.data_part[row, columns] = roots * scaled
                row += 1
        self.weights = rng.uniform(0.1, 1.0, (n_spectra, rank)).astype(np.float32)
        self.components = rng.uniform(0.1, 1.0, (rank, shape[1])).astype(np.float32)

    def iterate(self) -> None:
        """Update H, then W, by the multiplicative rules."""
        left = self.weights.T
        on_model = left @ (self.variance_part * (self.weights @ self.components))
        self.components *= _ratio(left @ self.data_part, on_model)
        right = self.components.T
        on_model = (self.variance_part * (self.weights @ self.components)) @ right
        self.weights *= _ratio(self.data_part @ right, on_model)


def _ratio(on_data: Float32Array, on_model: Float32Array) -> Float32Array:
    down = on_model + np.maximum(-on_data, 0)
    return np.maximum(on_data, 0) / np.maximum(down, np.finfo(np.float32).tiny)
