"""The status bar: what is saved, who inspects, what the axis is, how far the scan is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from moosegui.gui.style.info_button import InfoButton
from moosegui.gui.style.still_label import StillLabel

WIDEST_SAVED, WIDEST_SCAN = "saved 00:00:00", "scan 0000 ms"
WIDEST_MEDIUM, WIDEST_PROGRESS = "unknown → vacuum", "scanning 00000/00000"


@dataclass(frozen=True, slots=True)
class StatusContext:
    """What the status bar says of the source on screen.

    `stored_medium` is None before its spectrum is there; `scan_seconds` is the wall-clock time.
    """

    inspector: str
    basis_name: str
    stored_medium: str | None = None
    scan_seconds: float = float("nan")


class StatusLine(QStatusBar):
    """One quiet line of facts.

    Signals: `account_requested` by the "i" beside the medium.
    """

    account_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def _build(self) -> None:
        self.setSizeGripEnabled(False)
        self._cursor, self._inspector, self._basis = StillLabel(), QLabel(), QLabel()
        self._blinding, self._link = QLabel(), QLabel()
        self._link.setToolTip("Linked with TOPCAT, Aladin or DS9: View › Link")
        self._saved, self._medium = StillLabel(WIDEST_SAVED), StillLabel(WIDEST_MEDIUM)
        self._scan, self._progress = StillLabel(WIDEST_SCAN), StillLabel(WIDEST_PROGRESS)
        self._info = InfoButton()
        self._info.clicked.connect(self.account_requested)
        self.addWidget(self._cursor, 1)
        for label in (
            self._saved,
            self._inspector,
            self._blinding,
            self._link,
            self._medium,
            self._basis,
            self._scan,
            self._progress,
        ):
            if label is self._medium:
                self.addPermanentWidget(self._info)
            words = label.label if isinstance(label, StillLabel) else label
            words.setProperty("role", "muted")
            self.addPermanentWidget(label)

    def display_cursor(self, text: str) -> None:
        """Show what lies under the mouse."""
        self._cursor.setText(text)

    def display_saved(self) -> None:
        """Say when the last decision reached the disk."""
        self._saved.setText(f"saved {datetime.now():%H:%M:%S}")

    def display_blinding(self, words: str) -> None:
        """Say whether blind mode hides something."""
        self._blinding.setText(words)

    def display_link(self, *, is_linked: bool) -> None:
        """Say whether other programs follow the source on screen."""
        self._link.setText("SAMP" if is_linked else "")

    def display_progress(self, n_done: int, n_total: int) -> None:
        """Show how far the scan of the list is."""
        self._progress.setText("" if n_done >= n_total else f"scanning {n_done}/{n_total}")
        if self._progress.isVisible() != (n_done < n_total):
            self._progress.setVisible(n_done < n_total)

    def display_context(self, context: StatusContext) -> None:
        """Show inspector, medium, basis and the time of the last scan."""
        for label, text in (
            (self._inspector, _inspector_words(context.inspector)),
            (self._basis, context.basis_name),
        ):
            if label.text() != text:  # a label lays the window out anew, with any text
                label.setText(text)
        self._basis.setToolTip("The basis of spectra that is fitted; Ctrl+B shows it")
        if context.stored_medium is None:
            return
        self._scan.setText(f"scan {1e3 * context.scan_seconds:.0f} ms")
        self._medium.setToolTip("Wavelengths of the file; Ctrl+I shows what else was taken of it")
        stored = context.stored_medium or "unknown"
        self._medium.setText("vacuum" if stored == "vacuum" else f"{stored} → vacuum")


def _inspector_words(name: str) -> str:
    """Say who inspects; a session of nobody's name calls them inspector."""
    return name if name.casefold().startswith("inspector") else f"inspector {name}"
