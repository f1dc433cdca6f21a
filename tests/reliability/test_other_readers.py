"""What is written is read by astropy, by STILTS and by MPDAF, with the same values.

STILTS is found by its command; MPDAF in the interpreter that `MOOSEGUI_MPDAF_PYTHON` names.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from astropy.table import Table
from files.decisions import DECISIONS, SUMMARIES, VERDICTS, a_source_list

from moosegui.files.update.update import write_update

FORMATS = {
    "fits": ("fits", "fits"),
    "ecsv": ("ascii.ecsv", "ecsv"),
    "csv": ("ascii.csv", "csv"),
    "vot": ("votable", "votable"),
}
STILTS = shutil.which("stilts")
MPDAF = os.environ.get("MOOSEGUI_MPDAF_PYTHON", sys.executable)
READ_BY_MPDAF = """
import sys
from mpdaf.sdetect import Catalog
table = Catalog.read(sys.argv[1])
print(*(float(z) if z is not None else float("nan") for z in table["Z_VI"]))
"""


@pytest.fixture(params=FORMATS)
def update(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The update of a catalogue in one of the formats."""
    ending = request.param
    catalogue = tmp_path / f"cat.{ending}"
    table = Table({"ID": [f"{i:05d}" for i in range(5)], "RA": [10.0 + i for i in range(5)]})
    table.write(catalogue, format=FORMATS[ending][0])
    return write_update(a_source_list(catalogue), DECISIONS, summaries=SUMMARIES)


def kind(update: Path) -> tuple[str, str]:
    return FORMATS[update.suffix[1:]]


def assert_redshifts(found: list[float]) -> None:
    wanted = [VERDICTS["0"].redshift, *[math.nan] * 4]  # of what has a ZCONF above 0
    assert len(found) == 5
    assert found == pytest.approx(wanted, rel=0, abs=0, nan_ok=True)


def test_that_astropy_reads_an_update(update: Path) -> None:
    table = Table.read(update, format=kind(update)[0])

    assert [int(name) for name in table["ID"]] == list(range(5))
    assert_redshifts(
        [float("nan") if z is None else float(z) for z in table["Z_VI"].filled(math.nan)]
        if hasattr(table["Z_VI"], "filled")
        else list(map(float, table["Z_VI"]))
    )


@pytest.mark.skipif(STILTS is None, reason="STILTS is not installed")
def test_that_stilts_reads_an_update(update: Path) -> None:
    done = subprocess.run(
        [
            str(STILTS),
            "tpipe",
            f"in={update}",
            f"ifmt={kind(update)[1]}",
            "cmd=keepcols Z_VI",
            "ofmt=csv",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert_redshifts(
        [
            float(line or "nan")
            for line in (line.strip('"') for line in done.stdout.split("\n")[1:6])
        ]
    )


def test_that_mpdaf_reads_an_update(update: Path) -> None:
    known = subprocess.run([MPDAF, "-c", "import mpdaf"], capture_output=True, check=False)
    if known.returncode:
        pytest.skip("MPDAF is not installed")
    if kind(update)[0] == "votable":
        pytest.skip("catalogues of MPDAF are FITS and text")

    done = subprocess.run(
        [MPDAF, "-c", READ_BY_MPDAF, str(update)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    found = done.stdout.strip().split("\n")[-1].replace("--", "nan").split()
    assert_redshifts([float(z) for z in found])
