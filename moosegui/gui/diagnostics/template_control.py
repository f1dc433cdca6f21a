"""Ctrl+T: the types of stars and the quasar over the spectrum, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import Reconstruction
from moosegui.errors import InputError
from moosegui.fit.classes.overlay import QUASAR, template_names, template_over
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.gui.diagnostics.rival_control import RivalControl
from moosegui.gui.plots.rival_view import RivalView
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import AFTER_DECISION, Control, Handlers
from moosegui.gui.style.overriding import override

NONE = "This scan knows galaxies only: there are no templates of stars and quasars."


class TemplateControl(Control):
    """Lays a template over every source until another key takes it away; it decides nothing.

    It is drawn as a rival, in whose place it is.
    """

    turn = AFTER_DECISION

    def __init__(
        self,
        session: Session,
        rival: RivalControl,
        display: Callable[[RivalView | None], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._on_screen = session, session.on_screen
        self._rival, self._display, self._post = rival, display, post
        self._name = ""  # of the template; empty without one
        rival.opened.append(self._leave)

    @override
    def handlers(self) -> Handlers:
        return {
            "next_template": partial(self._step, 1),
            "previous_template": partial(self._step, -1),
        }

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if self._name:
            self._show(is_told=False)

    def _step(self, direction: int) -> None:
        templates = self._on_screen.engine.classes
        if templates is None:
            self._post(Notice(NONE, is_brief=True))
            return
        names = ("", *template_names(templates))
        self._name = names[(names.index(self._name) + direction) % len(names)]
        self._rival.close()
        if self._name:
            self._show(is_told=True)
        else:
            self._display(None)

    def _leave(self) -> None:
        """Give the place to the rival."""
        self._name = ""

    def _show(self, *, is_told: bool) -> None:
        spectrum, shown = self._on_screen.spectrum, self._session.shown
        templates = self._on_screen.engine.classes
        if spectrum is None or templates is None or not shown.is_known:
            self._display(None)
            return
        own, possible = self._on_screen.model_at(shown.redshift), without_impossible(spectrum)
        try:
            model = template_over(possible, templates, self._name, shown.redshift)
        except InputError as error:
            self._display(None)
            if is_told:
                self._post(Notice(f"{self._name}: {error}", is_brief=True))
            return
        words = f"{self._name}{_place(self._name, model)}: χ² {model.chi2:.2f} a pixel"
        ours = "" if own is None else f"z {shown.redshift:.4f}: χ² {own.chi2:.2f} a pixel"
        self._display(RivalView(model, (), (ours, words)))


def _place(name: str, model: Reconstruction) -> str:
    if name == QUASAR:
        return f" at z {model.redshift:.4f}"
    return f" at {SPEED_OF_LIGHT * model.redshift:+.0f} km/s".replace("-", "−")
