"""How long from the start of the process to a window that can be used, and to its first analysis.

    python tests/benchmarks/bench_start.py ../shared/data/real/spectra [--runs 7]

Every run is a process of its own with warm caches; the first, which may compile, does not count.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from told import tell

STARTED = "MOOSEGUI_BENCH_STARTED"
NAMES = ("the command line is read", "window painted", "first source analysed")


def watched(arguments: list[str]) -> None:
    """Open the window, print the seconds since the start of the process, and quit."""
    import moosegui.cli.main

    marks = [time.time()]
    from PyQt6.QtCore import QTimer

    from moosegui.gui.window import app

    def watch(application: app.Application) -> None:
        if len(marks) == 1:
            marks.append(time.time())  # the first round of the loop has painted it
        if application.session.on_screen.analysis is None:
            QTimer.singleShot(5, lambda: watch(application))
            return
        marks.append(time.time())
        print("marks", *(f"{mark - float(os.environ[STARTED]):.4f}" for mark in marks))
        application.qt.exit(0)

    app.Application.show_first_hint = lambda self: QTimer.singleShot(0, lambda: watch(self))
    moosegui.cli.main.main(arguments)


def one_run(arguments: list[str]) -> list[float]:
    """Return the seconds to each of `NAMES` in a new process."""
    environment = {**os.environ, STARTED: str(time.time())}
    command = [sys.executable, __file__, "--watched", *arguments]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    (line,) = [line for line in found.stdout.splitlines() if line.startswith("marks")]
    return [float(word) for word in line.split()[1:]]


def main() -> None:
    """Start the window again and again."""
    if sys.argv[1:2] == ["--watched"]:
        watched(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--first", metavar="NAME", help="one run, which may compile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        session = Path(folder) / "start.moose"
        arguments = ["open", str(options.catalogue), "--session", str(session), "--inspector", "ME"]
        if options.first:
            marks = one_run(arguments)
            print(*(f"{name} {seconds:.2f} s" for name, seconds in zip(NAMES, marks, strict=True)))
            name = options.first
            tell(**{f"{name}_painted": marks[1], f"{name}_analysed": marks[2]})
            return
        runs = np.array([one_run(arguments) for _ in range(options.runs + 1)][1:])
    for name, seconds in zip(NAMES, runs.T, strict=True):
        middle, worst = np.median(seconds), seconds.max()
        print(f"{name:30} {middle:5.2f} s   ({seconds.min():.2f} to {worst:.2f})")
    _, painted, analysed = np.median(runs, axis=0)
    tell(start_painted=painted, start_analysed=analysed)


if __name__ == "__main__":
    main()
