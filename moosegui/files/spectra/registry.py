"""The formats of spectra, in the order in which they are tried, and the readers over them all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError, MooseError
from moosegui.files.content import Content, Unreadable, open_content
from moosegui.files.spectra.elements.headers import SpectrumHeader, stem_of, with_unique_ids
from moosegui.files.spectra.formats import (
    array_cells,
    desi,
    image,
    pixel_table,
    row_images,
    source_file,
    stacked,
    text_table,
)

log = logging.getLogger(__name__)


class SpectrumFormat(Protocol):
    """What a format module offers."""

    def sniff(self, content: Content) -> bool:
        """Whether a file has this format, from what it holds."""

    def headers(self, content: Content) -> tuple[SpectrumHeader, ...]:
        """Describe every spectrum of the file without reading its pixels."""

    def read(self, content: Content, ref: SpectrumRef) -> Spectrum:
        """Read one spectrum, its wavelengths in vacuum; raises `Unreadable`."""


FORMATS: tuple[SpectrumFormat, ...] = (
    source_file,
    desi,
    row_images,
    pixel_table,
    array_cells,
    stacked,
    image,
    text_table,
)


def read_spectrum(ref: SpectrumRef) -> Spectrum:
    """Read one spectrum: vacuum, 1e-20 erg/s/cm2/Angstrom where the unit is known, masked.

    Parameters
    ----------
    ref : SpectrumRef
        The file and, where it holds several spectra, the row or the extension.

    Returns
    -------
    Spectrum
        With `stored_medium`, `facts` and `header` filled.

    Raises
    ------
    InputError
        If the file is missing, damaged, or holds no such spectrum.
    """
    content = open_content(ref.path)
    with _guarded(ref.path):
        return _format_of(content).read(content, ref)


def list_spectra(path: Path) -> tuple[SpectrumRef, ...]:
    """Return every spectrum of a file or folder, in order, unreadable files of a folder included.

    Raises
    ------
    InputError
        If a file holds no spectrum, or a folder no file of spectra.
    """
    return tuple(header.ref for header in list_headers(path))


def list_headers(path: Path) -> tuple[SpectrumHeader, ...]:
    """Describe every spectrum of a file or folder, from headers only.

    Parameters
    ----------
    path : Path
        A file (one spectrum for each row where it is stacked, the reference spectrum alone of a
        Source file) or a folder, whose files are taken in the order of their names.

    Raises
    ------
    InputError
        If a file holds no spectrum, or a folder no file of spectra.
    """
    if not path.is_dir():
        return describe_file(path)
    found: list[SpectrumHeader] = []
    for item in _files_in(path):
        found += _describe_item(item)
    if not found:
        raise InputError(f"The folder {path} holds no spectra; name the folder of the FITS files.")
    return with_unique_ids(found)


def describe(ref: SpectrumRef) -> SpectrumHeader:
    """Describe one spectrum.

    Raises
    ------
    InputError
        If it does not exist.
    """
    headers = describe_file(ref.path)
    for header in headers:
        if header.ref.row == ref.row:
            return header
    if len(headers) == 1:
        return headers[0]
    raise InputError(f"{ref.path} holds {len(headers)} spectra and no row {ref.row}.")


def describe_file(path: Path) -> tuple[SpectrumHeader, ...]:
    """Describe every spectrum of one file.

    Raises
    ------
    InputError
        If it is missing, damaged or holds no spectrum.
    """
    content = open_content(path)
    with _guarded(path):
        return _format_of(content).headers(content)


def holds_spectra(path: Path) -> bool:
    """Whether a readable file has one of the known formats of spectra."""
    content = open_content(path)
    with _guarded(path):
        return any(known.sniff(content) for known in FORMATS)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Turn whatever a reader raises into the reason why this file cannot be used.

    No file may end a scan: also what astropy asserts and what exhausts memory or the stack is the
    reason of its own source, with its type in the log.
    """
    try:
        yield
    except MooseError:
        raise
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    except Exception as error:
        log.warning("%s: %s", path, type(error).__name__, exc_info=error)
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"{path} is damaged, or of a kind that its reader does not expect "
            f"({type(error).__name__}{': ' + said if said else ''}); check it with another program."
        ) from error


def _files_in(folder: Path) -> list[Path]:
    try:
        items = sorted(folder.iterdir())
        return [item for item in items if item.is_file() and not item.name.startswith(".")]
    except OSError as error:
        raise InputError(
            f"The folder {folder} cannot be read ({error.strerror or error}); check its "
            "permissions."
        ) from error


def _format_of(content: Content) -> SpectrumFormat:
    for known in FORMATS:
        if known.sniff(content):
            return known
    raise Unreadable(_why_unknown(content))


def _why_unknown(content: Content) -> str:
    if content.kind != "fits":
        return "holds no spectrum that is known here; give FITS files or tables of wave and flux"
    if any(len(hdu.shape) == 3 and not hdu.is_table for hdu in content.hdus):
        return "holds a cube and no spectrum; extract spectra from it first"
    if content.tables:
        return "holds tables without wavelengths and fluxes; give a file of spectra"
    return "holds no one-dimensional spectrum; give a file of spectra"


def _describe_item(path: Path) -> list[SpectrumHeader]:
    """Describe a file of a folder: marked if it is a damaged one, nothing if it is a catalogue."""
    try:
        content = open_content(path)
        with _guarded(path):
            if content.kind != "fits" and not any(known.sniff(content) for known in FORMATS):
                return [] if not _claims_fits(path) else [_marked(path, "is not a FITS file")]
            if _is_catalogue(content):
                return []
        return list(describe_file(path))
    except InputError as error:
        if not _claims_fits(path):
            return []
        return [SpectrumHeader(SpectrumRef(path), stem_of(path), problem=str(error))]


def _marked(path: Path, reason: str) -> SpectrumHeader:
    problem = f"{path} {reason}; fetch it again."
    return SpectrumHeader(SpectrumRef(path), stem_of(path), problem=problem)


def _claims_fits(path: Path) -> bool:
    return path.name.lower().endswith((".fits", ".fit", ".fts", ".fits.gz"))


def _is_catalogue(content: Content) -> bool:
    """Whether a FITS file holds tables, none of them a spectrum, and no image."""
    has_image = any(hdu.shape and not hdu.is_table for hdu in content.hdus)
    is_spectrum = any(known.sniff(content) for known in FORMATS)
    return bool(content.tables) and not has_image and not is_spectrum
