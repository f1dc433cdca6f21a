"""From the session to the window: what is shown when, and what the status bar says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, QTimer

from moosegui.gui.session.session import Session
from moosegui.gui.session.work.live_scan import LiveScan
from moosegui.gui.style.control import Control
from moosegui.gui.window.status_line import StatusContext

BESIDE_CURVE = 120  # ms between two pictures of all but χ² while a mask is dragged


class Redraw(QObject):
    """Shows a source in turns, so that none keeps the next key waiting.

    The spectrum is painted first, with what lies over it; then the decision and the solutions;
    then χ²; then what is `is_after_paint`. While χ² follows the mouse it is the other way round:
    χ² at each move, the rest a few times a second.

    Parameters
    ----------
    live : LiveScan
        Says whether χ² follows the mouse.
    controls : sequence of Control
    show_curve, show_decision, show_status : callable
        Of the window.
    """

    def __init__(
        self,
        live: LiveScan,
        controls: Sequence[Control],
        *,
        show_curve: Callable[[], None],
        show_decision: Callable[[], None],
        show_status: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._first = [control for control in controls if not control.is_after_paint]
        self._later = [control for control in controls if control.is_after_paint]
        self._show_curve, self._show_decision = show_curve, show_decision
        self._show_status = show_status
        self._is_new_later = False
        self._turns = (show_decision, show_curve, self._show_later)
        self._next_turn = len(self._turns)
        self._after_paint, self._beside_curve = QTimer(self), QTimer(self)
        for timer, then in (
            (self._after_paint, self._take_turn),
            (self._beside_curve, self._show_beside_curve),
        ):
            timer.setSingleShot(True)
            timer.timeout.connect(then)
        self._beside_curve.setInterval(BESIDE_CURVE)

    def show(self, *, is_new_source: bool) -> None:
        """Show what the session says now of the source on screen."""
        if self._live.is_following and not is_new_source:
            self._show_curve()
            if not self._beside_curve.isActive():
                self._beside_curve.start()
            return
        self._beside_curve.stop()
        for control in self._first:
            control.show_source(is_new_source=is_new_source)
        self._is_new_later |= is_new_source
        self._next_turn = 0
        self._after_paint.start(0)

    def stop(self) -> None:
        """Show nothing more: the window closes."""
        self._after_paint.stop()
        self._beside_curve.stop()

    def _take_turn(self) -> None:
        turn = self._turns[self._next_turn]
        self._next_turn += 1
        if self._next_turn < len(self._turns):
            self._after_paint.start(0)
        turn()

    def _show_later(self) -> None:
        is_new_source, self._is_new_later = self._is_new_later, False
        for control in self._later:
            control.show_source(is_new_source=is_new_source)
        if is_new_source:
            self._show_status()

    def _show_beside_curve(self) -> None:
        for control in (*self._first, *self._later):
            control.show_source(is_new_source=False)
        self._show_decision()


def status_context(session: Session) -> StatusContext:
    """Return what the status bar says of the source on screen."""
    on_screen = session.on_screen
    engine, analysis = session.engine, on_screen.analysis
    return StatusContext(
        inspector=session.inspector,
        basis_name=engine.name,
        stored_medium=None if analysis is None else analysis.spectrum.stored_medium,
        scan_seconds=math.nan if analysis is None else analysis.seconds,
    )
