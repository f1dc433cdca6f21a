"""The queue: every source with its state, filters and counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt6.QtCore import QItemSelectionModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.source_model import Chip, Column, QueueRow, SourceModel
from moosegui.gui.theme import LIGHT, RHYTHM, Colours, base_font

CHIPS_IN_A_ROW = 4
CELL_MARGIN = 12  # px of padding in a cell of the table
ID_DIGITS = (4, 13)  # the width of the ID column lies between so many digits
CHIP_TIPS: dict[Chip, str] = {
    Chip.ALL: "Every source",
    Chip.UNREVIEWED: "Not inspected yet, drafts included",
    Chip.ZCONF0: "Inspected: no redshift",
    Chip.ZCONF1: "ZCONF 1",
    Chip.ZCONF2: "ZCONF 2",
    Chip.ZCONF3: "ZCONF 3",
    Chip.FALSE: "Not a source",
    Chip.FLAGGED: "With a flag",
}
CHIP_TEXTS: dict[Chip, str] = {Chip.UNREVIEWED: "to do", Chip.FLAGGED: "flags"}
SAMPLES: dict[Column, str] = {
    Column.STATE: "●",
    Column.REDSHIFT: "0.00000",
    Column.ZCONF: "Q",
    Column.ROBUSTNESS: "−00.0",
    Column.SIGNIFICANCE: "−0.000",
    Column.FLAGS: "interesting",
    Column.PROBLEM: "unreadable",
}


class SourceTable(QWidget):
    """The queue with its filters.

    Signals: `source_chosen(str)` with the key, `order_changed()` after a
    filter, a sort or another list.
    """

    source_chosen = pyqtSignal(str)
    order_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._selected: str | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = SourceModel(self, colours)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter: ID, flag, draft, R<3 …  ( / )")
        self._filter.setClearButtonEnabled(True)
        self._filter.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._filter.setAccessibleName("Filter the queue")
        self._filter.setToolTip(
            "Words of ID, comment, flags or problem, and unreviewed, draft, false, problem;\n"
            "conditions such as  R<3  z>2.5  Q=1  dchi2<0.05  mag<25"
        )
        self._leave_filter = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._filter)
        self._leave_filter.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._place, self._pace = QLabel(), QLabel()
        self._pace.setProperty("role", "muted")
        footer = QHBoxLayout()
        footer.addWidget(self._place)
        footer.addStretch(1)
        footer.addWidget(self._pace)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM // 2, RHYTHM // 2, RHYTHM // 2, RHYTHM // 2)
        layout.setSpacing(RHYTHM // 2)
        layout.addWidget(self._filter)
        layout.addLayout(self._make_chips())
        layout.addWidget(self._make_table(), 1)
        layout.addLayout(footer)
        self.setMinimumWidth(200)

    def _make_chips(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(2)
        self._chips = QButtonGroup(self)
        for i_chip, chip in enumerate(Chip):
            button = QToolButton()
            button.setText(CHIP_TEXTS.get(chip, chip.value))
            button.setCheckable(True)
            button.setChecked(chip is Chip.ALL)
            button.setProperty("role", "chip")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(CHIP_TIPS[chip])
            button.setAccessibleName(f"Show: {CHIP_TIPS[chip]}")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._chips.addButton(button, i_chip)
            grid.addWidget(button, *divmod(i_chip, CHIPS_IN_A_ROW))
        return grid

    def _make_table(self) -> QTableView:
        table = self._table = QTableView()
        table.setModel(self._model)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setAccessibleName("Queue of sources")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setCornerButtonEnabled(False)
        table.setSortingEnabled(True)
        rows, columns = table.verticalHeader(), table.horizontalHeader()
        assert rows is not None
        assert columns is not None
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setSortIndicatorClearable(True)
        columns.setHighlightSections(False)
        columns.setMinimumSectionSize(20)
        columns.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        metrics = QFontMetrics(base_font())
        rows.setDefaultSectionSize(metrics.height() + RHYTHM // 2)
        for column, sample in SAMPLES.items():
            table.setColumnWidth(column, metrics.horizontalAdvance(sample) + CELL_MARGIN)
        return table

    def _connect(self) -> None:
        self._table.clicked.connect(self._on_clicked)
        self._filter.textChanged.connect(self._on_filter_changed)
        self._filter.returnPressed.connect(self.leave_filter)
        self._leave_filter.activated.connect(self.leave_filter)
        self._chips.idToggled.connect(self._on_chip_toggled)
        self._model.layoutChanged.connect(self._on_order_changed)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._model.colours = colours
        viewport: QObject | None = self._table.viewport()
        assert isinstance(viewport, QWidget)
        viewport.update()

    def display(
        self, rows: Iterable[QueueRow] | None, *, extra_columns: Sequence[str] = ()
    ) -> None:
        """Show these sources, or none, under the filter and sort that are set."""
        self._model.set_rows(rows or (), extra_columns)
        self._fit_id_column()
        self._show_selection()
        self._show_counts()
        self.order_changed.emit()

    def display_pace(self, text: str) -> None:
        """Show a few words beside the count, as "14 s/src, 3 h 20 to go"."""
        self._pace.setText(text)

    def update_row(self, key: str, row: QueueRow) -> None:
        """Show another state of one source, in its place."""
        self._model.update_row(key, row)

    def update_counts(self) -> None:
        """Count again what belongs under each chip, for their tool tips."""
        self._show_counts()

    def order(self) -> tuple[str, ...]:
        """Return the keys as shown, filtered and sorted."""
        return self._model.order()

    def select(self, key: str | None) -> None:
        """Mark the source on screen and scroll to it, without emitting anything."""
        self._selected = key
        self._show_selection()

    def set_filter(self, text: str) -> None:
        """Show only sources that fulfil `text` (see `queue_filter`)."""
        self._filter.setText(text)

    def set_chip(self, chip: Chip) -> None:
        """Press one of the chips."""
        self._button_of(chip).setChecked(True)

    def reapply(self) -> None:
        """Filter and sort again with the rows as they are now."""
        self._model.reorder()

    def focus_filter(self) -> None:
        """Give the filter the keyboard."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def leave_filter(self) -> None:
        """Give the keyboard back to the window."""
        self._filter.clearFocus()

    def _fit_id_column(self) -> None:
        """Give the IDs the width of the longest, within limits; longer ones lose their middle."""
        metrics = QFontMetrics(base_font())
        shortest, longest = (metrics.horizontalAdvance("0" * n) for n in ID_DIGITS)
        wanted = metrics.horizontalAdvance(self._model.longest_id())
        width = min(max(wanted, shortest), longest) + CELL_MARGIN
        self._table.setColumnWidth(Column.ID, width)

    def _button_of(self, chip: Chip) -> QToolButton:
        button = self._chips.button(list(Chip).index(chip))
        assert isinstance(button, QToolButton)
        return button

    def _show_selection(self) -> None:
        selection = self._table.selectionModel()
        assert selection is not None
        position = -1 if self._selected is None else self._model.position_of(self._selected)
        if position < 0:
            selection.clear()
        else:
            index = self._model.index(position, 0)
            flag = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self._table.scrollTo(index)
        self._show_place(position)

    def _show_place(self, position: int) -> None:
        n_shown, n_all = self._model.rowCount(), self._model.n_all
        place = "–" if position < 0 else str(position + 1)
        of_all = "" if n_shown == n_all else f" of {n_all}"
        self._place.setText(f"{place} / {n_shown}{of_all}")

    def _show_counts(self) -> None:
        counts = self._model.counts()
        for chip in Chip:
            self._button_of(chip).setToolTip(f"{CHIP_TIPS[chip]}: {counts[chip]}")

    def _on_clicked(self, index: QModelIndex) -> None:
        key = self._model.key_at(index.row())
        self._show_selection()
        self.source_chosen.emit(key)

    def _on_filter_changed(self, text: str) -> None:
        self._model.set_filter(text, self._checked_chip())

    def _on_chip_toggled(self, _: int, is_checked: object) -> None:
        if is_checked:
            self._model.set_filter(self._filter.text(), self._checked_chip())

    def _checked_chip(self) -> Chip:
        return list(Chip)[self._chips.checkedId()]

    def _on_order_changed(self) -> None:
        self._show_selection()
        self.order_changed.emit()
