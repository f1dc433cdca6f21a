"""Where the numbers of a benchmark go beside the terminal: to `bench_all.py`, if it asks."""

from __future__ import annotations

import json
import os
from pathlib import Path

FILE = "MOOSEGUI_BENCH_TOLD"


def tell(**numbers: float) -> None:
    """Add numbers to the file that the environment names; nothing without one."""
    if path := os.environ.get(FILE):
        with Path(path).open("a", encoding="utf-8") as out:
            out.write(json.dumps({name: float(value) for name, value in numbers.items()}) + "\n")


def told(path: Path) -> dict[str, float]:
    """Return what a benchmark told; nothing of one that failed."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name: value for line in lines for name, value in json.loads(line).items()}
