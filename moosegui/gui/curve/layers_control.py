"""What is drawn under χ²(z) on request: other curves, and the prior."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QWidget

from moosegui.gui.curve.cross_control import CrossControl
from moosegui.gui.curve.foreign_control import ForeignControl
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.curve.prior_control import PriorControl
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control


def controls_under(
    chi2: Chi2Plot,
    session: Session,
    window: QWidget,
    jobs: JobRunner,
    post: Callable[[Notice], None],
) -> tuple[Control, ...]:
    """Return the controls of what lies under the curve of a window."""
    return (
        ForeignControl(session, jobs, chi2.display_foreign, post),
        CrossControl(session.on_screen, session.blends, chi2.display_cross, post),
        PriorControl(
            session,
            session.on_screen,
            session.decisions,
            window=window,
            display=chi2.display_prior,
            post=post,
        ),
    )
