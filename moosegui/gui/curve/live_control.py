"""Masks dragged on the spectrum, limits on the axis of χ², the weighting: the live scan."""

from __future__ import annotations

from collections.abc import Callable

from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.plots.ranges import RangeItem, Ranges
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.work.live_scan import LiveScan
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours, system_colours

MAKING = "Drag over the pixels to leave out, or over the redshifts to keep."


class LiveControl(Control):
    """Asks for a scan while the mouse moves, and records the conditions when it lets go."""

    def __init__(
        self,
        live: LiveScan,
        decisions: Decisions,
        chi2: Chi2Plot,
        *,
        add_to_spectrum: Callable[[RangeItem, RangeItem], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._live, self._decisions, self._post = live, decisions, post
        colours = system_colours()
        self._masks = (RangeItem(colours), RangeItem(colours))
        self._limits = RangeItem(colours, is_limit=True)
        self._is_making = False
        add_to_spectrum(*self._masks)
        chi2.add_layer(self._limits)
        for item in self._masks:
            item.dragged.connect(self._on_masks_dragged)
            item.released.connect(self._on_masks_released)
        self._limits.dragged.connect(self._on_limits_dragged)
        self._limits.released.connect(self._on_limits_released)

    @override
    def handlers(self) -> Handlers:
        return {
            "mask": self._toggle_making,
            "weighting": self._switch_weighting,
            "full_scan": self._reset,
        }

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        conditions = self._live.conditions
        if is_new_source:
            self._set_making(is_making=False)
            for item in (*self._masks, self._limits):
                item.let_go()
        for item in self._masks:
            item.show_ranges(conditions.masks)
        limits = conditions.redshift_limits
        self._limits.show_ranges(() if limits is None else (limits,))

    @override
    def set_colours(self, colours: Colours) -> None:
        for item in (*self._masks, self._limits):
            item.set_colours(colours)

    def _toggle_making(self) -> None:
        self._set_making(is_making=not self._is_making)
        if self._is_making:
            self._post(Notice(MAKING, is_brief=True))

    def _set_making(self, *, is_making: bool) -> None:
        """Let the next plain drag make a range; only the next, so that no mode stays unseen."""
        self._is_making = is_making
        for item in (*self._masks, self._limits):
            item.set_making(is_making=is_making)

    def _switch_weighting(self) -> None:
        self._decisions.set_conditions(self._live.otherwise_weighted)

    def _reset(self) -> None:
        if self._live.conditions.is_default:
            self._post(Notice("This is the full scan.", is_brief=True))
        self._decisions.set_conditions(AUTOMATIC)

    def _on_masks_dragged(self, ranges: Ranges) -> None:
        live = self._live
        live.ask(live.conditions.with_masks(ranges), is_quick=True)

    def _on_masks_released(self, ranges: Ranges) -> None:
        self._record(self._live.conditions.with_masks(ranges))

    def _on_limits_dragged(self, ranges: Ranges) -> None:
        live = self._live
        live.ask(live.conditions.with_limits(ranges[0] if ranges else None), is_quick=True)

    def _on_limits_released(self, ranges: Ranges) -> None:
        limits = ranges[0] if ranges else None
        self._record(self._live.conditions.with_limits(limits))

    def _record(self, conditions: ScanConditions) -> None:
        """Scan in full, and keep what was asked for unless it is what was there before."""
        self._set_making(is_making=False)
        self._live.ask(conditions)
        self._decisions.set_conditions(conditions)
