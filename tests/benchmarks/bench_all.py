"""Every figure of speed and scale in one run: one command, one table, one JSON.

    make bench                                     (ARGS="--quick" or "--only scan start")
    python tests/benchmarks/bench_all.py [SURVEY] [--quick] [--only PART ...] [--json FILE]

Each part is a process of its own, one after the other; what it tells is gathered and set beside
what is asked. Without a survey that of ../shared/data is taken, or that of the demo. `--quick`
takes a few minutes and short lists, in which the start of the programs weighs more. A part that
began while other programs kept processors busy is marked: its times are not of a quiet machine.
Nothing here passes or fails; a part that breaks off is told and the others go on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench_survey import repeat_survey
from told import FILE, told

from moosegui import __version__
from moosegui.fit.workers import cpu_count

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared" / "data" / "validation_survey.fits"
DEMO = ROOT / "resources" / "demo" / "moose_demo.fits"
BUSY = 0.7  # load of other programs above which times are marked
SETTLE = 20.0  # s that the load of the part before needs to fade, at most


@dataclass(frozen=True)
class Row:
    """One line of the table: `is_floor` where more is better."""

    part: str
    name: str
    what: str
    unit: str
    asked: float
    is_floor: bool = False


ROWS = (
    Row("scan", "scan_ratio", "scan of one spectrum: times as fast as published", "x", 45, True),
    Row("scan", "scan_latency", "scan of one spectrum, one basis, all cores", "ms", 10),
    Row("survey", "survey_rate", "moosegui scan, start and files included", "/s", 120, True),
    Row("blends", "blends_rate", "moosegui scan --blends", "/s", 40, True),
    Row("live", "mask_p50", "dragged mask to new curve, p50", "ms", 20),
    Row("live", "mask_p95", "dragged mask to new curve, p95", "ms", 35),
    Row("live", "mask_unweighted_p50", "the same unweighted, p50", "ms", 35),
    Row("live", "mask_unweighted_p95", "the same unweighted, p95", "ms", 50),
    Row("stalls", "scan_next_p95", "next source while the list is scanned, p95", "ms", 60),
    Row("stalls", "search_next_p95", "next source while it is searched, p95", "ms", 60),
    Row("stalls", "search_worst_stall", "longest stall of the window while searched", "ms", 50),
    Row("window", "solution_p95", "next solution, p95", "ms", 25),
    Row("start", "start_painted", "start to painted window, warm", "s", 0.8),
    Row("start", "start_analysed", "start to first source analysed, warm", "s", 1.2),
    Row("first", "installed_analysed", "the same after what `make demo` compiles", "s", 3),
    Row("first", "first_analysed", "the same, nothing compiled", "s", 3),
    Row("memory", "window_memory", "memory of the window, list scanned", "MiB", 450),
    Row("memory", "quitting", "quitting", "s", 0.5),
    Row("rows", "rows_open", "100,000 rows: read, listed, painted", "s", 1.5),
    Row("rows", "rows_memory", "100,000 rows: memory of the window", "MiB", 400),
)


@dataclass
class Run:
    """What a run has found so far."""

    survey: Path
    folder: Path
    is_quick: bool
    numbers: dict[str, float] = field(default_factory=dict)
    loads: dict[str, float] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def python(self, part: str, script: str, *arguments: str, **environment: str) -> None:
        """Run one of the benchmarks and gather what it tells."""
        target = self.folder / f"{part}.told"
        self._process(part, [str(HERE / script), *arguments], {FILE: str(target), **environment})
        self.numbers |= told(target)

    def scan(self, part: str, n_sources: int, *options: str) -> None:
        """Run `moosegui scan` on so many sources."""
        many = repeat_survey(self.survey, self.folder / f"{part}.fits", n_sources)
        table = self.folder / f"{part}_scan.fits"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = ["-m", "moosegui", "scan", str(many), "-o", str(table), *options]
        self._process(part, command, {})
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if part not in self.broken:
            self.numbers[f"{part}_rate"] = n_sources / seconds
            self.numbers[f"{part}_cpu_ms"] = 1e3 * cpu / n_sources
            self.numbers[f"{part}_sources"] = n_sources
        many.unlink()

    def compile(self, part: str, survey: str, environment: dict[str, str]) -> None:
        """Compile what the set-up of `make demo` compiles, and by the same command."""
        table = str(self.folder / f"{part}_scan.fits")
        command = ["-m", "moosegui", "scan", survey, "--blends", "-o", table]
        self._process(part, command, environment)

    def _process(self, part: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.loads[part] = quiet_load()
        paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(HERE)])
        ended = subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, "PYTHONPATH": paths, **environment},
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        (self.folder / f"{part}.txt").write_text(ended.stdout + ended.stderr, encoding="utf-8")
        if ended.returncode:
            lines = ended.stderr.strip().splitlines() or [f"exit status {ended.returncode}"]
            self.broken[part] = lines[-1]


def quiet_load() -> float:
    """Return how many processors other programs keep busy, after a pause if it is many."""
    until = time.monotonic() + SETTLE
    while (load := busy_processors()) > BUSY and time.monotonic() < until:
        time.sleep(1.0)
    return load


def busy_processors() -> float:
    """Return how many processors are busy in a moment in which this program is not."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return os.getloadavg()[0]
    before = _ticks(stat)
    time.sleep(0.5)
    after = _ticks(stat)
    total = sum(after) - sum(before)
    idle = sum(after[3:5]) - sum(before[3:5])
    return (1.0 - idle / max(total, 1)) * (os.cpu_count() or 1)


def _ticks(stat: Path) -> list[int]:
    return [int(word) for word in stat.read_text().split("\n", 1)[0].split()[1:9]]


def run_part(run: Run, part: str) -> None:
    """Run one part."""
    quick, survey = run.is_quick, str(run.survey)
    demo = str(DEMO if DEMO.exists() else run.survey)
    match part:
        case "scan":
            run.python(part, "bench_scan.py", "--n", "2" if quick else "12")
        case "survey":
            run.scan(part, 150 if quick else 1500)
        case "blends":
            run.scan(part, 40 if quick else 400, "--blends")
        case "live":
            run.python(part, "bench_live.py", demo, "--moves", "20" if quick else "100")
        case "stalls":
            run.python(part, "bench_stalls.py", demo if quick else survey, "--steps", "54")
        case "window":
            run.python(part, "bench_window.py", demo, "--steps", "20" if quick else "100")
        case "start":
            run.python(part, "bench_start.py", demo, "--runs", "2" if quick else "7")
        case "first":
            nothing = str(run.folder / "nothing-compiled")
            first = {"NUMBA_CACHE_DIR": nothing, "MOOSEGUI_CACHE": nothing}
            run.python(part, "bench_start.py", demo, "--first", "first", **first)
            compiled = str(run.folder / "compiled")
            installed = {"NUMBA_CACHE_DIR": compiled, "MOOSEGUI_CACHE": compiled}
            run.compile(part, demo, installed)
            run.python(part, "bench_start.py", demo, "--first", "installed", **installed)
        case "memory":
            run.python(part, "bench_memory.py", demo if quick else survey)
        case "rows":
            run.python(part, "bench_survey.py", survey, "--parts", "rows")
        case "cost":
            run.python(part, "bench_cost.py")


def table(run: Run, parts: list[str]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield f"moosegui {__version__}, {cpu_count()} processors, {platform.processor() or 'unknown'}"
    yield f"{'what':52} {'now':>10} {'asked':>10}"
    for row in (row for row in ROWS if row.part in parts):
        value = run.numbers.get(row.name)
        asked = f"{'>=' if row.is_floor else '<='} {row.asked:g}"
        if value is None:
            yield f"{row.what:52} {'-':>10} {asked:>10}  {run.broken.get(row.part, 'not told')}"
            continue
        is_met = value >= row.asked if row.is_floor else value <= row.asked
        busy = run.loads[row.part]
        mark = f"  loaded: {busy:.1f} processors busy with others" if busy > BUSY else ""
        shown = f"{value:.3g}" if value < 1000 else f"{value:.0f}"
        verdict = "met" if is_met else "NOT met"
        yield f"{row.what:52} {shown:>6} {row.unit:3} {asked:>10}  {verdict}{mark}"


def main() -> None:
    """Run the parts, print the table, write the JSON."""
    parts = [*dict.fromkeys(row.part for row in ROWS), "cost"]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("survey", type=Path, nargs="?", default=SHARED if SHARED.exists() else DEMO)
    parser.add_argument("--quick", action="store_true", help="short lists")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, metavar="PART")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(options.survey.resolve(), Path(folder), options.quick)
        os.environ["XDG_CONFIG_HOME"] = folder
        for part in options.only:
            print(f"{part} ...", file=sys.stderr, flush=True)
            run_part(run, part)
    print(*table(run, options.only), sep="\n")
    facts = {
        "version": __version__,
        "processors": cpu_count(),
        "python": platform.python_version(),
        "survey": run.survey.name,
        "quick": run.is_quick,
        "numbers": run.numbers,
        "busy_with_others": run.loads,
        "broken": run.broken,
        "asked": {row.name: row.asked for row in ROWS},
    }
    options.json.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    print(f"wrote {options.json}")


if __name__ == "__main__":
    main()
