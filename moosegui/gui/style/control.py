"""What a part of the window with keys of its own is to the window: a control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtWidgets import QMainWindow, QSplitter

from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.queue.table import SourceTable
from moosegui.gui.session.jobs import JobRunner
from moosegui.gui.session.notice import Notice
from moosegui.gui.session.session import Session
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.style.theme import Colours
from moosegui.gui.verdict.panel import VerdictPanel
from moosegui.gui.window.layout import WindowLayout
from moosegui.gui.window.status_line import StatusLine

Handlers = Mapping[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What the controls of a window share: its views, and the places where they may add some."""

    window: QMainWindow
    session: Session
    layout: WindowLayout
    centre: QSplitter
    spectrum: SpectrumPlot
    chi2: Chi2Plot
    queue: SourceTable
    verdict: VerdictPanel
    status: StatusLine
    post: Callable[[Notice], None]
    jobs: JobRunner  # for what the window makes beside the scans
    preferences: PreferenceStore
    opener: Callable[[Path], None]
    reconcile: Callable[[tuple[Path, ...]], None]
    keep_comment: Callable[[], None]  # before anything is written
    go_on: Callable[[], None]  # after a decision


class Control:
    """Joins one view, or one kind of wish, to the session.

    A control brings the handlers of its actions, is told when the source or the z on screen
    changed, and repaints in another palette. What is hidden is not computed.
    """

    def handlers(self) -> Handlers:
        """Return what to call for each action of this control, by the action's name."""
        return {}

    def show_source(self, *, is_new_source: bool) -> None:
        """Project the source and the z on screen."""

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Teach the keys that hold now: name of the action to its first key as text."""
