"""Where the docks of the window lie: first arrangement, folding, and what is remembered."""

from __future__ import annotations

from PyQt6.QtCore import QByteArray, QChildEvent, QEvent, QObject, QSettings, QSize, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QScrollArea,
    QSplitter,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from moosegui.gui.queue.table import SourceTable
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, base_font
from moosegui.gui.window.queue_fold import QueueFold

FIRST_SIZE = (1600, 900)
LEFT_DIGITS, LEFT_PART = 42, 0.25  # the width of the queue: so many digits, or that of the window
CENTRE_SIZES = (700, 300)  # spectrum and χ², in any unit
FRAME_HEIGHT = 40  # px of the screen for the title bar of the window
ORGANISATION = APPLICATION = "moosegui"


class _TabsWithoutFocus(QObject):
    """Keeps the tab bars that Qt makes for docks from taking the keyboard when clicked."""

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if isinstance(a1, QChildEvent) and isinstance(bar := a1.child(), QTabBar):
            for widget in (bar, *bar.findChildren(QToolButton)):
                widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return super().eventFilter(a0, a1)


class _Scrolling(QScrollArea):
    """A panel that keeps its width, and scrolls where the window is too low for it."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setWidget(panel)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @override
    def sizeHint(self) -> QSize:
        panel = self.widget()
        return super().sizeHint() if panel is None else panel.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        panel, bar = self.widget(), self.verticalScrollBar()
        if panel is None or bar is None:
            return super().minimumSizeHint()
        width = max(panel.minimumWidth(), panel.minimumSizeHint().width()) + bar.sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())


def scrolling(panel: QWidget) -> QWidget:
    """Return a panel that scrolls where the window is too low for it."""
    return _Scrolling(panel)


class WindowLayout:
    """The docks of one window; geometry is the only thing that `QSettings` keeps."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        window.installEventFilter(_TabsWithoutFocus(window))
        # tabs of panels that lie behind the queue run along it: side by side they would be cut
        window.setTabPosition(Qt.DockWidgetArea.LeftDockWidgetArea, QTabWidget.TabPosition.West)
        self._left: list[QDockWidget] = []
        self._right: list[QDockWidget] = []
        self._below: list[QDockWidget] = []
        self._behind: list[QDockWidget] = []
        self._folded: list[QDockWidget] = []  # what was visible,
        self._in_front: list[QDockWidget] = []  # and not behind another
        self._first_state = QByteArray()
        self._has_folded = False
        self._is_first = True  # until the widths of the columns have been given
        self._fold_of_queue: QueueFold | None = None
        self._queue: SourceTable | None = None
        self._given = 0  # px, the width of the queue
        self.is_kept = True  # whether closing remembers it
        self._centre: QSplitter | None = None

    def add_centre(self, splitter: QSplitter) -> None:
        """Keep how the spectrum and χ² share the height; the last two parts are theirs."""
        self._centre = splitter

    def add_dock(self, title: str, widget: QWidget, *, on_left: bool) -> None:
        """Put a widget into a dock that can be moved, but not closed for good."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title)
        dock.setWidget(widget)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        area = Qt.DockWidgetArea
        self._window.addDockWidget(
            area.LeftDockWidgetArea if on_left else area.RightDockWidgetArea, dock
        )
        (self._left if on_left else self._right).append(dock)

    def add_queue(self, queue: SourceTable) -> None:
        """Put the queue on the left; in a narrow window it folds."""
        self.add_dock("Queue", queue, on_left=True)
        self._fold_of_queue, self._queue = QueueFold(self._window, queue), queue
        queue.opened.connect(self._make_room_for_ids)

    def toggle_queue(self) -> None:
        """Fold the queue to its badges, or unfold it."""
        if self._fold_of_queue is not None:
            self._fold_of_queue.toggle()

    def add_tab(self, title: str, widget: QWidget) -> QDockWidget:
        """Put a widget behind the last dock on the right, so that it takes no room."""
        front = self._right[-1]
        self.add_dock(title, widget, on_left=False)
        dock = self._right.pop()
        self._window.tabifyDockWidget(front, dock)
        front.raise_()
        self._behind.append(dock)
        return dock

    def add_strip(self, title: str, widget: QWidget) -> QDockWidget:
        """Put a widget into a dock below the plots, its title on its side to save height."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title)
        dock.setWidget(widget)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar
        )
        corner, area = Qt.Corner, Qt.DockWidgetArea
        self._window.setCorner(corner.BottomLeftCorner, area.LeftDockWidgetArea)
        self._window.setCorner(corner.BottomRightCorner, area.RightDockWidgetArea)
        self._window.addDockWidget(area.BottomDockWidgetArea, dock)
        self._below.append(dock)
        return dock

    def restore(self) -> None:
        """Arrange the docks as they were left, or for the first time."""
        self._window.resize(self._fitting(QSize(*FIRST_SIZE)))
        self._arrange()
        self.fit()
        self._first_state = self._window.saveState()
        settings = QSettings(ORGANISATION, APPLICATION)
        geometry, state = settings.value("geometry"), settings.value("state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            self._window.restoreGeometry(geometry)
            self._window.restoreState(state)
            self._is_first = False
            if not (self._window.isMaximized() or self._window.isFullScreen()):
                self._window.resize(self._fitting(self._window.size()))
        centre = settings.value("centre")
        if self._centre is not None and isinstance(centre, QByteArray):
            self._centre.restoreState(centre)

    def save(self) -> None:
        """Remember the geometry, unless it was given for one picture."""
        if not self.is_kept:
            return
        settings = QSettings(ORGANISATION, APPLICATION)
        settings.setValue("geometry", self._window.saveGeometry())
        settings.setValue("state", self._window.saveState())
        if self._centre is not None and not self._is_centre_covered():
            settings.setValue("centre", self._centre.saveState())

    def _is_centre_covered(self) -> bool:
        """Whether the spectrum or χ² has given way to something else, as the images in full."""
        centre = self._centre
        if centre is None:
            return True
        parts = [centre.widget(centre.count() - i) for i in (1, 2)]
        return any(part is None or part.isHidden() for part in parts)

    def toggle(self) -> None:
        """Fold all docks away, or bring them back."""
        docks = self._left + self._right + self._below + self._behind
        if any(dock.isVisible() for dock in docks):
            self._folded = [dock for dock in docks if not dock.isHidden()]
            self._in_front = [dock for dock in docks if not dock.visibleRegion().isEmpty()]
            for dock in docks:
                dock.hide()
            return
        for dock in self._folded or docks:
            dock.show()
        for dock in self._in_front:
            dock.raise_()

    def reset(self) -> None:
        """Go back to the first arrangement."""
        self._window.restoreState(self._first_state)
        for dock in self._left + self._right + self._below + self._behind:
            dock.show()
        self._arrange()
        if self._fold_of_queue is not None:
            self._fold_of_queue.forget()
        self.fit()
        if self._centre is not None:
            n_above = self._centre.count() - len(CENTRE_SIZES)
            self._centre.setSizes([0] * n_above + list(CENTRE_SIZES))

    def _room(self) -> QSize:
        """Return what the screen has for the contents of a window."""
        screen = self._window.screen()
        if screen is None:
            return QSize(*FIRST_SIZE)
        room = screen.availableGeometry().size()
        return QSize(room.width(), room.height() - FRAME_HEIGHT)

    def _fitting(self, size: QSize) -> QSize:
        return size.boundedTo(self._room())

    def fit(self) -> None:
        """Give the decision its whole height; where that leaves too little, fold the others."""
        decision, solutions = self._right[:2]
        if decision.isFloating() or decision.isHidden():
            return
        is_beside = solutions in self._window.tabifiedDockWidgets(self._left[0])
        if self._is_cramped() and not is_beside:
            self._fold()
        elif is_beside and self._has_folded and not self._is_cramped():
            self._unfold()
        if self._is_first and self._window.isVisible():
            self._is_first = False
            self._share_width()
        self._share_right()
        self._hide_left_over_tabs()
        if self._fold_of_queue is not None:
            self._fold_of_queue.fit()

    def _hide_left_over_tabs(self) -> None:
        """Hide what Qt leaves on screen, under the queue, of tabs that no dock has any more."""
        if self._window.tabifiedDockWidgets(self._left[0]):
            return
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=direct):
            if bar.shape() == QTabBar.Shape.RoundedWest:
                bar.hide()

    def _is_cramped(self) -> bool:
        """Whether the decision and the solutions do not both fit into the column on the right."""
        decision, solutions = self._right[:2]
        needed = decision.sizeHint().height() + solutions.minimumSizeHint().height()
        return needed > self._height() - _tabs()

    def _height(self) -> int:
        """Return the height of the window between its bars, in px."""
        bars = (self._window.menuBar(), self._window.statusBar())
        return self._window.height() - sum(b.sizeHint().height() for b in bars if b is not None)

    def _fold(self) -> None:
        """Put all other panels of the right behind the queue: the decision stays whole."""
        for dock in (self._right[1], *self._behind):
            self._window.tabifyDockWidget(self._left[0], dock)
        self._left[0].raise_()
        self._has_folded = True

    def _unfold(self) -> None:
        """Put the other panels of the right below the decision again."""
        solutions = self._right[1]
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, solutions)
        for dock in self._behind:
            self._window.tabifyDockWidget(solutions, dock)
        solutions.raise_()
        self._has_folded = False

    def _arrange(self) -> None:
        self._share_width()
        self._share_right()
        heights = [dock.sizeHint().height() for dock in self._below]
        self._window.resizeDocks(self._below, heights, Qt.Orientation.Vertical)

    def arrange_anew(self) -> None:
        """Share the width as in a first window, once the next size is there."""
        self._is_first = True

    def _make_room_for_ids(self) -> None:
        """Give another list the width that its IDs need, if nobody chose that of the queue."""
        queue = self._queue
        is_as_given = abs(self._left[0].width() - self._given) <= 1
        if queue is not None and is_as_given and not queue.is_folded and not self._is_first:
            self._share_width()

    def _share_width(self) -> None:
        digits = QFontMetrics(base_font()).horizontalAdvance("0" * LEFT_DIGITS)
        wanted = max(digits, 0 if self._queue is None else self._queue.grid.whole_width())
        left = self._given = min(wanted, round(LEFT_PART * self._window.width()))
        right = self._right[0].minimumSizeHint().width()
        docks = [self._left[0], self._right[0]]
        self._window.resizeDocks(docks, [left, right], Qt.Orientation.Horizontal)

    def _share_right(self) -> None:
        """Let the decision have what it needs, and the solutions the rest."""
        decision, solutions = self._right[:2]
        tabbed = self._window.tabifiedDockWidgets(solutions)
        area = Qt.DockWidgetArea.RightDockWidgetArea
        others = [
            dock
            for dock in self._behind
            if self._window.dockWidgetArea(dock) == area
            and not (dock in tabbed or dock.isHidden() or dock.isFloating())
        ]
        above = decision.sizeHint().height()
        last = [dock.height() for dock in others]
        below = self._height() - _tabs() * (1 + len(others)) - above - sum(last)
        heights = [above, max(below, solutions.minimumSizeHint().height()), *last]
        self._window.resizeDocks([decision, solutions, *others], heights, Qt.Orientation.Vertical)


def _tabs() -> int:
    """The height of a row of tabs and the lines between docks, in px."""
    return QFontMetrics(base_font()).height() + 3 * RHYTHM
