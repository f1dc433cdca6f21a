"""What a file is that holds no spectrum, what was looked for, and what to do with it."""

from __future__ import annotations

import math
import re

import h5py

from moosegui.files.content import READ_ERRORS, Content, Hdu, Unreadable, card_value
from moosegui.files.moosejl.kinds import SENTENCES, moose_kind
from moosegui.files.spectra.elements.names import is_flux, is_wave

MAX_NAMED = 8
# Beginnings of files that people give by mistake
_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, or a numpy or Office file"),
    (b"PAR1", "a Parquet table"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x93NUMPY", "a numpy array"),
    (b"#ASDF", "an ASDF file"),
    (b"\xff\xfe", "a text in UTF-16 (save it as UTF-8)"),
    (b"\xfe\xff", "a text in UTF-16 (save it as UTF-8)"),
    (b"\x7fELF", "a program"),
)
_LOOKED_FOR = "a spectrum needs wavelengths and fluxes"


def why_unknown(content: Content) -> str:
    """Return as a predicate what a file is, what was looked for and what to do."""
    if content.kind == "fits":
        return _fits(content)
    if content.kind == "sqlite":
        return (
            "is a database, as the sessions of moosegui are, and holds no spectrum; open the "
            "catalogue or the spectra that it belongs to"
        )
    if content.kind == "text":
        return _text(content)
    if content.kind == "hdf5":
        try:
            kind = moose_kind(content.path)
        except Unreadable:
            return "is a damaged HDF5 file and holds no spectrum that can be read; fetch it again"
        if kind in SENTENCES:
            return SENTENCES[kind]
        if _has(content, "redshift", "id", "chi2", "n_samples"):
            return (
                "holds the chi2 curves that `moosegui scan --curves` kept and no spectrum; open "
                "the list that was scanned"
            )
        if _has(content, "zbest", "zscan"):
            return (
                "holds the details of redrock's fits and no spectra; give its FITS file with the "
                "table REDSHIFTS, and the spectra with --spectra"
            )
        return (
            "is an HDF5 file and holds no spectrum that is known here; of HDF5, the files of "
            "Moose.jl are read: save each spectrum as a FITS or ECSV table with columns wave, flux "
            "and ivar"
        )
    start = _start(content)
    what = next((name for magic, name in _MAGIC if start.startswith(magic)), "a binary file")
    return f"is {what} and holds no spectrum that is known here; give FITS or text files"


def _has(content: Content, *names: str) -> bool:
    """Whether an HDF5 file has some members, as what redrock writes beside its redshifts."""
    try:
        with h5py.File(content.path, "r") as stream:
            return set(names) <= set(stream)
    except READ_ERRORS:
        return False


def is_cube(hdu: Hdu) -> bool:
    """Whether an HDU is an image of three dimensions, each of several pixels."""
    return not hdu.is_table and len(hdu.shape) == 3 and min(hdu.shape) > 1


def _fits(content: Content) -> str:
    cube = next((hdu for hdu in content.hdus if is_cube(hdu)), None)
    if cube is not None:
        size = " x ".join(str(n) for n in reversed(cube.shape))
        return (
            f"holds a cube and no spectrum ({size} pixels); take spectra out of it with "
            "moosegui extract CUBE CATALOGUE -o SURVEY"
        )
    images = [hdu for hdu in content.hdus if hdu.shape and not hdu.is_table]
    if content.tables:
        return _tables(content)
    if not images:
        return "is a FITS file without data and holds no spectrum; fetch it again"
    image = max(images, key=lambda hdu: math.prod(hdu.shape))
    size = " x ".join(str(n) for n in reversed(image.shape))
    kind = str(card_value(image.header, "CTYPE1") or "").upper()
    if kind.startswith(("RA--", "DEC-", "GLON", "GLAT")):
        is_integer = str(card_value(image.header, "BITPIX")) in ("8", "16", "32", "64")
        what = "a segmentation map or a mask" if is_integer else "an image of the sky"
        return (
            f"is {what} ({size} pixels) and holds no one-dimensional spectrum; give a file of "
            "spectra or a catalogue"
        )
    return (
        f"is an image of {size} pixels and holds no one-dimensional spectrum: {_LOOKED_FOR} in "
        "one row; extract one, as with IRAF's apall, or name a stacked survey's image DATA"
    )


def _tables(content: Content) -> str:
    if {"ZFIT_STACK", "TEMPL"} <= content.names:
        return (
            "holds a fit by grizli, with its templates and images, and no spectrum; give the file "
            "of the same source that ends in .1D.fits"
        )
    names = [name for hdu in content.tables for name in hdu.columns]
    shown = ", ".join(names[:MAX_NAMED]) + (" ..." if len(names) > MAX_NAMED else "")
    missing = "wavelengths" if any(map(is_flux, names)) else "fluxes"
    has_wave, has_flux = any(map(is_wave, names)), any(map(is_flux, names))
    if has_wave and has_flux:
        return (
            f"holds tables without wavelengths and fluxes of one spectrum (columns {shown}): they "
            "have fewer than two rows, or IDs and positions; give a file of spectra"
        )
    if not has_wave and not has_flux:
        missing = "wavelengths and fluxes"
    return (
        f"holds tables without wavelengths and fluxes of one spectrum (columns {shown}): none is "
        f"named as {missing}; name them wave and flux, or give a file of spectra"
    )


def _text(content: Content) -> str:
    start = content.text.lstrip()
    if start.startswith("<") and "<html" in start[:2000].lower():
        what = "an HTML page, perhaps of a failed download, and"
    elif start.startswith("<"):
        what = "an XML file and"
    elif start.startswith(("{", "[")):
        what = "a JSON file and"
    elif re.match(r"#!|import |def |from \w+ import", start):
        what = "a program and"
    else:
        what = "a text and"
    return (
        f"is {what} holds no spectrum that is known here: {_LOOKED_FOR} in columns, named wave "
        "and flux in a first line or in this order; give FITS files or such tables"
    )


def _start(content: Content) -> bytes:
    try:
        with content.path.open("rb") as stream:
            return stream.read(16)
    except OSError:
        return b""
