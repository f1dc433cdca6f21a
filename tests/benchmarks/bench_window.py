"""From key to painted next source, in the real window, while the list is scanned behind it.

    python tests/benchmarks/bench_window.py SURVEY_OR_FOLDER [--steps 200] [--dwell 0.3]

Opens the survey as an expert would and presses `3` (assign and go on), `N` and `O` with a pause
between keys. A source counts as painted when its own analysis is on screen and the spectrum, the
curve and the verdict have been repainted. Runs on the platform that QT_QPA_PLATFORM names
(offscreen, or xcb under Xvfb). Printed: 50th, 95th and 99th percentile, and memory.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from told import tell

from moosegui.config import DEFAULT_BASIS
from moosegui.config import resource as moose_resource
from moosegui.files.models.basis import read_basis
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.window.app import Application
from moosegui.gui.window.options import WindowOptions
from moosegui.pipeline.engine import make_engine

PATIENCE = 20.0  # s


class PaintCounter(QObject):
    """Counts the paint events of some widgets."""

    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self.painted: set[QObject] = set()
        self._widgets = widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint and watched is not None:
            self.painted.add(watched)
        return False

    def is_complete(self) -> bool:
        """Whether every watched widget was painted since the last `clear`."""
        return len(self.painted) == len(self._widgets)

    def clear(self) -> None:
        self.painted.clear()


class Driver:
    """Presses a key and waits for the painted answer."""

    def __init__(self, application: Application) -> None:
        self._application = application
        window = application.window
        plots = [window._spectrum, window._chi2]
        areas = [area for plot in plots for area in plot.findChildren(QAbstractScrollArea)]
        viewports = [area.viewport() for area in areas if area.isVisible()]
        self._counter = PaintCounter([v for v in viewports if v is not None])

    def press(self, key: str, is_answered: Callable[[], bool]) -> float:
        """Return the seconds from the key to the painted answer."""
        self._counter.clear()
        started = time.perf_counter()
        QTest.keyClick(self._application.window, key)
        while time.perf_counter() - started < PATIENCE:
            QApplication.processEvents()
            if is_answered() and self._counter.is_complete():
                return time.perf_counter() - started
        raise TimeoutError(f"no answer to {key} within {PATIENCE} s")

    def dwell(self, seconds: float) -> None:
        """Let the window live for a while, as it does while the expert looks."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            QApplication.processEvents()
            time.sleep(0.002)


def main() -> None:
    """Drive the window and print the percentiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("survey", type=Path)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--dwell", type=float, default=0.3)
    options = parser.parse_args()
    basis = read_basis(moose_resource("basis", DEFAULT_BASIS))
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder) / "bench.moose"
        application = Application(make_engine(basis), WindowOptions("bench", session))
        application.window.resize(1920, 1080)
        application.window.show()
        started = time.perf_counter()
        application.open(open_source_list(options.survey))
        application.freeze()
        driver = Driver(application)
        driver.dwell(2.0)
        print(f"opened in {time.perf_counter() - started - 2.0:.2f} s")
        _drive(application, driver, options)
        application.window.close()
        application.close()


def _drive(application: Application, driver: Driver, options: argparse.Namespace) -> None:
    session = application.session
    progress = [0]
    session.scan_progressed.connect(lambda n_done, _n_total: progress.append(n_done))
    times: dict[str, list[float]] = {"3": [], "n": [], "o": []}
    n_sources = len(session.source_list or ())
    memory = []
    for i_step in range(min(options.steps, n_sources - 1)):
        driver.dwell(options.dwell)
        before = session.current
        key = "3" if i_step % 3 else "n"

        def has_moved(before: object = before) -> bool:
            return session.current is not before and session.on_screen.analysis is not None

        times[key].append(driver.press(key, has_moved))
        shown = session.shown
        analysis = session.on_screen.analysis
        if analysis is not None and len(analysis.solutions) > 1:
            times["o"].append(driver.press("o", lambda shown=shown: session.shown is not shown))
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    _report(times, memory, QApplication.platformName(), progress[-1])


def _report(
    times: dict[str, list[float]], memory: list[float], platform: str, n_scanned: int
) -> None:
    print(f"platform {platform}; {n_scanned} sources scanned meanwhile")
    names = {"3": "assign and next", "n": "next source", "o": "next solution"}
    for key, seconds in times.items():
        p50, p95, p99 = 1e3 * np.percentile(seconds, [50, 95, 99])
        print(
            f"{names[key]:16} {len(seconds):5} keys   p50 {p50:6.1f}   p95 {p95:6.1f}   "
            f"p99 {p99:6.1f}   worst {1e3 * max(seconds):6.1f} ms"
        )
        tell(**{f"{names[key].split()[-1]}_p95": p95})
    middle = memory[len(memory) // 2]
    print(
        f"peak memory {memory[-1]:.0f} MiB, of which {memory[-1] - middle:.0f} in the second half"
    )


if __name__ == "__main__":
    main()
