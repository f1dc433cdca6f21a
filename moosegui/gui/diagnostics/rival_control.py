"""E: what is on screen against its best rival, and the wavelengths that decide."""

from __future__ import annotations

from collections.abc import Callable

from moosegui.gui.diagnostics.projection import rival_view
from moosegui.gui.plots.rival_view import RivalView
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import AFTER_DECISION, Control, Handlers
from moosegui.gui.style.overriding import override


class RivalControl(Control):
    """Compares as long as the rival view is on; nothing is computed while it is off."""

    turn = AFTER_DECISION

    def __init__(
        self,
        session: Session,
        display: Callable[[RivalView | None], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._display, self._post = session, display, post
        self._is_on = False
        self.opened: list[Callable[[], None]] = []  # who gives up the place of the rival

    @override
    def handlers(self) -> Handlers:
        return {"rival": self._toggle}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if self._is_on:
            self._display(rival_view(self._session))

    def close(self) -> None:
        """Leave the place to something else that is laid over the spectrum."""
        self._is_on = False

    def _toggle(self) -> None:
        self._is_on = not self._is_on
        for give_up in self.opened:
            give_up()
        view = rival_view(self._session) if self._is_on else None
        self._display(view)
        if self._is_on and view is None:
            self._post(Notice("There is no other solution to compare with.", is_brief=True))
