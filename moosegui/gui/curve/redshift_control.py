"""Keys and clicks that move the z on screen, and decide nothing."""

from __future__ import annotations

from functools import partial

from moosegui.errors import MooseError
from moosegui.gui.keys.actions import N_SOLUTION_KEYS
from moosegui.gui.session.notice import Notice
from moosegui.gui.session.second_galaxy import Focus
from moosegui.gui.style.control import Control, Handlers, WindowParts
from moosegui.gui.style.overriding import override

NUDGES = (1, 10, 0.1)  # MUSE pixels


class RedshiftControl(Control):
    """Solutions, nudges, typed redshifts, refinement, and the way back."""

    def __init__(self, parts: WindowParts) -> None:
        self._session, self._verdict, self._post = parts.session, parts.verdict, parts.post
        parts.chi2.solution_chosen.connect(self._choose_on_curve)
        parts.chi2.redshift_chosen.connect(self._session.screen.point_at)
        parts.verdict.redshift_typed.connect(self._type)

    @override
    def handlers(self) -> Handlers:
        screen = self._session.screen
        solutions = {
            f"solution{n}": partial(screen.choose_solution, n)
            for n in range(1, N_SOLUTION_KEYS + 1)
        }
        up = {f"nudge+{pixels}": partial(screen.nudge, pixels) for pixels in NUDGES}
        down = {f"nudge-{pixels}": partial(screen.nudge, -pixels) for pixels in NUDGES}
        return {
            "next_solution": partial(screen.step_solution, 1),
            "previous_solution": partial(screen.step_solution, -1),
            "type": self._verdict.type_redshift,
            "refine": self._session.refine,
            "automatic": screen.restore_automatic,
            "assigned": screen.restore_assigned,
            **solutions,
            **up,
            **down,
        }

    def _choose_on_curve(self, rank: int) -> None:
        if self._session.blends.focus is Focus.SECOND:
            self._session.blends.choose(rank)
        else:
            self._session.screen.choose_solution(rank)

    def _type(self, text: str) -> None:
        try:
            self._session.screen.type(text)
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
