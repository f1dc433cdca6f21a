"""The keys that hold: in the menus, in the key map and on every button that teaches one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject

from moosegui.gui.keys.actions import Actions, key_rows, key_text
from moosegui.gui.keys.chord_card import ChordCard
from moosegui.gui.keys.help import KeyHelp
from moosegui.gui.keys.keymap import mapped_actions, without_conflicts
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control


class ShownKeys(QObject):
    """Follows the preferences with the keys of one window."""

    def __init__(
        self,
        store: PreferenceStore,
        actions: Actions,
        key_map: KeyHelp,
        controls: Sequence[Control],
        post: Callable[[Notice], None],
        *,
        card: ChordCard,
    ) -> None:
        super().__init__()
        self._store, self._actions, self._key_map = store, actions, key_map
        self._controls, self._post, self._card = controls, post, card
        self._taught: object = None
        store.changed.connect(self.show)
        self.show()

    def show(self) -> None:
        """Let the keys of the preferences hold; those that are taken twice are said."""
        wanted = self._store.preferences
        if self._taught == (wanted.keys, wanted.phrases):  # teaching takes 0.1 s
            return
        self._taught = (wanted.keys, wanted.phrases)
        keys, dropped = without_conflicts(wanted.keys)
        actions = mapped_actions(replace(wanted, keys=keys))
        self._actions.show(actions)
        self._key_map.display(key_rows(actions))
        self._card.teach(actions)
        first = {spec.name: key_text(spec.keys[0]) if spec.keys else "" for spec in actions}
        for control in self._controls:
            control.set_keys(first)
        if dropped:
            text = f"These keys of the preferences are taken twice: {', '.join(dropped)}."
            self._post(Notice(text, "warning"))
