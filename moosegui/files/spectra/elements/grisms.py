"""Slitless spectra in counts a second, calibrated with what their files hold beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.files.spectra.elements.column_data import ColumnSpectrum

GRIZLI = frozenset(("wave", "flux", "err", "contam", "flat"))
HST_3D = frozenset(("wave", "flux", "error", "contam", "sensitivity"))


def calibrated(given: ColumnSpectrum) -> ColumnSpectrum:
    """Return the columns of grizli and of 3D-HST as fluxes, those of other files as they are.

    grizli's `flat` holds the counts of a source of 1 erg/s/cm2/Angstrom, the contamination taken
    off (https://grizli.readthedocs.io); the `sensitivity` of 3D-HST is the counts of 1e-17, and
    the contamination is still in (Momcheva et al. 2016, ApJS 225, 27).
    """
    present = given.columns.keys()
    if present >= GRIZLI:
        said = "Counts were divided by column flat, which makes them fluxes."
        return _divided(
            given, "flat", ("flux", "err"), unit="erg/s/cm2/Angstrom", told=(said, "grizli")
        )
    if present >= HST_3D:
        clean = {**given.columns, "flux": given.columns["flux"] - given.columns["contam"]}
        said = "The contamination was subtracted, and counts were divided by the sensitivity."
        unit = "1e-17 erg/s/cm2/Angstrom"
        of_kind = replace(given, columns=clean)
        names = ("flux", "error")
        return _divided(of_kind, "sensitivity", names, unit=unit, told=(said, "3D-HST"))
    return given


def _divided(
    given: ColumnSpectrum,
    by: str,
    names: tuple[str, str],
    *,
    unit: str,
    told: tuple[str, str],
) -> ColumnSpectrum:
    """Divide columns by another one; `told` is a sentence, and the kind of the file."""
    said, kind = told
    response = given.columns[by]
    usable = np.where(response > 0, response, np.nan)
    columns: Mapping[str, FloatArray] = {
        name: values / usable if name in names else values
        for name, values in given.columns.items()
        if name != by
    }
    return replace(
        given,
        columns=columns,
        units={**given.units, **dict.fromkeys(names, unit)},
        facts=(*given.facts, said),
        kind=f"{kind} grism spectrum",
        medium_of_kind="vacuum",
    )
