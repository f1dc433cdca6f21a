"""Power that fails: only what was synced survives, and of the rest anything.

The writes of a session are recorded (strace). At each of them a disk is made that has all that was
synced so far and some of what was not, and the session is opened from it: what was acknowledged
before that moment must be there. Needs Linux and strace; without them it is skipped.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from reliability.forms import number

from moosegui.files.session.store import SessionStore

ROOT = Path(__file__).resolve().parents[2]
N_DECISIONS = number(short=4, long=60)
N_DISKS = number(short=30, long=3000)
DECIDE = """
import os, sys
from pathlib import Path
from moosegui.data.catalogue import Verdict
from moosegui.files.session.store import SessionStore

store = SessionStore.open(Path(sys.argv[1]), inspector="ZB")
os.write(1, b"begun")
for i in range(int(sys.argv[2])):
    store.record(str(i), Verdict(zconf=1, comment="x" * 300))
    os.write(1, b"done %d" % (i + 1))
os._exit(0)
"""
CALLS = "openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,close"
CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(slots=True)
class File:
    """Bytes that are synced, and what was done since."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut here
    has_name: bool = False  # whether its entry in the folder is synced

    def surviving(self, rng: random.Random) -> bytes:
        """What a disk could hold: each change that was not synced, or not."""
        data = bytearray(self.synced)
        share = rng.choice((0.0, 0.5, 1.0))
        for offset, change in self.pending:
            if rng.random() >= share:
                continue
            if change is None:
                del data[offset:]
                data.extend(bytes(offset - len(data)))
            else:
                data.extend(bytes(max(0, offset - len(data))))
                data[offset : offset + len(change)] = change
        return bytes(data)

    def sync(self) -> None:
        data = bytearray(self.synced)
        for offset, change in self.pending:
            data.extend(bytes(max(0, offset - len(data))))
            if change is None:
                del data[offset:]
            else:
                data[offset : offset + len(change)] = change
        self.synced, self.pending = bytes(data), []


def unquoted(arguments: str) -> bytes:
    found = TEXT.search(arguments)
    return b"" if found is None else bytes.fromhex(found[1].replace("\\x", ""))


class Disk:
    """The folder of a session as the calls of its process make it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, File] = {}
        self.open: dict[int, str] = {}
        self.n_acknowledged = -1

    def apply(self, call: str, arguments: str, result: int) -> None:
        first = arguments.split(",", 1)[0]
        if call == "openat":
            path = os.fsdecode(unquoted(arguments))
            self.open.pop(result, None)
            if path == str(self.folder) or Path(path).parent == self.folder:
                self.open[result] = path
                if "O_CREAT" in arguments:
                    self.files.setdefault(path, File())
            return
        if call == "unlink":
            self.files.pop(os.fsdecode(unquoted(arguments)), None)
            return
        descriptor = int(first)
        if call == "close":
            self.open.pop(descriptor, None)
        elif call == "write" and descriptor == 1:
            word = unquoted(arguments)
            if word.startswith((b"begun", b"done")):
                self.n_acknowledged = int(word.split()[1]) if b" " in word else 0
        elif (path := self.open.get(descriptor)) is not None:
            self._change(call, path, arguments)

    def _change(self, call: str, path: str, arguments: str) -> None:
        file = self.files.get(path)
        if call in ("fsync", "fdatasync"):
            if path == str(self.folder):
                for entry in self.files.values():
                    entry.has_name = True
            elif file is not None:
                file.sync()
        elif file is not None and call == "pwrite64":
            file.pending.append((int(arguments.rsplit(",", 1)[1]), unquoted(arguments)))
        elif file is not None and call == "ftruncate":
            file.pending.append((int(arguments.rsplit(",", 1)[1]), None))

    def after_a_failure(self, folder: Path, rng: random.Random) -> None:
        """Write what the disk could hold into another folder."""
        for path, file in self.files.items():
            is_of_session = path.endswith((".moose", ".moose-journal"))
            if is_of_session and (file.has_name or rng.random() < 0.5):
                (folder / Path(path).name).write_bytes(file.surviving(rng))


def recorded(log: Path) -> Iterator[tuple[str, str, int]]:
    for line in log.read_text().splitlines():
        found = CALL.match(line)
        if found is not None:
            yield found[1], found[2], int(found[3])


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_that_a_power_failure_loses_nothing_acknowledged(tmp_path: Path) -> None:
    folder, log = tmp_path / "survey", tmp_path / "calls.txt"
    folder.mkdir()
    session = folder / "cat.fits.ZB.moose"
    program = [sys.executable, "-c", DECIDE, str(session), str(N_DECISIONS)]
    strace = ["strace", "-f", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(log)]
    traced = subprocess.run(
        [*strace, *program], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True
    )
    if traced.returncode:
        pytest.skip("strace may not trace here")
    calls = list(recorded(log))
    rng = random.Random(3)
    begun = next(i for i, call in enumerate(calls) if unquoted(call[1]) == b"begun")
    share = N_DISKS / (len(calls) - begun)

    disk, n_disks = Disk(folder), 0
    for call, arguments, result in calls:
        disk.apply(call, arguments, result)
        if disk.n_acknowledged < 0 or rng.random() > share:
            continue
        left = tmp_path / "left"
        left.mkdir()
        disk.after_a_failure(left, rng)
        with SessionStore.open(left / session.name) as store:
            assert len(store.events()) >= disk.n_acknowledged
            assert store.notices == ()
        shutil.rmtree(left)
        n_disks += 1

    assert disk.n_acknowledged == N_DECISIONS
    print(f"\n{n_disks} disks after a failure of power, {N_DECISIONS} decisions, 0 lost")
