"""What a table of one row says of the one source of a file: SDSS, BOSS, SDSS-V, PFS and others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from moosegui.files.content import Content
from moosegui.files.fits_columns import OpenTable, open_table
from moosegui.files.spectra.elements.fits_table import is_array
from moosegui.files.spectra.elements.headers import SpectrumHeader, id_text, stem_of

ID_COLUMNS = ("TARGETID", "CATALOGID", "OBJID", "OBJ_ID", "SOURCE_ID", "ID", "OBJNO", "NAME")
RA_COLUMNS, DEC_COLUMNS = ("PLUG_RA", "RACAT", "RA"), ("PLUG_DEC", "DECCAT", "DEC")
SDSS_NAME = ("PLATE", "MJD", "FIBERID")
MAX_REDSHIFT = 20.0


def with_one_row(content: Content, header: SpectrumHeader) -> SpectrumHeader:
    """Return a header with what the first table of one row knows, which is believed first."""
    for hdu in content.tables:
        places = {name.upper(): i for i, name in enumerate(hdu.columns) if not is_array(hdu, i)}
        is_known = places.keys() & {*SDSS_NAME, *ID_COLUMNS, "Z"}
        if hdu.shape == (1,) and is_known:
            with open_table(content, hdu) as table:
                return _with_facts(header, table, places)
    return header


def _with_facts(header: SpectrumHeader, table: OpenTable, places: dict[str, int]) -> SpectrumHeader:
    def first(*names: str) -> Any:  # of any type that a column may have
        name = next((name for name in names if name in places), None)
        return None if name is None else table.values(places[name], 0)

    ra, dec, redshift = (_number(first(*n)) for n in (RA_COLUMNS, DEC_COLUMNS, ("Z",)))
    is_redshift = np.isfinite(redshift) and -0.5 < redshift <= MAX_REDSHIFT
    kind = str(first("CLASS", "SPECTYPE") or "").strip()
    return replace(
        header,
        source_id=_source_id(header, first, places),
        ra=ra if np.isfinite(ra) else header.ra,
        dec=dec if np.isfinite(dec) else header.dec,
        redshift=redshift if is_redshift else header.redshift,
        kind=kind or header.kind,
    )


def _source_id(header: SpectrumHeader, first: Any, places: dict[str, int]) -> str:
    if set(SDSS_NAME) <= places.keys():
        plate, mjd, fiber = (int(first(name)) for name in SDSS_NAME)
        return f"{plate:04d}-{mjd}-{fiber:04d}"
    said = first(*ID_COLUMNS)
    is_silent = header.source_id == stem_of(header.ref.path)
    text = "" if said is None or not is_silent else id_text(np.asarray(said).item())
    return text or header.source_id


def _number(value: Any) -> float:
    try:
        return float(np.asarray(value, dtype=np.float64).reshape(-1)[0])
    except (TypeError, ValueError, IndexError):
        return float("nan")
