"""Memory and time of an update against the rows of the catalogue.

`python tests/benchmarks/bench_update.py [ROWS ...]`; each update runs in a process of its own, and
what it holds beside the list of sources is told, without the pages of files that the system lends.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.files.update.update import write_update

ENDINGS = ("csv", "csv.gz", "ecsv", "xml", "fits")
CONVERSIONS = (("csv", "fits"), ("csv", "ecsv"), ("fits", "csv"), ("fits", "ecsv"), ("fits", "xml"))
ROWS = (10_000, 100_000, 1_000_000)
WORDS = "a comment of some length, as surveys have them"


def write_fits(path: Path, n_rows: int) -> None:
    """Write the same columns as a binary table."""
    numbers = np.arange(n_rows)
    columns = {
        "ID": np.char.zfill(numbers.astype(str), 7),
        "RA": 150.0 + numbers * 1e-6,
        "DEC": np.full(n_rows, 2.25),
        "MAG": np.full(n_rows, 24.125),
        "FLUX": np.full(n_rows, 1.5e-17),
        "FILE": np.char.add("s", numbers.astype(str)),
        "NOTE": np.full(n_rows, WORDS),
    }
    Table(columns).write(path)


def write_catalogue(path: Path, n_rows: int) -> None:
    """Write a catalogue of seven columns."""
    names = ("ID", "RA", "DEC", "MAG", "FLUX", "FILE", "NOTE")
    kinds = ("string", *["float64"] * 4, "string", "string")
    if path.suffix == ".fits":
        write_fits(path, n_rows)
        return
    rows = (
        (f"{i:07d}", f"{150 + i * 1e-6:.6f}", "2.250000", "24.125", "1.5e-17", f"s{i}.fits", WORDS)
        for i in range(n_rows)
    )
    with path.with_name(path.name.removesuffix(".gz")).open("w", encoding="utf-8") as out:
        if path.suffix == ".xml":
            fields = "".join(
                f'<FIELD name="{name}" '
                + ('datatype="char" arraysize="*"/>' if kind == "string" else 'datatype="double"/>')
                for name, kind in zip(names, kinds, strict=True)
            )
            out.write(f'<VOTABLE version="1.3"><RESOURCE><TABLE>{fields}<DATA><TABLEDATA>\n')
            out.writelines(
                "<TR>" + "".join(f"<TD>{cell}</TD>" for cell in row) + "</TR>\n" for row in rows
            )
            out.write("</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>\n")
            return
        if path.suffix == ".ecsv":
            out.write("# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n")
            out.writelines(
                f"# - {{name: {name}, datatype: {kind}}}\n"
                for name, kind in zip(names, kinds, strict=True)
            )
            out.write("# schema: astropy-2.0\n")
        out.write(",".join(names) + "\n")
        out.writelines(",".join((*row[:-1], f'"{row[-1]}"')) + "\n" for row in rows)
    if path.suffix == ".gz":
        subprocess.run(["gzip", "-1", str(path.with_suffix(""))], check=True)


def anonymous() -> int:
    """What the process holds that is no page of a file, in bytes."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("Anonymous:")).split()[1])


def measure(path: Path, n_rows: int, ending: str) -> None:
    """Write one update, converted if its ending is another one, and tell what it took."""
    sources = [Source(f"{i:07d}", f"{i:07d}", i) for i in range(n_rows)]
    event = VerdictEvent(1, "", "ZB", "2026-01-01T00:00:00Z", Verdict(0.5, zconf=3, comment="yes"))
    decisions = {source.key: event for source in sources[::10]}
    before, peak, is_done = anonymous(), [0], threading.Event()

    def watch() -> None:
        while not is_done.wait(0.02):
            peak[0] = max(peak[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    is_converted = ending != path.name.split(".", 1)[1]
    target = path.with_name(f"converted.{ending}") if is_converted else None
    written = write_update(SourceList(tuple(sources), path), decisions, target)
    seconds = time.perf_counter() - began
    is_done.set()
    watcher.join()
    with written.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
    mebibytes = (peak[0] - before) / 2**20
    kinds = path.name.split(".", 1)[1] + (f" -> {ending}" if is_converted else "")
    print(
        f"{kinds:12} {n_rows:9,} rows {path.stat().st_size / 2**20:7.1f} MiB: "
        f"{mebibytes:7.1f} MiB held, {seconds:6.1f} s, {digest}",
        flush=True,
    )


def main() -> None:
    """Measure all formats."""
    if len(sys.argv) > 2 and sys.argv[1] == "--one":
        measure(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
        return
    for n_rows in map(int, sys.argv[1:] or ROWS):
        for ending, target in (*zip(ENDINGS, ENDINGS, strict=True), *CONVERSIONS):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"cat.{ending}"
                write_catalogue(path, n_rows)
                command = [sys.executable, __file__, "--one", str(path), str(n_rows), target]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
