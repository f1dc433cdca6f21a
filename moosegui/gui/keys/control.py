"""Ctrl+,: the preferences, for keys that buttons teach and quick phrases; Ctrl+K: all actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PyQt6.QtWidgets import QWidget

from moosegui.gui.keys.keymap import PHRASE
from moosegui.gui.keys.palette import CommandPalette
from moosegui.gui.keys.panel import PreferencesPanel
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours
from moosegui.preferences import N_PHRASES


class PreferencesControl(Control):
    """Opens the preferences, and adds quick phrases to the comment."""

    def __init__(
        self,
        store: PreferenceStore,
        window: QWidget,
        *,
        add_to_comment: Callable[[str], None],
        teach_keys: Callable[[Mapping[str, str]], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._store, self._window, self._post = store, window, post
        self._add_to_comment, self._teach_keys = add_to_comment, teach_keys
        self._colours, self._palette = LIGHT, CommandPalette(window)
        self._panel: PreferencesPanel | None = None
        self._store.notice_posted.connect(post)

    @override
    def handlers(self) -> Handlers:
        phrases = {f"{PHRASE}{n}": partial(self._say, n) for n in range(1, N_PHRASES + 1)}
        return {"preferences": self._open, "palette": self._palette.open, **phrases}

    @override
    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._palette.set_colours(colours)

    @override
    def set_keys(self, keys: Mapping[str, str]) -> None:
        self._teach_keys(keys)

    def _open(self) -> None:
        self._panel = PreferencesPanel(self._store.preferences, self._colours, self._window)
        self._panel.preferences_chosen.connect(self._store.replace)
        self._panel.open()

    def _say(self, number: int) -> None:
        phrases = self._store.preferences.phrases
        phrase = phrases[number - 1] if number <= len(phrases) else ""
        if phrase:
            self._add_to_comment(phrase)
        else:
            text = f"There is no quick phrase {number}; the preferences have a place for it."
            self._post(Notice(text, is_brief=True))
