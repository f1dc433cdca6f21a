"""Pages on the web that show a source: in the menu of its row, and on a key."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QMenu, QWidget

from moosegui.data.links import Link, read_link
from moosegui.errors import InputError
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

NONE = "There are no links; Ctrl+, has a page for them."
N_NUMBERED = 9  # entries that their digit opens


class LinksControl(Control):
    """Opens the pages of the preferences, for the source on screen or that of a row."""

    def __init__(
        self,
        session: Session,
        preferences: PreferenceStore,
        window: QWidget,
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._preferences = session, preferences
        self._window, self._post = window, post

    @override
    def handlers(self) -> Handlers:
        return {"links": self._offer}

    def extend_row(self, menu: QMenu, key: str) -> None:
        """Add the pages of a source to the menu of its row."""
        if (source := self._session.source(key)) is not None and self._texts:
            menu.addSeparator()
            self._fill(menu, source.key, "On the web: {}")

    @property
    def _texts(self) -> tuple[str, ...]:
        return self._preferences.preferences.links

    def _offer(self) -> None:
        """Open a list in which a digit opens a page of the source on screen."""
        source = self._session.current
        if source is None:
            return
        if not self._texts:
            self._post(Notice(NONE, is_brief=True))
            return
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.setTitle(f"Pages of {source.source_id}")
        self._fill(menu, source.key, "&{number}  {}")
        menu.popup(self._window.mapToGlobal(self._window.rect().center()))

    def _fill(self, menu: QMenu, key: str, form: str) -> None:
        for number, text in enumerate(self._texts, start=1):
            try:
                link = read_link(text)
            except InputError as error:
                self._post(Notice(str(error), "warning"))
                continue
            name = link.name.replace("&", "&&")
            shown = form if number <= N_NUMBERED else "{}"
            entry = menu.addAction(shown.format(name, number=number))
            if entry is not None:
                entry.triggered.connect(partial(self._open, link, key))

    def _open(self, link: Link, key: str, _is_checked: bool = False) -> None:  # noqa: FBT001, FBT002
        source, verdict = self._session.source(key), self._session.verdict(key)
        if source is None:
            return
        try:
            address = link.address(source, math.nan if verdict is None else verdict.redshift)
        except InputError as error:
            self._post(Notice(str(error), "warning"))
            return
        if not open_page(address):
            self._post(Notice(f"No browser took {address}.", "warning"))


def open_page(address: str) -> bool:
    """Open a page of the web in the browser; False where there is none."""
    return QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode))
