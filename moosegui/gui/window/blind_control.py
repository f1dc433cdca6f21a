"""Ctrl+Shift+B: blind mode, which the status bar shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.session.blinding import BlindMode
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.window.status_line import StatusLine


class BlindControl(Control):
    """Switches blind mode, and follows what the preferences let it hide."""

    def __init__(
        self,
        blind_mode: BlindMode,
        preferences: PreferenceStore,
        status: StatusLine,
        *,
        post: Callable[[Notice], None],
    ) -> None:
        self._blind_mode, self._status, self._post = blind_mode, status, post
        self._store = preferences
        self._blind_mode.changed.connect(self._show)
        self._store.changed.connect(self._follow_preferences)
        self._show()

    @override
    def handlers(self) -> Handlers:
        return {"blind": self._toggle}

    def _toggle(self) -> None:
        blinding = self._blind_mode.now
        self._blind_mode.set(replace(blinding, is_on=not blinding.is_on))
        text = self._blind_mode.now.words or "blind mode is off"
        self._post(Notice(f"{text[0].upper()}{text[1:]}.", is_brief=True))

    def _follow_preferences(self) -> None:
        hides_automatic = self._store.preferences.hides_automatic
        self._blind_mode.set(replace(self._blind_mode.now, hides_automatic=hides_automatic))

    def _show(self) -> None:
        self._status.display_blinding(self._blind_mode.now.words)
