"""What the window holds once its list is scanned, and how long it takes to quit.

    python tests/benchmarks/bench_memory.py SURVEY

Starts `moosegui open` in a process of its own, waits until every source is scanned, asks the system
what the process holds (without the pages of files that it lends), closes the window as its cross
does, and waits for the end of the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from told import tell

MIB = 1024**2


def held() -> float:
    """MiB that the process holds, without pages of files."""
    _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text().split())
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE") / MIB


def watched(arguments: list[str]) -> None:
    """Open the window; when all is scanned, say what it holds and when it is told to close."""
    from PyQt6.QtCore import QTimer

    from moosegui.__main__ import run
    from moosegui.gui.window import app

    def quit_after(n_done: int, n_total: int, application: app.Application) -> None:
        if n_done < n_total:
            return
        QTimer.singleShot(1000, lambda: close(application))

    def close(application: app.Application) -> None:
        print(f"held {held():.1f}", f"closed {time.time():.4f}", flush=True)
        application.window.close()

    def watch(application: app.Application) -> None:
        application.session.scan_progressed.connect(
            lambda n_done, n_total: quit_after(n_done, n_total, application)
        )

    app.Application.show_first_hint = watch
    sys.argv = ["moosegui", *arguments]
    run()


def main() -> None:
    """Start the window once and print both."""
    if sys.argv[1:2] == ["--watched"]:
        watched(sys.argv[2:])
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        session = Path(folder) / "memory.moose"
        arguments = ["open", sys.argv[1], "--session", str(session), "--inspector", "ME"]
        command = [sys.executable, __file__, "--watched", *arguments]
        found = subprocess.run(command, capture_output=True, text=True, check=True)
        ended = time.time()
    words = next(line for line in found.stdout.splitlines() if line.startswith("held")).split()
    memory, quitting = float(words[1]), ended - float(words[3])
    print(f"held with every source scanned {memory:.0f} MiB; quitting {quitting:.2f} s")
    tell(window_memory=memory, quitting=quitting)


if __name__ == "__main__":
    main()
