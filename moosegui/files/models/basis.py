"""Basis files: our own HDF5 layout with several ranks side by side, and that of Moose.jl.

Own layout, version 1: root attributes `format`, `format_version`, `default_rank`, `log10_start`,
`log10_step`, `n_wave`, `medium`, `observed_range`, and one float32 dataset `rank_<k>` of shape
(k, n_wave) for each rank, with the attributes `name`, `fingerprint` and `provenance` (JSON). The
root attribute `committee`, where there is one, lists the ranks whose curves are averaged unless one
rank is asked for; the first is the default rank.

Moose.jl's `H_v1.2.h5` has datasets of the same names and nothing else: no wavelengths, no version,
and, as Julia stores columns first, of shape (n_wave, k) when seen from here.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid
from moosegui.data.medium import Medium
from moosegui.errors import BasisError, ExportError
from moosegui.files.hdf5_inside import why_it_crashes, why_not_inside
from moosegui.files.safe_write import replacing

FORMAT = "moosegui basis"
FORMAT_VERSION = 1

# Grid of Moose.jl: log10 of 562.5:0.15625:9350 Angstrom. Its step, 2.170461e-5 as the old name of
# the file says, is the sum of the differences over the number of wavelengths, not of differences.
MOOSE_JL_N_WAVE = 56241
MOOSE_JL_LOG10_START = float(np.log10(562.5))
MOOSE_JL_LOG10_STEP = float((np.log10(9350.0) - np.log10(562.5)) / MOOSE_JL_N_WAVE)
MOOSE_JL_ARTEFACT = (1, slice(8423, 8544))  # second component, 856.9 to 862.1 Angstrom, a blend
USUAL_RANK = 10

_RANK_NAME = re.compile(r"rank_(\d+)")
_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


def write_basis(
    path: Path,
    bases: Sequence[Basis],
    *,
    default_rank: int | None = None,
    ensemble: Sequence[int] = (),
) -> None:
    """Write bases of different ranks, but of one grid and medium, into one file.

    The file appears whole or not at all: it is written beside `path` and renamed.

    Parameters
    ----------
    path : Path
        File to write; replaced when it exists.
    bases : sequence of Basis
        One for each rank.
    default_rank : int, optional
        What `read_basis` takes when no rank is asked for; the first of the ensemble, or else of
        `bases`, if None.
    ensemble : sequence of int
        Ranks that `read_ensemble` takes when none is asked for, the default first; none if empty.

    Raises
    ------
    BasisError
        If the file cannot be written.
    ValueError
        If there is none, two have one rank, their grids differ, the default is not among them, or
        the ensemble names others, one twice or another first.
    """
    chosen = _checked_default(
        bases, ensemble[0] if default_rank is None and ensemble else default_rank
    )
    _check_ensemble(bases, chosen, ensemble)
    try:
        with replacing(path) as temporary, h5py.File(temporary, "w") as file:
            _fill(file, bases, chosen)
            if ensemble:
                file.attrs["committee"] = list(ensemble)
    except ExportError as error:
        raise BasisError(str(error)) from error


def read_basis(path: Path, rank: int | None = None) -> Basis:
    """Read one rank of a basis file, ours or Moose.jl's.

    Parameters
    ----------
    path : Path
        HDF5 file.
    rank : int, optional
        Number of components; the default rank of the file if None.

    Returns
    -------
    Basis
        Verified: of the right shape, finite, not negative, and of the fingerprint it was
        written with. Moose.jl's has the medium air; as there, subnormal numbers and a blend in the
        second component (857 to 862 Angstrom) are zero.

    Raises
    ------
    BasisError
        If the file is missing, damaged, no basis, of a newer version, or without that rank.
    """
    with _opened(path) as file:
        ranks = _ranks_of(file, path)
        wanted = _default_rank(file, ranks) if rank is None else rank
        if wanted not in ranks:
            known = ", ".join(map(str, ranks))
            raise BasisError(f"The basis {path} has no rank {wanted}; choose one of {known}.")
        dataset = file[f"rank_{wanted}"]
        return _own_basis(file, dataset, path) if _is_own(file) else _moose_jl_basis(dataset, path)


def read_ensemble(path: Path, rank: int | None = None) -> tuple[Basis, ...]:
    """Read the bases of a file that are used together.

    Parameters
    ----------
    path : Path
        HDF5 file.
    rank : int, optional
        Takes only this one; the ensemble of the file if None, or its default without any.

    Returns
    -------
    tuple of Basis
        At least one, each as from `read_basis`; they share grid, medium and observed range.

    Raises
    ------
    BasisError
        As `read_basis`.
    """
    if rank is not None:
        return (read_basis(path, rank),)
    with _opened(path) as file:
        ranks = [int(member) for member in file.attrs.get("committee", ())]
    return tuple(read_basis(path, member) for member in ranks or (None,))


def list_ranks(path: Path) -> tuple[int, ...]:
    """Return the ranks in a basis file, ascending.

    Raises
    ------
    BasisError
        If the file is missing, damaged, no basis, or of a newer version.
    """
    with _opened(path) as file:
        return _ranks_of(file, path)


def _checked_default(bases: Sequence[Basis], default_rank: int | None) -> int:
    ranks = [basis.n_components for basis in bases]
    if not ranks or len(set(ranks)) != len(ranks):
        raise ValueError(f"a basis file needs bases of different ranks, not {ranks}")
    shared = {(basis.grid, basis.medium, basis.observed_range) for basis in bases}
    if len(shared) != 1:
        raise ValueError("the bases of one file must share grid, medium and observed range")
    chosen = ranks[0] if default_rank is None else default_rank
    if chosen not in ranks:
        raise ValueError(f"the default rank {chosen} is not among {ranks}")
    return chosen


def _check_ensemble(bases: Sequence[Basis], default_rank: int, ensemble: Sequence[int]) -> None:
    ranks = {basis.n_components for basis in bases}
    is_sound = len(set(ensemble)) == len(ensemble) and set(ensemble) <= ranks
    if ensemble and not (is_sound and ensemble[0] == default_rank):
        raise ValueError(f"no ensemble {list(ensemble)} of {sorted(ranks)}, first {default_rank}")


def _fill(file: Any, bases: Sequence[Basis], default_rank: int) -> None:
    first = bases[0]
    file.attrs["format"] = FORMAT
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["default_rank"] = default_rank
    file.attrs["log10_start"] = first.grid.log10_start
    file.attrs["log10_step"] = first.grid.log10_step
    file.attrs["n_wave"] = first.grid.n_wave
    file.attrs["medium"] = first.medium
    file.attrs["observed_range"] = first.observed_range
    for basis in bases:
        dataset = file.create_dataset(
            f"rank_{basis.n_components}",
            data=basis.components.astype(np.float32),
            compression="gzip",
            compression_opts=9,
            shuffle=True,
            fletcher32=True,
        )
        dataset.attrs["name"] = basis.name
        dataset.attrs["fingerprint"] = basis.fingerprint
        dataset.attrs["provenance"] = json.dumps(basis.provenance, ensure_ascii=False)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open an HDF5 file; whatever the library says of a bad one becomes a sentence."""
    if not path.is_file():
        raise BasisError(f"There is no basis file {path}; check the path.")
    if not os.access(path, os.R_OK):
        raise BasisError(f"The basis {path} may not be read; change its permissions.")
    try:
        if not h5py.is_hdf5(path):
            raise BasisError(f"{path} is not an HDF5 file; choose a basis file such as *.h5.")
        if problem := why_it_crashes(path):
            raise BasisError(f"The basis {path} {problem}.")
        with h5py.File(path, "r") as file:
            if problem := why_not_inside(file, path.stat().st_size):
                raise BasisError(f"The basis {path} {problem}.")
            yield file
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        reason = str(error).strip("'\"").splitlines()[0] if str(error) else type(error).__name__
        raise BasisError(
            f"The basis {path} is damaged or incomplete ({reason}); get a fresh copy."
        ) from error


def _is_own(file: Any) -> bool:
    return bool(file.attrs.get("format", "") == FORMAT)


def _ranks_of(file: Any, path: Path) -> tuple[int, ...]:
    if _is_own(file) and int(file.attrs["format_version"]) > FORMAT_VERSION:
        version = int(file.attrs["format_version"])
        raise BasisError(
            f"The basis {path} has the format version {version}, newer than {FORMAT_VERSION}; "
            "update moosegui to use it."
        )
    matches = [_RANK_NAME.fullmatch(name) for name in file]
    ranks = sorted(int(match[1]) for match in matches if match)
    if not ranks:
        raise BasisError(f"{path} holds no components (rank_6, rank_7, ...); it is not a basis.")
    return tuple(ranks)


def _default_rank(file: Any, ranks: tuple[int, ...]) -> int:
    usual = USUAL_RANK if USUAL_RANK in ranks else ranks[0]
    return int(file.attrs.get("default_rank", usual))


def _own_basis(file: Any, dataset: Any, path: Path) -> Basis:
    attributes = file.attrs
    grid = LogGrid(
        float(attributes["log10_start"]),
        float(attributes["log10_step"]),
        int(attributes["n_wave"]),
    )
    start, stop = (float(wave) for wave in attributes["observed_range"])
    provenance = json.loads(dataset.attrs["provenance"])
    basis = Basis(
        components=_checked_components(dataset, (_rank_of(dataset), grid.n_wave), path),
        grid=grid,
        medium=_medium(attributes["medium"]),
        observed_range=(start, stop),
        name=str(dataset.attrs["name"]),
        provenance=tuple((str(key), str(value)) for key, value in provenance),
    )
    stored = str(dataset.attrs["fingerprint"])
    if basis.fingerprint != stored:
        raise BasisError(
            f"The basis {path} was changed after it was written (fingerprint "
            f"{basis.fingerprint} instead of {stored}); get a fresh copy."
        )
    return basis


def _moose_jl_basis(dataset: Any, path: Path) -> Basis:
    rank = _rank_of(dataset)
    stored = _checked_components(dataset, (MOOSE_JL_N_WAVE, rank), path)
    components = np.where(stored < _SMALLEST_NORMAL, 0.0, stored).T
    components[MOOSE_JL_ARTEFACT] = 0.0
    grid = LogGrid(MOOSE_JL_LOG10_START, MOOSE_JL_LOG10_STEP, MOOSE_JL_N_WAVE)
    provenance = (("made by", "Moose.jl"), ("file", path.name))
    name = f"{path.stem} rank {rank}"
    return Basis(components, grid, medium="air", name=name, provenance=provenance)


def _rank_of(dataset: Any) -> int:
    return int(str(dataset.name).rpartition("_")[2])


def _medium(text: Any) -> Medium:
    if text == "vacuum":
        return "vacuum"
    if text == "air":
        return "air"
    raise ValueError(f"unknown medium {text}")


def _checked_components(dataset: Any, shape: tuple[int, int], path: Path) -> FloatArray:
    """Return the numbers of a dataset, or say what is wrong with them."""
    name = str(dataset.name).lstrip("/")
    if not isinstance(dataset, h5py.Dataset) or dataset.shape != shape:
        found = getattr(dataset, "shape", "a group")
        raise BasisError(
            f"{name} in {path} has the shape {found} instead of {shape}; it is not a basis "
            "that moosegui knows."
        )
    components = np.asarray(dataset[()], dtype=np.float64)
    if not np.isfinite(components).all() or (components < 0).any():
        raise BasisError(
            f"{name} in {path} has negative or undefined values; get a fresh copy of the basis."
        )
    return components
