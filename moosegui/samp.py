"""The link with TOPCAT, Aladin and DS9: a client of a SAMP hub (IVOA SAMP 1.3), without Qt."""

from __future__ import annotations

import contextlib
import importlib
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from moosegui import __version__
from moosegui.errors import InputError

if TYPE_CHECKING:
    from astropy.samp import SAMPIntegratedClient

POINT, ROW, ROWS, SHUTDOWN = (
    "coord.pointAt.sky",
    "table.highlight.row",
    "table.select.rowList",
    "samp.hub.event.shutdown",
)
MAX_ROW = 1 << 31
METADATA = {
    "samp.name": "moosegui",
    "samp.description.text": "Validates galaxy redshifts",
    "moosegui.version": __version__,
}


@dataclass(frozen=True, slots=True)
class Listener:
    """What is called, in a thread of the client, when other programs say something.

    Parameters
    ----------
    on_place : callable
        Takes right ascension and declination in degrees.
    on_row : callable
        Takes the URL (or identifier) of a table and a row of it, counted from 0.
    on_gone : callable
        The hub ends.
    """

    on_place: Callable[[float, float], None]
    on_row: Callable[[str, int], None]
    on_gone: Callable[[], None]


class SampLink:
    """A connection with the hub that runs on this machine.

    Parameters
    ----------
    listener : Listener

    Raises
    ------
    InputError
        If no hub runs.
    """

    def __init__(self, listener: Listener) -> None:
        samp = _library()
        samp.conf.use_internet = False
        self._listener, self._hub_error = listener, samp.SAMPHubError
        self._client: SAMPIntegratedClient = samp.SAMPIntegratedClient(
            name="moosegui", metadata=METADATA, addr="127.0.0.1"
        )
        try:
            with _reading_lock_files():
                self._client.connect()
        except (samp.SAMPHubError, OSError) as error:
            raise InputError(
                "No SAMP hub runs on this machine; start TOPCAT or Aladin and try again."
            ) from error
        for mtype in (POINT, ROW, ROWS, SHUTDOWN):
            self._client.bind_receive_message(mtype, self._on_message)

    def point_at(self, ra: float, dec: float) -> None:
        """Tell others to look at a place, in degrees."""
        self._notify(POINT, {"ra": repr(float(ra)), "dec": repr(float(dec))})

    def highlight(self, table: Path, row: int) -> None:
        """Tell others that a row of a table, counted from 0, is on screen."""
        url = table.absolute().as_uri()
        self._notify(ROW, {"table-id": url, "url": url, "row": str(row)})

    def close(self) -> None:
        """Leave the hub; nothing happens when it is gone."""
        try:
            if self._client.is_connected:
                self._client.disconnect()
        except (self._hub_error, OSError):
            return

    def _notify(self, mtype: str, parameters: dict[str, str]) -> None:
        self._client.notify_all({"samp.mtype": mtype, "samp.params": parameters})

    def _on_message(self, *message: Any) -> None:
        """Answer and pass on: key, sender, ID (of a call), type, parameters and the rest."""
        _, _, message_id, mtype, parameters, _ = message
        if message_id is not None:
            self._client.reply(message_id, {"samp.status": "samp.ok", "samp.result": {}})
        if mtype == SHUTDOWN:
            self._listener.on_gone()
        else:
            understand(mtype, parameters, self._listener)


@contextlib.contextmanager
def _reading_lock_files() -> Iterator[None]:
    """Let astropy open the file in which a hub says where it listens.

    The environment names it by an address (SAMP_HUB, `std-lockurl:file:///…`), and astropy, which
    readers of tables keep from the network, opens no address then, not even of a file. An address
    of another computer stays shut.
    """
    data = importlib.import_module("astropy.utils.data")
    is_here = os.environ.get("SAMP_HUB", "").startswith("std-lockurl:file:")
    with data.conf.set_temp("allow_internet", is_here):
        yield


def _library() -> ModuleType:
    """Import astropy's client, which takes a while; later versions have it in pyvo."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module("astropy.samp")
        except ImportError:
            return importlib.import_module("pyvo.samp")


def understand(mtype: str, parameters: dict[str, Any], listener: Listener) -> None:
    """Pass on what a message says; one that says nothing sensible is left alone.

    Numbers are texts in SAMP ("SAMP float", "SAMP int"); some programs send them as numbers.
    """
    try:
        if mtype == POINT:
            ra, dec = float(parameters["ra"]), float(parameters["dec"])
            if abs(ra) <= 360 and abs(dec) <= 90:  # which nan is not
                listener.on_place(ra, dec)
            return
        table = str(parameters.get("url") or parameters["table-id"])
        rows = [parameters["row"]] if mtype == ROW else list(parameters["row-list"])
        row = int(rows[0]) if rows else -1
        if 0 <= row < MAX_ROW:
            listener.on_row(table, row)
    except (KeyError, TypeError, ValueError, OverflowError):
        return


def is_table(name: str, path: Path) -> bool:
    """Whether the URL (or identifier) of a table names this file."""
    try:
        parts = urlsplit(name)
        if parts.scheme not in ("file", "") or parts.netloc not in ("", "localhost"):
            return False
        return os.path.realpath(unquote(parts.path)) == os.path.realpath(path)
    except ValueError:  # a malformed URL, or a name with a null in it
        return False
