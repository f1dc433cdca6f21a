"""The curves chi2(z) of a scan: kept one by one while it runs, then written as one HDF5 file.

A program that ends in the middle of writing can leave an HDF5 file that nobody opens. So each curve
first goes to the end of `<file>.part`, with a checksum; when the scan is over the file is written
from there, a curve at a time, and appears whole.

    /redshift    (n_z,) float64, trial redshifts in vacuum
    /id          (n,) text, the sources in the order of the list
    /chi2        (n, n_z) float32, per sample of the fit, nan where a redshift was not tried
    /n_samples   (n,) int32, by which chi2 was divided, 0 where nothing was scanned

with what the scan was made with as attributes of the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray
from moosegui.errors import ExportError
from moosegui.files.closing import Closing
from moosegui.files.safe_write import replacing

FORMAT = "moosegui curves"
VERSION = 1
SYNC_EVERY = 64  # curves, as the journal of the scan
_HEAD = struct.Struct("<II")  # bytes of the key, samples of the fit
_CHECK = struct.Struct("<I")
MAX_KEY = 1 << 16


class Curve(NamedTuple):
    """chi2 per sample by trial redshift, and the number of samples."""

    chi2: NDArray[np.float32]
    n_samples: int


class CurveJournal(Closing):
    """Curves on their way into a file; open it with `CurveJournal.open`, in a `with` statement.

    Attributes
    ----------
    path : Path
        `<file>.part`.
    """

    def __init__(self, path: Path, stream: IO[bytes], places: dict[str, int], n_z: int) -> None:
        self.path = path
        self._stream, self._places, self._n_z = stream, places, n_z
        self._n_unsynced = 0

    @classmethod
    def open(cls, target: Path, settings: Mapping[str, str], n_z: int) -> Self:
        """Begin a journal, or take up the one that an interrupted scan left.

        Parameters
        ----------
        target : Path
            The file that will be written.
        settings : mapping of str to str
            Whatever curves depend on.
        n_z : int
            Number of trial redshifts.

        Raises
        ------
        ExportError
            If the journal was made with other settings, or cannot be written.
        """
        path = _beside(target)
        head = json.dumps(
            {"format": FORMAT, "version": VERSION, "n_z": n_z, "settings": dict(settings)}
        ).encode("ascii")
        try:
            stream = path.open("r+b" if path.exists() else "w+b")
            line = stream.readline()
            if line.endswith(b"\n") and line[:-1] != head:
                stream.close()
                raise ExportError(
                    f"{path} is from an unfinished scan with other settings; delete it, or name "
                    "another file for the curves."
                )
            journal = cls(path, stream, {}, n_z)
            if line.endswith(b"\n"):
                journal._replay()
            else:
                stream.seek(0)
                stream.write(head + b"\n")
            stream.truncate()
            stream.flush()
        except OSError as error:
            raise ExportError(
                f"The curves cannot be kept in {path} ({error.strerror or error}); choose another "
                "place for them."
            ) from error
        return journal

    @staticmethod
    def drop(target: Path) -> None:
        """Delete what an interrupted scan left, if it left something."""
        _beside(target).unlink(missing_ok=True)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def append(self, key: str, curve: Curve) -> None:
        """Keep one curve; it survives the program from now on.

        Raises
        ------
        ExportError
            If the disk is full.
        """
        named, values = key.encode("utf-8"), np.asarray(curve.chi2, dtype="<f4")
        content = _HEAD.pack(len(named), curve.n_samples) + named + values.tobytes()
        try:
            place = self._stream.seek(0, os.SEEK_END)
            self._stream.write(content + _CHECK.pack(zlib.crc32(content)))
            self._stream.flush()
            self._n_unsynced += 1
            if self._n_unsynced >= SYNC_EVERY:
                self._sync()
        except OSError as error:
            raise ExportError(
                f"The curves cannot be kept in {self.path} ({error.strerror or error}); make room "
                "and start the scan again: it resumes where it stopped."
            ) from error
        self._places[key] = place

    def write(
        self,
        target: Path,
        redshifts: FloatArray,
        keys: Iterable[tuple[str, str]],
        cards: Mapping[str, str],
    ) -> None:
        """Write the file, one curve after the other.

        Parameters
        ----------
        target : Path
            Replaced if it exists.
        redshifts : ndarray of shape (n_z,)
        keys : iterable of (str, str)
            Key and ID of each source, in the order of the list.
        cards : mapping of str to str
            With what the scan was made.

        Raises
        ------
        ExportError
            If the file cannot be written.
        """
        sources = list(keys)
        shape = len(sources), self._n_z
        with replacing(target) as temporary, h5py.File(temporary, "w") as file:
            file.attrs["format"], file.attrs["format_version"] = FORMAT, VERSION
            for name, value in cards.items():
                file.attrs[name] = value
            file["redshift"] = redshifts
            text = h5py.string_dtype("utf-8")
            file.create_dataset("id", data=[name for _, name in sources], dtype=text)
            options = {"chunks": (1, self._n_z), "compression": "gzip", "shuffle": True}
            fill = np.float32(np.nan)
            values = file.create_dataset("chi2", shape, "f4", fillvalue=fill, **options)
            values.attrs["unit"] = "per sample of the fit"
            counts = np.zeros(len(sources), dtype=np.int32)
            for row, (key, _) in enumerate(sources):
                if (curve := self._read(key)) is not None:
                    values[row], counts[row] = curve.chi2, curve.n_samples
            file["n_samples"] = counts

    def remove(self) -> None:
        """Close and delete the journal: its curves are in the file now."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the journal and leave it for the next run."""
        if self._stream.closed:
            return
        try:
            self._sync()
        except OSError as error:
            raise ExportError(
                f"The curves cannot be kept in {self.path} ({error.strerror or error}); make room "
                "and start the scan again: it resumes where it stopped."
            ) from error
        finally:
            with contextlib.suppress(OSError):  # what could not be written then cannot be now
                self._stream.close()

    def _replay(self) -> None:
        """Find the curves that are whole, and stand behind the last of them."""
        place = self._stream.tell()
        while (found := self._read_at(place)) is not None:
            key, _ = found
            self._places[key] = place
            place = self._stream.tell()
        self._stream.seek(place)

    def _read(self, key: str) -> Curve | None:
        place = self._places.get(key)
        found = None if place is None else self._read_at(place)
        return None if found is None else found[1]

    def _read_at(self, place: int) -> tuple[str, Curve] | None:
        """Return a curve; None where it is not whole. The stream stands behind it then."""
        self._stream.seek(place)
        head = self._stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        n_named, n_samples = _HEAD.unpack(head)
        if n_named > MAX_KEY:
            return None
        body = self._stream.read(n_named + 4 * self._n_z)
        check = self._stream.read(_CHECK.size)
        if len(check) < _CHECK.size or _CHECK.unpack(check)[0] != zlib.crc32(head + body):
            return None
        chi2 = np.frombuffer(body[n_named:], dtype="<f4").astype(np.float32)
        return body[:n_named].decode("utf-8"), Curve(chi2, n_samples)

    def _sync(self) -> None:
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._n_unsynced = 0


def are_curves_of(path: Path, ids: Sequence[str], cards: Mapping[str, str]) -> bool:
    """Tell whether a file holds the curves of these sources, made in this way.

    Parameters
    ----------
    path : Path
    ids : sequence of str
        In the order of the list.
    cards : mapping of str to str
        As they were given to `CurveJournal.write`.
    """
    try:
        with h5py.File(path) as file:
            is_same = all(str(file.attrs.get(name)) == value for name, value in cards.items())
            return is_same and list(file["id"].asstr()) == list(ids)
    except (OSError, KeyError, TypeError, AttributeError, ValueError):
        return False


def _beside(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")
