"""K: the review of a second galaxy, in the spectrum, under the curve and in a dock."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.deblending import Deblending, SecondSource, Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.sky.neighbours import Neighbour
from moosegui.gui.blend.panel import BlendPanel, BlendPanelView
from moosegui.gui.blend.projection import fits
from moosegui.gui.plots.items import StepCurve
from moosegui.gui.session.session import Session
from moosegui.gui.session.sources import KnownSources
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.second_galaxy import N_CANDIDATES, BlendReview, Focus
from moosegui.gui.style.after_paint import after_paint
from moosegui.gui.style.control import AFTER_DECISION, Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.style.solution_rows import SolutionRow, percent
from moosegui.gui.style.theme import Colours
from moosegui.pipeline.neighbours import neighbour_at

CANDIDATE_HEADINGS = ("", "z₂", "Δχ²₂", "σ")
HIDDEN = "Hidden until you have decided (blind mode)"
MOSTLY = 0.5  # of the evidence
LOOK_FIRST = "Look first: K shows both galaxies."
NOBODY = "No second galaxy could be fitted."
NO_FIRST = "Without a redshift on screen there is no galaxy beside which to look."
PROBABLE = 2  # ZCONF of a z2 that is taken in passing
CANDIDATE_TIP = "Click a candidate, or press J O and J I"


def evidence_lines(found: Deblending, candidate: SecondSource) -> list[str]:
    """Say in words what speaks for a second galaxy, and what against it."""
    word, chance = ("a blend", found.score)
    if not found.is_blend:
        word, chance = ("one galaxy", 1.0 - found.score)
    guess = "Probably" if chance >= MOSTLY else "Perhaps"
    sigma = math.sqrt(max(candidate.evidence, 0.0))
    lines = [f"{guess} {word} ({percent(chance)}): B explains {sigma:.0f} σ of what A leaves over."]
    if candidate.confusion:
        lines.append(f"Careful: it may be {candidate.confusion.text} of A.")
    if candidate.sky_share > MOSTLY:
        lines.append(f"Careful: {candidate.sky_share:.0%} of that lies on sky lines.")
    return lines


@dataclass(frozen=True, slots=True)
class BlendCanvas:
    """Where the review draws: over spectrum and residual, and a second curve beside χ²."""

    add_layer: Callable[[StepCurve, StepCurve], None]
    show_second: Callable[[FloatArray, FloatArray], None]
    clear_second: Callable[[], None]
    redraw: Callable[[], None]


@dataclass(frozen=True, slots=True)
class WishesOfBlends:
    """What may be asked for in a review."""

    judge: Callable[[BlendVerdict], object]
    confirm: Callable[[BlendVerdict], bool]  # together with the z on screen
    go_on: Callable[[], None]  # to the next blend that waits
    point_at: Callable[[float], None]
    post: Callable[[Notice], None]


class BlendControl(Control):
    """Joins the review to plots, dock and verdicts."""

    turn = AFTER_DECISION

    def __init__(
        self,
        session: Session,
        review: BlendReview,
        canvas: BlendCanvas,
        *,
        known: KnownSources,
        wishes: WishesOfBlends,
        add_tab: Callable[[str, QWidget], QDockWidget],
    ) -> None:
        self._session, self.review, self._canvas = session, review, canvas
        self._on_screen = session.on_screen
        self._known, self._wishes = known, wishes
        self.panel = BlendPanel()
        self.candidates = SolutionList(
            headings=CANDIDATE_HEADINGS, name="Second galaxies", tip=CANDIDATE_TIP
        )
        self._second, self._before = StepCurve(), StepCurve()
        canvas.add_layer(self._second, self._before)
        self._dock = add_tab("Second galaxy", self._in_a_column())
        self._covered: QDockWidget | None = None
        self._is_in_front = False
        # after the spectrum, which comes after the panel
        self._show_curve_soon = after_paint(self.panel, after_paint(self.panel, self._show_curve))
        self._connect()

    def _on_dock_shown(self, is_visible: bool) -> None:  # noqa: FBT001  (Qt's signature)
        if is_visible:
            self._show()

    def _in_a_column(self) -> QWidget:
        """Put the panel above the candidates, to be scrolled where the screen is low."""
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.panel)
        layout.addWidget(self.candidates, 1)
        area = QScrollArea()
        area.setWidget(column)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _connect(self) -> None:
        self.review.changed.connect(self._on_changed)
        self._dock.visibilityChanged.connect(self._on_dock_shown)
        self.candidates.solution_chosen.connect(self.review.choose)
        self.panel.blend_requested.connect(self._judge)
        self.panel.single_requested.connect(self.call_single)
        self.panel.neighbour_requested.connect(self._call_contaminated)
        self.panel.swap_requested.connect(self._swap)

    @override
    def handlers(self) -> Handlers:
        handlers: dict[str, Callable[[], object]] = {
            "blend_focus": self._advance,
            "blend0": self.call_single,
            "blend_neighbour": self._call_contaminated,
            "blend_swap": self._swap,
            "blend_both": self._accept_both,
            "next_candidate": partial(self.review.step, 1),
            "previous_candidate": partial(self.review.step, -1),
        }
        return handlers | {f"blend{n}": partial(self._judge, n) for n in (1, 2, 3)}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        self._search()
        if self._is_hidden or self.review.focus is not Focus.OFF or self.panel.isVisible():
            self._show()

    @override
    def set_colours(self, colours: Colours) -> None:
        self.panel.set_colours(colours)
        self.candidates.set_colours(colours)
        self._second.set_colour(colours.component_b)
        self._before.set_colour(colours.rival)

    def _advance(self) -> None:
        if self._is_hidden:
            self._say(HIDDEN)
        else:
            self.review.advance()

    def _search(self) -> None:
        spectrum, shown = self._on_screen.spectrum, self._session.shown
        if self._is_hidden:
            self.review.leave()
        if self.review.focus is not Focus.OFF and spectrum is not None and shown.is_known:
            proposed = self._proposed()
            second = math.nan if proposed is None else proposed.redshift
            self.review.look_at(spectrum, self._on_screen.engine, shown.redshift, second)

    def _on_changed(self) -> None:
        self._search()
        self._show_dock(is_on=self.review.focus is not Focus.OFF)
        self._canvas.redraw()
        self._show()

    def _show_dock(self, *, is_on: bool) -> None:
        """Bring the panel to the front when the review begins, and what it covered when it ends."""
        if is_on == self._is_in_front:
            return
        self._is_in_front = is_on
        if is_on:
            window = self._dock.parentWidget()
            siblings = (
                window.tabifiedDockWidgets(self._dock) if isinstance(window, QMainWindow) else []
            )
            self._covered = next((d for d in siblings if not d.visibleRegion().isEmpty()), None)
            self._dock.raise_()
        elif self._covered is not None:
            self._covered.raise_()

    def _show(self) -> None:
        self.panel.display(self._panel_view())
        self.candidates.display(self._rows(), self._rank())
        self._show_curve_soon()
        self._show_layers()

    def _show_curve(self) -> None:
        found = self.review.deblending
        if found is None or self.review.focus in (Focus.OFF, Focus.SECOND):
            self._canvas.clear_second()
        else:
            self._canvas.show_second(found.redshifts, found.chi2)

    def _show_layers(self) -> None:
        """Draw B over A + B, and in the residual what was left before B."""
        found, spectrum = self.review.deblending, self._on_screen.spectrum
        is_both = self.review.focus is Focus.BOTH
        if found is None or spectrum is None or not is_both or not fits(found, spectrum):
            self._second.clear()
            self._before.clear()
            return
        self._second.show_line(found.wave, found.second)
        root = np.sqrt(spectrum.ivar)
        left = np.where(root > 0, (spectrum.flux - found.single) * root, np.nan)
        self._before.show_line(found.wave, left)

    def _panel_view(self) -> BlendPanelView:
        verdict = self._session.verdict()
        judged = None if verdict is None else verdict.blend
        if self._is_hidden:
            return BlendPanelView(HIDDEN, verdict=judged)
        if self.review.focus is Focus.OFF:
            return BlendPanelView(self._invitation(), verdict=judged)
        if self.review.is_searching:
            return BlendPanelView("Searching for a second galaxy …", verdict=judged)
        found, candidate = self.review.deblending, self.review.candidate
        if found is None or candidate is None:
            is_known = self._session.shown.is_known
            return BlendPanelView(NOBODY if is_known else NO_FIRST, verdict=judged)
        near = self._neighbour_at(candidate.redshift)
        proposed = self._proposed()
        if proposed is not None and is_within_velocity(
            candidate.redshift, proposed.redshift, SAME_ON_SCREEN
        ):  # it knows where the light lies, too
            found = replace(found, score=proposed.blend_score, is_blend=True)
        lines = [*evidence_lines(found, candidate), *self._joint_lines()]
        return BlendPanelView(
            headline=f"B   z₂ {candidate.redshift:.5f}",
            evidence="\n".join(lines),
            neighbour="" if near is None else f"{near.source.source_id} at {near.distance:.1f}″",
            verdict=judged,
            is_candidate=True,
        )

    @property
    def _is_hidden(self) -> bool:
        """Whether blind mode hides what was found: second galaxies are found by the scan."""
        return self._on_screen.is_scan_hidden

    def _proposed(self) -> Vetting | None:
        """What the screening proposed beside the A that is on screen; None without a proposal."""
        current, shown = self._session.current, self._session.shown.redshift
        summary = None if current is None else self._session.summary(current.key)
        if summary is None or summary.vetting is None or self._is_hidden:
            return None
        vetting, first = summary.vetting, summary.own_redshift
        if math.isfinite(vetting.first):
            first = vetting.first
        is_beside = vetting.is_blend and is_within_velocity(first, shown, SAME_ON_SCREEN)
        return vetting if is_beside else None

    def _invitation(self) -> str:
        """Say what K does, and what the screening of this source has found already."""
        current = self._session.current
        summary = None if current is None else self._session.summary(current.key)
        vetting = None if summary is None else summary.vetting
        verdict = self._session.verdict()
        is_judged = verdict is not None and verdict.blend is not None
        if vetting is None or not vetting.is_blend or is_judged:
            return "K looks for a second galaxy"
        if math.isfinite(vetting.first):
            return f"Perhaps two galaxies at z {vetting.both}: K shows them"
        return f"Perhaps a second galaxy at z₂ {vetting.redshift:.4f}: K shows it"

    def _joint(self) -> Vetting | None:
        """What was found of both galaxies together, where A on screen is another than its z1."""
        current, found = self._session.current, self.review.deblending
        summary = None if current is None else self._session.summary(current.key)
        vetting = None if summary is None else summary.vetting
        if vetting is None or found is None or not math.isfinite(vetting.first):
            return None
        is_shown = is_within_velocity(vetting.first, found.known[0], SAME_ON_SCREEN)
        return None if is_shown else vetting

    def _joint_lines(self) -> list[str]:
        joint = self._joint()
        if joint is None:
            return []
        return [
            f"Together z₁ {joint.first:.4f} and z₂ {joint.redshift:.4f} explain it best: "
            "J S takes this z₁."
        ]

    def _neighbour_at(self, redshift: float) -> Neighbour | None:
        """Return the nearest source around whose z that is; its light may be in the spectrum."""
        near = self._on_screen.neighbours
        return neighbour_at(redshift, near, self._known.redshift)

    def _rows(self) -> tuple[SolutionRow, ...]:
        found = self.review.deblending
        if found is None:
            return ()
        return tuple(
            SolutionRow(
                rank=i + 1,
                redshift=candidate.redshift,
                relative_depth=candidate.relative_depth,
                robustness=math.sqrt(max(candidate.clean_evidence, 0.0)),
                confusions=f"{candidate.confusion.text} of A" if candidate.confusion else "",
            )
            for i, candidate in enumerate(found.candidates[:N_CANDIDATES])
        )

    def _rank(self) -> int | None:
        found, candidate = self.review.deblending, self.review.candidate
        if found is None or candidate is None:
            return None
        return found.candidates.index(candidate) + 1

    # Verdicts

    def _judge(self, zconf: int) -> None:
        candidate = self.review.candidate
        if candidate is None:
            self._say(self._why_nobody())
        else:
            self._record(BlendVerdict(BlendKind.BLEND, candidate.redshift, zconf))

    def _accept_both(self) -> None:
        """Take both redshifts as one decision, and go on to the next blend that waits.

        z1 is the one on screen, with the ZCONF that is suggested for it, unless both galaxies
        were found together at another one; z2 is probable.
        """
        candidate = self.review.candidate
        if candidate is None:
            self._say(self._why_nobody())
            return
        redshift = candidate.redshift
        if (joint := self._joint()) is not None:
            self._wishes.point_at(joint.first)
            redshift = joint.redshift
        if self._wishes.confirm(BlendVerdict(BlendKind.BLEND, redshift, PROBABLE)):
            self._wishes.go_on()

    def _why_nobody(self) -> str:
        if self.review.is_searching:
            return "The second galaxy is still being looked for: nothing was judged."
        return LOOK_FIRST if self.review.focus is Focus.OFF else NOBODY

    def call_single(self) -> None:
        """Record that there is one galaxy."""
        self._record(BlendVerdict(BlendKind.SINGLE))

    def _call_contaminated(self) -> None:
        candidate = self.review.candidate
        if candidate is None:
            self._say(self._why_nobody())
            return
        near = self._neighbour_at(candidate.redshift)
        name = "" if near is None else near.source.source_id
        self._record(BlendVerdict(BlendKind.CONTAMINATION, candidate.redshift, 2, name))

    def _swap(self) -> None:
        """Take B for the galaxy on screen; the search then looks for A beside it.

        Where both were found together and z1 is another than that of A, this is taken.
        """
        candidate, joint = self.review.candidate, self._joint()
        if candidate is not None and joint is not None:
            self._wishes.point_at(joint.first)
        elif candidate is None:
            self._say(self._why_nobody())
        else:
            self._wishes.point_at(candidate.redshift)

    def _record(self, blend: BlendVerdict) -> None:
        self._wishes.judge(blend)
        self._show()

    def _say(self, text: str) -> None:
        self._wishes.post(Notice(text, is_brief=True))
