"""Spectra in FITS tables: which tables hold one, in rows or in cells, and their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.fits_columns import OpenTable, numbers_of, open_table
from moosegui.files.spectra.elements.assemble import RawSpectrum, assemble, shown_cards
from moosegui.files.spectra.elements.axis import stored_medium
from moosegui.files.spectra.elements.column_data import ColumnSpectrum, raw_from_columns
from moosegui.files.spectra.elements.grisms import calibrated
from moosegui.files.spectra.elements.joined import continues, join
from moosegui.files.spectra.elements.names import (
    GOOD_NAMES,
    QUALITY_NAMES,
    error_kind_of,
    has_spectrum,
    is_flux,
    is_wave,
    meant_names,
)
from moosegui.files.spectra.elements.quality import serious_bits
from moosegui.files.spectra.elements.uncertainty import POWER_OF_KIND

MAX_NAMED = 5
STEP_NAMES = ("deltaw", "delta_w", "dlambda", "delta_lambda", "dwave", "wave_step", "cdelt1")
IN_SPACE = ("HST", "JWST", "EUCLID", "ROMAN", "SPITZER", "FUSE", "IUE", "GALEX", "SPHEREX")
NIRSPEC = ("PRISM", "G140M", "G140H", "G235M", "G235H", "G395M", "G395H")
GRISMS = ("G102", "G141", "G800L", "GR150R", "GR150C", "GRISMR", "GRISMC")  # of HST and JWST

_FORM = re.compile(r"^\s*(\d*)([A-Z])")
# An arm, chip or segment at the end or the beginning of a name; what remains tells extractions
_ARM = re.compile(r"(?:^|(?<=[-_ .]))(B|R|Z|BLUE|RED|UVB|VIS|NIR|FUV[AB]?|NUV[ABC]?|(?:ARM|CHIP|"
                  r"SEG(?:MENT)?|ORDER)[-_ ]?\d+)(?=$|[-_ .])")  # fmt: skip


def is_array(hdu: Hdu, index: int) -> bool:
    """Whether the cells of a column are arrays of numbers."""
    form = str(card_value(hdu.header, f"TFORM{index + 1}") or "").upper()
    found = _FORM.match(form)
    if found is None:
        return False
    return found[2] in "PQ" or (found[2] != "A" and int(found[1] or 1) > 1)


def meanings(hdu: Hdu) -> list[str]:
    """Name the columns by their own names, else by their utypes or UCDs."""
    of_model = [
        (
            str(card_value(hdu.header, f"TUTYP{i}") or ""),
            str(card_value(hdu.header, f"TUCD{i}") or ""),
        )
        for i in range(1, len(hdu.columns) + 1)
    ]
    return meant_names(hdu.columns, of_model)


def holds_spectrum(hdu: Hdu, *, in_cells: bool) -> bool:
    """Whether a table has wavelengths and fluxes, in cells that are arrays or in its rows."""
    names = [name for i, name in enumerate(meanings(hdu)) if is_array(hdu, i) == in_cells]
    if in_cells and _start_and_step(hdu) is not None and any(map(is_flux, names)):
        return True
    return has_spectrum(names) or (in_cells and bool(_arms(names)))


def _start_and_step(hdu: Hdu) -> tuple[int, int] | None:
    """Return the columns of the first wavelength and the step where each row has a grid, as IUE's.

    Only where no column has the wavelengths themselves.
    """
    names = [name.strip().lower() for name in meanings(hdu)]
    single = [i for i in range(len(names)) if not is_array(hdu, i)]
    starts = [i for i in single if is_wave(names[i])]
    steps = [i for i in single if names[i] in STEP_NAMES]
    has_own = any(is_wave(name) for i, name in enumerate(names) if is_array(hdu, i))
    return (starts[0], steps[0]) if starts and steps and not has_own else None


def _arms(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the columns of each arm that has a spectrum by their names without it: `LAM_BLUE`."""
    arms: dict[str, dict[str, str]] = {}
    for name in names:
        found = _ARM.search(name.upper())
        if found is not None and found.start() > 0 and found.end() == len(name):
            arms.setdefault(found[1], {})[name[: found.start()].rstrip("-_ .")] = name
    return {arm: columns for arm, columns in arms.items() if has_spectrum(columns)}


def _in_arms(columns: ColumnSpectrum) -> list[ColumnSpectrum]:
    """Return the columns of each arm where none is that of all wavelengths; else all of them."""
    arms = _arms(columns.columns)
    if not arms or any(map(is_wave, columns.columns)):
        return [columns]
    return [
        replace(
            columns,
            columns={stem: columns.columns[name] for stem, name in of_arm.items()},
            units={stem: columns.units.get(name, "") for stem, name in of_arm.items()},
            ucds={stem: columns.ucds.get(name, "") for stem, name in of_arm.items()},
            name=arm,
        )
        for arm, of_arm in arms.items()
    ]


def tables_with_spectrum(content: Content, *, min_rows: int, in_cells: bool) -> list[Hdu]:
    """Return the tables of so many rows that hold a spectrum, in their cells or in their rows."""
    return [
        hdu
        for hdu in content.tables
        if hdu.shape and hdu.shape[0] >= min_rows and holds_spectrum(hdu, in_cells=in_cells)
    ]


def read_tables(
    content: Content, hdus: list[Hdu], ref: SpectrumRef, given: ColumnSpectrum
) -> Spectrum:
    """Read the spectrum of a file from its tables, halves and segments joined.

    Parameters
    ----------
    hdus : list of Hdu
        The tables that hold spectra, the first of which is wanted unless `ref` names another.
    given : ColumnSpectrum
        Says what the kind of the file says; its columns are not used.

    Raises
    ------
    Unreadable
        If there are no wavelengths, or the data are damaged.
    """
    wanted = {name.upper() for name in (ref.name, ref.choice.flux) if name}
    hdus = [hdu for hdu in hdus if hdu.name in wanted] or hdus
    parts, left = _raws(content, hdus[0], ref, given), list[str]()
    for hdu in hdus[1:]:
        if _group(hdu.name) != _group(hdus[0].name):
            left.append(hdu.name or str(hdu.index))
            continue
        others = _raws(content, hdu, ref, given)
        if all(continues(raw, parts) for raw in others):
            parts += others
        else:
            left.append(hdu.name or str(hdu.index))
    labels = [raw.name for raw in parts]
    return assemble(_with_left_out(join(parts, labels), left))


def column_spectrum(
    content: Content, hdu: Hdu, table: OpenTable, given: ColumnSpectrum, *, row: int | None = None
) -> ColumnSpectrum:
    """Return the columns of a table that are numbers, or the cells of one row.

    Parameters
    ----------
    table : OpenTable
        The open table of `hdu`.
    given : ColumnSpectrum
        Whose kind and choice are kept.
    row : int, optional
        The row whose cells are the arrays; without it every row is a pixel.

    Raises
    ------
    Unreadable
        If the data are damaged.
    """
    primary, columns, units, ucds = content.hdus[0].header, {}, {}, {}
    for i, name in enumerate(meanings(hdu)):
        if name in columns or is_array(hdu, i) != (row is not None):
            continue
        values = table.values(i, row)
        if values.ndim != 1 or (values.dtype.kind not in "iufb" and not _has_meaning(name)):
            continue
        columns[name] = numbers_of(values)
        units[name] = str(card_value(hdu.header, f"TUNIT{i + 1}") or "")
        ucds[name] = str(card_value(hdu.header, f"TUCD{i + 1}") or "")
    for name in columns:
        if is_flux(name) and not units[name]:
            units[name] = str(card_value(primary, "BUNIT") or "")
    if row is not None and (grid := _start_and_step(hdu)) is not None:
        name = meanings(hdu)[grid[0]]
        start, step = (float(numbers_of(table.values(i, row)).item()) for i in grid)
        n_wave = max(map(len, columns.values()), default=0)
        wave: FloatArray = start + step * np.arange(n_wave, dtype=np.float64)
        columns = {name: wave, **columns}
        units[name] = str(card_value(hdu.header, f"TUNIT{grid[0] + 1}") or "")
    told = _keep_serious(columns, hdu.header if "SDQFLAGS" in hdu.header else primary)
    found = ColumnSpectrum(
        _with_fscale(columns, hdu),
        units,
        stored_medium(hdu.header) or stored_medium(primary) or given.medium,
        hdu.name or f"table {hdu.index}",
        shown_cards(primary, hdu.header),
        told,
        ucds=ucds,
        kind=given.kind,
        unit_of_kind=given.unit_of_kind,
        medium_of_kind=given.medium_of_kind,
        flux_unit_of_kind=given.flux_unit_of_kind,
        choice=given.choice,
    )
    return calibrated(found)


def _keep_serious(columns: dict[str, FloatArray], header: Mapping[str, Any]) -> tuple[str, ...]:
    """Keep of a column DQ the bits that count, and say so."""
    name = next((name for name in columns if name.upper() == "DQ"), "")
    if not name:
        return ()
    columns[name], said = serious_bits(columns[name], header)
    return (said,) if said else ()


def _with_fscale(columns: dict[str, FloatArray], hdu: Hdu) -> dict[str, FloatArray]:
    """Multiply fluxes and their errors by FSCALE, as Euclid's spectra mean it."""
    scale = card_value(hdu.header, "FSCALE")
    if not isinstance(scale, float) or scale <= 0:
        return columns
    powers = {
        name: 1 if is_flux(name) else POWER_OF_KIND[kind] if (kind := error_kind_of(name)) else 0
        for name in columns
    }
    return {name: values * scale ** powers[name] for name, values in columns.items()}


def empty_columns(
    kind: str, choice: ReadingChoice = AS_WRITTEN, *, medium: str = "", unit: str = ""
) -> ColumnSpectrum:
    """Return what a kind of file says of its spectra, before any column is read."""
    return ColumnSpectrum({}, kind=kind, medium_of_kind=medium, unit_of_kind=unit, choice=choice)


def is_of_space(content: Content) -> bool:
    """Whether a file comes from a telescope in space, whose pipelines write vacuum wavelengths."""
    header = content.hdus[0].header
    telescope = str(card_value(header, "TELESCOP") or "").upper()
    disperser = str(card_value(header, "GRISM", "GRATING") or "").upper()
    if (spec := content.named("SPEC1D")) is not None:  # of msaexp, which writes microns
        grating = str(card_value(spec.header, "GRATING") or "").upper()
        return grating in NIRSPEC
    is_named = bool(content.names & {"EXTRACT1D", "COMBINE1D", *GRISMS})
    return telescope in IN_SPACE or disperser in GRISMS or is_named


def _raws(content: Content, hdu: Hdu, ref: SpectrumRef, given: ColumnSpectrum) -> list[RawSpectrum]:
    """Return the spectra of one table: one of its rows or of one row, else one a segment."""
    in_cells = holds_spectrum(hdu, in_cells=True)
    with open_table(content, hdu) as table:
        if not in_cells:
            return [raw_from_columns(column_spectrum(content, hdu, table, given))]
        rows = range(hdu.shape[0]) if ref.row is None else [ref.row]
        if ref.row is not None and not 0 <= ref.row < hdu.shape[0]:
            raise Unreadable(f"has {hdu.shape[0]} rows and no row {ref.row} (counted from 0)")
        raws: list[RawSpectrum] = []
        for row in rows:
            for columns in _in_arms(column_spectrum(content, hdu, table, given, row=row)):
                raw, of = raw_from_columns(columns), columns.name
                raw = raw if len(rows) == 1 else replace(raw, name=f"{of} row {row + 1}")
                if not raws or continues(raw, raws):
                    raws.append(raw)
                else:
                    left = f"Row {row} of {of} covers the same wavelengths; it was left out."
                    raws[0] = _noted(raws[0], left)
        return raws


def _has_meaning(name: str) -> bool:
    is_known = is_wave(name) or is_flux(name) or error_kind_of(name) is not None
    return is_known or name.lower() in (*QUALITY_NAMES, *GOOD_NAMES)


def _group(name: str) -> str:
    return _ARM.sub("", name.upper())


def _with_left_out(raw: RawSpectrum, names: list[str]) -> RawSpectrum:
    if not names:
        return raw
    shown = ", ".join(names[:MAX_NAMED]) + (" ..." if len(names) > MAX_NAMED else "")
    return _noted(raw, f"Other tables with spectra: {shown}; --flux takes one of them.")


def _noted(raw: RawSpectrum, sentence: str) -> RawSpectrum:
    provenance = replace(raw.provenance, left_out=(*raw.provenance.left_out, sentence))
    return replace(raw, provenance=provenance)
