"""The status bar: what is saved, who inspects, what the axis is, how far the scan is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from moosegui.gui.style.info_button import InfoButton
from moosegui.gui.style.overriding import override
from moosegui.gui.style.still_label import StillLabel
from moosegui.gui.style.theme import RHYTHM

WIDEST_SAVED, WIDEST_SCAN = "saved 00:00:00", "scan 0000 ms"
WIDEST_MEDIUM, WIDEST_PROGRESS = "unknown → vacuum", "scanning 00000/00000"
GAP = 8  # px between two facts, at most
SOON = 90.0  # s, below which the seconds that are left are told
WIDEST_SEARCH = "blend search 00000/00000, 00 min left"


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

    def __init__(
        self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._search_began: tuple[float, int] | None = None  # when, and what was done before
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
        self._search = StillLabel(WIDEST_SEARCH)
        self._search.hide()
        self.addWidget(self._cursor, 1)
        self.facts: tuple[QWidget, ...] = (
            self._saved,
            self._inspector,
            self._blinding,
            self._link,
            self._medium,
            self._basis,
            self._scan,
            self._progress,
            self._search,
        )
        for label in self.facts:
            if label is self._medium:
                self.addPermanentWidget(self._info)
            words = label.label if isinstance(label, StillLabel) else label
            words.setProperty("role", "muted")
            self.addPermanentWidget(label)

    @override
    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._fit()

    def _fit(self) -> None:
        """Leave out what is least needed where not all facts have room: none is cut."""
        room = self.width() - self._info.sizeHint().width() - 2 * RHYTHM
        always = [fact for fact in self.facts if fact not in (self._progress, self._search)]
        needed = sum(fact.sizeHint().width() + GAP for fact in (*always, *self._going_on()))
        for fact in (self._basis, self._scan, self._medium, self._saved, self._inspector):
            is_kept = needed <= room
            needed -= 0 if is_kept else fact.sizeHint().width() + GAP
            if fact.isHidden() == is_kept:
                fact.setVisible(is_kept)

    def _going_on(self) -> tuple[QWidget, ...]:
        """What is there only while something is computed."""
        return tuple(w for w in (self._progress, self._search) if not w.isHidden())

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
            self._fit()

    def display_search(self, n_done: int, n_total: int) -> None:
        """Show how far the search for blends is, and how long the rest will take."""
        is_going_on = n_done < n_total
        now = self._clock()
        if self._search_began is None or n_done < self._search_began[1]:
            self._search_began = (now, n_done)
        since, n_before = self._search_began
        left = time_left(now - since, n_done - n_before, n_total - n_done)
        self._search.setText(f"blend search {n_done}/{n_total}{left}" if is_going_on else "")
        if self._search.isHidden() == is_going_on:
            self._search.setVisible(is_going_on)
            self._fit()
        if not is_going_on:
            self._search_began = None

    def display_context(self, context: StatusContext) -> None:
        """Show inspector, medium, basis and the time of the last scan."""
        for label, text in (
            (self._inspector, _inspector_words(context.inspector)),
            (self._basis, context.basis_name and f"basis {context.basis_name}"),
        ):
            if label.text() != text:  # a label lays the window out anew, with any text
                label.setText(text)
                self._fit()
        self._basis.setToolTip(
            "The basis of spectra of which a model is a sum, and how many they are; of several "
            "bases the mean of χ²(z) counts. Ctrl+B shows the first."
        )
        if context.stored_medium is None:
            return
        seconds = context.scan_seconds
        self._scan.setText(
            f"scan {1e3 * seconds:.0f} ms" if seconds < 1.0 else f"scan {seconds:.1f} s"
        )
        self._medium.setToolTip("Wavelengths of the file; Ctrl+I shows what else was taken of it")
        stored = context.stored_medium or "unknown"
        self._medium.setText("vacuum" if stored == "vacuum" else f"{stored} → vacuum")


def _inspector_words(name: str) -> str:
    """Say who inspects; a session of nobody's name calls them inspector."""
    return name if name.casefold().startswith("inspector") else f"inspector {name}"


def time_left(seconds: float, n_done: int, n_left: int) -> str:
    """Return `, 3 min left` from how long some took; empty before it can be told."""
    if n_done < 1 or seconds <= 0:
        return ""
    left = seconds / n_done * n_left
    if left < SOON:
        return f", {left:.0f} s left"
    return f", {left / 60:.0f} min left" if left < 2 * 3600 else f", {left / 3600:.1f} h left"
