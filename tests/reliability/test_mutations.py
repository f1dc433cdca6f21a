"""Inputs with flipped, lost and repeated bytes: a result or a sentence, and nothing else."""

from __future__ import annotations

import contextlib
import random
import resource as system
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from reliability.forms import number

from moosegui.config import resource
from moosegui.data.catalogue import SpectrumRef, Verdict
from moosegui.errors import MooseError
from moosegui.files.models.basis import read_basis
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import read_spectrum
from moosegui.files.tables.read import read_table
from moosegui.preferences import Preferences, read_preferences, write_preferences

N_PARTS = number(short=1, long=25)  # each can be run alone, `-k "table.csv and part7"`
N_EACH = number(short=25, long=500)
N_SLOW = number(short=3, long=20)  # each needs another process
SECONDS = 5
MEMORY = 1 << 30  # bytes that a reader may take on top of what the process has


def spectrum(path: Path) -> None:
    flux = fits.ImageHDU(np.ones(300, np.float32), name="DATA")
    flux.header.update(CRVAL1=4800.0, CDELT1=1.25, CRPIX1=1.0, CTYPE1="AWAV", CUNIT1="Angstrom")
    stat = fits.ImageHDU(np.ones(300, np.float32), name="STAT")
    fits.HDUList([fits.PrimaryHDU(), flux, stat]).writeto(path)


def table(path: Path) -> None:
    Table({"ID": ["1", "2"], "RA": [1.0, 2.0], "Z": [0.5, 0.6]}).write(path)


def votable(path: Path) -> None:
    Table({"ID": ["1", "2"], "RA": [1.0, 2.0]}).write(path, format="votable")


def text(path: Path) -> None:
    path.write_text('ID,RA,COMMENT\n1,2.5,"a, b"\n2,3.5,\n')


def ecsv(path: Path) -> None:
    Table({"ID": ["1", "2"], "RA": [1.0, 2.0]}).write(path, format="ascii.ecsv")


def session(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        for i_source in range(10):
            store.record(str(i_source), Verdict(0.5, zconf=1, comment="x" * 50))


def basis(path: Path) -> None:
    path.write_bytes(resource("basis", "star_ab.h5").read_bytes())


def preferences(path: Path) -> None:
    write_preferences(path, Preferences(keys={"quit": ("Ctrl+Q",)}))


def open_session(path: Path) -> None:
    SessionStore.open(path, inspector="ZB").close()


def read_one(path: Path) -> None:
    read_spectrum(SpectrumRef(path))


KINDS: dict[str, tuple[Callable[[Path], None], Callable[[Path], object]]] = {
    "spectrum.fits": (spectrum, read_one),
    "list.fits": (spectrum, open_source_list),
    "table.fits": (table, read_table),
    "table.xml": (votable, read_table),
    "table.csv": (text, read_table),
    "table.ecsv": (ecsv, read_table),
    "s.moose": (session, open_session),
    "basis.h5": (basis, read_basis),
    "preferences.toml": (preferences, read_preferences),
}


def mutated(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randrange(1, 5)):
        start = rng.randrange(len(data))
        act = rng.randrange(5)
        if act == 0:
            data[start] ^= 1 << rng.randrange(8)
        elif act == 1:
            data[start : start + 8] = rng.randbytes(8)
        elif act == 2:
            del data[start : start + rng.randrange(1, 200)]
        elif act == 3:
            data[start:start] = data[start : start + rng.randrange(1, 200)]
        else:
            data[start : start + 4] = b"9999"
        if not data:
            break
    return bytes(data)


@contextlib.contextmanager
def at_most(n_bytes: int) -> Iterator[None]:
    """Refuse memory beyond what the process has now and so many bytes."""
    soft, hard = system.getrlimit(system.RLIMIT_AS)
    n_pages = int(Path("/proc/self/statm").read_text().split()[0])
    system.setrlimit(system.RLIMIT_AS, (n_pages * system.getpagesize() + n_bytes, hard))
    try:
        yield
    finally:
        system.setrlimit(system.RLIMIT_AS, (soft, hard))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited by /proc")
@pytest.mark.parametrize("part", [f"part{i}" for i in range(N_PARTS)])
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_that_a_mutated_input_is_a_result_or_a_sentence(
    tmp_path: Path, name: str, part: str
) -> None:
    make, read = KINDS[name]
    make(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    rng, outcomes = random.Random(f"{name} {part}"), Counter[str]()

    def too_late(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    signal.signal(signal.SIGALRM, too_late)
    n_tries = N_SLOW if name == "basis.h5" else N_EACH
    for i_try in range(n_tries):
        folder = tmp_path / str(i_try)
        folder.mkdir()
        path = folder / name
        path.write_bytes(mutated(content, rng))
        signal.alarm(SECONDS)
        try:
            with at_most(MEMORY):
                read(path)
            outcomes["result"] += 1
        except MooseError as error:
            assert str(error).strip()
            assert "TimeoutError" not in str(error)
            outcomes["sentence"] += 1
        finally:
            signal.alarm(0)
        for left in sorted(folder.rglob("*"), reverse=True):
            left.rmdir() if left.is_dir() else left.unlink()
        folder.rmdir()
    print(f"\n{name} {part}: {dict(outcomes)}, 0 others")
