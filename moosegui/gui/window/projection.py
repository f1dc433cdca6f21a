"""From the session to what the status bar says."""

from __future__ import annotations

import math

from moosegui.gui.session.session import Session
from moosegui.gui.window.status_line import StatusContext


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
