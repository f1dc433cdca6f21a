from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from moosegui.data.grids import LogGrid
from moosegui.errors import ExportError, InputError
from moosegui.files.models.window_file import (
    StoredBlock,
    StoredWindows,
    open_windows,
    write_windows,
)
from moosegui.files.safe_write import LEFT_AFTER

GRID = LogGrid(3.5, 1e-4, 700)


def blocks(n: int = 3) -> Iterator[StoredBlock]:
    rng = np.random.default_rng(1)
    for first in range(n):
        values = rng.normal(size=(2, 2, 3 + first, 7)).astype(np.float32)
        yield StoredBlock(np.arange(3 + first) * 2, first, *values)


def stored(blocks: Iterator[StoredBlock]) -> StoredWindows:
    return StoredWindows(GRID, 170, 2.5, blocks, 100_000)


def test_that_all_blocks_come_back_and_kernels_can_use_them(tmp_path: Path) -> None:
    path = write_windows(tmp_path / "basis.h5", stored(blocks()))
    found = open_windows(path)

    assert path.parent == tmp_path
    assert path.name.startswith(".basis.moose-")
    assert (found.grid, found.n_spectra, found.unit) == (GRID, 170, 2.5)
    for block, expected in zip(found.blocks, blocks(), strict=True):
        assert block.first_tile == expected.first_tile
        np.testing.assert_array_equal(block.rows, expected.rows)
        for name in ("scaled", "roots"):
            values = getattr(block, name)
            np.testing.assert_array_equal(values, getattr(expected, name))
            assert values.flags.aligned
            assert not values.flags.writeable
            assert values.dtype == np.float32


def test_that_more_blocks_than_nine_stay_in_order(tmp_path: Path) -> None:
    path = write_windows(tmp_path / "basis.h5", stored(blocks(12)))

    assert [b.first_tile for b in open_windows(path).blocks] == list(range(12))


LIMITED = """
import resource, signal, sys
from pathlib import Path
sys.path[:0] = {paths}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from dataclasses import replace
from test_window_file import blocks, stored
from moosegui.files.models.window_file import write_windows
write_windows(Path({path!r}), replace(stored(blocks(40)), n_bytes={room}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of files there")
@pytest.mark.parametrize(("limit", "room"), [(20_000, 90_000), (80_000, 90_000), (90_000, 70_000)])
def test_that_a_disk_that_takes_no_more_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, limit: int, room: int
) -> None:
    paths = [*sys.path, str(Path(__file__).parent)]
    path = str(tmp_path / "basis.h5")
    code = LIMITED.format(paths=paths, limit=limit, path=path, room=room)

    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )

    assert ended.returncode == 1
    if limit < room:
        last = ended.stderr.strip().splitlines()[-1]
        assert last.startswith("moosegui.errors.ExportError: The training set cannot be kept")
        assert os.strerror(errno.EFBIG) in last
    assert not list(tmp_path.iterdir())


def test_that_a_stop_while_it_is_written_leaves_nothing(tmp_path: Path) -> None:
    def until_stopped() -> Iterator[StoredBlock]:
        yield from blocks(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_windows(tmp_path / "basis.h5", stored(until_stopped()))

    assert not list(tmp_path.iterdir())


def test_that_a_second_run_leaves_the_file_of_the_first_alone(tmp_path: Path) -> None:
    first = open_windows(write_windows(tmp_path / "basis.h5", stored(blocks(5))))

    second = write_windows(tmp_path / "basis.h5", stored(blocks(1)))

    assert len(list(open_windows(second).blocks)) == 1
    for block, expected in zip(first.blocks, blocks(5), strict=True):
        np.testing.assert_array_equal(block.scaled, expected.scaled)


def test_that_what_a_kill_left_goes_an_hour_later(tmp_path: Path) -> None:
    left = write_windows(tmp_path / "basis.h5", stored(blocks()))
    long_ago = time.time() - LEFT_AFTER - 60.0
    os.utime(left, (long_ago, long_ago))

    write_windows(tmp_path / "basis.h5", stored(blocks()))

    assert not left.exists()


def test_that_too_little_room_is_told_before_anything_is_written(tmp_path: Path) -> None:
    windows = replace(stored(blocks()), n_bytes=2**62)

    with pytest.raises(ExportError, match=r"of the disk of .* are free"):
        write_windows(tmp_path / "basis.h5", windows)

    assert not list(tmp_path.iterdir())


def test_that_what_a_kill_left_makes_room_for_the_next_run(tmp_path: Path) -> None:
    left = write_windows(tmp_path / "basis.h5", stored(blocks()))
    long_ago = time.time() - LEFT_AFTER - 60.0
    os.utime(left, (long_ago, long_ago))

    with pytest.raises(ExportError):
        write_windows(tmp_path / "basis.h5", replace(stored(blocks()), n_bytes=2**62))

    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_that_workers_of_others_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        path = write_windows(tmp_path / "basis.h5", stored(blocks()))
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("damage", ["missing", "other", "cut", "empty"])
def test_that_what_is_no_training_set_is_refused(tmp_path: Path, damage: str) -> None:
    path = write_windows(tmp_path / "basis.h5", stored(blocks()))
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        with h5py.File(path, "w") as file:
            file["flux"] = np.ones(3)

    with pytest.raises(InputError, match=r"windows"):
        open_windows(path)
