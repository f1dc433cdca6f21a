"""A catalogue of 100,000 rows in the real window: opening, filtering, sorting, scrolling, counting.

    python tests/benchmarks/bench_queue.py [--rows 100000]

The catalogue is made up and none of its spectra exists, so that only the queue is measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.table import Table
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from moosegui.config import DEFAULT_BASIS
from moosegui.config import resource as moose_resource
from moosegui.files.models.basis import read_basis
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.queue.row import Chip
from moosegui.gui.queue.specs import column_place
from moosegui.gui.window.app import Application
from moosegui.gui.window.options import WindowOptions
from moosegui.pipeline.engine import make_engine

FILTERS = ("R < 3", "zconf < 2 & R < 3 & mag > 26", "abs(z - zcat) > 0.01", "kind = lae", "0012")
N_SCROLLS = 200
DESCENDING = Qt.SortOrder.DescendingOrder


def catalogue(path: Path, n_rows: int) -> Path:
    """Write a made-up catalogue."""
    rng = np.random.default_rng(1)
    table = Table()
    table["ID"] = [f"{i:07d}" for i in range(n_rows)]
    table["RA"], table["DEC"] = 53 + 0.1 * rng.random(n_rows), -27 + 0.1 * rng.random(n_rows)
    table["MAG"], table["Z"] = rng.normal(25, 2, n_rows), 6 * rng.random(n_rows)
    table["KIND"], table["SNR"] = rng.choice(["lae", "sf", "passive"], n_rows), rng.random(n_rows)
    table["FILE"] = [f"{i:07d}.fits" for i in range(n_rows)]
    table.write(path)
    return path


def timed(what: str, action: Callable[[], object]) -> None:
    """Print the milliseconds of an action with the painting that follows."""
    started = time.perf_counter()
    action()
    QApplication.processEvents()
    print(f"{what:40} {1e3 * (time.perf_counter() - started):8.1f} ms")


def main() -> None:
    """Measure a queue."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    n_rows = parser.parse_args().rows
    basis = read_basis(moose_resource("basis", DEFAULT_BASIS))
    with tempfile.TemporaryDirectory() as folder:
        path = catalogue(Path(folder) / "catalogue.fits", n_rows)
        application = Application(make_engine(basis), WindowOptions("bench"))
        application.window.resize(1920, 1080)
        application.window.show()
        QApplication.processEvents()
        timed(f"open {n_rows} rows", lambda: application.open(open_source_list(path)))
        _use(application)
        application.window.close()
        application.close()


def _use(application: Application) -> None:
    queue = application.window._queue
    for text in FILTERS:
        timed(f"filter {text}", lambda text=text: queue.set_filter(text))
    queue.set_filter("")
    for place in map(column_place, ("id", "z", "r")):
        timed(f"sort by column {place}", lambda c=place: queue.grid.sortByColumn(c, DESCENDING))
    timed("sort by distance", queue.sorting.by_distance)
    timed("chip", lambda: queue.set_chip(Chip.UNREVIEWED))
    timed("counts", queue.update_counts)
    bar = queue.grid.verticalScrollBar()
    assert bar is not None
    started = time.perf_counter()
    for place in np.linspace(0, bar.maximum(), N_SCROLLS):
        bar.setValue(int(place))
        QApplication.processEvents()
    mean = 1e3 * (time.perf_counter() - started) / N_SCROLLS
    print(f"{'scroll to another page, mean':40} {mean:8.1f} ms")


if __name__ == "__main__":
    main()
