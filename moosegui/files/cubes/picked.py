"""Sources that were picked in the images of a cube: a survey of their own beside the catalogue."""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import count
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table, vstack

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.spectrum import Spectrum
from moosegui.errors import ExportError, InputError
from moosegui.files.cubes.survey import CUBE_CARD, axis_of, write_survey
from moosegui.files.sources.source_lists import open_source_list

NAME = "_picked.fits"
SAME_PIXEL = 0.02  # of a pixel by which wavelengths may differ


def picked_path(catalogue: Path) -> Path:
    """Return the survey of what is picked in the cube of a catalogue."""
    return catalogue.with_name(f"{catalogue.stem}{NAME}")


def read_picked(source_list: SourceList, keys: Container[str]) -> tuple[Source, ...]:
    """Return those of the sources picked in the cube of a list that are asked for.

    Parameters
    ----------
    source_list : SourceList
        None of its own keys is that of one that was picked.
    keys : container of str
        Of the picked sources that a session has.

    Returns
    -------
    tuple of Source
        Empty where nothing was picked or the survey of it cannot be read any more.
    """
    path = picked_path(source_list.path)
    if not path.is_file():
        return ()
    own = {s.key for s in source_list.of_table()}
    try:
        found = open_source_list(path)
    except InputError:
        return ()
    return tuple(source for source in found if source.key in keys and source.key not in own)


def with_picked(source_list: SourceList, keys: Container[str]) -> SourceList:
    """Return a list with the sources that a session picked in its cube."""
    return source_list.with_picked(read_picked(source_list, keys))


def add_picked(
    path: Path,
    spectrum: Spectrum,
    row: Mapping[str, object],
    *,
    cube: str,
    taken: Container[str] = (),
) -> str:
    """Add a source to a survey of picked ones, which is begun where there is none.

    Parameters
    ----------
    path : Path
    spectrum : Spectrum
        On the pixels of the cube.
    row : mapping of str to object
        Its columns: RA, DEC, Z and what else is known.
    cube : str
        The file in which it was picked.
    taken : container of str
        IDs that it may not have.

    Returns
    -------
    str
        Its ID, as `P3`.

    Raises
    ------
    ExportError
        If the file is another one, of another cube, or cannot be written.
    """
    spectra, earlier = _earlier(path, spectrum) if path.exists() else ([], None)
    source_id = next(f"P{i}" for i in count(len(spectra) + 1) if f"P{i}" not in taken)
    new = Table(rows=[{"ID": source_id, **row}])
    table = new if earlier is None else vstack([earlier, new], metadata_conflicts="silent")
    cards = {CUBE_CARD: cube, "ORIGIN": "picked in moosegui"}
    write_survey(path, [*spectra, spectrum], table, cards=cards)
    return source_id


def _earlier(path: Path, spectrum: Spectrum) -> tuple[list[Spectrum], Table]:
    try:
        with fits.open(path) as hdus:
            flux = np.array(hdus["DATA"].data, dtype=np.float64)
            variance = np.array(hdus["STAT"].data, dtype=np.float64)
            table = Table(hdus["CATALOGUE"].data)
            header = hdus["DATA"].header
            axis = str(header["CTYPE1"]), float(header["CRVAL1"]), float(header["CDELT1"])
            unit = str(header.get("BUNIT", ""))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ExportError(
            f"{path} is no survey of picked sources ({error}); move it away."
        ) from error
    own = axis_of(spectrum)
    is_alike = (
        *(flux.ndim == 2, flux.shape[-1] == spectrum.wave.size, len(table) == len(flux)),
        axis[0] == own["CTYPE1"],
        abs(axis[1] - own["CRVAL1"]) < SAME_PIXEL * axis[2],
        abs(axis[2] - own["CDELT1"]) * spectrum.wave.size < SAME_PIXEL * axis[2],
    )
    if not all(is_alike):
        raise ExportError(
            f"{path} holds sources on other pixels, as of another cube; move it away."
        )
    if unit != own.get("BUNIT", ""):
        raise ExportError(f"{path} holds sources in another unit of flux; move it away.")
    good = np.isfinite(flux) & (variance > 0)
    ivar = np.where(good, 1.0 / np.where(good, variance, 1.0), 0.0)
    flux = np.where(good, flux, 0.0)
    spectra = [
        Spectrum(spectrum.wave, f, i, unit=spectrum.unit) for f, i in zip(flux, ivar, strict=True)
    ]
    return spectra, table
