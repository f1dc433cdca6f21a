"""The link with TOPCAT, Aladin and DS9: a client of a SAMP hub (IVOA SAMP 1.3), without Qt."""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener, url2pathname

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
# Files that others offer, and what is in them
FILES = {
    "table.load.fits": "table",
    "table.load.votable": "table",
    "spectrum.load.ssa-generic": "spectrum",
    "image.load.fits": "image",
}
TABLE, SPECTRUM, IMAGE = "table.load.fits", "spectrum.load.ssa-generic", "image.load.fits"
MAX_ROW = 1 << 31
MAX_FETCHED = 1 << 30  # bytes of a file that another program of this machine serves
FETCH_TIMEOUT = 20.0  # s without an answer
HUB_URL, PROFILE = "samp.hub.xmlrpc.url", "std-lockurl:"
MAX_LOCK_BYTES = 1 << 16
NO_HUB = "No SAMP hub runs on this machine; start TOPCAT or Aladin and try again."
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
    on_rows : callable
        Takes a table as `on_row`, and the rows of it that somebody has chosen.
    on_file : callable
        Takes what another program offers ("table", "spectrum", "image"), its URL and its name.
    on_gone : callable
        The hub ends.
    """

    on_place: Callable[[float, float], None]
    on_row: Callable[[str, int], None]
    on_rows: Callable[[str, tuple[int, ...]], None]
    on_file: Callable[[str, str, str], None]
    on_gone: Callable[[], None]


class SampLink:
    """A connection with the hub that runs on this machine.

    Parameters
    ----------
    listener : Listener

    Raises
    ------
    InputError
        If no hub runs, or it is not on this machine.
    """

    def __init__(self, listener: Listener) -> None:
        parameters = hub_parameters()
        samp = _library()
        samp.conf.use_internet = False
        self._listener, self._hub_error = listener, samp.SAMPHubError
        self._client: SAMPIntegratedClient = samp.SAMPIntegratedClient(
            name="moosegui", metadata=METADATA, addr="127.0.0.1"
        )
        try:
            self._client.connect(hub_params=parameters)
        except (samp.SAMPHubError, OSError) as error:
            raise InputError(NO_HUB) from error
        for mtype in (POINT, ROW, ROWS, SHUTDOWN, *FILES):
            self._client.bind_receive_message(mtype, self._on_message)

    def point_at(self, ra: float, dec: float) -> None:
        """Tell others to look at a place, in degrees."""
        self._notify(POINT, {"ra": repr(float(ra)), "dec": repr(float(dec))})

    def highlight(self, table: Path, row: int) -> None:
        """Tell others that a row of a table, counted from 0, is on screen."""
        url = table.absolute().as_uri()
        self._notify(ROW, {"table-id": url, "url": url, "row": str(row)})

    def highlight_in(self, table_id: str, row: int) -> None:
        """Tell others that a row of a table that was sent by `send` is on screen."""
        self._notify(ROW, {"table-id": table_id, "row": str(row)})

    def send(self, mtype: str, path: Path, identifier: str, name: str) -> int:
        """Offer a file of this machine to all others that understand it.

        Parameters
        ----------
        mtype : str
            TABLE, SPECTRUM or IMAGE.
        path : Path
        identifier : str
            By which it is meant in later messages.
        name : str
            For people.

        Returns
        -------
        int
            How many other programs understand such a file.
        """
        kind = FILES[mtype]
        parameters: dict[str, object] = {"url": path.absolute().as_uri(), "name": name}
        parameters[f"{kind}-id"] = identifier
        if mtype == SPECTRUM:
            parameters["meta"] = {"Access.Format": "application/fits", "Target.Name": name}
        listening = self._client.get_subscribed_clients(mtype)
        self._notify(mtype, parameters)
        return len(listening)

    def close(self) -> None:
        """Leave the hub; nothing happens when it is gone."""
        try:
            if self._client.is_connected:
                self._client.disconnect()
        except (self._hub_error, OSError):
            return

    def _notify(self, mtype: str, parameters: Mapping[str, object]) -> None:
        self._client.notify_all({"samp.mtype": mtype, "samp.params": dict(parameters)})

    def _on_message(self, *message: Any) -> None:
        """Answer and pass on: key, sender, ID (of a call), type, parameters and the rest."""
        _, _, message_id, mtype, parameters, _ = message
        if message_id is not None:
            self._client.reply(message_id, {"samp.status": "samp.ok", "samp.result": {}})
        if mtype == SHUTDOWN:
            self._listener.on_gone()
        else:
            understand(mtype, parameters, self._listener)


def hub_parameters() -> dict[str, str]:
    """Read where the hub of this machine listens, from the file in which it says so.

    Not by astropy, which first calls every address that it finds in such files.

    Returns
    -------
    dict
        By the names of SAMP 1.3, section 4.2: `samp.hub.xmlrpc.url`, `samp.secret`.

    Raises
    ------
    InputError
        If no hub runs, or it listens on another machine.
    """
    named = os.environ.get("SAMP_HUB", "")
    parameters = {}
    try:
        path = Path.home() / ".samp" if not named else _file_of(named.removeprefix(PROFILE))
        if path.stat().st_size > MAX_LOCK_BYTES or not path.is_file():
            raise ValueError("no lock file")
        for line in path.read_text(encoding="utf-8").splitlines():
            key, sign, value = line.partition("=")
            if sign and not line.startswith("#"):
                parameters[key.strip()] = value.strip().replace("\\", "")
        url = parameters[HUB_URL]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(NO_HUB) from error
    if not is_here(url):
        raise InputError(
            f"The SAMP hub listens at {url}, which is not this machine; only a hub of this "
            "machine is spoken with."
        )
    return parameters


def is_here(url: str) -> bool:
    """Whether a URL of a hub leads to this machine by its inner address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        if parts.scheme != "http" or parts.username is not None:
            return False
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a malformed URL, or the name of a machine
        return False


def _file_of(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise ValueError(f"{url} is no file of this machine")
    return Path(url2pathname(parts.path))


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
        if mtype in FILES:
            url = str(parameters["url"])
            listener.on_file(FILES[mtype], url, str(parameters.get("name") or _last_of(url)))
            return
        table = str(parameters.get("url") or parameters["table-id"])
        if mtype == ROWS:
            rows = tuple(int(row) for row in parameters["row-list"])
            if rows and all(0 <= row < MAX_ROW for row in rows):
                listener.on_rows(table, rows)
        elif 0 <= (row := int(parameters["row"])) < MAX_ROW:
            listener.on_row(table, row)
    except (KeyError, TypeError, ValueError, OverflowError):
        return


def fetch(url: str, folder: Path) -> Path:
    """Return the file of a URL: one of this machine itself, or a copy of what does not stay.

    What another program serves, or wrote among the temporary files, goes with that program; what
    is decided on it is kept beside it, and must not.

    Parameters
    ----------
    url : str
        `file:`, or `http:` of this machine.
    folder : Path
        For copies; made if need be.

    Raises
    ------
    InputError
        If it is elsewhere, too large, or cannot be had.
    """
    try:
        if urlsplit(url).scheme == "file":
            path = _file_of(url)
            if not path.is_file():
                raise ValueError("there is no such file")
            if not path.resolve().is_relative_to(Path(tempfile.gettempdir()).resolve()):
                return path
            target = _free_place(folder, path.name)
            shutil.copyfile(path, target)
            return target
        if not is_here(url):
            raise ValueError("only files of this machine are fetched")
        return _copied(url, folder)
    except (OSError, ValueError) as error:
        raise InputError(f"{url} cannot be had: {error}.") from error


def _copied(url: str, folder: Path) -> Path:
    """Copy what a program of this machine serves; no other place is followed to."""
    target = _free_place(folder, _last_of(url))
    opener = build_opener(ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(url, timeout=FETCH_TIMEOUT) as answer, target.open("wb") as copy:
            promised, n_bytes = answer.headers.get("Content-Length", ""), 0
            while block := answer.read(1 << 20):
                n_bytes += len(block)
                if n_bytes > MAX_FETCHED:
                    raise ValueError(f"it is larger than {MAX_FETCHED >> 30} GiB")
                copy.write(block)
        if promised.isdecimal() and n_bytes != int(promised):
            raise ValueError("it did not come whole")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def _free_place(folder: Path, name: str) -> Path:
    """Return a path in a folder at which nothing lies: the name, or it with a number."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in count(2):
        place = folder / name
        if not place.exists():
            return place
        name = f"{stem}_{number}{suffix}"
    raise AssertionError("numbers do not end")


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow to no other place."""


def _last_of(url: str) -> str:
    """Return the last part of a URL, as far as it can be the name of a file."""
    last = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    return (
        "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in last)[-80:] or "file"
    )


def is_table(name: str, path: Path) -> bool:
    """Whether the URL (or identifier) of a table names this file."""
    try:
        parts = urlsplit(name)
        if parts.scheme not in ("file", "") or parts.netloc not in ("", "localhost"):
            return False
        return os.path.realpath(url2pathname(parts.path)) == os.path.realpath(path)
    except ValueError:  # a malformed URL, or a name with a null in it
        return False
