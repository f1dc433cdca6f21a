"""The queue: every source with its state, filters and counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt6.QtCore import QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from moosegui.errors import InputError
from moosegui.gui.queue.chips import QueueChips
from moosegui.gui.queue.filter_field import FilterField
from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.queue.model import SourceModel
from moosegui.gui.queue.row import Chip, QueueRow
from moosegui.gui.queue.sorting import QueueSorting
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours

LEAST_WIDTH = 200  # px, of a queue that is not folded
BADGES = ("state", "zconf", "marks")  # what is left of a folded one
# What a proposal is judged by, to be sorted by with a click
COLUMNS_OF: dict[Chip, tuple[str, ...]] = {
    Chip.BLENDED: ("p_blend", "z2"),
    Chip.DOUBTFUL: ("p_false",),
}


class SourceTable(QWidget):
    """The queue with its filters.

    Signals: `source_chosen(str)` with the key, `order_changed()` after a filter, a sort or
    another list, `columns_chosen(tuple)` with the names of the columns to keep,
    `unfold_requested` where the whole queue is needed, `opened` with other sources.
    """

    unfold_requested = pyqtSignal()
    source_chosen = pyqtSignal(str)
    order_changed = pyqtSignal()
    columns_chosen = pyqtSignal(tuple)
    opened = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._selected: str | None = None
        self.is_folded = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = SourceModel(self, colours)
        self.grid, self._chips = QueueGrid(self._model), QueueChips()
        self._filter = FilterField()
        self._sorting = QueueSorting(self.grid, self._model, lambda: self._selected)
        self._place, self._pace, self._error = QLabel(), QLabel(), QLabel()
        self._pace.setProperty("role", "muted")
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._unfold = _plain_button("»", "The whole queue")
        self._unfold.hide()
        footer = QHBoxLayout()
        footer.addWidget(self._unfold)
        footer.addWidget(self._place)
        footer.addStretch(1)
        footer.addWidget(self._pace)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM // 2, RHYTHM // 2, RHYTHM // 2, RHYTHM // 2)
        layout.setSpacing(RHYTHM // 2)
        layout.addLayout(self._make_head())
        layout.addWidget(self._error)
        layout.addWidget(self._chips)
        layout.addWidget(self.grid, 1)
        layout.addLayout(footer)
        self.setMinimumWidth(LEAST_WIDTH)
        self.set_colours(colours)

    def _make_head(self) -> QHBoxLayout:
        self._order_button = _plain_button("⇅", "Order and columns of the queue")
        head = QHBoxLayout()
        head.setSpacing(RHYTHM // 2)
        head.addWidget(self._filter, 1)
        head.addWidget(self._order_button)
        return head

    def _connect(self) -> None:
        self.grid.clicked.connect(self._on_clicked)
        self.grid.row_wanted.connect(self.source_chosen)
        self.grid.columns_chosen.connect(self.columns_chosen)
        self._filter.textChanged.connect(self._apply_filter)
        self._chips.chip_chosen.connect(self._apply_filter)
        self._order_button.clicked.connect(self._on_order_clicked)
        self._unfold.clicked.connect(self.unfold_requested)
        self._model.layoutChanged.connect(self._on_order_changed)
        self._model.modelReset.connect(self.opened)

    @property
    def filter_field(self) -> FilterField:
        """Where the filter is typed."""
        return self._filter

    @property
    def rows(self) -> Sequence[QueueRow]:
        """What is said of every source, in the order of the catalogue."""
        return self._model.rows

    @property
    def sorting(self) -> QueueSorting:
        """The orders that the queue can take."""
        return self._sorting

    def fold(self, *, is_folded: bool) -> None:
        """Show the badges of the sources only, or everything again."""
        self.is_folded = is_folded
        for part in (self._filter, self._order_button, self._chips, self._place, self._pace):
            part.setVisible(not is_folded)
        self._error.setVisible(not is_folded and bool(self._error.text()))
        self._unfold.setVisible(is_folded)
        self.grid.show_only(BADGES if is_folded else ())
        self.setMinimumWidth(self.grid.badges_width() if is_folded else LEAST_WIDTH)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._model.colours = colours
        self._chips.set_colours(colours)
        self._error.setStyleSheet(f"color: {colours.error};")
        viewport: QObject | None = self.grid.viewport()
        assert isinstance(viewport, QWidget)
        viewport.update()

    def display(
        self, rows: Iterable[QueueRow] | None, *, extra_columns: Sequence[str] = ()
    ) -> None:
        """Show these sources, or none, under the filter and sort that are set."""
        self._model.set_rows(rows or (), extra_columns)
        self.grid.fit()
        self.update_counts()
        if not self._apply_filter():
            self._on_order_changed()

    def display_pace(self, text: str, tip: str = "") -> None:
        """Show a few words beside the count, as "14 s/src, 3 h 20 to go"."""
        self._pace.setText(text)
        self._pace.setToolTip(tip)

    def update_row(self, key: str, row: QueueRow) -> None:
        """Show another state of one source, in its place."""
        self._model.update_row(key, row)

    def update_counts(self) -> None:
        """Count again what belongs under each chip."""
        self._chips.display(self._model.counts())

    def n_under(self, chip: Chip) -> int:
        """Return how many sources belong under a chip."""
        return self._model.counts()[chip]

    def order(self) -> tuple[str, ...]:
        """Return the keys as shown, filtered and sorted."""
        return self._model.order()

    def select(self, key: str | None) -> None:
        """Mark the source on screen and scroll to it, without emitting anything."""
        self._selected = key
        self._show_selection()

    def set_filter(self, text: str) -> None:
        """Show only sources that fulfil `text` (see `moosegui.gui.queue.filter`)."""
        self._filter.setText(text)

    def set_chip(self, chip: Chip) -> None:
        """Press one of the chips."""
        self._chips.choose(chip)

    def show_conflicts(self, *, are_shown: bool) -> None:
        """Show what inspectors disagree on, or everything when nobody is reconciled."""
        self._chips.show_conflicts(are_shown=are_shown)
        if are_shown or self._chips.chip is Chip.CONFLICT:
            self._chips.choose(Chip.CONFLICT if are_shown else Chip.ALL)

    def choose_columns(self, names: Sequence[str]) -> None:
        """Show these columns."""
        self.grid.choose_columns(names)

    def later(self, chip: Chip, *, is_backwards: bool = False) -> str | None:
        """Return the next source shown that belongs under a chip, seen from the one on screen."""
        return self._model.later(self._selected, chip, is_backwards=is_backwards)

    def reapply(self) -> None:
        """Filter and sort again with the rows as they are now."""
        self._model.reorder()

    def _show_selection(self) -> None:
        position = self.grid.select(self._selected)
        n_shown, n_all = self._model.rowCount(), self._model.n_all
        is_hidden = position < 0 and self._selected is not None
        place = "on screen: hidden" if is_hidden else "–" if position < 0 else str(position + 1)
        of_all = "" if n_shown == n_all else f" of {n_all}"
        self._place.setText(f"{place} / {n_shown}{of_all}")
        tip = "The source on screen is not among those that filter and chip leave"
        self._place.setToolTip(tip if is_hidden else "")

    def _apply_filter(self) -> bool:
        """Filter anew; a text that cannot be understood leaves the queue and says why."""
        problem = ""
        self.grid.show_beside(COLUMNS_OF.get(self._chips.chip, ()))
        try:
            self._model.set_filter(self._filter.text(), self._chips.chip)
        except InputError as error:
            problem = str(error)
        self._error.setText(problem)
        self._error.setVisible(bool(problem))
        return not problem

    def _on_clicked(self, index: QModelIndex) -> None:
        key = self._model.key_at(index.row())
        self._show_selection()
        self.source_chosen.emit(key)

    def _on_order_clicked(self) -> None:
        below = self._order_button.rect().bottomLeft()
        self._sorting.menu(self).popup(self._order_button.mapToGlobal(below))

    def _on_order_changed(self) -> None:
        self._show_selection()
        self.order_changed.emit()


def _plain_button(sign: str, words: str) -> QToolButton:
    button = QToolButton()
    button.setText(sign)
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
