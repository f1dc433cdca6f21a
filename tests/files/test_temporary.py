"""Folders for copies do not outlive the process that made them for long."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from moosegui.files.temporary import PREFIX, clean_temporary, temporary_folder

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal
from moosegui.files.temporary import temporary_folder

with temporary_folder() as folder:
    (folder / "copy.moose").write_text("x")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_that_a_folder_is_removed_at_the_end() -> None:
    with temporary_folder() as folder:
        (folder / "copy.moose").write_text("x")

    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_that_the_folder_of_a_killed_run_is_removed_by_the_next(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)},
        check=False,
    )
    left = Path(done.stdout.strip())
    assert left.is_dir()

    clean_temporary()

    assert not left.exists()


def test_that_the_folder_of_a_process_that_runs_stays() -> None:
    with temporary_folder() as folder:
        clean_temporary()

        assert folder.is_dir()


def test_that_what_is_of_somebody_else_stays(place: Path) -> None:
    target = place / "precious"
    target.mkdir()
    others = [place / f"{PREFIX}notes", place / "moosegui-ZB", place / f"{PREFIX}x1-abcdefgh"]
    for other in others:
        other.mkdir()
    link = place / f"{PREFIX}999999999-abcdefgh"
    link.symlink_to(target)

    clean_temporary()

    assert all(path.is_dir() for path in (target, *others, link))
