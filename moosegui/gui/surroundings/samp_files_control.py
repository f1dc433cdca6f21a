"""Tables, spectra and images that go to other programs, and those that they offer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from moosegui.config import user_folder
from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.data.sky.sky_image import SkyImage
from moosegui.files.cubes.laid_images import write_sky_image
from moosegui.files.sent import write_sent_spectrum
from moosegui.files.update.update import write_update
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_error
from moosegui.samp import IMAGE, SPECTRUM, TABLE, SampLink, fetch, is_table

SEND, FETCH = ("samp", "send"), ("samp", "fetch")
PREFIX = "moosegui-samp-"
RECEIVED = "received"  # in the folder of this user: what others served, and what is decided on it
SentFile = tuple[Path, str, str, Callable[[], object]]  # where, by which names, and its writer
SHORT = 40  # characters of a name that another program gives


Results = tuple[Mapping[str, VerdictEvent], Mapping[str, ScanSummary]]


class _SentTable(NamedTuple):
    """The table that others have of a list."""

    identifier: str
    file: Path
    path: Path  # of the list


class Uses(NamedTuple):
    """What can be sent, and what is done with what others offer."""

    results: Callable[[], Results]
    images: Callable[[], tuple[SkyImage, ...]]
    lay: Callable[[Path], None]
    open: Callable[[Path], None]


class SampFiles(QObject):
    """Writes what is sent into a folder of its own, which goes with the link."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        jobs: JobRunner,
        *,
        uses: Uses,
        post: Callable[[Notice], None],
    ) -> None:
        super().__init__(window)
        self._session, self._on_screen = session, session.on_screen
        self._jobs, self._uses, self._post = jobs, uses, post
        self._folder: tempfile.TemporaryDirectory[str] | None = None  # of what is sent
        self._sent: _SentTable | None = None  # of the open list, its rows are those of the list

    def close(self) -> None:
        """Remove what was sent."""
        self._sent = None
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def id_of_list(self) -> str:
        """Return by which name others know the open list; empty where it was not sent."""
        sent, listed = self._sent, self._session.source_list
        return sent.identifier if sent is not None and sent.path == _path_of(listed) else ""

    def is_sent(self, table: str) -> bool:
        """Whether a URL or a name means the table that was sent."""
        sent = self._sent
        return sent is not None and (table == sent.identifier or is_table(table, sent.file))

    def send_table(self, link: SampLink) -> None:
        """Send the list with what is decided, one row a row of the catalogue."""
        sources = self._session.source_list
        if sources is None:
            return
        decisions, found = self._uses.results()
        name = sources.path.stem
        path = self._place(f"{name}.fits")
        write = partial(write_update, sources, decisions, path, summaries=found)
        sent = _SentTable(f"moosegui-{name}", path, sources.path)
        self._send(link, TABLE, [(path, sent.identifier, name, write)], "the list", sent)

    def send_spectrum(self, link: SampLink) -> None:
        """Send the spectrum on screen."""
        source, spectrum = self._session.current, self._on_screen.spectrum
        if source is None or spectrum is None:
            self._say("There is no spectrum on screen yet.")
            return
        name = source.source_id
        path = self._place(f"spectrum_{name}.fits")
        write = partial(write_sent_spectrum, path, spectrum, name)
        self._send(link, SPECTRUM, [(path, f"moosegui-{name}", name, write)], "the spectrum")

    def send_images(self, link: SampLink) -> None:
        """Send the images of the source on screen."""
        source, images = self._session.current, self._uses.images()
        if source is None or not images:
            self._say("There are no images of this source.")
            return
        here, files = (source.ra, source.dec), []
        for number, image in enumerate(images, start=1):
            path = self._place(f"image_{source.source_id}_{number}.fits")
            name = f"{source.source_id} {image.name}"
            write = partial(write_sky_image, path, image, here)
            files.append((path, f"moosegui-{path.stem}", name, write))
        what = "the image" if len(files) == 1 else f"{len(files)} images"
        self._send(link, IMAGE, files, what)

    def offer(self, kind: str, url: str, name: str) -> None:
        """Ask what becomes of a file that another program offers; nothing is opened unasked."""
        if self._folder is not None and Path(self._folder.name).name in url:
            return  # our own, which came back
        short = name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"
        if kind == "image":
            words, act = "Lay it below the list", self._uses.lay
        else:
            words, act = "Open it", self._uses.open
        offer = (words, partial(self._fetch, url, act))
        article = "an" if kind == "image" else "a"
        self._post(Notice(f"Another program sends {article} {kind}: {short}.", offer=offer))

    def _fetch(self, url: str, act: Callable[[Path], None]) -> None:
        work = without_report(fetch, url, user_folder() / RECEIVED)
        self._jobs.submit(FETCH, work, act, self._on_failed)

    def _send(
        self,
        link: SampLink,
        mtype: str,
        files: Sequence[SentFile],
        what: str,
        table: _SentTable | None = None,
    ) -> None:
        work = without_report(_write_and_send, link, mtype, files)
        done = partial(self._on_sent, what, table)
        self._jobs.submit((*SEND, mtype), work, done, self._on_failed)

    def _on_sent(self, what: str, table: _SentTable | None, n_listening: int) -> None:
        self._sent = table or self._sent
        if n_listening:
            programs = "1 program" if n_listening == 1 else f"{n_listening} programs"
            self._say(f"Sent {what} to {programs}.")
        else:
            self._say(f"No other program that is linked takes {what}.")

    def _on_failed(self, error: Exception) -> None:
        self._post(notice_of_error(str(error), error))

    def _say(self, text: str) -> None:
        self._post(Notice(text, is_brief=True))

    def _place(self, name: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        safe = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
        return Path(self._folder.name) / (safe or "-")


def _path_of(listed: SourceList | None) -> Path | None:
    return None if listed is None else listed.path


def _write_and_send(link: SampLink, mtype: str, files: Sequence[SentFile]) -> int:
    """Return how many programs take such a file."""
    n_listening = 0
    for path, identifier, name, write in files:
        write()
        n_listening = link.send(mtype, path, identifier, name)
    return n_listening
