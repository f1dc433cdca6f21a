"""The manual in a window of its own: contents on the left, a page on the right, and a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, QUrl
from PyQt6.QtGui import (
    QColor,
    QDesktopServices,
    QKeyEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.manual.pages import Page
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font

SIZE = QSize(1040, 760)
LEFT = 250  # px of the contents
LINE_HEIGHT = 135.0  # percent
NAME, PLACE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
WEB = ("http", "https")


class ManualWindow(QDialog):
    """Pages with links between them; it does not block, and Esc closes it.

    Nothing is fetched: a link to the web is given to the browser when it is clicked.
    """

    def __init__(self, pages: Sequence[Page], folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = {page.name: page for page in pages}
        self._build(folder)
        self._connect()
        self.show_page(next(iter(self._pages)))

    def _build(self, folder: Path) -> None:
        self._colours, self._name = LIGHT, ""
        self.setModal(False)
        self.setWindowTitle("Manual")
        self.resize(SIZE)
        self._contents = QTreeWidget()
        self._contents.setHeaderHidden(True)
        self._contents.setFrameShape(QTreeWidget.Shape.NoFrame)
        for page in self._pages.values():
            self._contents.addTopLevelItem(_entry(page))
        self._page = QTextBrowser()
        self._page.setOpenLinks(False)
        self._page.setSearchPaths([str(folder)])
        self._page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._page.setFont(base_font())
        self._field, self._found = QLineEdit(), QLabel()
        self._field.setPlaceholderText("Search the manual (Enter: next)")
        self._field.setClearButtonEnabled(True)
        search = QHBoxLayout()
        search.addWidget(self._field, 1)
        search.addWidget(self._found)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(RHYTHM, RHYTHM, RHYTHM, 0)
        column.addLayout(search)
        column.addWidget(self._page, 1)
        splitter = QSplitter()
        splitter.addWidget(self._contents)
        splitter.addWidget(right)
        splitter.setSizes([LEFT, SIZE.width() - LEFT])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _connect(self) -> None:
        self._contents.currentItemChanged.connect(self._on_chosen)
        self._contents.itemClicked.connect(self._on_chosen)
        self._page.anchorClicked.connect(self._follow)
        self._field.returnPressed.connect(self._search)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._name

    @property
    def text(self) -> str:
        """What is read on it."""
        return self._page.toPlainText()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        name, self._name = self._name, ""
        self.show_page(name)

    def show_page(self, name: str, heading: str = "") -> None:
        """Show a page, at one of its headings if one is named."""
        if name != self._name:
            self._name = name
            self._page.setMarkdown(self._pages[name].text)
            self._dress()
            self._mark(name)
        if heading:
            self._scroll_to(heading)
        else:
            self._page.moveCursor(QTextCursor.MoveOperation.Start)

    def search(self, text: str) -> bool:
        """Show the next place of a text, from here on through all pages; False without any."""
        if self._page.find(text):
            return True
        names = list(self._pages)
        at = names.index(self._name)
        for name in (*names[at + 1 :], *names[: at + 1]):
            self.show_page(name)
            if self._page.find(text):
                return True
        return False

    def _search(self) -> None:
        text = self._field.text().strip()
        is_found = not text or self.search(text)
        self._found.setText("" if is_found else "nowhere")
        self._field.setFocus()

    def _on_chosen(self, item: QTreeWidgetItem | None, _other: object = None) -> None:
        if item is not None:
            self.show_page(item.data(0, NAME), item.data(0, PLACE))

    def _follow(self, link: QUrl) -> None:
        if link.scheme() in WEB:
            QDesktopServices.openUrl(link)
        elif link.path() in self._pages:
            self.show_page(link.path(), link.fragment())

    def _mark(self, name: str) -> None:
        """Mark a page in the contents, its headings open."""
        for i in range(self._contents.topLevelItemCount()):
            item = self._contents.topLevelItem(i)
            if item is None:
                continue
            is_shown = item.data(0, NAME) == name
            item.setExpanded(is_shown)
            current = self._contents.currentItem()
            is_inside = current is not None and current.data(0, NAME) == name
            if is_shown and not is_inside:
                with QSignalBlocker(self._contents):
                    self._contents.setCurrentItem(item)

    def _scroll_to(self, heading: str) -> None:
        document = self._page.document()
        block = None if document is None else document.begin()
        while block is not None and block.isValid():
            if block.blockFormat().headingLevel() and block.text().strip() == heading:
                cursor = QTextCursor(block)
                self._page.moveCursor(QTextCursor.MoveOperation.End)
                self._page.setTextCursor(cursor)
                bar = self._page.verticalScrollBar()
                if bar is not None:
                    bar.setValue(bar.value() + self._page.cursorRect(cursor).top() - RHYTHM)
                return
            block = block.next()

    def _dress(self) -> None:
        """Give lines room, and tables quiet rules, which Markdown alone does not."""
        document = self._page.document()
        if document is None:
            return
        document.setDocumentMargin(2 * RHYTHM)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        spaced = QTextBlockFormat()
        proportional = cast(int, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        spaced.setLineHeight(LINE_HEIGHT, proportional)
        cursor.mergeBlockFormat(spaced)
        root = document.rootFrame()
        for frame in () if root is None else root.childFrames():
            if isinstance(frame, QTextTable):
                _dress_table(frame, QColor(self._colours.border))

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() == Qt.Key.Key_Escape:
            self.close()
            return
        if a0 is not None and a0.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # the field has it; no button of the dialog shall
        super().keyPressEvent(a0)


def _entry(page: Page) -> QTreeWidgetItem:
    item = QTreeWidgetItem([page.title])
    item.setData(0, NAME, page.name)
    item.setData(0, PLACE, "")
    for heading in page.headings:
        child = QTreeWidgetItem(item, [heading])
        child.setData(0, NAME, page.name)
        child.setData(0, PLACE, heading)
    return item


def _dress_table(table: QTextTable, rule: QColor) -> None:
    style = table.format()
    style.setBorder(1)
    style.setBorderBrush(rule)
    style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    style.setBorderCollapse(True)
    style.setCellPadding(RHYTHM / 2)
    style.setCellSpacing(0)
    style.setWidth(QTextLength(QTextLength.Type.VariableLength, 0))
    table.setFormat(style)
