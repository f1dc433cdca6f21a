"""The status bar: what is saved, who inspects, what the axis is, how far the scan is."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from moosegui.gui.session import Session


class StatusLine(QStatusBar):
    """One quiet line of facts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def _build(self) -> None:
        self.setSizeGripEnabled(False)
        self._cursor = QLabel()
        self._saved, self._inspector, self._medium = QLabel(), QLabel(), QLabel()
        self._basis, self._scan, self._progress = QLabel(), QLabel(), QLabel()
        self.addWidget(self._cursor, 1)
        for label in (
            self._saved,
            self._inspector,
            self._medium,
            self._basis,
            self._scan,
            self._progress,
        ):
            label.setProperty("role", "muted")
            self.addPermanentWidget(label)

    def display_cursor(self, text: str) -> None:
        """Show what lies under the mouse."""
        self._cursor.setText(text)

    def display_saved(self) -> None:
        """Say when the last decision reached the disk."""
        self._saved.setText(f"saved {datetime.now():%H:%M:%S}")

    def display_progress(self, n_done: int, n_total: int) -> None:
        """Show how far the scan of the list is."""
        self._progress.setText("" if n_done >= n_total else f"scanning {n_done}/{n_total}")

    def display_context(self, session: Session) -> None:
        """Show inspector, medium, basis and the time of the last scan."""
        self._inspector.setText(f"inspector {session.store.inspector}")
        basis = session.engine.basis
        self._basis.setText(basis.name)
        self._basis.setToolTip(f"Basis {basis.fingerprint}")
        analysis = session.analysis
        if analysis is None:
            return
        self._scan.setText(f"scan {1e3 * analysis.seconds:.0f} ms")
        stored = analysis.spectrum.stored_medium or "unknown"
        self._medium.setText("vacuum" if stored == "vacuum" else f"{stored} → vacuum")
