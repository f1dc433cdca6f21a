"""Images with one fibre a row and a table of the fibres: SDSS spPlate, WEAVE, HETDEX and others."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from astropy.table import Table

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value, open_content
from moosegui.files.spectra.elements.assemble import RawSpectrum, assemble, shown_cards
from moosegui.files.spectra.elements.axis import has_axis, stored_medium, wave_from_header
from moosegui.files.spectra.elements.companions import flux_file_of
from moosegui.files.spectra.elements.headers import (
    SpectrumHeader,
    columns_not_used,
    fibre_kinds,
    fibres_without_source,
    stem_of,
    use_column,
)
from moosegui.files.spectra.elements.names import (
    FLUX_NAMES,
    ErrorKind,
    error_kind_of,
    is_log,
    is_wave,
)
from moosegui.files.spectra.elements.quality import bad_in_row
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.uncertainty import as_variance
from moosegui.files.spectra.elements.wave_units import Axis, AxisHints, settle_axis
from moosegui.files.tables.columns import as_floats, as_ids, map_columns, redshifts_of
from moosegui.files.tables.formats import read_fits_table

FIBRE_COLUMNS = frozenset(
    ("id", "ra", "dec", "source_id", "targetid", "targid", "cname", "objid", "fiberid", "fibreid",
     "name", "object_id", "catalogid")
)  # fmt: skip
SDSS_UNIT = "1e-17 erg/s/cm2/Angstrom"
WEAVE_UNIT = "erg/s/cm2/Angstrom"  # of counts times SENSFUNC


@dataclass(frozen=True, slots=True)
class _Fibres:
    """The images and the table of one file; `scale` turns counts into fluxes, row by row."""

    kind: str
    flux: Hdu
    table: Hdu | None
    error: Hdu | None = None
    error_kind: ErrorKind = "sigma"
    wave: Hdu | None = None
    scale: Hdu | None = None
    medium: str = ""
    unit: str = ""


def sniff(content: Content) -> Score:
    """Whether an image has as many rows of spectra as a table has fibres or sources."""
    found = _fibres(content)
    if found is None:
        return Score.NO
    return Score.NAMES if found.table is not None else Score.SHAPE


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe every row of the table, sky fibres included; rows without a table by number.

    Raises
    ------
    Unreadable
        If the table is damaged, or the file holds the errors of another one.
    """
    found = _known(content)
    if found.table is None and (owner := flux_file_of(content.path)) is not None:
        raise Unreadable(f"holds the errors of {owner.name}; open that file")
    n_rows = found.flux.shape[0]
    stem = stem_of(content.path)
    if found.table is None:
        refs = [SpectrumRef(content.path, row=i) for i in range(n_rows)]
        return tuple(SpectrumHeader(ref, f"{stem}_{i}") for i, ref in enumerate(refs))
    table = read_fits_table(content, found.table)
    columns = map_columns(table)
    ids = _sdss_ids(content, n_rows) or as_ids(table, columns.source_id, n_rows)
    ids = _fibre_ids(table, ids, stem)
    ra, dec = (as_floats(table, name, n_rows).tolist() for name in (columns.ra, columns.dec))
    redshift = redshifts_of(table, columns, n_rows).tolist()
    kinds = fibre_kinds(table, columns.kind, n_rows)
    rows = _rows_of(table, n_rows)
    return tuple(
        SpectrumHeader(
            SpectrumRef(content.path, row=rows[i]),
            ids[i] or f"{stem}_{i}",
            ra[i],
            dec[i],
            redshift[i],
            kinds[i],
        )
        for i in range(n_rows)
    )


def list_notes(content: Content) -> tuple[str, ...]:
    """Tell which fibres have no source, and which columns of the fibres are not used."""
    found = _known(content)
    if found.table is None:
        return ()
    table = read_fits_table(content, found.table)
    used = {use_column(table)} | ({"FIBERID"} if _fibre_ids(table, [""], "")[0] else set())
    unused = [name for name in map_columns(table).unused_of(table) if name not in used]
    return (*fibres_without_source(table), *columns_not_used(unused))


def _fibre_ids(table: Table, ids: list[str], stem: str) -> list[str]:
    """Name sources without an ID by the number of their fibre, where each has its own."""
    name = next((name for name in ("FIBERID", "FIBREID") if name in table.colnames), "")
    numbers = as_ids(table, name) if name else []
    if any(ids) or not all(numbers) or len(set(numbers)) < max(len(numbers), 1):
        return ids
    return [f"{stem}_{number}" for number in numbers]


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read one row, and no other.

    Raises
    ------
    Unreadable
        If no row was named, or the data are damaged.
    """
    found = _known(content)
    if ref.row is None:
        raise Unreadable(f"holds {found.flux.shape[0]} spectra; say which row")
    axis, where = _axis(content, found, ref)
    flux = content.image_row(found.flux, ref.row)
    variance, error = None, ""
    if found.error is not None:
        variance = as_variance(content.image_row(found.error, ref.row), found.error_kind)
        error = f"extension {found.error.name or found.error.index} ({found.error_kind})"
    if variance is None:
        variance, error = _errors_beside(content, found.flux, ref.row)
    bad, facts = bad_in_row(content, found.flux, ref.row)
    if found.scale is not None:
        scale = content.image_row(found.scale, ref.row)
        flux = flux * scale
        variance = None if variance is None else variance * scale**2
        facts = (
            *facts,
            f"Counts were multiplied by {found.scale.name}, which makes them fluxes.",
        )
    own, primary = found.flux.header, content.hdus[0].header
    unit = str(card_value(own, "BUNIT") or card_value(primary, "BUNIT") or "").strip()
    return assemble(
        RawSpectrum(
            wave=axis.wave,
            flux=flux,
            variance=variance,
            bad=bad,
            stored_medium=axis.medium or stored_medium(own) or found.medium,
            unit=(found.unit if found.scale is not None else unit) or found.unit,
            name=f"row {ref.row}",
            header=shown_cards(primary, own),
            facts=facts,
            provenance=Provenance(
                kind=found.kind,
                wave=f"{where} ({axis.unit})",
                flux=f"extension {_label(found.flux)}, row {ref.row}",
                error=error,
                assumed=axis.assumed,
            ),
            choice=ref.choice,
        )
    )


def _label(hdu: Hdu) -> str:
    return hdu.name or (str(hdu.index) if hdu.index else "PRIMARY")


def _known(content: Content) -> _Fibres:
    found = _fibres(content)
    if found is None:
        raise Unreadable("has no image with one spectrum a row beside its wavelengths")
    return found


def _fibres(content: Content) -> _Fibres | None:
    if (found := _of_hectospec(content)) is not None:
        return found
    for flux in content.hdus:
        prefix = flux.name.removesuffix("DATA")
        is_named = flux.name in FLUX_IMAGES or (prefix.endswith("_") and flux.name.endswith("DATA"))
        is_nameless = flux.index == 0 and not is_wave(flux.name) and not error_kind_of(flux.name)
        if flux.is_table or len(flux.shape) != 2 or not (is_named or is_nameless):
            continue
        table = _table(content, flux.shape[0])
        wave = next((h for h in content.hdus if is_wave(h.name) and _fits(h, flux)), None)
        is_whole = table is not None or _speaks_for_itself(content, flux, wave)
        is_whole = is_whole or _is_of_slits(flux)
        if not is_whole or (wave is None and not has_axis(flux.header)):
            continue
        if table is not None and card_value(flux.header, "PLATEID") is not None and flux.index == 0:
            return _spplate(content, flux, table)
        error = _error(content, flux, prefix if prefix.endswith("_") else "")
        kind = error_kind_of(error.name) if error is not None else None
        scale = content.named(f"{prefix}SENSFUNC") if prefix.endswith("_") else None
        is_scaled = scale is not None and scale.shape == flux.shape
        return _Fibres(
            "WEAVE spectra" if is_scaled else "image with one spectrum a row",
            flux,
            table,
            error=error,
            error_kind=kind or "sigma",
            wave=wave,
            scale=scale if is_scaled else None,
            unit=WEAVE_UNIT if is_scaled else "",
        )
    return None


def _speaks_for_itself(content: Content, flux: Hdu, wave: Hdu | None) -> bool:
    """Whether images alone say that each row is a spectrum: wavelengths, FLUX and its errors.

    An image SCI beside its wavelengths is one of the slit, whose rows are places.
    """
    is_flux = flux.name in ROW_FLUXES and flux.shape[0] > 1
    return is_flux and wave is not None and _error(content, flux, "") is not None


def _is_of_slits(flux: Hdu) -> bool:
    """Whether a pipeline of ESO wrote the objects of a mask as rows: FORS, VIMOS (PRO CATG)."""
    category = str(flux.header.get("ESO PRO CATG") or "").upper()
    is_of_objects = "REDUCED" in category and "SCI" in category and "SKY" not in category
    return is_of_objects and flux.shape[0] > 1


def _errors_beside(content: Content, flux: Hdu, row: int) -> tuple[FloatArray | None, str]:
    """Return the variance of a row from the file of errors that ESO's pipelines write beside it."""
    path = content.path
    beside = path.with_name(re.sub("(?i)_sci", "_error_sci", path.name, count=1))
    if not _is_of_slits(flux) or beside == path or not beside.is_file():
        return None, ""
    errors = open_content(beside)
    if not errors.hdus or errors.hdus[0].shape != flux.shape:
        return None, ""
    values = errors.image_row(errors.hdus[0], row)
    return as_variance(values, "sigma"), f"file {beside.name} (sigma)"


def _of_hectospec(content: Content) -> _Fibres | None:
    """Find the images of HSRED, which have no names: wavelengths, fluxes, inverse variances."""
    images = content.hdus[:3]
    if len(images) < 3 or len({hdu.shape for hdu in images}) > 1 or len(images[0].shape) != 2:
        return None
    is_silent = not any(hdu.name or hdu.is_table or has_axis(hdu.header) for hdu in images)
    table = _table(content, images[0].shape[0])
    if not is_silent or table is None:
        return None
    wave = content.image_row(images[0], 0)
    inverse = content.image_row(images[2], 0)
    if not (np.all(np.diff(wave) > 0) and np.all(inverse >= 0)):
        return None
    return _Fibres(
        "Hectospec spectra of HSRED",
        images[1],
        table,
        error=images[2],
        error_kind="inverse variance",
        wave=images[0],
    )


ROW_COLUMNS = frozenset(("SPECROW", "SPEC_ROW", "SPECTRUM_ROW", "IMAGE_ROW"))
ROW_FLUXES = frozenset(("FLUX", "FLUXES", "FLAM", "FNU", "SPECTRA"))
FLUX_IMAGES = frozenset(name.upper() for name in FLUX_NAMES)


def _spplate(content: Content, flux: Hdu, table: Hdu) -> _Fibres:
    """Name the images of an spPlate, which have no names: fluxes, then inverse variances."""
    inverse = next((h for h in content.hdus[1:2] if h.shape == flux.shape), None)
    return _Fibres(
        "SDSS spPlate",
        flux,
        table,
        error=inverse,
        error_kind="inverse variance",
        medium="vacuum",
        unit=SDSS_UNIT,
    )


def _table(content: Content, n_rows: int) -> Hdu | None:
    """Return the table with as many rows that names fibres or sources."""
    for hdu in content.tables:
        names = {name.lower() for name in hdu.columns}
        if hdu.shape == (n_rows,) and names & FIBRE_COLUMNS:
            return hdu
    return None


def _fits(hdu: Hdu, flux: Hdu) -> bool:
    return not hdu.is_table and (hdu.length == flux.shape[-1] or hdu.shape == flux.shape)


def _error(content: Content, flux: Hdu, prefix: str) -> Hdu | None:
    for hdu in content.hdus:
        is_like = hdu is not flux and not hdu.is_table and hdu.shape == flux.shape
        if is_like and hdu.name.startswith(prefix) and error_kind_of(hdu.name) is not None:
            return hdu
    return None


def _axis(content: Content, found: _Fibres, ref: SpectrumRef) -> tuple[Axis, str]:
    """Return the wavelengths of a row, and where they were found."""
    if found.wave is None:
        name = found.flux.name or "PRIMARY"
        axis = wave_from_header(
            found.flux.header, found.flux.shape[-1], chosen=ref.choice.wave_unit
        )
        return axis, f"header of {name}"
    wave, log = found.wave, is_log(found.wave.name)
    is_shared = wave.shape != found.flux.shape
    values = content.image(wave).reshape(-1) if is_shared else content.image_row(wave, ref.row or 0)
    hints = AxisHints(
        f"extension {_label(wave)}",
        unit=str(card_value(wave.header, "BUNIT", "CUNIT1", "TUNIT1") or ""),
        chosen=ref.choice.wave_unit,
        is_log10=log == "log10",
        is_ln=log == "ln",
    )
    return settle_axis(values, hints), f"extension {_label(wave)}"


def _rows_of(table: Table, n_rows: int) -> list[int]:
    """Return the row of the image for each row of the table: its own, or that which it names."""
    name = next((name for name in table.colnames if name.upper() in ROW_COLUMNS), "")
    rows = as_floats(table, name, n_rows)
    is_order = bool(name) and np.array_equal(np.sort(rows), np.arange(n_rows))
    return rows.astype(int).tolist() if is_order else list(range(n_rows))


def _sdss_ids(content: Content, n_rows: int) -> list[str]:
    """Return plate, date and fibre of an spPlate as IDs; nothing for other files."""
    header = content.hdus[0].header
    plate, mjd = card_value(header, "PLATEID"), card_value(header, "MJD")
    if not isinstance(plate, int) or not isinstance(mjd, int):
        return []
    return [f"{plate:04d}-{mjd}-{i + 1:04d}" for i in range(n_rows)]
