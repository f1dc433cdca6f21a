"""A small button behind which lies a list of choices, each with its key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget


class ChoiceButton(QToolButton):
    """A click opens the choices; those in force are ticked, and named on the button.

    Signals: `chosen(object)` with the value of a choice.

    Parameters
    ----------
    name : str
        On the button while nothing is chosen, as `⚑ Flag`.
    choices : sequence of (value, text)
    tip : str
    parent : QWidget, optional
    """

    chosen = pyqtSignal(object)

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[Any, str]],
        tip: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._texts, self._tip = name, dict(choices), tip
        self._key, self._words = "", ""
        self._build()
        self._menu.triggered.connect(self._on_triggered)

    def _build(self) -> None:
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("role", "choice")
        self._menu = QMenu(self)
        for value in self._texts:
            action = QAction(self._menu)
            action.setData(value)
            action.setCheckable(True)
            self._menu.addAction(action)
        self.setMenu(self._menu)
        self.teach_keys({})

    def teach_keys(self, keys: Mapping[Any, str]) -> None:
        """Say beside every choice which key does the same, by their values."""
        for action in self._menu.actions():
            text, key = self._texts[action.data()], keys.get(action.data(), "")
            action.setText(f"&{text[:1].upper()}{text[1:]}" + (f"\t{key}" if key else ""))
        first = next((key for key in keys.values() if key), "")
        self._key = first.partition(" ")[0]
        taught = f"{self._tip}  ( {self._key}, then a letter )" if self._key else self._tip
        self.setToolTip(taught)
        self._show_text()

    def display(self, values: Collection[Any], words: str = "") -> None:
        """Tick what is in force, and say it in words on the button."""
        with QSignalBlocker(self), QSignalBlocker(self._menu):
            self.setChecked(bool(words))
            for action in self._menu.actions():
                action.setChecked(action.data() in values)
        self._words = words
        self._show_text()

    def suggest(self, *, is_suggested: bool) -> None:
        """Frame the button while one of its choices is suggested."""
        if bool(self.property("suggested")) == is_suggested:
            return
        self.setProperty("suggested", is_suggested)
        style = self.style()
        if style is not None:
            style.unpolish(self)
            style.polish(self)

    def _show_text(self) -> None:
        self.setText(self._words or f"{self._name} …  {self._key}".rstrip())

    def _on_triggered(self, action: QAction) -> None:
        action.setChecked(not action.isChecked())  # a wish, not yet a fact
        self.chosen.emit(action.data())
