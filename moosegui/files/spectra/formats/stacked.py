"""Stacked surveys: DATA and STAT images with one spectrum a row, and a CATALOGUE table.

The images may be tile-compressed. A row is read through a handle that stays open for each version
of a file, behind a lock, so that neither a call decompresses the whole survey nor two threads
move the same file position.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import (
    READ_ERRORS,
    Content,
    Hdu,
    Unreadable,
    card_value,
    open_content,
    same_image,
)
from moosegui.files.spectra.elements.assemble import (
    RawSpectrum,
    assemble,
    is_muse_like,
    shown_cards,
)
from moosegui.files.spectra.elements.axis import has_axis, stored_medium, wave_from_header
from moosegui.files.spectra.elements.headers import SpectrumHeader, stem_of
from moosegui.files.spectra.elements.quality import bad_in_row
from moosegui.files.spectra.elements.score import Score
from moosegui.files.tables.columns import (
    as_floats,
    as_ids,
    as_texts,
    map_columns,
    redshifts_of,
)
from moosegui.files.tables.formats import read_fits_table

N_AHEAD = 8  # rows that are unpacked at once where they are asked for in order
N_ASKED = 4  # rows asked for last, as many as threads may have asked for between neighbours
Row = tuple[FloatArray, FloatArray | None]  # flux and variance


@dataclass(frozen=True)
class Survey:
    """An open stacked file; `row` may be called from several threads."""

    flux: fits.ImageHDU = field(repr=False)
    variance: fits.ImageHDU | None = field(repr=False)
    n_rows: int
    wave: FloatArray
    medium: str
    unit: str
    is_muse: bool
    header: tuple[tuple[str, str], ...]
    wave_unit: str = "Angstrom"
    assumed: tuple[str, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    asked: deque[int] = field(default_factory=partial(deque, maxlen=N_ASKED), repr=False)
    ahead: dict[int, Row] = field(default_factory=dict, repr=False)

    def row(self, i_row: int) -> Row:
        """Return flux and variance of one row, each of shape (n_wave,).

        Raises
        ------
        Unreadable
            If there is no such row or its data are damaged.
        """
        if not 0 <= i_row < self.n_rows:
            raise Unreadable(f"has {self.n_rows} spectra and no row {i_row} (counted from 0)")
        try:
            with self.lock:
                return self._row(i_row)
        except READ_ERRORS as error:
            raise Unreadable(f"has a damaged row {i_row} ({error}); fetch it again") from error

    def _row(self, i_row: int) -> Row:
        """Return a row; where they are asked for in order, those behind it are unpacked with it.

        Eight compressed rows at once take twice the time of one. A row that is damaged spoils none
        but itself: those behind it are then left alone.
        """
        if i_row not in self.ahead and any(0 < i_row - i <= N_ASKED for i in self.asked):
            with suppress(*READ_ERRORS):
                self._unpack_ahead(i_row)
        self.asked.append(i_row)
        if i_row in self.ahead:
            return self.ahead.pop(i_row)
        flux = np.array(self.flux.section[i_row], dtype=np.float64)
        if self.variance is None:
            return flux, None
        return flux, np.array(self.variance.section[i_row], dtype=np.float64)

    def _unpack_ahead(self, i_row: int) -> None:
        images = [self.flux] if self.variance is None else [self.flux, self.variance]
        if not all(isinstance(image, fits.CompImageHDU) for image in images):
            return
        part = slice(i_row, min(i_row + N_AHEAD, self.n_rows))
        flux, *variance = (np.array(image.section[part], dtype=np.float64) for image in images)
        for old in [i for i in self.ahead if not i_row - N_AHEAD < i < i_row]:
            del self.ahead[old]
        for i in range(part.stop - part.start):
            own = variance[0][i].copy() if variance else None
            self.ahead[i_row + i] = flux[i].copy(), own


def sniff(content: Content) -> Score:
    """Whether DATA is an image whose rows are spectra."""
    hdu = content.named("DATA")
    if hdu is None or hdu.is_table or len(hdu.shape) != 2 or not has_axis(hdu.header):
        return Score.NO
    is_survey = content.named("STAT") is not None or content.named("CATALOGUE") is not None
    return Score.NAMES if is_survey else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe each row from the catalogue, or by its number where there is none."""
    n_rows = _flux_hdu(content).shape[0]
    catalogue = catalogue_hdu(content)
    if catalogue is None:
        stem = stem_of(content.path)
        return tuple(
            SpectrumHeader(SpectrumRef(content.path, row=i), f"{stem}_{i}") for i in range(n_rows)
        )
    table = read_fits_table(content, catalogue)
    columns = map_columns(table)
    ids = as_ids(table, columns.source_id, n_rows)
    ra = as_floats(table, columns.ra, n_rows).tolist()
    dec = as_floats(table, columns.dec, n_rows).tolist()
    redshift = redshifts_of(table, columns, n_rows).tolist()
    kind = as_texts(table, columns.kind, n_rows)
    return tuple(
        SpectrumHeader(
            SpectrumRef(content.path, row=i), ids[i], ra[i], dec[i], redshift[i], kind[i]
        )
        for i in range(n_rows)
    )


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read row `ref.row`, counted from 0.

    Raises
    ------
    Unreadable
        If no row was named where there are several, or it is damaged.
    """
    survey = open_survey(content, ref.choice.wave_unit)
    if ref.row is None and survey.n_rows > 1:
        raise Unreadable(f"holds {survey.n_rows} spectra; say which row")
    i_row = ref.row or 0
    flux, variance = survey.row(i_row)
    bad, facts = bad_in_row(content, _flux_hdu(content), i_row)
    return assemble(
        RawSpectrum(
            wave=survey.wave,
            flux=flux,
            variance=variance,
            bad=bad,
            stored_medium=survey.medium,
            unit=survey.unit,
            name=f"row {i_row}",
            is_muse=survey.is_muse,
            header=survey.header,
            facts=facts,
            provenance=Provenance(
                kind="stacked survey",
                wave=f"header of DATA ({survey.wave_unit})",
                flux=f"extension DATA, row {i_row}",
                error="" if variance is None else "extension STAT (variance)",
                assumed=survey.assumed,
            ),
            choice=ref.choice,
        )
    )


def catalogue_hdu(content: Content) -> Hdu | None:
    """Return the table with one row for each spectrum."""
    n_rows = _flux_hdu(content).shape[0]
    named = content.named("CATALOGUE", "CATALOG")
    fitting = [hdu for hdu in content.tables if hdu.shape and hdu.shape[0] == n_rows]
    return named if named in fitting else fitting[0] if fitting else None


def open_survey(content: Content, wave_unit: str = "") -> Survey:
    """Return the open survey; a second call for an unchanged file returns the same.

    Without a unit of its own its wavelengths are in `wave_unit`.

    Raises
    ------
    Unreadable
        If it has no wavelengths or its images do not fit each other.
    """
    status = content.path.stat()
    return _open_version(content.path, status.st_mtime_ns, status.st_size, wave_unit)


def _flux_hdu(content: Content) -> Hdu:
    hdu = content.named("DATA")
    if hdu is None:
        raise Unreadable("has no DATA image")
    return hdu


@lru_cache(maxsize=4)
def _open_version(path: Path, modified: int, size: int, wave_unit: str) -> Survey:
    del modified, size
    content = open_content(path)
    flux, variance = _flux_hdu(content), content.named("STAT")
    if variance is not None and variance.shape != flux.shape:
        raise Unreadable(f"has DATA of {flux.shape} and STAT of {variance.shape} pixels")
    axis = wave_from_header(flux.header, flux.shape[1], chosen=wave_unit)
    primary = content.hdus[0].header
    try:
        hdus = fits.open(path, memmap=False, lazy_load_hdus=True)
    except READ_ERRORS as error:
        raise Unreadable(f"is damaged ({error}); fetch it again") from error
    return Survey(
        flux=same_image(hdus, flux),
        variance=None if variance is None else same_image(hdus, variance),
        n_rows=flux.shape[0],
        wave=axis.wave,
        medium=axis.medium or stored_medium(flux.header) or stored_medium(primary),
        unit=str(card_value(flux.header, "BUNIT") or "").strip(),
        is_muse=is_muse_like(axis.wave, primary, flux.header),
        header=shown_cards(primary, flux.header),
        wave_unit=axis.unit,
        assumed=axis.assumed,
    )
