"""From the session to the window: what is shown when, and what the status bar says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, QTimer

from moosegui.gui.session.session import Session
from moosegui.gui.session.work.live_scan import LiveScan
from moosegui.gui.style.control import AFTER_CURVE, AFTER_DECISION, AT_ONCE, Control
from moosegui.gui.window.status_line import StatusContext

BESIDE_CURVE = 120  # ms between two pictures of all but χ² while a mask is dragged


class Redraw(QObject):
    """Shows a source in turns of the event loop, so that none keeps the next key waiting.

    The decision and the solutions come first, at once: what is written belongs to the source whose
    decision is on screen. Once they are painted the spectrum follows, then χ², then the rest. While
    χ² follows the mouse it is the other way round: χ² at each move, the rest a few times a second.

    Parameters
    ----------
    live : LiveScan
        Says whether χ² follows the mouse.
    controls : sequence of Control
        Each has its `turn`.
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
        self._live, self._controls = live, tuple(controls)
        self._show_curve, self._show_decision = show_curve, show_decision
        self._show_status = show_status
        self._is_new_later = False
        self._turns = (self._show_spectrum, self._show_curve, self._show_rest)
        self._next_turn = 0
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
        self._tell(AT_ONCE, is_new_source=is_new_source)
        self._show_decision()
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

    def _show_spectrum(self) -> None:
        self._tell(AFTER_DECISION, is_new_source=self._is_new_later)

    def _show_rest(self) -> None:
        is_new_source, self._is_new_later = self._is_new_later, False
        self._tell(AFTER_CURVE, is_new_source=is_new_source)
        if is_new_source:
            self._show_status()

    def _show_beside_curve(self) -> None:
        for turn in (AT_ONCE, AFTER_DECISION, AFTER_CURVE):
            self._tell(turn, is_new_source=False)
        self._show_decision()

    def _tell(self, turn: int, *, is_new_source: bool) -> None:
        for control in self._controls:
            if control.turn == turn:
                control.show_source(is_new_source=is_new_source)


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
