"""Keys and clicks that move the z on screen, and decide nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from moosegui.errors import MooseError
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.keys.actions import N_SOLUTION_KEYS
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.second_galaxy import BlendReview, Focus
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

NUDGES = (1, 10, 0.1)  # MUSE pixels


class RedshiftControl(Control):
    """Solutions, nudges, typed redshifts, refinement, and the way back."""

    def __init__(
        self,
        redshift: RedshiftOnScreen,
        review: BlendReview,
        chi2: Chi2Plot,
        *,
        refine: Callable[[], None],
        ask_redshift: Callable[[], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._redshift, self._review, self._post = redshift, review, post
        self._refine, self._ask_redshift = refine, ask_redshift
        chi2.solution_chosen.connect(self._choose_on_curve)
        chi2.redshift_chosen.connect(redshift.point_at)

    @override
    def handlers(self) -> Handlers:
        redshift = self._redshift
        solutions = {
            f"solution{n}": partial(redshift.choose_solution, n)
            for n in range(1, N_SOLUTION_KEYS + 1)
        }
        up = {f"nudge+{pixels}": partial(redshift.nudge, pixels) for pixels in NUDGES}
        down = {f"nudge-{pixels}": partial(redshift.nudge, -pixels) for pixels in NUDGES}
        return {
            "next_solution": partial(redshift.step_solution, 1),
            "previous_solution": partial(redshift.step_solution, -1),
            "type": self._ask_redshift,
            "refine": self._refine,
            "automatic": redshift.restore_automatic,
            "assigned": redshift.restore_assigned,
            **solutions,
            **up,
            **down,
        }

    def _choose_on_curve(self, rank: int) -> None:
        if self._review.focus is Focus.SECOND:
            self._review.choose(rank)
        else:
            self._redshift.choose_solution(rank)

    def take_typed(self, text: str) -> None:
        """Show the redshift that was typed, or say why that is none."""
        try:
            self._redshift.type(text)
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
