"""How long the thread of the window stands still, while the list is scanned and searched.

    python tests/benchmarks/bench_stalls.py SURVEY_OR_FOLDER [--steps 100] [--dwell 0.4]

Opens the survey as an expert would, with a new session, so that scan and search go on behind it.
A thread watches the heart of the window, a timer of 2 ms: what it waits for longer than 50 ms is a
stall, and where the window's thread was is written down while it stands. The keys of a judge's
round are pressed, each with a pause after it, first while the list is scanned, then while blends
are searched, and the time to the painted answer is told for each. Run it on a quiet machine, on
the platform that QT_QPA_PLATFORM names (offscreen, or xcb under Xvfb).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from told import tell

from moosegui.config import DEFAULT_BASIS
from moosegui.config import resource as moose_resource
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.window.app import Application
from moosegui.gui.window.options import WindowOptions
from moosegui.pipeline.engine import make_engine

STALL = 0.05  # s
BEAT = 2  # ms between two beats of the heart
LOOK = 0.004  # s between two looks at it
PATIENCE = 20.0  # s
KEYS = ("o", "i", "e", "e", "l", "l", "l", "s", "d", "w", "w", "r", "k", "k", "k", "k", "n", "3")
DEPTH = 3  # calls that are told of a stall


class StallWatch(threading.Thread):
    """Notes how long the thread of the window gives no beat, and what it was doing."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._beat, self._is_over = time.perf_counter(), False
        self._window = threading.get_ident()
        self.gaps: list[float] = []
        self.places: Counter[str] = Counter()
        self._timer = QTimer()
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    def beat(self) -> None:
        """Note that the window lives."""
        now = time.perf_counter()
        self.gaps.append(now - self._beat)
        self._beat = now

    def run(self) -> None:
        """Look where the window is while it stands."""
        noted = 0.0
        while not self._is_over:
            time.sleep(LOOK)
            if time.perf_counter() - self._beat > STALL and noted != self._beat:
                noted = self._beat
                self.places[_place(self._window)] += 1

    def stop(self) -> None:
        """Look no more."""
        self._is_over = True
        self._timer.stop()

    def report(self, what: str) -> None:
        """Print the longest gaps, and forget them."""
        gaps = np.array(self.gaps or [0.0])
        stalls = gaps[gaps > STALL]
        print(
            f"{what}: {gaps.sum():.1f} s, {stalls.size} stalls above {1e3 * STALL:.0f} ms, "
            f"p99.9 {1e3 * np.percentile(gaps, 99.9):.0f} ms, worst {1e3 * gaps.max():.0f} ms"
        )
        name = what.split()[0].strip(",")
        tell(**{f"{name}_worst_stall": 1e3 * gaps.max(), f"{name}_n_stalls": stalls.size})
        for place, count in self.places.most_common(8):
            print(f"    {count:4} x {place}")
        self.gaps, self.places = [], Counter()


def _place(thread: int) -> str:
    """Say where a thread is.

    Its frames are let go at once: one that is held keeps the painter of a paint event alive, and
    Qt crashes over it.
    """
    frame, calls = sys._current_frames().get(thread), []
    while frame is not None and len(calls) < 24:
        calls.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    own = [call for call in calls if "moosegui" in call[0].co_filename] or calls
    told = (f"{Path(code.co_filename).name}:{line} {code.co_name}" for code, line in own[:DEPTH])
    return " < ".join(told)


class Judge:
    """Presses keys, and waits until the window has nothing to do for them."""

    def __init__(self, application: Application, dwell: float) -> None:
        self._application, self._dwell = application, dwell
        self.seconds: dict[str, list[float]] = {}

    def wait(self, seconds: float) -> None:
        """Let the window live."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            QApplication.processEvents()
            time.sleep(0.001)

    def press(self, key: str) -> None:
        """Press a key; the answer is there when its source has its analysis and is painted."""
        session = self._application.session
        started = time.perf_counter()
        QTest.keyClick(self._application.window, key)
        QApplication.sendPostedEvents()
        while time.perf_counter() - started < PATIENCE:
            QApplication.processEvents()  # paints what the key has changed
            if session.on_screen.analysis is not None:
                break
        QApplication.processEvents()
        self.seconds.setdefault(key, []).append(time.perf_counter() - started)
        self.wait(self._dwell)

    def rounds(self, n_keys: int, is_going_on: Callable[[], bool]) -> int:
        """Press key after key as long as what goes on behind does; return how many."""
        n_pressed = 0
        while n_pressed < n_keys and is_going_on():
            self.press(KEYS[n_pressed % len(KEYS)])
            n_pressed += 1
        return n_pressed

    def report(self, what: str) -> None:
        """Print the percentiles of every key, and forget them."""
        if nexts := self.seconds.get("n", []) + self.seconds.get("3", []):
            tell(**{f"{what}_next_p95": 1e3 * np.percentile(nexts, 95)})
        for key, seconds in sorted(self.seconds.items()):
            p50, p95 = 1e3 * np.percentile(seconds, [50, 95])
            worst = 1e3 * max(seconds)
            print(
                f"    {key}  {len(seconds):4} x  p50 {p50:6.1f}  p95 {p95:6.1f}  "
                f"worst {worst:6.1f} ms"
            )
        self.seconds = {}


def main() -> None:
    """Drive the window during scan and search, and print what stood still."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("survey", type=Path)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--dwell", type=float, default=0.4)
    options = parser.parse_args()
    first, *others = read_ensemble(moose_resource("basis", DEFAULT_BASIS))
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder) / "bench.moose"
        engine = make_engine(first, companions=others)
        application = Application(engine, WindowOptions("bench", session))
        application.window.resize(1920, 1080)
        application.window.show()
        watch = StallWatch()
        watch.start()
        application.open(open_source_list(options.survey))
        application.freeze()
        judge = Judge(application, options.dwell)
        judge.wait(3.0)
        watch.report("opening, with the compiler")
        _drive(application, judge, watch, options.steps)
        watch.stop()
        application.window.close()
        application.close()
        application.take_down()


def _drive(application: Application, judge: Judge, watch: StallWatch, n_keys: int) -> None:
    scanned, searched = [0, 1], [0, 1]
    application.session.scan_progressed.connect(lambda *n: scanned.__setitem__(slice(None), n))
    application.session.search_progressed.connect(lambda *n: searched.__setitem__(slice(None), n))
    n_pressed = judge.rounds(n_keys, lambda: scanned[0] < scanned[1])
    watch.report(f"scan ({n_pressed} keys, {scanned[0]} of {scanned[1]} scanned at the end)")
    judge.report("scan")
    until = time.perf_counter() + 900.0
    while scanned[0] < scanned[1] and time.perf_counter() < until:
        judge.wait(1.0)
    watch.report("the rest of the scan, no keys")
    n_pressed = judge.rounds(n_keys, lambda: searched[0] < searched[1])
    watch.report(f"search ({n_pressed} keys, {searched[0]} of {searched[1]} searched at the end)")
    judge.report("search")


if __name__ == "__main__":
    main()
