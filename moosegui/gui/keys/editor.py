"""The list of actions with their keys, in which a key is changed by pressing another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeySequence
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.keys.actions import ActionSpec, key_text
from moosegui.gui.keys.keymap import conflicts
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours

LONGEST_CHORD = 2
NAME_ROLE = int(Qt.ItemDataRole.UserRole)


class KeyEditor(QWidget):
    """Actions by group; the chosen one gets the key that is pressed in the field below.

    Signals: `keys_changed()`.
    """

    keys_changed = pyqtSignal()

    def __init__(
        self,
        first: Sequence[ActionSpec],
        keys: Mapping[str, tuple[str, ...]],
        colours: Colours = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._first, self._colours = {spec.name: spec for spec in first}, colours
        self._keys = dict(keys)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._build()
        self._connect()

    def _build(self) -> None:
        self._tree = QTreeWidget()
        self._tree.setHeaderLabels(["Action", "Keys"])
        self._tree.setAccessibleName("Actions and their keys")
        self._tree.setRootIsDecorated(False)
        self._tree.setIndentation(RHYTHM)
        for name, spec in self._first.items():
            item = QTreeWidgetItem(self._group(spec.group), [spec.text, ""])
            item.setData(0, NAME_ROLE, name)
            self._items[name] = item
        self._tree.expandAll()
        self._field = QKeySequenceEdit()
        self._field.setMaximumSequenceLength(LONGEST_CHORD)
        self._field.setAccessibleName("New key of the chosen action")
        self._field.setEnabled(False)
        self._reset, self._reset_all = QPushButton("First key"), QPushButton("All first keys")
        self._reset.setToolTip("Give the chosen action the key back that it came with")
        self._reset_all.setToolTip("Give every action the key back that it came with")
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setStyleSheet(f"color: {self._colours.error};")
        row = QHBoxLayout()
        for widget in (QLabel("New key:"), self._field, self._reset, self._reset_all):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.addWidget(self._tree, 1)
        layout.addLayout(row)
        layout.addWidget(self._problem)
        self._show()
        self._tree.resizeColumnToContents(0)

    def _connect(self) -> None:
        self._tree.currentItemChanged.connect(self._on_chosen)
        self._field.editingFinished.connect(self._on_pressed)
        self._reset.clicked.connect(self._on_reset)
        self._reset_all.clicked.connect(self._on_reset_all)

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of every action that does not have its first ones."""
        return dict(self._keys)

    def problems(self) -> dict[str, tuple[str, ...]]:
        """Return the keys that several actions share, with the names of these."""
        return conflicts(self._specs())

    def choose(self, name: str) -> None:
        """Choose an action, whose key is changed next."""
        self._tree.setCurrentItem(self._items[name])

    def press(self, keys: str) -> None:
        """Give the chosen action a key sequence."""
        name = self._chosen()
        if name is None:
            return
        self._keys[name] = (keys,) if keys else ()
        if self._keys[name] == self._first[name].keys:
            del self._keys[name]
        self._show()
        self.keys_changed.emit()

    def _specs(self) -> list[ActionSpec]:
        return [
            replace(spec, keys=self._keys.get(name, spec.keys))
            for name, spec in self._first.items()
        ]

    def _group(self, title: str) -> QTreeWidgetItem:
        for i_group in range(self._tree.topLevelItemCount()):
            group = self._tree.topLevelItem(i_group)
            if group is not None and group.text(0) == title:
                return group
        group = QTreeWidgetItem(self._tree, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return group

    def _chosen(self) -> str | None:
        item = self._tree.currentItem()
        name = None if item is None else item.data(0, NAME_ROLE)
        return None if name is None else str(name)

    def _show(self) -> None:
        problems = self.problems()
        wrong = {name for names in problems.values() for name in names}
        for spec in self._specs():
            item = self._items[spec.name]
            item.setText(1, "  ".join(key_text(keys) for keys in spec.keys))
            colour = self._colours.error if spec.name in wrong else self._colours.text
            for i_column in range(2):
                item.setForeground(i_column, QColor(colour))
            font = item.font(1)
            font.setBold(spec.name in self._keys)
            item.setFont(1, font)
        self._problem.setText("\n".join(self._sentences(problems)))
        self._reset_all.setEnabled(bool(self._keys))

    def _sentences(self, problems: Mapping[str, tuple[str, ...]]) -> list[str]:
        text: Callable[[str], str] = lambda name: f"“{self._first[name].text}”"  # noqa: E731
        return [
            f"{key_text(key)} belongs to {' and '.join(text(name) for name in names)}."
            for key, names in problems.items()
        ]

    def _on_chosen(self) -> None:
        name = self._chosen()
        self._field.setEnabled(name is not None)
        self._reset.setEnabled(name is not None)
        self._field.clear()

    def _on_pressed(self) -> None:
        sequence = self._field.keySequence()
        if sequence.count():
            self.press(sequence.toString(QKeySequence.SequenceFormat.PortableText))

    def _on_reset(self) -> None:
        if (name := self._chosen()) is not None:
            self._keys.pop(name, None)
            self._field.clear()
            self._show()
            self.keys_changed.emit()

    def _on_reset_all(self) -> None:
        self._keys.clear()
        self._show()
        self.keys_changed.emit()
