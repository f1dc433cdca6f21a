"""A prior of z, typed or the photometric redshift of the catalogue, drawn under χ²(z)."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QInputDialog, QWidget

from moosegui.data.prior import RedshiftPrior, parse_prior, photometric_prior
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.on_screen import OnScreen
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import AFTER_CURVE, Control, Handlers
from moosegui.gui.style.overriding import override

ASK = (
    "z ± error that is known beside the spectrum, as 0.73 ± 0.05.\n"
    "P(z) weighs it, with one chance in ten that it is wrong; χ² and ZCONF do not rise by it.\n"
    "An empty field takes the prior away."
)
NOT_HERE = "Blind mode hides the scan, which a prior would weigh."


class PriorControl(Control):
    """Asks for the prior of the source on screen, and shows it where there is one."""

    turn = AFTER_CURVE

    def __init__(
        self,
        session: Session,
        on_screen: OnScreen,
        decisions: Decisions,
        *,
        window: QWidget,
        display: Callable[[RedshiftPrior | None], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._on_screen, self._decisions = session, on_screen, decisions
        self._window, self._display, self._post = window, display, post

    @override
    def handlers(self) -> Handlers:
        return {"prior": self._ask}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        on_screen = self._on_screen
        self._display(None if on_screen.is_scan_hidden else on_screen.conditions.prior)

    def _ask(self) -> None:
        source, on_screen = self._session.current, self._on_screen
        if source is None or on_screen.automatic is None:
            self._post(Notice("There is no scan that a prior could weigh.", is_brief=True))
            return
        if on_screen.is_scan_hidden:
            self._post(Notice(NOT_HERE, is_brief=True))
            return
        known = on_screen.conditions.prior or photometric_prior(source.values)
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Prior of z")
        dialog.setLabelText(ASK)
        dialog.setTextValue("" if known is None else known.words)
        is_given, text = dialog.exec(), dialog.textValue()
        dialog.deleteLater()
        if is_given:
            self._take(text)

    def _take(self, text: str) -> None:
        prior = None
        if text.strip():
            try:
                prior = parse_prior(text)
            except ValueError as error:
                self._post(Notice(str(error), "warning"))
                return
        conditions = self._on_screen.conditions.with_prior(prior)
        self._decisions.set_conditions(conditions)
