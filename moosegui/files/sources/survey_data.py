"""A whole stacked survey at once, for learning a basis and for measuring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from astropy.table import Table
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.medium import air_to_vacuum
from moosegui.data.spectrum import Spectrum, zero_runs
from moosegui.errors import ExportError, InputError
from moosegui.files.content import Content, Hdu, Unreadable, open_content, open_fits, same_image
from moosegui.files.models.window_file import require_room
from moosegui.files.spectra.elements.units import flux_factor
from moosegui.files.spectra.formats import stacked
from moosegui.files.tables.columns import (
    as_floats,
    as_ids,
    as_texts,
    map_columns,
    redshifts_of,
    zconfs_of,
)
from moosegui.files.tables.read import read_table

Float32Array = NDArray[np.float32]
ROWS_AT_ONCE = 1024
BYTES_A_PIXEL = 16  # flux and inverse variance in float32, twice


@dataclass(frozen=True, slots=True, eq=False)
class SurveyArrays:
    """All spectra of a stacked survey, one a row.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Angstrom, vacuum, increasing.
    flux, ivar : ndarray of float32, shape (n, n_wave)
        In 1e-20 erg/s/cm2/Angstrom where the unit is known; both zero where masked.
    ids : tuple of str
    redshift : ndarray of shape (n,)
        nan without one.
    zconf : ndarray of int, shape (n,)
        -1 without one.
    kind : tuple of str
    snr : ndarray of shape (n,)
        The catalogue's SNR column; nan without one.
    table : Table
        The whole catalogue, for its other columns.
    """

    wave: FloatArray
    flux: Float32Array = field(repr=False)
    ivar: Float32Array = field(repr=False)
    ids: tuple[str, ...] = field(repr=False)
    redshift: FloatArray = field(repr=False)
    zconf: IntArray = field(repr=False)
    kind: tuple[str, ...] = field(repr=False)
    snr: FloatArray = field(repr=False)
    table: Table = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the catalogue's columns."""
        return tuple(self.table.colnames)

    def column(self, name: str) -> FloatArray:
        """Return a column of the catalogue as numbers, shape (n,).

        Raises
        ------
        InputError
            If there is no such column.
        """
        if name not in self.table.colnames:
            raise InputError(f"The survey has no column {name}; it has {', '.join(self.columns)}.")
        return as_floats(self.table, name)

    def only(self, rows: IntArray) -> SurveyArrays:
        """Return some of the spectra; where they lie in a file, the others are lost there.

        Parameters
        ----------
        rows : ndarray of int
            Increasing.
        """
        if rows.size == len(self):
            return self
        return replace(
            self,
            flux=_only(self.flux, rows),
            ivar=_only(self.ivar, rows),
            ids=tuple(self.ids[row] for row in rows),
            redshift=self.redshift[rows],
            zconf=self.zconf[rows],
            kind=tuple(self.kind[row] for row in rows),
            snr=self.snr[rows],
            table=self.table[rows],
        )


def read_survey_arrays(path: Path, *, scratch: Path | None = None) -> SurveyArrays:
    """Read a whole stacked survey.

    Parameters
    ----------
    path : Path
        A file with DATA and STAT images and a CATALOGUE table.
    scratch : Path, optional
        A folder whose disk holds the spectra, for surveys that memory does not; what lies there
        goes with the arrays.

    Raises
    ------
    InputError
        If it is no stacked survey, has no variances or no catalogue, or is damaged.
    ExportError
        If nothing can be written to `scratch`.
    """
    content = open_content(path)
    if not stacked.sniff(content) or stacked.catalogue_hdu(content) is None:
        raise InputError(
            f"{path} is no stacked survey; it needs DATA and STAT images and a CATALOGUE table."
        )
    try:
        survey = stacked.open_survey(content)
        shape = _hdu(content, "DATA").shape
        if scratch is not None:
            require_room(scratch, 2 * np.dtype(np.float32).itemsize * math.prod(shape))
        flux, ivar = (_room(shape, scratch) for _ in range(2))
        _fill(flux, ivar, survey, content)
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    wave = _vacuum_wave(survey)
    table = read_table(path)
    columns = map_columns(table)
    return SurveyArrays(
        wave=wave if wave[0] < wave[-1] else wave[::-1].copy(),
        flux=flux,
        ivar=ivar,
        ids=tuple(as_ids(table, columns.source_id)),
        redshift=redshifts_of(table, columns),
        zconf=np.array([-1 if z is None else z for z in zconfs_of(table, columns)], dtype=np.int64),
        kind=tuple(as_texts(table, columns.kind)),
        snr=as_floats(table, "SNR" if "SNR" in table.colnames else ""),
        table=table,
    )


def memory_of_survey(path: Path) -> int:
    """Foresee the bytes that `read_survey_arrays` and a copy of what is chosen of it will take.

    0 for what is no stacked survey; who reads it says what is wrong.
    """
    try:
        hdu = open_content(path).named("DATA")
    except InputError:
        return 0
    return 0 if hdu is None else BYTES_A_PIXEL * math.prod(hdu.shape)


def survey_of_spectra(
    spectra: Sequence[Spectrum],
    ids: Sequence[str],
    labels: Sequence[tuple[float, int, str, bool]],
) -> SurveyArrays:
    """Return spectra with the same pixels as a labelled survey.

    Parameters
    ----------
    spectra : sequence of Spectrum
        In vacuum; at least one.
    ids : sequence of str
    labels : sequence of (float, int, str, bool)
        Redshift, ZCONF, kind, and whether it is a blend, of each.
    """
    redshifts, zconfs, kinds, blends = zip(*labels, strict=True)
    return SurveyArrays(
        wave=spectra[0].wave,
        flux=np.array([spectrum.flux for spectrum in spectra], dtype=np.float32),
        ivar=np.array([spectrum.ivar for spectrum in spectra], dtype=np.float32),
        ids=tuple(ids),
        redshift=np.array(redshifts, dtype=np.float64),
        zconf=np.array(zconfs, dtype=np.int64),
        kind=tuple(kinds),
        snr=np.full(len(spectra), np.nan),
        table=Table({"BLEND": list(blends)}),
    )


def _hdu(content: Content, name: str) -> Hdu:
    hdu = content.named(name)
    if hdu is None:
        raise Unreadable(f"has no {name} image; learning and measuring need fluxes and variances")
    return hdu


def _fill(flux: Float32Array, ivar: Float32Array, survey: stacked.Survey, content: Content) -> None:
    """Read fluxes and inverse variances by increasing wavelength, some rows at a time.

    One image after the other: a compressed file is unpacked from its beginning for each step back.
    """
    factor = flux_factor(survey.unit) if survey.unit else None
    wave = _vacuum_wave(survey)
    columns = slice(None) if wave[0] < wave[-1] else slice(None, None, -1)
    parts = [slice(i, i + ROWS_AT_ONCE) for i in range(0, len(flux), ROWS_AT_ONCE)]
    with open_fits(content.path) as hdus:  # mapped, scaled integers could not be read
        data, stat = (same_image(hdus, _hdu(content, name)) for name in ("DATA", "STAT"))
        for rows in parts:
            flux[rows] = np.asarray(data.section[rows], np.float32)[:, columns]
        for rows in parts:
            variance = np.array(stat.section[rows], np.float32)[:, columns]
            weight = _mask(flux[rows], variance)
            if factor not in (None, 1.0):
                flux[rows] *= np.float32(factor)
                weight /= np.float32(factor) ** 2
            ivar[rows] = weight


def _vacuum_wave(survey: stacked.Survey) -> FloatArray:
    return survey.wave if survey.medium == "vacuum" else air_to_vacuum(survey.wave)


def _room(shape: tuple[int, ...], scratch: Path | None) -> Float32Array:
    """Return an array to be filled, in memory or in a file without a name."""
    if scratch is None:
        return np.empty(shape, np.float32)
    nothing = bytes(4 * shape[1])
    try:
        with TemporaryFile(dir=scratch) as stream:
            for _ in range(shape[0]):  # in a mapped file, a full disk would end the process
                stream.write(nothing)
            return np.memmap(stream, np.float32, "r+", shape=shape)
    except OSError as error:
        raise ExportError(
            f"The spectra cannot be kept in {scratch} ({error.strerror or error}); make room there."
        ) from error


def _only(values: Float32Array, rows: IntArray) -> Float32Array:
    if not isinstance(values, np.memmap):
        return values[rows]
    for first in range(0, rows.size, ROWS_AT_ONCE):  # each moves to the front or stays
        some = rows[first : first + ROWS_AT_ONCE]
        values[first : first + some.size] = values[some]
    return values[: rows.size]


def _mask(flux: Float32Array, variance: Float32Array) -> Float32Array:
    """Set masked fluxes to zero in place and return the inverse variances."""
    bad = ~np.isfinite(flux) | ~np.isfinite(variance) | (variance <= 0)
    for i_row in np.flatnonzero((flux == 0).any(axis=1)):
        bad[i_row] |= zero_runs(flux[i_row])
    flux[bad] = 0.0
    variance[bad] = 1.0
    ivar = 1.0 / variance
    ivar[bad] = 0.0
    return ivar
