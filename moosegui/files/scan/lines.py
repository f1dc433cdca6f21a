"""The table of fitted lines, one row a source and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from astropy.table import Column, Table

from moosegui.data.line_table import LineMeasurement
from moosegui.errors import ExportError
from moosegui.files.safe_write import replacing
from moosegui.files.tables.write import table_format, write_table

_TEXTS = (  # name, field of LineMeasurement, UCD, description
    ("LINE", "name", "spect.line", "line"),
    ("FAMILY", "family", "meta.code.class", "lines of a family share velocity and width"),
)
_NUMBERS = (
    ("WAVE_REST", "wave", "em.wl;spect.line", "rest vacuum wavelength, Angstrom"),
    ("FLUX", "flux", "spect.line.intensity", "flux unit of the spectrum times Angstrom"),
    ("FLUX_ERR", "flux_error", "stat.error;spect.line.intensity", "1 sigma error of FLUX"),
    ("SNR", "snr", "stat.snr", "FLUX over FLUX_ERR"),
    ("V", "velocity", "spect.dopplerVeloc", "velocity relative to Z, km/s"),
    ("V_ERR", "velocity_error", "stat.error;spect.dopplerVeloc", "1 sigma error of V, km/s"),
    ("SIGMA", "width", "spect.line.width", "intrinsic standard deviation, km/s"),
    ("SIGMA_ERR", "width_error", "stat.error;spect.line.width", "1 sigma error of SIGMA, km/s"),
    ("EW", "equivalent_width", "spect.line.eqWidth", "rest frame, Angstrom, > 0 in emission"),
    ("EW_ERR", "equivalent_width_error", "stat.error;spect.line.eqWidth", "1 sigma error of EW"),
)
_ORDER = (
    *("LINE", "WAVE_REST", "FAMILY", "FLUX", "FLUX_ERR", "SNR"),
    *("V", "V_ERR", "SIGMA", "SIGMA_ERR", "EW", "EW_ERR"),
)

ID_TEXT, Z_TEXT = "source", "redshift of the fit, vacuum convention"
FLAGS_TEXT = "what to know of the line, separated by blanks"

LineRow = tuple[str, float, LineMeasurement]


def write_line_table(path: Path, rows: Iterable[LineRow], meta: Mapping[str, str]) -> None:
    """Write fitted lines: FITS, ECSV, CSV or VOTable by the ending of the name.

    Parameters
    ----------
    path : Path
        Replaced if it exists, whole or not at all.
    rows : iterable of (str, float, LineMeasurement)
        ID of the source, redshift of the fit (vacuum convention), and the line.
    meta : mapping of str to str
        How it was made: header cards in FITS, `meta` in ECSV. Keys of at most 8 capitals,
        digits, `-` and `_`.

    Raises
    ------
    ExportError
        If the table cannot be written there, or there are no rows.
    ValueError
        If a key of `meta` is no FITS keyword.
    """
    bad = [key for key in meta if not re.fullmatch(r"[A-Z0-9_-]{1,8}", key)]
    if bad:
        raise ValueError(f"{bad[0]} is no FITS keyword")
    kept = tuple(rows)
    if not kept:
        raise ExportError(f"There are no lines to write to {path}; check the input and redshifts.")
    with replacing(path) as temporary:
        write_table(temporary, _table(kept), layout=table_format(path), cards=meta)


def line_columns() -> tuple[tuple[str, str], ...]:
    """Return the columns of the table in their order, and what each is."""
    described = {name: text for name, _, _, text in (*_TEXTS, *_NUMBERS)}
    middle = tuple((name, described[name]) for name in _ORDER)
    return (("ID", ID_TEXT), ("Z", Z_TEXT), *middle, ("FLAGS", FLAGS_TEXT))


def _table(rows: tuple[LineRow, ...]) -> Table:
    lines = [line for *_, line in rows]
    columns: dict[str, Column] = {}
    for name, field, ucd, description in (*_TEXTS, *_NUMBERS):
        values = np.array([getattr(line, field) for line in lines])
        columns[name] = Column(values, description=description, meta={"ucd": ucd})
    ids = np.array([source_id for source_id, *_ in rows], dtype=str)
    redshifts = np.array([redshift for _, redshift, _ in rows], dtype=np.float64)
    flags = np.array([line.flags.words for line in lines], dtype=str)
    return Table(
        {
            "ID": Column(ids, description=ID_TEXT, meta={"ucd": "meta.id;meta.main"}),
            "Z": Column(
                redshifts,
                description=Z_TEXT,
                meta={"ucd": "src.redshift"},
            ),
            **{name: columns[name] for name in _ORDER},
            "FLAGS": Column(
                flags,
                description=FLAGS_TEXT,
                meta={"ucd": "meta.code"},
            ),
        }
    )
