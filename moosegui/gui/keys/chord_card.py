"""The small card of the keys that may follow `X`, `F` or `J`, over the plots until one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLabel, QWidget

from moosegui.gui.keys.actions import ActionSpec
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours

N_COLUMNS = 3
HELD = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class ChordCard(QLabel):
    """Follows the keys as Qt hears them, to say what a first key has begun.

    Parameters
    ----------
    window : QWidget
        It lies in its upper half.
    say : callable
        Told when a letter means nothing after its first key.
    """

    def __init__(self, window: QWidget, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._say = say
        self._chords: dict[str, dict[str, str]] = {}
        self._first, self._key = "", 0
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Keys that may follow")
        self.set_colours(LIGHT)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self.setStyleSheet(
            f"QLabel {{ background: {colours.field}; color: {colours.text}; "
            f"border: 1px solid {colours.border}; padding: {RHYTHM}px; }}"
        )

    def teach(self, specs: Iterable[ActionSpec]) -> None:
        """Take the keys that hold: of every chord its first key, and what may follow."""
        self._chords = {}
        for spec in specs:
            for keys in spec.keys:
                first, comma, second = keys.partition(", ")
                if comma and len(first) == 1:
                    self._chords.setdefault(first, {})[second] = spec.text

    def hear(self, event: QEvent) -> None:
        """Take a key before it becomes a shortcut, and when it is let go.

        Of the key that ends a chord, or means nothing in it, Qt tells only that it was let go.
        """
        if not isinstance(event, QKeyEvent) or event.key() in HELD or event.isAutoRepeat():
            return
        name = event.text().upper() if event.text().isprintable() else ""
        if event.type() == QEvent.Type.ShortcutOverride:
            self.end()
            if name in self._chords and not event.modifiers():
                self._first, self._key = name, event.key()
                self._show(name)
        elif event.type() == QEvent.Type.KeyRelease and self._first and event.key() != self._key:
            first = self._first
            self.end()
            if event.key() != Qt.Key.Key_Escape:
                letters = " ".join(self._chords[first])
                self._say(f"{name or 'That key'} means nothing after {first}; {letters} do.")

    def end(self) -> None:
        """Close, as a chord is complete or given up."""
        self._first = ""
        self.hide()

    def _show(self, first: str) -> None:
        cells = [
            f"<td><b>{escape(key)}</b>&nbsp;</td><td>{escape(text)}&nbsp;&nbsp;&nbsp;</td>"
            for key, text in self._chords[first].items()
        ]
        rows = ("".join(cells[i : i + N_COLUMNS]) for i in range(0, len(cells), N_COLUMNS))
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        self.setText(f"<b>{escape(first)}</b> …<table>{table}</table>")
        self.adjustSize()
        window = self.parentWidget()
        assert window is not None
        room = window.size() - self.size()
        self.move(QPoint(max(room.width() // 2, 0), max(room.height() // 4, 0)))
        self.show()
        self.raise_()
