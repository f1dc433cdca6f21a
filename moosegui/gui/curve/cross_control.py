"""Ctrl+R: the second opinion r(z) under χ²(z), by itself where the opinions differ."""

from __future__ import annotations

from collections.abc import Callable

from moosegui.gui.curve.projection import cross_view
from moosegui.gui.plots.chi2_view import CrossView
from moosegui.gui.session.on_screen import OnScreen
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.second_galaxy import BlendReview, Focus
from moosegui.gui.style.control import AFTER_CURVE, Control, Handlers
from moosegui.gui.style.overriding import override

NOTHING = "Too little of this spectrum could be correlated with the basis."


class CrossControl(Control):
    """Shows r(z) where it says something else; the key shows it always, or hides it here."""

    turn = AFTER_CURVE

    def __init__(
        self,
        on_screen: OnScreen,
        review: BlendReview,
        display: Callable[[CrossView | None], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._on_screen, self._review = on_screen, review
        self._display, self._post = display, post
        self._is_on, self._is_hidden = False, False
        self._is_shown = False

    @override
    def handlers(self) -> Handlers:
        return {"second_opinion": self._toggle}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if is_new_source:
            self._is_hidden = False
        self._show()

    def _show(self) -> None:
        view = cross_view(self._on_screen.analysis)
        is_wanted = self._is_on or (view is not None and view.is_other and not self._is_hidden)
        if not is_wanted or self._review.focus is Focus.SECOND:
            view = None
        self._is_shown = view is not None
        self._display(view)

    def _toggle(self) -> None:
        self._is_on = not self._is_shown and not self._is_on
        self._is_hidden = not self._is_on
        self._show()
        if self._is_on and not self._is_shown:
            self._post(Notice(NOTHING, is_brief=True))
