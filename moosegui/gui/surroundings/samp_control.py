"""The link with TOPCAT, Aladin and DS9: the source on screen is told, and theirs is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication, QWidget

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.sky.neighbours import angular_distance
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_error
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.surroundings.control import SurroundingsControl
from moosegui.gui.surroundings.samp_files_control import Results, SampFiles, Uses
from moosegui.samp import Listener, SampLink, is_table

CONNECT, TELL = ("samp", "connect"), ("samp", "tell")
PAUSE = 200  # ms without another source before the one on screen is told
MAX_LENGTH = 1500  # characters of a filter that lists chosen sources
NEAREST = 1.0  # arcseconds within which a place is a source


class _Heard(QObject):
    """Brings what threads of the client hear into the thread of the window."""

    place = pyqtSignal(float, float)
    row = pyqtSignal(str, int)
    rows = pyqtSignal(str, tuple)
    file = pyqtSignal(str, str, str)
    gone = pyqtSignal()


class SampControl(Control):
    """Links and unlinks by the menu; nothing is sent or heard before."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        jobs: JobRunner,
        files: SampFiles,
        *,
        display_link: Callable[..., None],
        filter_by: Callable[[str], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._jobs = session, jobs
        self._display_link, self._filter_by, self._post = display_link, filter_by, post
        self._files = files
        self._link: SampLink | None = None
        self._told = ""  # key of the source that others look at
        self._heard = _Heard(window)
        self._pause = QTimer(window)
        self._pause.setInterval(PAUSE)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._tell)
        self._heard.place.connect(self._on_place)
        self._heard.row.connect(self._on_row)
        self._heard.rows.connect(self._on_rows)
        self._heard.file.connect(files.offer)
        self._heard.gone.connect(self._on_gone)
        if (application := QApplication.instance()) is not None:
            application.aboutToQuit.connect(self.unlink)

    @property
    def is_linked(self) -> bool:
        """Whether there is a hub that knows this window."""
        return self._link is not None

    @override
    def handlers(self) -> Handlers:
        files = self._files
        return {
            "samp": self._toggle,
            "samp_table": partial(self._send, files.send_table),
            "samp_spectrum": partial(self._send, files.send_spectrum),
            "samp_images": partial(self._send, files.send_images),
        }

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if is_new_source and self.is_linked:
            self._pause.start()

    def unlink(self) -> None:
        """Leave the hub."""
        self._pause.stop()
        link, self._link, self._told = self._link, None, ""
        if link is not None:
            link.close()
        self._files.close()
        self._display_link(is_linked=False)

    def _send(self, send: Callable[[SampLink], None]) -> None:
        if self._link is None:
            self._say("Link with other programs first: View, Link with TOPCAT, Aladin and DS9.")
        else:
            send(self._link)

    def _toggle(self) -> None:
        if self.is_linked:
            self.unlink()
            self._say("The link with other programs is closed.")
            return
        if self._jobs.is_pending(CONNECT):
            return
        heard = self._heard
        listener = Listener(
            *(heard.place.emit, heard.row.emit, heard.rows.emit, heard.file.emit, heard.gone.emit)
        )
        work = without_report(SampLink, listener)
        self._jobs.submit(CONNECT, work, self._on_linked, self._on_refused)

    def _on_linked(self, link: SampLink) -> None:
        self._link = link
        self._display_link(is_linked=True)
        self._say("Linked: TOPCAT, Aladin and DS9 follow the source on screen, and lead it.")
        self._pause.start()

    def _on_refused(self, error: Exception) -> None:
        self._post(notice_of_error(str(error), error))

    def _on_untold(self, _error: Exception) -> None:
        self._on_gone()

    def _tell(self) -> None:
        source, sources = self._session.current, self._session.source_list
        if self._link is None or source is None or sources is None or source.key == self._told:
            return
        self._told = source.key
        place = source.ra, source.dec
        table: Path | str | None = self._files.id_of_list() or sources.table_path
        if any(one.key == source.key for one in sources.picked):
            table = None  # in no row of the table
        work = without_report(_tell_all, self._link, table, source.row, place)
        self._jobs.submit(TELL, work, failed=self._on_untold)

    def _on_place(self, ra: float, dec: float) -> None:
        sources = tuple(self._session.source_list or ())
        if not sources:
            return
        places = np.array([(source.ra, source.dec) for source in sources])
        distances = angular_distance(places[:, 0], places[:, 1], ra, dec)
        if not np.nanmin(distances, initial=np.inf) <= NEAREST:
            self._say(f"No source of this list lies within 1″ of {ra:.5f}, {dec:+.5f}.")
            return
        self._go(sources[int(np.nanargmin(distances))].key)

    def _on_row(self, table: str, row: int) -> None:
        found = self._of_rows(table, (row,))
        if found:
            self._go(found[0].key)

    def _on_rows(self, table: str, rows: tuple[int, ...]) -> None:
        """Go to one row; of several, show the first and offer to list them alone."""
        found = self._of_rows(table, rows)
        if not found:
            return
        self._go(found[0].key)
        if len(found) == 1:
            return
        chosen = " | ".join(f'id = "{source.source_id}"' for source in found)
        words = f"Another program chose {len(found)} sources of this list."
        if len(chosen) > MAX_LENGTH or any('"' in source.source_id for source in found):
            self._say(f"{words} This is the first of them; they are too many for a filter.")
            return
        self._post(Notice(words, offer=("List them alone", partial(self._filter_by, chosen))))

    def _of_rows(self, table: str, rows: tuple[int, ...]) -> list[Source]:
        """Return the sources of some rows, where a table is this list."""
        sources = self._session.source_list
        if sources is None or not self._is_ours(table, sources):
            return []
        wanted = set(rows)
        return [source for source in sources.of_table() if source.row in wanted]

    def _is_ours(self, table: str, sources: SourceList) -> bool:
        sent = self._files.id_of_list()
        return is_table(table, sources.table_path) or (bool(sent) and self._files.is_sent(table))

    def _go(self, key: str) -> None:
        """Show a source that others look at, without telling them so again."""
        self._told = key
        if self._session.current is None or self._session.current.key != key:
            self._session.select(key)

    def _on_gone(self) -> None:
        self.unlink()
        self._say("The link is gone: the SAMP hub has ended.")

    def _say(self, text: str) -> None:
        self._post(Notice(text))


def controls_around(
    around: SurroundingsControl,
    session: Session,
    window: QWidget,
    jobs: JobRunner,
    *,
    open_path: Callable[[Path], None],
    display_link: Callable[..., None],
    filter_by: Callable[[str], None],
    post: Callable[[Notice], None],
) -> tuple[Control, ...]:
    """Return the control of the surroundings, and the link that sends and shows their images."""
    votes = session.votes

    def results() -> Results:
        store = session.store
        return votes.settled(store.verdicts()), session.found()

    uses = Uses(results, lambda: around.images, around.lay_image, open_path)
    files = SampFiles(session, window, jobs, uses=uses, post=post)
    link = SampControl(
        session, window, jobs, files, display_link=display_link, filter_by=filter_by, post=post
    )
    return around, link


def _tell_all(
    link: SampLink, table: Path | str | None, row: int, place: tuple[float, float]
) -> None:
    if isinstance(table, str):  # the one that was sent, by its name
        link.highlight_in(table, row)
    elif table is not None:
        link.highlight(table, row)
    if np.isfinite(place).all():
        link.point_at(*place)
