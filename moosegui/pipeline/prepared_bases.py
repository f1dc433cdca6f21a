"""Bases made ready for scanning, once an installation: their transforms are kept between runs."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from moosegui import __version__
from moosegui.data.basis import Basis
from moosegui.files.models.kept_arrays import drop_arrays, keep_arrays, read_arrays
from moosegui.fit.scan import prepared as of_scan
from moosegui.fit.scan.prepared import PreparedBasis, arrays_of, prepare_together, restored
from moosegui.fit.transforms import plan, rows

WORTH_KEEPING = 1_000_000  # bytes of transforms; smaller ones are made as soon as they are read


def prepare_basis(basis: Basis) -> PreparedBasis:
    """Return a basis ready for scanning, from its kept transforms if there are any.

    Parameters
    ----------
    basis : Basis

    Returns
    -------
    PreparedBasis
        As `moosegui.fit.scan.prepared.prepare` makes it; its arrays may be mapped.
    """
    return prepare_bases([basis])[0]


def prepare_bases(bases: Sequence[Basis]) -> list[PreparedBasis]:
    """Return bases that are scanned together, from their kept transforms if there are any.

    Parameters
    ----------
    bases : sequence of Basis
        On one grid; at least one.

    Returns
    -------
    list of PreparedBasis
        As `moosegui.fit.scan.prepared.prepare_together` makes them; their arrays may be mapped.
    """
    name = _name_of(bases)
    if (kept := _kept(bases, name)) is not None:
        return kept
    prepared = prepare_together(bases)
    arrays = arrays_of(prepared)
    if arrays["blocks"].nbytes < WORTH_KEEPING or not keep_arrays(name, arrays):
        return prepared
    return _kept(bases, name) or prepared  # mapped, where that is possible


def _kept(bases: Sequence[Basis], name: str) -> list[PreparedBasis] | None:
    arrays = read_arrays(name)
    if arrays is None:
        return None
    try:
        return restored(bases, arrays)
    except (KeyError, ValueError, IndexError):  # whole, but not what this code has kept
        drop_arrays(name)
        return None


def _name_of(bases: Sequence[Basis]) -> str:
    """Return what tells the transforms of some bases, as made by this code, from all others."""
    digest = hashlib.sha256(_code())
    for basis in bases:
        digest.update(repr((basis.grid, basis.observed_range, basis.components.shape)).encode())
        digest.update(basis.components.tobytes())
    return digest.hexdigest()[:32]


@lru_cache(maxsize=1)
def _code() -> bytes:
    """Return what makes transforms: versions, and the sources where they can be read."""
    sources = [f"{__version__}, {rows.LIBRARIES}, {platform.machine()}".encode()]
    for module in (of_scan, plan, rows):
        try:
            sources.append(Path(module.__file__ or "").read_bytes())
        except OSError:
            continue
    return b"".join(sources)
