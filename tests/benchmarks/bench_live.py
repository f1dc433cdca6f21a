"""From a dragged mask to the painted curve, in the real window, and pictures a second.

    python tests/benchmarks/bench_live.py SURVEY_OR_FOLDER [--source ID] [--moves 100]

Opens the survey as an expert would, lets it be scanned, and drags the edge of a mask over the
spectrum of one source: first one move at a time, each answered and painted before the next, then
as fast as the plot takes them (80 moves a second). A move counts as answered when χ² has been
painted under its own mask, and as complete when everything else has been painted, too. The same for
a limit of z, and for masks without weighting. Printed: 50th, 95th and 99th percentile of the single
moves, and pictures a second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mouse import CONTROL, Mouse
from told import tell

from moosegui.config import DEFAULT_BASIS
from moosegui.config import resource as moose_resource
from moosegui.data.results import Analysis
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.plots import canvas
from moosegui.gui.plots.chi2_view import Chi2View
from moosegui.gui.session.work.live_scan import LIVE
from moosegui.gui.window.app import Application
from moosegui.gui.window.options import WindowOptions
from moosegui.pipeline.engine import make_engine

PATIENCE = 20.0  # s
BEGINNING = 4  # steps: in a narrow plot one is shorter than what begins a drag
MOUSE_RATE = 80.0  # moves a second


class WatchedCanvas(canvas.Canvas):
    """Stands in for the canvas of plots: counts how often it is painted, and notes when first."""

    n_painted, painted_at = 0, 0.0

    def paintEvent(self, ev: QPaintEvent | None) -> None:
        super().paintEvent(ev)
        self.n_painted += 1
        self.painted_at = self.painted_at or time.perf_counter()


@dataclass(frozen=True, slots=True)
class Path1D:
    """Where the mouse goes on an axis: from `start`, in steps."""

    mouse: Mouse
    start: float
    step: float

    def at(self, i_move: int) -> float:
        """Where the mouse is after so many moves; the first is long enough to be no click."""
        return self.start + (i_move + BEGINNING) * self.step


class Dragger:
    """Drags on a plot, and watches which answers are painted."""

    def __init__(self, application: Application) -> None:
        self._application, self._live = application, application.session.live
        chi2 = application.window._chi2
        self._painting, self._display = chi2.findChild(canvas.Canvas), chi2.display
        chi2.display, self._displayed = self._on_display, self._live.analysis

    def _on_display(self, view: Chi2View | None) -> None:
        if self._live.analysis is not self._displayed:
            self._displayed, self._painting.painted_at = self._live.analysis, 0.0
        self._display(view)

    def single_moves(self, path: Path1D, n_moves: int) -> tuple[list[float], list[float]]:
        """Return the seconds from each move to its painted curve, and to everything painted."""
        path.mouse.press(path.start, CONTROL)
        curve, everything = [], []
        for i_move in range(1, n_moves + 1):
            time.sleep(1.0 / MOUSE_RATE)
            before = self._live.analysis, self._painting.n_painted
            started = time.perf_counter()
            path.mouse.move(path.at(i_move), CONTROL)
            self._wait(*before)
            curve.append(self._painting.painted_at - started)
            everything.append(time.perf_counter() - started)
        before = self._live.analysis, self._painting.n_painted
        path.mouse.release(path.at(n_moves), CONTROL)
        self._wait(*before)
        return curve[1:], everything[1:]  # the first only begins the drag

    def pictures_a_second(self, path: Path1D, n_moves: int) -> float:
        """Move as a mouse does and count the analyses that were painted."""
        path.mouse.press(path.start, CONTROL)
        seen, n_pictures, n_painted = None, 0, self._painting.n_painted
        started = time.perf_counter()
        for i_move in range(1, n_moves + 1):
            path.mouse.move(path.at(i_move), CONTROL)
            is_first_look = True
            while is_first_look or time.perf_counter() - started < i_move / MOUSE_RATE:
                is_first_look = False
                QApplication.processEvents()
                if self._live.analysis is not seen and self._painting.n_painted > n_painted:
                    seen, n_painted = self._live.analysis, self._painting.n_painted
                    n_pictures += 1
                time.sleep(0.0005)
        seconds = time.perf_counter() - started
        before = self._live.analysis, self._painting.n_painted
        path.mouse.release(path.at(n_moves), CONTROL)
        self._wait(*before)
        return n_pictures / seconds

    def _wait(self, shown: Analysis | None, n_painted: int) -> None:
        """Wait until another analysis than `shown`, that of the last wish, has been painted."""
        started = time.perf_counter()
        while time.perf_counter() - started < PATIENCE:
            QApplication.processEvents()
            is_new = self._live.analysis is not shown
            is_painted = (
                self._displayed is self._live.analysis and self._painting.painted_at > 0
                if is_new
                else self._painting.n_painted > n_painted
            )
            if is_painted and not self._application.runner.is_pending(LIVE):
                QApplication.processEvents()
                return
            time.sleep(0.0005)
        raise TimeoutError(f"no answer within {PATIENCE} s")


def main() -> None:
    """Drag, and print the percentiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("survey", type=Path)
    parser.add_argument("--source", default="")
    parser.add_argument("--moves", type=int, default=100)
    options = parser.parse_args()
    basis, *companions = read_ensemble(moose_resource("basis", DEFAULT_BASIS))
    canvas.Canvas = WatchedCanvas
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder) / "bench.moose"
        application = Application(
            make_engine(basis, companions=companions), WindowOptions("bench", session)
        )
        application.window.resize(1920, 1080)
        application.window.show()
        application.open(open_source_list(options.survey))
        application.freeze()
        if options.source:
            application.session.select(options.source)
        while application.runner.n_pending:
            QApplication.processEvents()
            time.sleep(0.01)
        _drag(application, options.moves)
        application.window.close()
        application.close()


def _drag(application: Application, n_moves: int) -> None:
    window = application.window
    on_spectrum = Mouse(window._spectrum, window._spectrum._plot)
    on_chi2 = Mouse(window._chi2, window._chi2._panes[0].plot)
    dragger = Dragger(application)
    masks, limits = Path1D(on_spectrum, 5000.0, 20.0), Path1D(on_chi2, 1.0, 0.03)
    print(f"platform {QApplication.platformName()}; {n_moves} moves each")
    for name, path, preparation in (
        ("mask", masks, ("full_scan",)),
        ("limit of z", limits, ("full_scan",)),
        ("mask, unweighted", masks, ("full_scan", "weighting")),
    ):

        def prepare(names: tuple[str, ...] = preparation) -> None:
            for action in names:
                window._actions[action].trigger()
            while application.runner.n_pending:
                QApplication.processEvents()

        prepare()
        for what, seconds in zip(
            ("curve", "everything"), dragger.single_moves(path, n_moves), strict=True
        ):
            p50, p95, p99 = 1e3 * np.percentile(seconds, [50, 95, 99])
            print(f"{name:17} {what:10} p50 {p50:6.1f}   p95 {p95:6.1f}   p99 {p99:6.1f} ms")
            if what == "curve":
                key = name.replace(", ", "_").replace(" ", "_")
                tell(**{f"{key}_p50": p50, f"{key}_p95": p95})
        prepare()
        print(f"{name:17} {dragger.pictures_a_second(path, n_moves):5.1f} pictures a second")


if __name__ == "__main__":
    main()
