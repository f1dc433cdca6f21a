"""The short list of solutions: what each redshift is worth and which lines it predicts."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.style.elided_label import whole_words
from moosegui.gui.style.overriding import override
from moosegui.gui.style.solution_rows import HEADINGS, SolutionRow
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font, heavy_font

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
PADDING = RHYTHM // 2
# right edges of rank, z, Δχ² and R, in widths; and of the same with a probability
COLUMNS = {4: (0.10, 0.42, 0.72, 1.0), 5: (0.07, 0.36, 0.59, 0.78, 1.0)}
LINES_SHARE = 0.55  # of the second line, when there is a confusion to show beside them
TIP = "Click a solution, or press O and I, or Alt+1 to Alt+9"


class SolutionList(QWidget):
    """The solutions by rank, the one on screen marked; a click chooses one.

    Signals: `solution_chosen(int)` with the rank, `menu_requested(int, QPoint)` with the rank
    and a place on the screen.
    """

    solution_chosen = pyqtSignal(int)
    menu_requested = pyqtSignal(int, QPoint)

    def __init__(
        self,
        parent: QWidget | None = None,
        colours: Colours = LIGHT,
        *,
        headings: tuple[str, ...] = HEADINGS,
        name: str = "Solutions",
        tip: str = TIP,
    ) -> None:
        super().__init__(parent)
        self._build(colours, headings)
        self._list.setAccessibleName(name)
        self._list.setToolTip(tip)
        self._connect()

    def _build(self, colours: Colours, headings: tuple[str, ...]) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = QStandardItemModel(self)
        self._delegate = _TwoLines(len(headings), self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._heading = _Heading(self._list, headings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self._list, 1)
        self.set_colours(colours)

    def _connect(self) -> None:
        self._list.clicked.connect(self._on_clicked)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_menu_requested)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._delegate.colours = colours
        self._heading.colours = colours
        self._heading.update()
        self._list.viewport().update()  # type: ignore[union-attr]

    def display(self, rows: tuple[SolutionRow, ...] | None, selected_rank: int | None) -> None:
        """Show `rows` and mark the one of `selected_rank`; None shows nothing."""
        if tuple(rows or ()) == self.rows():  # only what is marked may differ: nothing is rebuilt
            self._mark(selected_rank)
            return
        self._model.clear()
        for row in rows or ():
            rank, redshift, relative_depth, robustness, probability = row.columns
            item = QStandardItem(
                f"Solution {rank}, z {redshift}, Δχ² {relative_depth}, R {robustness}, "
                f"P {probability}. {row.lines}"
            )
            item.setData(row, ROW_ROLE)
            item.setToolTip(
                "\n".join(text for text in (row.lines, row.part, row.confusions) if text)
            )
            self._model.appendRow(item)
        self._mark(selected_rank)

    def _mark(self, rank: int | None) -> None:
        chosen = (i for i, row in enumerate(self.rows()) if row.rank == rank)
        i_chosen = next(chosen, None)
        index = QModelIndex() if i_chosen is None else self._model.index(i_chosen, 0)
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index)  # also where it was the current one, and scrolled away

    def rows(self) -> tuple[SolutionRow, ...]:
        """Return what is shown."""
        indices = (self._model.index(i, 0) for i in range(self._model.rowCount()))
        return tuple(index.data(ROW_ROLE) for index in indices)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.solution_chosen.emit(index.data(ROW_ROLE).rank)

    def _on_menu_requested(self, place: QPoint) -> None:
        index, viewport = self._list.indexAt(place), self._list.viewport()
        if index.isValid() and viewport is not None:
            self.menu_requested.emit(index.data(ROW_ROLE).rank, viewport.mapToGlobal(place))


def _cells(rectangle: QRect, n_cells: int) -> list[QRect]:
    """The right-aligned cells of the first line."""
    width = rectangle.width() - 2 * RHYTHM
    rights = [rectangle.left() + RHYTHM + round(width * edge) for edge in COLUMNS[n_cells]]
    lefts = [rectangle.left() + RHYTHM, *rights[:-1]]
    return [
        QRect(left, rectangle.top(), right - left, rectangle.height())
        for left, right in zip(lefts, rights, strict=True)
    ]


class _Heading(QWidget):
    """The names of the columns, aligned with the cells."""

    def __init__(self, cells: QListView, texts: tuple[str, ...]) -> None:
        super().__init__()
        self._list, self._texts = cells, texts
        self.colours = LIGHT
        self.setFixedHeight(QFontMetrics(base_font()).height() + PADDING)

    @override
    def paintEvent(self, a0: object) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(self.colours.muted))
        painter.setFont(base_font())
        page = QRect(0, 0, self._list.maximumViewportSize().width(), self.height())
        if (bar := self._list.verticalScrollBar()) is not None and bar.isVisible():
            page.setWidth(page.width() - bar.width())
        for cell, text in zip(_cells(page, len(self._texts)), self._texts, strict=True):
            painter.drawText(
                cell, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )


class _TwoLines(QStyledItemDelegate):
    """First line: rank and numbers; second line, quieter: lines and confusions."""

    colours = LIGHT

    def __init__(self, n_cells: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._n_cells = n_cells

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(0, 2 * QFontMetrics(base_font()).height() + 2 * PADDING)

    @override
    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        row: SolutionRow = index.data(ROW_ROLE)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current:
            painter.fillRect(option.rect, QColor(self.colours.selection))
        line = QFontMetrics(base_font()).height()
        first = option.rect.adjusted(0, PADDING, 0, 0)
        first.setHeight(line)
        self._paint_numbers(painter, first, row, is_heavy=is_current)
        second = first.translated(0, line).adjusted(RHYTHM, 0, -RHYTHM, 0)
        self._paint_words(painter, second, row)

    def _paint_numbers(
        self, painter: QPainter, rectangle: QRect, row: SolutionRow, *, is_heavy: bool
    ) -> None:
        painter.setPen(QColor(self.colours.text))
        painter.setFont(heavy_font() if is_heavy else base_font())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        cells, texts = _cells(rectangle, self._n_cells), row.columns[: self._n_cells]
        for i_cell, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            painter.drawText(cell, right if i_cell else left, text)

    def _paint_words(self, painter: QPainter, rectangle: QRect, row: SolutionRow) -> None:
        metrics = QFontMetrics(base_font())
        painter.setFont(base_font())
        confusion = row.note
        wanted = metrics.horizontalAdvance(row.lines) + PADDING if row.lines else 0
        most = rectangle.width() if not confusion else round(LINES_SHARE * rectangle.width())
        words = rectangle.adjusted(0, 0, min(wanted, most) - rectangle.width(), 0)
        rest = rectangle.adjusted(words.width() + (RHYTHM if row.lines else 0), 0, 0, 0)
        for cell, text, colour in (
            (words, row.lines, self.colours.muted),
            (
                rest,
                confusion,
                self.colours.absorption,
            ),
        ):
            painter.setPen(QColor(colour))
            shown = whole_words(text, metrics, cell.width())
            painter.drawText(
                cell, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown
            )
