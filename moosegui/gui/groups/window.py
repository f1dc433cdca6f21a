"""Pairs that may be one object, and groups in redshift, in a window beside the main one."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.groups.projection import (
    GROUP_HEADINGS,
    PAIR_HEADINGS,
    GroupRow,
    GroupsView,
    PairRow,
)
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM

SIZE = (620, 460)  # px at first
KEYS = {"duplicate": "D", "merge": "M", "kept": "K", "other": "O"}


class GroupsWindow(QDialog):
    """Two lists; what is selected in one is shown in the main window.

    Signals: `pair_selected(object)` with a pair, `source_wanted(str)` with a key,
    `duplicate_marked(object)` with the pair whose second is a duplicate of the first,
    `merge_wanted(object)` with the pair that is one source.
    """

    pair_selected = pyqtSignal(object)
    source_wanted = pyqtSignal(str)
    duplicate_marked = pyqtSignal(object)
    merge_wanted = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Duplicates and groups")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, on=False)
        self.resize(*SIZE)
        self._view = GroupsView()
        self._pairs = _list(PAIR_HEADINGS, "Pairs that may be one object")
        self._groups = _list(GROUP_HEADINGS, "Groups in redshift")
        self._none = QLabel(self)
        self._none.setWordWrap(True)
        self._tabs = QTabWidget(self)
        self._tabs.addTab(self._pairs, "Duplicates")
        self._tabs.addTab(self._groups, "Groups")
        self._buttons = {
            "kept": QPushButton(f"Show the first  {KEYS['kept']}"),
            "other": QPushButton(f"Show the second  {KEYS['other']}"),
            "duplicate": QPushButton(f"The second is a duplicate  {KEYS['duplicate']}"),
            "merge": QPushButton(f"Merge them  {KEYS['merge']}"),
        }
        row = QHBoxLayout()
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoDefault(False)
            row.addWidget(button)
        self._buttons["merge"].setToolTip(
            "The first gets the comment and the flags of the second, which is a duplicate then;\n"
            "one decision, undone together"
        )
        layout = QVBoxLayout(self)
        layout.setSpacing(RHYTHM)
        layout.addWidget(self._tabs)
        layout.addWidget(self._none)
        layout.addLayout(row)
        self._connect()

    def _connect(self) -> None:
        self._pairs.currentItemChanged.connect(self._on_pair_changed)
        self._groups.itemClicked.connect(self._on_group_chosen)
        self._groups.itemActivated.connect(self._on_group_chosen)
        self._tabs.currentChanged.connect(self._show_buttons)
        handlers = {
            "duplicate": lambda: self._mark(self.duplicate_marked),
            "merge": lambda: self._mark(self.merge_wanted),
            "kept": lambda: self._want("kept"),
            "other": lambda: self._want("other"),
        }
        for name, handler in handlers.items():
            self._buttons[name].clicked.connect(handler)
            QShortcut(QKeySequence(KEYS[name]), self).activated.connect(handler)

    def display(self, view: GroupsView) -> None:
        """Show what belongs together; the place in the list of pairs stays."""
        self._view = view
        place = max(self._pairs.indexOfTopLevelItem(self._pairs.currentItem()), 0)
        self._pairs.blockSignals(True)  # noqa: FBT003  (Qt's signature)
        _fill(self._pairs, [row.columns for row in view.pairs])
        if view.pairs:
            place = min(place, len(view.pairs) - 1)
            self._pairs.setCurrentItem(self._pairs.topLevelItem(place))
        self._pairs.blockSignals(False)  # noqa: FBT003  (Qt's signature)
        _fill(self._groups, [row.columns for row in view.groups])
        front = self._pairs if self._tabs.currentIndex() == 0 else self._groups
        front.setFocus()  # arrows go through the list
        self._tabs.setTabText(0, f"Duplicates  {len(view.pairs)}")
        self._tabs.setTabText(1, f"Groups  {len(view.groups)}")
        self._show_buttons()

    @property
    def pair(self) -> PairRow | None:
        """The pair that is selected."""
        place = self._pairs.indexOfTopLevelItem(self._pairs.currentItem())
        return self._view.pairs[place] if 0 <= place < len(self._view.pairs) else None

    def _show_buttons(self) -> None:
        is_of_pairs = self._tabs.currentIndex() == 0
        rows = self._view.pairs if is_of_pairs else self._view.groups
        for button in self._buttons.values():
            button.setVisible(is_of_pairs and bool(rows))
        what = (
            "No two sources lie within 2″ at one redshift (300 km/s)."
            if is_of_pairs
            else "No three sources are linked within 60″ and 700 km/s."
        )
        self._none.setText("" if rows else what)
        self._none.setVisible(not rows)

    def _on_pair_changed(self) -> None:
        if (pair := self.pair) is not None:
            self.pair_selected.emit(pair)

    def _on_group_chosen(self, item: QTreeWidgetItem) -> None:
        group: GroupRow = self._view.groups[self._groups.indexOfTopLevelItem(item)]
        keys = [member.key for member in group.members]
        step = item.data(0, int(Qt.ItemDataRole.UserRole)) or 0
        item.setData(0, int(Qt.ItemDataRole.UserRole), (step + 1) % len(keys))
        self.source_wanted.emit(keys[step])

    def _want(self, which: str) -> None:
        if (pair := self.pair) is not None:
            member = pair.kept if which == "kept" else pair.other
            self.source_wanted.emit(member.key)

    def _mark(self, wish: pyqtBoundSignal) -> None:
        if self._tabs.currentIndex() == 0 and (pair := self.pair) is not None:
            wish.emit(pair)

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(a0)


def _list(headings: tuple[str, ...], name: str) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(list(headings))
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setAccessibleName(name)
    header = tree.header()
    if header is not None:
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _fill(tree: QTreeWidget, rows: list[tuple[str, ...]]) -> None:
    tree.clear()
    tree.addTopLevelItems([QTreeWidgetItem(list(columns)) for columns in rows])
