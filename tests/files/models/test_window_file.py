from __future__ import annotations

import errno
from collections.abc import Iterator
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
    window_path,
    write_windows,
)

GRID = LogGrid(3.5, 1e-4, 700)


def blocks(n: int = 3) -> Iterator[StoredBlock]:
    rng = np.random.default_rng(1)
    for first in range(n):
        values = rng.normal(size=(2, 2, 3 + first, 7)).astype(np.float32)
        yield StoredBlock(np.arange(3 + first) * 2, first, *values)


def stored(blocks: Iterator[StoredBlock]) -> StoredWindows:
    return StoredWindows(GRID, 17, 2.5, blocks)


def test_that_all_blocks_come_back_and_kernels_can_use_them(tmp_path: Path) -> None:
    path = window_path(tmp_path / "basis.h5")

    write_windows(path, stored(blocks()))
    found = open_windows(path)

    assert path.name == "basis.h5.windows"
    assert (found.grid, found.n_spectra, found.unit) == (GRID, 17, 2.5)
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
    write_windows(tmp_path / "windows", stored(blocks(12)))

    assert [b.first_tile for b in open_windows(tmp_path / "windows").blocks] == list(range(12))


def test_that_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    def until_full() -> Iterator[StoredBlock]:
        yield from blocks(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ExportError, match="No space left on device"):
        write_windows(tmp_path / "windows", stored(until_full()))

    assert not list(tmp_path.iterdir())


def test_that_a_stop_while_it_is_written_leaves_nothing(tmp_path: Path) -> None:
    def until_stopped() -> Iterator[StoredBlock]:
        yield from blocks(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_windows(tmp_path / "windows", stored(until_stopped()))

    assert not list(tmp_path.iterdir())


def test_that_an_earlier_file_is_replaced(tmp_path: Path) -> None:
    write_windows(tmp_path / "windows", stored(blocks(5)))
    write_windows(tmp_path / "windows", stored(blocks(1)))

    assert len(list(open_windows(tmp_path / "windows").blocks)) == 1


@pytest.mark.parametrize("damage", ["missing", "other", "cut", "empty"])
def test_that_what_is_no_training_set_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "windows"
    write_windows(path, stored(blocks()))
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
