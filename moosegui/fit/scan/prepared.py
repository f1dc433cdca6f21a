"""A basis made ready for scanning: its transforms, and the samples that they leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.basis import Basis
from moosegui.fit.spare import LINE, aligned
from moosegui.fit.transforms.plan import plan_for
from moosegui.fit.transforms.rows import PER_ELEMENT, TransformedRows, transform_together

SPIKY = 1e-3  # norm in the typical quarter of the grid, below which samples are left out
MAX_SPIKES = 200


@dataclass(frozen=True, slots=True, eq=False)
class PreparedBasis:
    """A basis with the conjugate-free transforms that every scan reuses; made once.

    Parameters
    ----------
    basis : Basis
    rows : TransformedRows
        Of the components, correlated with data, then of the products H_i H_j (i >= j).
    support : ndarray of int, shape (n_components, n_wave + 1)
        Number of positive samples of each component before each sample.
    spikes : ndarray of int, shape (n_spikes,)
        Samples that the transforms leave out.
    norms, square_norms : ndarray of shape (n_components,)
        |H_i| and |H_i^2| without the spikes.
    """

    basis: Basis
    rows: TransformedRows
    support: IntArray
    spikes: IntArray
    norms: FloatArray
    square_norms: FloatArray

    @property
    def n_components(self) -> int:
        """Rank k of the basis."""
        return self.basis.n_components


def prepare(basis: Basis) -> PreparedBasis:
    """Transform the components of a basis and their products.

    Parameters
    ----------
    basis : Basis

    Returns
    -------
    PreparedBasis
        Holds 8 (k + k(k+1)/2) N bytes, 35 MB for 10 components on the usual grid.
    """
    return prepare_together([basis])[0]


def prepare_together(bases: Sequence[Basis]) -> list[PreparedBasis]:
    """Transform several bases that are scanned together, in blocks that they share.

    Parameters
    ----------
    bases : sequence of Basis
        On one grid; at least one.

    Returns
    -------
    list of PreparedBasis
    """
    all_spikes = [find_spikes(basis.components) for basis in bases]
    several = []
    for basis, spikes in zip(bases, all_spikes, strict=True):
        components = basis.components.copy()
        components[:, spikes] = 0.0
        products = [components[i] * components[: i + 1] for i in range(basis.n_components)]
        several.append((components, products))
    n_wave = bases[0].grid.n_wave
    lower, upper = bases[0].observed_range
    width = max(1, min(n_wave, round(np.log10(upper / lower) / bases[0].grid.log10_step)))
    transformed = transform_together(several, width)
    return [
        _prepared(basis, rows, spikes, components)
        for basis, rows, spikes, (components, _) in zip(
            bases, transformed, all_spikes, several, strict=True
        )
    ]


def _prepared(
    basis: Basis, rows: TransformedRows, spikes: IntArray, components: FloatArray
) -> PreparedBasis:
    """Add what is known of components without their spikes."""
    support = np.zeros((basis.n_components, basis.grid.n_wave + 1), dtype=np.int64)
    np.cumsum(basis.components > 0, axis=1, out=support[:, 1:])
    norms = np.linalg.norm(components, axis=1)
    square_norms = np.linalg.norm(components**2, axis=1)
    return PreparedBasis(basis, rows, support, spikes, norms, square_norms)


def arrays_of(together: Sequence[PreparedBasis]) -> dict[str, NDArray[Any]]:
    """Return the arrays of bases that were prepared together, from which `restored` makes them.

    Parameters
    ----------
    together : sequence of PreparedBasis
        As `prepare_together` returns them.

    Returns
    -------
    dict of str to ndarray
    """
    rows = [prepared.rows for prepared in together]
    return {
        "blocks": rows[0].blocks,
        "shares": rows[0].shares,
        "slots": np.concatenate([one.slots for one in rows]),
        "row_norms": np.concatenate([one.norms for one in rows]),
        "support": np.concatenate([prepared.support for prepared in together]),
        "norms": np.concatenate([prepared.norms for prepared in together]),
        "square_norms": np.concatenate([prepared.square_norms for prepared in together]),
        "spikes": np.concatenate([prepared.spikes for prepared in together]),
        "n_spikes": np.array([prepared.spikes.size for prepared in together]),
    }


def restored(bases: Sequence[Basis], arrays: Mapping[str, NDArray[Any]]) -> list[PreparedBasis]:
    """Return bases prepared together, from the arrays of an earlier preparation.

    Parameters
    ----------
    bases : sequence of Basis
        The same in the same order.
    arrays : mapping of str to ndarray
        As `arrays_of` returns them.

    Returns
    -------
    list of PreparedBasis

    Raises
    ------
    KeyError, ValueError, IndexError
        If the arrays are not those of such bases.
    """
    n_wave, k = bases[0].grid.n_wave, np.array([basis.n_components for basis in bases])
    plan, blocks, support = plan_for(n_wave), arrays["blocks"], arrays["support"]
    if support.shape != (k.sum(), n_wave + 1) or blocks.shape[1] != PER_ELEMENT * plan.n:
        raise ValueError(f"arrays of other bases: {support.shape}, {blocks.shape}")
    if blocks.ctypes.data % LINE:  # read, not mapped
        read, blocks = blocks, aligned(blocks.shape)
        blocks[:] = read
    ends, row_ends = np.cumsum(k)[:-1], np.cumsum(k + k * (k + 1) // 2)[:-1]
    parts = (
        np.split(arrays["slots"], row_ends),
        np.split(arrays["row_norms"], row_ends),
        np.split(support, ends),
        np.split(arrays["spikes"], np.cumsum(arrays["n_spikes"])[:-1]),
        np.split(arrays["norms"], ends),
        np.split(arrays["square_norms"], ends),
    )
    return [
        PreparedBasis(basis, TransformedRows(plan, blocks, arrays["shares"], slots, norms), *own)
        for basis, slots, norms, *own in zip(bases, *parts, strict=True)
    ]


def find_spikes(components: FloatArray) -> IntArray:
    """Find the few samples that would spoil the accuracy of the correlations everywhere else.

    Parameters
    ----------
    components : ndarray of shape (n_components, n_wave)

    Returns
    -------
    ndarray of int, shape (n_spikes,)
        Sorted; at most 200. Samples of components of which the typical quarter of the grid holds
        less than 1e-3 of the norm, taken from the highest down until it holds that much.
    """
    spikes: set[int] = set()
    quarter = max(1, components.shape[1] // 4)
    for component in components:
        power = component**2
        cumulated = np.concatenate(([0.0], np.cumsum(power)))
        typical = float(np.median(cumulated[quarter:] - cumulated[:-quarter]))
        highest_first = np.argsort(power)[::-1][:MAX_SPIKES]
        left = power.sum() - np.cumsum(power[highest_first])
        n_needed = (
            0 if power.sum() * SPIKY**2 < typical else 1 + int(np.argmax(left * SPIKY**2 < typical))
        )
        spikes.update(int(i) for i in highest_first[:n_needed])
    return np.array(sorted(spikes)[:MAX_SPIKES], dtype=np.int64)
