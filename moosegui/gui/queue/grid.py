"""The table of the queue: its columns, of which the expert chooses, and the row on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QAction, QFontMetrics, QGuiApplication, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from moosegui.gui.queue.model import SourceModel
from moosegui.gui.queue.specs import column_place, specs
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, base_font

CELL_MARGIN = 12  # px of padding in a cell of the table
ID_DIGITS = (4, 11)  # the width of the ID column lies between so many digits
WHOLE_DIGITS = 24  # of an ID that a wide window shows whole
EXTRA_SAMPLE = "00.0000"
SCROLL_BAR = 18  # px, with the margins of the queue
ROWS_ABOVE = 3  # of the one to which the page is turned


class QueueGrid(QTableView):
    """Rows of the queue; a right click on the headings chooses the columns.

    Signals: `columns_chosen(tuple)` with the names of the columns, `row_wanted(str)` with the key
    of a source that a menu is to bring on screen.
    """

    columns_chosen = pyqtSignal(tuple)
    row_wanted = pyqtSignal(str)

    def __init__(self, model: SourceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._chosen = _first_columns()
        self._widths: dict[int, int] = {}  # of the columns but the ID; the last is stretched
        self._beside: tuple[str, ...] = ()  # while a chip is pressed
        self._only: tuple[str, ...] = ()  # while the queue is folded
        self.extend_row_menu: Callable[[QMenu, str], None] = _add_nothing
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setModel(self._model)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Queue of sources")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setCornerButtonEnabled(False)
        self.setAutoScroll(False)  # see _turn_to
        self.setSortingEnabled(True)
        rows, columns = self._headers()
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setSortIndicatorClearable(True)
        columns.setHighlightSections(False)
        columns.setMinimumSectionSize(20)
        columns.setStretchLastSection(True)
        columns.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        columns.setToolTip("A click sorts; a right click chooses the columns")
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        metrics = QFontMetrics(base_font())
        rows.setDefaultSectionSize(metrics.height() + RHYTHM // 2)
        self.fit()

    def _connect(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_row_menu_requested)
        self._headers()[1].customContextMenuRequested.connect(self._on_menu_requested)

    def fit(self) -> None:
        """Give every column its width, and hide those that are not chosen."""
        metrics = QFontMetrics(base_font())
        samples = [spec.sample for spec in specs()]
        for i_column, name in enumerate(self._model.column_names()):
            sample = samples[i_column] if i_column < len(samples) else EXTRA_SAMPLE
            if sample:
                self._widths[i_column] = metrics.horizontalAdvance(sample) + CELL_MARGIN
                self.setColumnWidth(i_column, self._widths[i_column])
            wanted = self._only or (*self._chosen, *self._beside)
            self.setColumnHidden(i_column, name not in wanted)
        self._fit_id()

    def _fit_id(self) -> None:
        """Give IDs the width of the longest, or what the other columns leave, if that is more.

        Longer ones lose their middle, where nothing else can give way.
        """
        metrics = QFontMetrics(base_font())
        shortest, longest = (metrics.horizontalAdvance("0" * n) for n in ID_DIGITS)
        place, viewport = column_place("id"), self.viewport()
        others = sum(w for i, w in self._widths.items() if not self.isColumnHidden(i))
        room = 0 if viewport is None else viewport.width() - others - CELL_MARGIN
        wanted = metrics.horizontalAdvance(self._model.longest_id())
        width = min(max(wanted, shortest), max(longest, room))
        self.setColumnWidth(place, width + CELL_MARGIN)

    @override
    def resizeEvent(self, e: QResizeEvent | None) -> None:
        """Let the IDs take what the table gains."""
        super().resizeEvent(e)
        self._fit_id()

    def choose_columns(self, names: Sequence[str]) -> None:
        """Show these columns, and the ID; without any the first choice."""
        self._chosen = tuple(names) or _first_columns()
        self.fit()

    def show_beside(self, names: Sequence[str]) -> None:
        """Show these columns beside those that are chosen."""
        if tuple(names) != self._beside:
            self._beside = tuple(names)
            self.fit()

    def show_only(self, names: Sequence[str]) -> None:
        """Show these columns whatever is chosen, as long as there are any."""
        self._only = tuple(names)
        self.fit()

    def whole_width(self) -> int:
        """Return the px with which no ID loses its middle, long ones excepted."""
        metrics = QFontMetrics(base_font())
        most = metrics.horizontalAdvance("0" * WHOLE_DIGITS)
        wanted = min(metrics.horizontalAdvance(self._model.longest_id()), most)
        return self.badges_width() + wanted + 2 * CELL_MARGIN

    def badges_width(self) -> int:
        """Return the px that the columns need which are shown now."""
        return self._needed(self._only or self._chosen) + SCROLL_BAR

    def _needed(self, names: Sequence[str]) -> int:
        numbered = enumerate(self._model.column_names())
        return sum(self._widths.get(i, 0) for i, name in numbered if name in names)

    @override
    def selectionCommand(
        self, index: QModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Mark nothing by a click: the source on screen is marked, and no other."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def select(self, key: str | None) -> int:
        """Mark a source and scroll to it; return its place, -1 when it is not shown."""
        selection = self.selectionModel()
        assert selection is not None
        position = -1 if key is None else self._model.position_of(key)
        if position < 0:
            selection.clear()
        else:
            index = self._model.index(position, 0)
            flag = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self._turn_to(position)
        return position

    def _turn_to(self, position: int) -> None:
        """Show a row; beyond the last one visible the page is turned, so that what comes is seen.

        Scrolling by one row at every step would paint all rows every time.
        """
        viewport = self.viewport()
        assert viewport is not None
        row = self.visualRect(self._model.index(position, 0))
        if row.top() < 0 or row.bottom() > viewport.height():
            first = self._model.index(max(position - ROWS_ABOVE, 0), 0)
            self.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtTop)

    def forget_sort(self) -> None:
        """Take the arrow away from the headings; the order stays."""
        columns = self._headers()[1]
        with QSignalBlocker(columns):
            columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.reset()

    def row_menu(self, row: int) -> QMenu:
        """Return the menu of a row, which marks nothing by itself."""
        key = self._model.key_at(row)
        source_id = str(self._model.index(row, column_place("id")).data())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, do in (
            (f"Go to {source_id}", partial(self.row_wanted.emit, key)),
            ("Copy its ID", partial(_copy, source_id)),
        ):
            action = QAction(text, menu)
            action.triggered.connect(partial(_call, do))
            menu.addAction(action)
        self.extend_row_menu(menu, key)
        menu.addSeparator()
        columns = self.column_menu(menu)
        columns.setTitle("Columns")
        menu.addMenu(columns)
        return menu

    def column_menu(self, parent: QWidget | None = None) -> QMenu:
        """Return the menu in which columns are chosen; it goes with the menu that it is part of."""
        menu = QMenu(parent or self)
        for i_column, name in enumerate(self._model.column_names()):
            action = QAction(self._heading(i_column), menu)
            action.setCheckable(True)
            action.setChecked(name in self._chosen)
            action.setEnabled(name != "id")
            action.setData(name)
            menu.addAction(action)
        menu.triggered.connect(self._on_column_triggered)
        return menu

    def _heading(self, i_column: int) -> str:
        told = (
            self._model.headerData(i_column, Qt.Orientation.Horizontal, role)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        )
        return "   ".join(text or "" for text in told).rstrip()

    def _headers(self) -> tuple[QHeaderView, QHeaderView]:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None
        assert columns is not None
        return rows, columns

    def _on_menu_requested(self, place: QPoint) -> None:
        menu = self.column_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._headers()[1].mapToGlobal(place))

    def _on_row_menu_requested(self, place: QPoint) -> None:
        index, viewport = self.indexAt(place), self.viewport()
        if index.isValid() and viewport is not None:
            self.row_menu(index.row()).popup(viewport.mapToGlobal(place))

    def _on_column_triggered(self, action: QAction) -> None:
        wanted = set(self._chosen) ^ {action.data()}
        known = self._model.column_names()
        elsewhere = tuple(name for name in self._chosen if name not in known)  # other catalogues
        self.choose_columns((*(name for name in known if name in wanted), *elsewhere))
        self.columns_chosen.emit(self._chosen)


def _first_columns() -> tuple[str, ...]:
    """The columns before any are chosen."""
    return tuple(spec.name for spec in specs() if spec.is_first)


def _add_nothing(_menu: QMenu, _key: str) -> None:
    """What a row's menu has of others before they are there."""


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)


def _call(do: Callable[[], object], _checked: object = None) -> None:
    do()
