"""The link with TOPCAT, Aladin and DS9: the source on screen is told, and theirs is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication, QWidget

from moosegui.data.sky.neighbours import angular_distance
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_error
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.samp import Listener, SampLink, is_table

CONNECT, TELL = ("samp", "connect"), ("samp", "tell")
PAUSE = 200  # ms without another source before the one on screen is told
NEAREST = 1.0  # arcseconds within which a place is a source


class _Heard(QObject):
    """Brings what threads of the client hear into the thread of the window."""

    place = pyqtSignal(float, float)
    row = pyqtSignal(str, int)
    gone = pyqtSignal()


class SampControl(Control):
    """Links and unlinks by the menu; nothing is sent or heard before."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        jobs: JobRunner,
        *,
        display_link: Callable[..., None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._jobs = session, jobs
        self._display_link, self._post = display_link, post
        self._link: SampLink | None = None
        self._told = ""  # key of the source that others look at
        self._heard = _Heard(window)
        self._pause = QTimer(window)
        self._pause.setInterval(PAUSE)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._tell)
        self._heard.place.connect(self._on_place)
        self._heard.row.connect(self._on_row)
        self._heard.gone.connect(self._on_gone)
        if (application := QApplication.instance()) is not None:
            application.aboutToQuit.connect(self.unlink)

    @property
    def is_linked(self) -> bool:
        """Whether there is a hub that knows this window."""
        return self._link is not None

    @override
    def handlers(self) -> Handlers:
        return {"samp": self._toggle}

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
        self._display_link(is_linked=False)

    def _toggle(self) -> None:
        if self.is_linked:
            self.unlink()
            self._say("The link with other programs is closed.")
            return
        if self._jobs.is_pending(CONNECT):
            return
        heard = self._heard
        listener = Listener(heard.place.emit, heard.row.emit, heard.gone.emit)
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
        work = without_report(_tell_all, self._link, sources.table_path, source.row, place)
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
        sources = self._session.source_list
        if sources is None or not is_table(table, sources.table_path):
            return
        found = next((source.key for source in sources if source.row == row), None)
        if found is not None:
            self._go(found)

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


def _tell_all(link: SampLink, table: Path, row: int, place: tuple[float, float]) -> None:
    link.highlight(table, row)
    if np.isfinite(place).all():
        link.point_at(*place)
