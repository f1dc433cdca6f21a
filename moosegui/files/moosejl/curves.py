"""The chi2 curves that Moose.jl wrote, in its four layouts and for cubes.

The trial redshifts are not in the file: 13,401 values are those of the published grid, 0 to 6.7 in
steps of 0.0005; of another number the caller must know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import RedshiftGrid
from moosegui.errors import InputError
from moosegui.files.content import Unreadable
from moosegui.files.moosejl.kinds import CUBE_GROUPS, moose_kind, open_hdf5

# For each layout: the keys of the curve, the best redshift, dchi2 and R
LAYOUTS = (
    ("chi2", "z_hat", "dchi2", "R"),
    ("curve", "zhat", "dchi2", "R"),
    ("chi2_1", "z_1", "dchi2_1", "R_1"),
)
SUFFIXES = (".h5", ".hdf5")
PUBLISHED_GRID = RedshiftGrid(0.0, 6.7, 0.0005)


@dataclass(frozen=True, slots=True, eq=False)
class MooseCurve:
    """The curve of one source.

    Parameters
    ----------
    source_id : str
        The name of its group; `i_j` (counted from 1) of a spaxel.
    redshifts, chi2 : ndarray of shape (n_z,)
    redshift, dchi2, robustness : float
        As Moose.jl found them; nan where the layout has none.
    """

    source_id: str
    redshifts: FloatArray = field(repr=False)
    chi2: FloatArray = field(repr=False)
    redshift: float = float("nan")
    dchi2: float = float("nan")
    robustness: float = float("nan")


def read_curves(path: Path, trials: RedshiftGrid | None = None) -> tuple[MooseCurve, ...]:
    """Read every curve of a file of Moose.jl.

    Parameters
    ----------
    path : Path
    trials : RedshiftGrid, optional
        Of curves whose number of values is not that of the published grid.

    Raises
    ------
    InputError
        If the file is damaged, holds no curves, or its redshifts are not known.
    """
    try:
        with open_hdf5(path) as file:
            curves = [*_of_sources(file, trials), *_of_spaxels(file)]
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    if not curves:
        raise InputError(f"{path} holds no curves of Moose.jl; give the file that it wrote.")
    return tuple(curves)


def curve_beside(folder: Path, source_id: str) -> tuple[Path, MooseCurve] | None:
    """Return the curve of a source from the first file of Moose.jl in a folder that has one.

    Only that curve is read. An ID is compared as text, then without leading zeros; files that are
    damaged, or whose redshifts are not known, have none.
    """
    for path in sorted(item for item in folder.iterdir() if item.suffix.lower() in SUFFIXES):
        try:
            if moose_kind(path) != "curves":
                continue
            with open_hdf5(path) as file:
                name = _name_of(file, source_id)
                found = [] if name is None else _of_sources({name: file[name]}, None)
        except (Unreadable, OSError):
            continue
        if found:
            return path, found[0]
    return None


def _name_of(file: h5py.File, source_id: str) -> str | None:
    if source_id in file:
        return source_id
    plain = source_id.lstrip("0")
    return next((str(name) for name in file if str(name).lstrip("0") == plain), None)


def _of_sources(file: Mapping[str, Any], trials: RedshiftGrid | None) -> list[MooseCurve]:
    curves = []
    for name, item in file.items():
        if name in CUBE_GROUPS:
            continue
        if isinstance(item, h5py.Dataset):
            if item.ndim == 1:
                curves.append(_curve(name, item, trials))
            continue
        layout = next((keys for keys in LAYOUTS if keys[0] in item), None)
        if layout is not None:
            numbers = [_number(item, key) for key in layout[1:]]
            curves.append(_curve(name, item[layout[0]], trials, *numbers))
    return curves


def _of_spaxels(file: h5py.File) -> list[MooseCurve]:
    """Read the curves of a cube, whose attributes hold the trial redshifts."""
    curves = []
    for group in CUBE_GROUPS:
        for name, item in file[group].items() if group in file else ():
            if isinstance(item, h5py.Dataset) and item.ndim == 1:
                values = np.asarray(item, dtype=np.float64)
                zmin, zmax = (float(file.attrs[key]) for key in ("zmin", "zmax"))
                curves.append(MooseCurve(name, np.linspace(zmin, zmax, len(values)), values))
    return curves


def _curve(
    name: str, item: h5py.Dataset, trials: RedshiftGrid | None, *numbers: float
) -> MooseCurve:
    chi2 = np.asarray(item, dtype=np.float64).reshape(-1)
    grid = (trials or PUBLISHED_GRID).redshifts
    if len(grid) != len(chi2):
        raise Unreadable(
            f"has curves of {len(chi2)} values for {len(grid)} trial redshifts, which it does not "
            "name; say which with --zmin, --zmax and --dz"
        )
    return MooseCurve(name, grid, chi2, *numbers)


def _number(group: h5py.Group, key: str) -> float:
    values = np.asarray(group[key]).reshape(-1) if key in group else np.array([])
    return float(values[0]) if values.size and values.dtype.kind in "iuf" else float("nan")
