"""Redshifts that were tried and not decided, kept when a source is left."""

from __future__ import annotations

from collections.abc import KeysView

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.files.session.store import SessionStore
from moosegui.gui.session.shown_redshift import TRIAL, ShownRedshift
from moosegui.gui.session.work.notice import Notice


class Drafts(QObject):
    """At most one redshift a source, in memory and in the session file.

    Signals: `changed(key)`, `notice_posted(Notice)`.
    """

    changed = pyqtSignal(str)
    notice_posted = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: SessionStore | None = None
        self._redshifts: dict[str, float] = {}

    def restore(self, store: SessionStore) -> None:
        """Take the drafts of a session."""
        self._store, self._redshifts = store, store.drafts()

    def keys(self) -> KeysView[str]:
        """Return which sources have a draft."""
        return self._redshifts.keys()

    def get(self, key: str) -> float | None:
        """Return the draft of a source, if it has one."""
        return self._redshifts.get(key)

    def leave(self, key: str, shown: ShownRedshift) -> None:
        """Keep what was tried on a source that is left, and say so when it is new."""
        if shown.state != TRIAL or not shown.is_known:
            self.forget(key)
        elif self._keep(key, shown.redshift):
            text = f"z = {shown.redshift:.5f} stays as a draft of {key}."
            self.notice_posted.emit(Notice(text, is_brief=True))
            self.changed.emit(key)

    def forget(self, key: str) -> None:
        """Forget the draft of a source, if it has one."""
        if self._store is None or key not in self._redshifts:
            return
        self._store.clear_draft(key)
        del self._redshifts[key]
        self.changed.emit(key)

    def _keep(self, key: str, redshift: float) -> bool:
        """Keep a redshift; return whether that is news."""
        if self._store is None or self._redshifts.get(key) == redshift:
            return False
        self._store.save_draft(key, redshift)
        self._redshifts[key] = redshift
        return True
