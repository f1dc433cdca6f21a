"""A whole survey at the real window: 10,000 sources by keys, and 100,000 rows.

    python tests/benchmarks/bench_survey.py SURVEY [--sources 10000] [--parts keys rows]

Repeats the rows of a stacked survey into a temporary one, opens the window on it and goes through
it as an expert does whose next source is scanned: `3`, `N`, and `O` on the way. The clock by which
the window ignores decisions that come too soon is put forward instead of waited for. Runs
offscreen, or with the platform plugin of X11, which needs a server:

    apt-get install xvfb libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1
    xvfb-run -s "-screen 0 1920x1080x24" env QT_QPA_PLATFORM=xcb python …

Printed: 50th, 95th and 99th percentile from a key to the painted answer (to hold: 100 ms for the
next source, 50 ms for the next solution), with the processor time of the GUI thread, which says
something also on a busy machine, the growth of the memory after a warm-up (50 MiB), and the time to
a painted list of 100,000 rows (3 s; `bench_start.py` has the start of the window). `--profile FILE`
writes what cProfile says of the GUI thread.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table
from bench_window import PATIENCE, Driver
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

WARM_UP = 300  # sources after which the memory is to stay
N_ROWS = 100_000
MIB = 1024**2
NAMES = {"3": "assign and next", "n": "next source", "o": "next solution"}
Times = dict[str, list[tuple[float, float]]]
LIMITS = {"3": 100.0, "n": 100.0, "o": 50.0}  # ms, 95th percentile


def repeat_survey(survey: Path, target: Path, n_sources: int) -> Path:
    """Write a stacked survey of `n_sources` rows, taken from `survey` again and again."""
    with fits.open(survey) as hdus:
        rows = np.arange(n_sources) % hdus["DATA"].shape[0]
        table = Table(hdus["CATALOGUE"].data)[rows]
        table["ID"] = [f"{i:05d}" for i in range(n_sources)]
        made = [fits.PrimaryHDU()]
        for name in ("DATA", "STAT"):
            values = hdus[name].data[rows].astype(np.float32)
            made.append(fits.ImageHDU(values, hdus[name].header, name))
        catalogue = fits.table_to_hdu(table)
        catalogue.name = "CATALOGUE"
        fits.HDUList([*made, catalogue]).writeto(target, overwrite=True)
    return target


def write_rows(folder: Path, n_rows: int) -> Path:
    """Write a catalogue whose rows all name one small spectrum."""
    wave = np.linspace(4750.0, 9350.0, 3681)
    header = fits.Header({"CRVAL1": wave[0], "CDELT1": 1.25, "CRPIX1": 1.0, "CUNIT1": "Angstrom"})
    flux = np.random.default_rng(1).normal(size=wave.size)
    images = [
        fits.ImageHDU(v, header, n) for n, v in (("DATA", flux), ("STAT", np.ones_like(flux)))
    ]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(folder / "one.fits")
    table = Table({"ID": np.arange(n_rows), "MAG": np.linspace(20.0, 28.0, n_rows)})
    table["RA"], table["DEC"] = 53.0 + 1e-5 * np.arange(n_rows), np.full(n_rows, -27.8)
    table["Z"], table["FILE"] = np.full(n_rows, 0.5), ["one.fits"] * n_rows
    table.write(folder / "rows.fits")
    return folder / "rows.fits"


def resident() -> float:
    """MiB that the process holds now, without the pages of the survey's file that it has seen."""
    _, held, shared, *_ = map(int, Path("/proc/self/statm").read_text().split())
    return (held - shared) * os.sysconf("SC_PAGE_SIZE") / MIB


class Clock:
    """The time, which can be put forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead

    def put_forward(self, seconds: float) -> None:
        self._ahead += seconds


CLOCK = Clock()


def open_window(survey: Path, session: Path | None) -> Application:
    """Open the window on a survey as `moosegui open` does."""
    first, *others = read_ensemble(moose_resource("basis", DEFAULT_BASIS), None)
    engine = make_engine(first, companions=others)
    application = Application(engine, WindowOptions("bench", session), clock=CLOCK)
    application.window.resize(1920, 1080)
    application.window.show()
    application.open(open_source_list(survey))
    application.freeze()
    application.window.activateWindow()  # a server without a window manager does not do that
    QTest.qWaitForWindowActive(application.window)
    return application


def wait_for_analysis(application: Application) -> None:
    """Let the window live until the source on screen is scanned and painted."""
    until = time.perf_counter() + 3.0 * PATIENCE
    while application.session.on_screen.analysis is None and time.perf_counter() < until:
        QApplication.processEvents()
    QApplication.processEvents()


def bench_keys(survey: Path, options: argparse.Namespace) -> None:
    """Go through the survey and print percentiles and memory."""
    with tempfile.TemporaryDirectory() as folder:
        application = open_window(survey, Path(folder) / "bench.moose")
        wait_for_analysis(application)
        driver = Driver(application)
        driver.dwell(1.0)
        profile = cProfile.Profile(time.thread_time) if options.profile else None
        times: Times = {"3": [], "n": [], "o": []}
        memory: list[float] = []
        started = time.perf_counter()
        if profile:
            profile.enable()
        for i_step in range(options.sources - 1):
            _step(application, driver, i_step, times)
            memory.append(resident())
            if i_step % 500 == 499:
                print(f"{i_step + 1} sources, {memory[-1]:.0f} MiB", flush=True)
        if profile:
            profile.disable()
            profile.dump_stats(options.profile)
        _report(times, memory, time.perf_counter() - started)
        application.window.close()
        application.close()


def _step(application: Application, driver: Driver, i_step: int, times: Times) -> None:
    """Wait until the next source is ready, as an expert who looks does, and press a key."""
    session = application.session
    upcoming = next(iter(session._order.around()), None)
    until = time.perf_counter() + PATIENCE
    while upcoming is not None and session._background.analysis(upcoming) is None:
        driver.dwell(0.005)
        if time.perf_counter() > until:
            break
    CLOCK.put_forward(0.26)  # decisions sooner after a change of source are ignored
    before, key = session.current, "3" if i_step % 3 else "n"

    def has_moved() -> bool:
        return session.current is not before and session.on_screen.analysis is not None

    times[key].append(_timed(driver, key, has_moved))
    shown = session.shown
    if (
        i_step % 5 == 0
        and session.on_screen.analysis is not None
        and len(session.on_screen.analysis.solutions) > 1
    ):
        times["o"].append(_timed(driver, "o", lambda: session.shown is not shown))


def _timed(driver: Driver, key: str, is_answered: Callable[[], bool]) -> tuple[float, float]:
    """Seconds to the painted answer, and those of the GUI thread among them."""
    before = time.thread_time()
    seconds = driver.press(key, is_answered)
    return seconds, time.thread_time() - before


def _report(times: Times, memory: list[float], seconds: float) -> None:
    print(f"platform {QApplication.platformName()}; {len(memory)} sources in {seconds:.0f} s")
    for key, found in times.items():
        seconds, own = np.array(found).T
        p50, p95, p99 = 1e3 * np.percentile(seconds, [50, 95, 99])
        verdict = "holds" if p95 <= LIMITS[key] else f"EXCEEDS {LIMITS[key]:.0f} ms"
        print(
            f"{NAMES[key]:16} {len(found):5} keys   p50 {p50:6.1f}   p95 {p95:6.1f}   "
            f"p99 {p99:6.1f}   worst {1e3 * seconds.max():6.1f} ms   {verdict}; "
            f"GUI thread alone p50 {1e3 * np.median(own):.1f}, "
            f"p95 {1e3 * np.percentile(own, 95):.1f} ms"
        )
    first = min(WARM_UP, len(memory) // 2)
    growth = np.median(memory[-20:]) - np.median(memory[first : first + 20])
    print(f"memory {memory[first]:.0f} MiB after {first} sources, {growth:+.0f} MiB since then")


def bench_rows() -> None:
    """Print the times to a painted list of 100,000 rows, of a new session and of a known one."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few", Path(folder) / "many"
        few.mkdir()
        many.mkdir()
        application = open_window(write_rows(few, 3), None)
        wait_for_analysis(application)
        catalogue, listed = write_rows(many, N_ROWS), []
        started = time.perf_counter()
        source_list = open_source_list(catalogue)
        read = time.perf_counter() - started
        for _ in range(2):
            started = time.perf_counter()
            application.open(source_list)
            QApplication.processEvents()
            listed.append(time.perf_counter() - started)
            wait_for_analysis(application)
        first, again = listed
        print(
            f"{N_ROWS} rows: read in {read:.2f} s, listed and painted in {first:.2f} s, "
            f"of a session that knows them in {again:.2f} s"
        )
        tell(rows_open=read + max(listed), rows_memory=resident())
        application.window.close()
        application.close()


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("survey", type=Path)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--parts", nargs="+", default=["keys", "rows"])
    parser.add_argument("--profile", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if "rows" in options.parts:
            bench_rows()
        if "keys" in options.parts:
            survey = repeat_survey(options.survey, Path(folder) / "many.fits", options.sources)
            bench_keys(survey, options)


if __name__ == "__main__":
    main()
