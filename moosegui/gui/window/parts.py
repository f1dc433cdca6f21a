"""What the controls of a window are made from: its views, and what only the window can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMainWindow, QSplitter

from moosegui.data.catalogue import VerdictEvent
from moosegui.data.lines import LINES_BY_LETTER
from moosegui.files.surveys.recent import RecentSurvey
from moosegui.gui.blend.control import BlendControl
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.queue.table import SourceTable
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.second_galaxy import BlendReview, Focus
from moosegui.gui.spectrum.feature_control import FeatureControl
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.verdict.panel import VerdictPanel
from moosegui.gui.window.layout import WindowLayout
from moosegui.gui.window.status_line import StatusLine


@dataclass(frozen=True, slots=True)
class Views:
    """The views that a window has from the start, and where more of them may be put."""

    window: QMainWindow
    layout: WindowLayout
    centre: QSplitter
    spectrum: SpectrumPlot
    chi2: Chi2Plot
    queue: SourceTable
    verdict: VerdictPanel
    status: StatusLine
    solutions: SolutionList


@dataclass(frozen=True, slots=True)
class Openers:
    """What the application opens; what was open stays where that fails."""

    open: Callable[[Path], None]
    reopen: Callable[[], None]  # the same list, as it is to be read now
    reconcile: Callable[[tuple[Path, ...]], None]
    bring_session: Callable[[], None]  # beside its list, if it lies elsewhere
    recent: Callable[[RecentSurvey], None]
    demo: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What only the window, or the application around it, can do."""

    post: Callable[[Notice], None]
    openers: Openers
    keep_comment: Callable[[], None]  # before anything is written
    adopt: Callable[[VerdictEvent], None]  # a vote, and go on
    action: Callable[[str], QAction]  # by its name

    def trigger(self, name: str) -> None:
        """Do what the menus have under a name."""
        self.action(name).trigger()


class ShiftKControl(Control):
    """Shift+K names a marked feature; without one it calls a reviewed source single."""

    def __init__(self, feature: FeatureControl, blend: BlendControl, review: BlendReview) -> None:
        self._feature, self._blend, self._review = feature, blend, review

    @override
    def handlers(self) -> Handlers:
        return {"name_K": self._name_or_refuse}

    def _name_or_refuse(self) -> None:
        if self._review.focus is Focus.OFF or self._feature.has_feature:
            self._feature.name(LINES_BY_LETTER["K"])
        else:
            self._blend.call_single()
