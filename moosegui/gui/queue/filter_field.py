"""Where the condition is typed that sources of the queue must fulfil."""

from __future__ import annotations

from textwrap import wrap

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit, QToolButton

from moosegui.gui.queue.row import Mark
from moosegui.gui.queue.specs import SPECS
from moosegui.gui.style.overriding import override

FILTER_TIP = (
    "Words of ID, comment, flags or problem, and unreviewed, draft, false, flagged,\n"
    f"{', '.join(Mark)};\n"
    "conditions on columns:  R<3 mag>26  or\n"
    "q < 2 & (kind = lae | z > 2.9)\n"
    "Side by side or & is and,  | is or,  ! is not;  abs(z - zcat) > 0.01   comment ~ sky\n"
    "Columns: those of the catalogue, and\n"
    + "\n".join(wrap(" ".join(spec.name for spec in SPECS), width=80))
)


class FilterField(QLineEdit):
    """A line of text that gives the keyboard back to the window by Enter, and empty by Esc."""

    def __init__(self) -> None:
        super().__init__()
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setPlaceholderText("Filter: ID, draft, R<3 & mag>26 …")
        self.setClearButtonEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Filter the queue")
        for clear_button in self.findChildren(QToolButton):
            clear_button.setAccessibleName("Clear the filter")
        self.teach_keys("/")

    def _connect(self) -> None:
        self.returnPressed.connect(self.leave)

    def teach_keys(self, filter_key: str) -> None:
        """Say in the tool tip which key leads here."""
        self.setToolTip(f"{FILTER_TIP}\n( {filter_key} )" if filter_key else FILTER_TIP)

    def enter(self) -> None:
        """Take the keyboard, with what is there selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    @override
    def event(self, a0: QEvent | None) -> bool:
        """Keep Esc from the shortcuts: half a chord before it would swallow it."""
        if isinstance(a0, QKeyEvent) and a0.key() == Qt.Key.Key_Escape:
            if a0.type() == QEvent.Type.KeyPress:
                self.clear()
                self.leave()
            if a0.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
                a0.accept()
                return True
        return super().event(a0)

    def leave(self) -> None:
        """Give the keyboard back to the window."""
        self.clearFocus()
