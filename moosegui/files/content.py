"""What a file holds, found from its bytes and never from its name.

FITS headers are scanned here without astropy's parser, which takes milliseconds for each of the
fifty extensions of a Source file; a header is parsed when somebody asks for its cards.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from io import RawIOBase
from pathlib import Path
from typing import IO, Literal, cast

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Guess
from moosegui.errors import InputError
from moosegui.files.held import is_held
from moosegui.files.limits import excess, packing_excess, why_not_regular
from moosegui.files.stalls import answered
from moosegui.files.texts import decoded

ContentKind = Literal["fits", "text", "hdf5", "sqlite", "other"]

GZIP_START = b"\x1f\x8b"
BLOCK = 2880  # bytes, FITS standard 4.0, section 3.1
CARD = 80  # bytes
MAX_HEADER = 20_000 * BLOCK  # a header this long is a damaged file
TEXT_HEAD = 65_536  # bytes of a text file that are looked at to recognise it
# What astropy raises when the bytes of a file contradict each other.
READ_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    fits.VerifyError,
    zlib.error,
    csv.Error,
    AssertionError,  # astropy's, of tables that contradict themselves
    NameError,  # astropy's UnboundLocalError
    RuntimeError,  # also RecursionError
    MemoryError,
    Warning,  # astropy raises those of VOTable where nothing can be read
)


class Unreadable(Exception):  # noqa: N818  (becomes an InputError where the path is known)
    """Why a file cannot be used, as a predicate: "has no wavelength axis; add CRVAL1"."""


class Undecided(Unreadable):
    """Why nobody can tell how to read a file, what that is and what it may be.

    The sentence is `reason`; `how` tells how to answer on a command line.
    """

    def __init__(self, reason: str, guess: Guess, how: str) -> None:
        super().__init__(f"{reason}; {how}")  # a predicate, as of every `Unreadable`
        self.reason, self.guess = reason, guess


@dataclass(frozen=True)
class Hdu:
    """One header and data unit.

    Parameters
    ----------
    index : int
        Position in the file, from 0.
    name : str
        EXTNAME in capitals; empty when it has none.
    is_table : bool
        Whether it is a table; a tile-compressed image is not.
    shape : tuple of int
        Shape of the image in numpy order; (n_rows,) of a table.
    columns : tuple of str
        Column names of a table.
    cards : bytes
        The header as it stands in the file.
    """

    index: int
    name: str
    is_table: bool
    shape: tuple[int, ...]
    columns: tuple[str, ...] = ()
    cards: bytes = field(default=b"", repr=False)

    @cached_property
    def header(self) -> fits.Header:
        """The parsed header."""
        return fits.Header.fromstring(self.cards.decode("latin-1").rstrip("\0"))

    @property
    def length(self) -> int:
        """Length of the last axis if all others are 1, else 0: the size of a 1-D image."""
        if self.is_table or not self.shape or math.prod(self.shape[:-1]) != 1:
            return 0
        return self.shape[-1]


@dataclass(frozen=True)
class Content:
    """What a file holds: its HDUs, or the beginning of its text; `known` is found out later."""

    path: Path
    kind: ContentKind
    hdus: tuple[Hdu, ...] = ()
    text: str = field(default="", repr=False)
    known: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names of all extensions, in capitals."""
        return frozenset(hdu.name for hdu in self.hdus)

    def named(self, *names: str) -> Hdu | None:
        """Return the HDU with the first of `names` that exists."""
        for name in names:
            for hdu in self.hdus:
                if hdu.name == name:
                    return hdu
        return None

    @property
    def tables(self) -> tuple[Hdu, ...]:
        """The tables among the HDUs."""
        return tuple(hdu for hdu in self.hdus if hdu.is_table)

    def image(self, hdu: Hdu) -> FloatArray:
        """Return the pixels of an image as native float64, BSCALE and FSCALE applied.

        Raises
        ------
        Unreadable
            If the data are damaged.
        """
        if problem := excess("max_bytes", 8 * math.prod(hdu.shape)):
            raise Unreadable(problem)
        with open_fits(self.path) as hdus:
            pixels = np.array(same_image(hdus, hdu).data, dtype=np.float64, order="C")
        return pixels * (fscale(hdu) or 1.0)

    def image_row(self, hdu: Hdu, row: int) -> FloatArray:
        """Return one row of a two-dimensional image, without reading the others.

        Raises
        ------
        Unreadable
            If the data are damaged or there is no such row.
        """
        if len(hdu.shape) == 1 and row == 0:
            return self.image(hdu)
        if len(hdu.shape) != 2 or not 0 <= row < hdu.shape[0]:
            raise Unreadable(f"has no row {row} (from 0) in extension {hdu.name or hdu.index}")
        # Not mapped: astropy maps no scaled image, and a section is read alone in any case
        with open_fits(self.path) as hdus:
            pixels = np.array(same_image(hdus, hdu).section[row], dtype=np.float64)
        return pixels * (fscale(hdu) or 1.0)


def open_content(path: Path) -> Content:
    """Find out what a file holds; a second call on an unchanged file is free.

    Raises
    ------
    InputError
        If the file does not exist, cannot be read, or is a damaged FITS file.
    """
    return answered(path, partial(_open, path))


def _open(path: Path) -> Content:
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}); check that it exists."
        ) from error
    if problem := why_not_regular(status):
        raise InputError(f"{path} {problem}.")
    if is_held(status):
        return Content(path, "sqlite")
    return _open_version(path, status.st_mtime_ns, status.st_size)


@contextmanager
def open_fits(path: Path, *, memmap: bool = False) -> Iterator[fits.HDUList]:
    """Open a FITS file for reading, its damages reported as `Unreadable`.

    Warnings are let through: to catch them is not safe in several threads.
    """
    try:
        with fits.open(path, memmap=memmap, lazy_load_hdus=True) as hdus:
            yield hdus
    except READ_ERRORS as error:
        raise Unreadable(f"is damaged and cannot be read ({error}); fetch it again") from error


def same_image(hdus: fits.HDUList, hdu: Hdu) -> fits.ImageHDU:
    """Return the open image of an HDU that was scanned.

    Raises
    ------
    Unreadable
        If astropy finds something else there, which it does in damaged files.
    """
    image = hdus[hdu.index]
    if not hasattr(image, "section") or tuple(image.shape) != hdu.shape:
        raise Unreadable(f"has a damaged extension {hdu.name or hdu.index}; fetch it again")
    return image


def card_value(
    header: fits.Header | Mapping[str, str | float], *keywords: str
) -> str | int | float | bool | None:
    """Return the first defined card among `keywords`; damaged and empty ones count as absent."""
    for keyword in keywords:
        try:
            value = header.get(keyword)
        except (fits.VerifyError, ValueError):
            continue
        if isinstance(value, str | int | float | bool) and value != "":
            return value
    return None


def fscale(hdu: Hdu) -> float:
    """Return FSCALE of an image, which no standard knows; 0 without one."""
    scale = card_value(hdu.header, "FSCALE")
    return float(scale) if isinstance(scale, int | float) else 0.0


@lru_cache(maxsize=128)
def _open_version(path: Path, _modified: int, size: int) -> Content:
    """Scan one version of a file; the time and size are only there to tell versions apart."""
    return scanned(path, size)


def scanned(path: Path, size: int) -> Content:
    """Find out what a file of so many bytes holds, and do not remember it.

    Raises
    ------
    InputError
        As `open_content`.
    """
    try:
        with path.open("rb", buffering=0) as stream:  # of many small files no byte too many
            start = stream.read(BLOCK)
            if start[:9] == b"SIMPLE  =":
                stream.seek(0)
                return Content(path, "fits", tuple(_scan_hdus(stream, size, is_packed=False)))
            start += stream.read(TEXT_HEAD - len(start))
        if start.startswith(GZIP_START):
            with gzip.open(path, "rb") as packed:
                return _scan_packed(path, cast("IO[bytes]", packed), size)
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    except READ_ERRORS as error:
        raise InputError(
            f"{path} cannot be read ({error}); check that it is whole and that you may read it."
        ) from error
    if not size:
        raise InputError(f"{path} is empty; fetch it again.")
    return Content(path, *_kind_of(start))


def _scan_packed(path: Path, stream: IO[bytes], size: int) -> Content:
    start = stream.read(TEXT_HEAD)
    if start[:9] != b"SIMPLE  =":
        kind = _kind_of(start)
        if kind[0] != "text":
            raise Unreadable("is compressed, but neither FITS nor text; unpack it first")
        return Content(path, *kind)
    stream.seek(0)
    return Content(path, "fits", tuple(_scan_hdus(stream, size, is_packed=True)))


def _kind_of(start: bytes) -> tuple[ContentKind, tuple[Hdu, ...], str]:
    if start[:8] == b"\x89HDF\r\n\x1a\n":
        return "hdf5", (), ""
    if start[:15] == b"SQLite format 3":
        return "sqlite", (), ""
    if b"\0" in start[:4096]:
        return "other", (), ""
    return "text", (), decoded(start, is_whole=False)


def _scan_hdus(stream: IO[bytes] | RawIOBase, size: int, *, is_packed: bool) -> Iterator[Hdu]:
    """Describe every HDU of a file of `size` bytes as it lies on disk."""
    index = 0
    while True:
        cards = _read_cards(stream, is_first=index == 0)
        if cards is None:
            return
        values = _raw_values(cards)
        n_bytes = _data_size(values)
        position = stream.tell()
        if is_packed and (problem := packing_excess(position + n_bytes, size)):
            raise Unreadable(problem)
        if n_bytes and not _reaches(stream, position + n_bytes, None if is_packed else size):
            raise Unreadable("is truncated: its data end too early; fetch it again")
        stream.seek(position + -(-n_bytes // BLOCK) * BLOCK)
        yield _make_hdu(index, values, cards)
        index += 1


def _reaches(stream: IO[bytes] | RawIOBase, end: int, size: int | None) -> bool:
    """Whether a file has so many bytes; one of unknown size is read there."""
    if size is not None:
        return size >= end
    stream.seek(end - 1)
    return bool(stream.read(1))


def _read_cards(stream: IO[bytes] | RawIOBase, *, is_first: bool) -> bytes | None:
    """Read one header; None at the end of the file or at what is no header."""
    blocks = bytearray()
    while len(blocks) < MAX_HEADER:
        block = stream.read(BLOCK) or b""
        if not blocks and not is_first and block[:8] != b"XTENSION":
            return None
        if len(block) < BLOCK:
            raise Unreadable("is truncated: a header has no end; fetch it again")
        blocks += block
        if any(block[i : i + 8] == b"END     " for i in range(0, BLOCK, CARD)):
            return bytes(blocks)
    raise Unreadable("is damaged: a header has no end; fetch it again")


def _raw_values(cards: bytes) -> dict[str, str]:
    values: dict[str, str] = {}
    text = cards.decode("latin-1")
    for i in range(0, len(text), CARD):
        if text[i + 8 : i + 10] != "= ":
            continue
        value = text[i + 10 : i + CARD].strip()
        if value.startswith("'"):
            value = value[1:].split("'")[0].rstrip()
        else:
            value = value.split("/")[0].strip()
        values.setdefault(text[i : i + 8].rstrip(), value)
    return values


def _axes(values: dict[str, str], prefix: str = "") -> tuple[int, ...]:
    n_axes = int(values.get(f"{prefix}NAXIS", "0"))
    return tuple(int(values[f"{prefix}NAXIS{i}"]) for i in range(n_axes, 0, -1))


def _data_size(values: dict[str, str]) -> int:
    axes = _axes(values)
    if not axes:
        return 0
    n_values = int(values.get("PCOUNT", "0")) + math.prod(axes)
    return abs(int(values["BITPIX"])) // 8 * int(values.get("GCOUNT", "1")) * n_values


def _check_declared(values: dict[str, str], axes: tuple[int, ...], *, is_table: bool) -> None:
    """Refuse sizes that no data stand for; of what is not compressed the data were looked for."""
    if min(axes, default=0) < 0:
        raise Unreadable("is damaged: an axis has a negative length; fetch it again")
    if not is_table:
        size = abs(int(values.get("ZBITPIX", values.get("BITPIX", "8")))) // 8 * math.prod(axes)
        problem = "" if values.get("ZIMAGE") != "T" else excess("max_bytes", size)
    else:
        rows, width = int(values.get("NAXIS2", "0")), int(values.get("NAXIS1", "0"))
        problem = excess("max_columns", int(values.get("TFIELDS", "0")))
        problem = problem or excess("max_rows", rows)
        if rows and not width:
            problem = f"declares {rows:,} rows without a byte in them; fetch it again"
    if problem:
        raise Unreadable(problem)


def _make_hdu(index: int, values: dict[str, str], cards: bytes) -> Hdu:
    is_packed = values.get("ZIMAGE") == "T"
    is_table = values.get("XTENSION", "") in ("BINTABLE", "TABLE", "A3DTABLE") and not is_packed
    axes = _axes(values, "Z") if is_packed else _axes(values)
    _check_declared(values, axes, is_table=is_table)
    columns: tuple[str, ...] = ()
    if is_table:
        axes = axes[:1]
        n_columns = int(values.get("TFIELDS", "0"))
        columns = tuple(values.get(f"TTYPE{i}", f"col{i}") for i in range(1, n_columns + 1))
    name = values.get("EXTNAME", "").strip().upper()
    return Hdu(index, name, is_table, axes, columns, cards)
