"""Arrays that are kept between runs come back as they were, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from moosegui.config import cache_folder
from moosegui.files.models import kept_arrays
from moosegui.files.models.kept_arrays import (
    MAX_SETS,
    clean_kept,
    drop_arrays,
    is_on_own_disk,
    keep_arrays,
    read_arrays,
)

NAME = "0123456789abcdef" * 2
ARRAYS = {
    "blocks": np.arange(12.0).reshape(3, 4),
    "slots": np.array([3, 1, 2]),
    "none": np.empty(0),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of sets, on a disk of this machine whatever the tests lie on."""
    monkeypatch.setenv("MOOSEGUI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(kept_arrays, "is_on_own_disk", lambda _: True)
    return tmp_path / "cache" / "arrays"


def _assert_as_kept(found: dict[str, np.ndarray] | None) -> None:
    assert found is not None
    assert found.keys() == ARRAYS.keys()
    for key, array in found.items():
        np.testing.assert_array_equal(array, ARRAYS[key])
        assert array.dtype == ARRAYS[key].dtype
        assert type(array) is np.ndarray


def test_that_arrays_come_back():
    assert read_arrays(NAME) is None
    assert keep_arrays(NAME, ARRAYS)
    _assert_as_kept(read_arrays(NAME))


def test_that_arrays_are_read_where_disks_are_not_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_arrays, "TELLS_DISKS", False)
    monkeypatch.setattr(kept_arrays, "is_on_own_disk", lambda _: False)
    assert not keep_arrays(NAME, ARRAYS)  # not to be mapped
    _assert_as_kept(read_arrays(NAME))


def test_that_nothing_is_kept_on_disks_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch):
    keep_arrays(NAME, ARRAYS)
    monkeypatch.setattr(kept_arrays, "TELLS_DISKS", True)
    monkeypatch.setattr(kept_arrays, "is_on_own_disk", lambda _: False)
    assert read_arrays(NAME) is None
    assert not keep_arrays(NAME[::-1], ARRAYS)
    assert [entry.name for entry in folder.iterdir()] == [NAME]


def test_that_a_change_in_memory_leaves_the_file(folder: Path):
    keep_arrays(NAME, ARRAYS)
    found = read_arrays(NAME)
    assert found is not None
    found["blocks"][0, 0] = 7.0
    _assert_as_kept(read_arrays(NAME))


def test_that_arrays_begin_with_a_line_of_the_cache():
    keep_arrays(NAME, ARRAYS)
    found = read_arrays(NAME)
    assert found is not None
    assert found["blocks"].ctypes.data % 64 == 0


@pytest.mark.parametrize(
    "damage",
    ["a bit", "its type", "truncated", "empty", "missing", "no checks", "nothing", "words"],
)
def test_that_a_damaged_set_is_removed_and_kept_anew(folder: Path, damage: str):
    keep_arrays(NAME, ARRAYS)
    path, checks = folder / NAME / "blocks.npy", folder / NAME / "checks.json"
    content = bytearray(path.read_bytes())
    if damage == "a bit":
        content[-3] ^= 1
        path.write_bytes(content)
    elif damage == "its type":
        path.write_bytes(content.replace(b"<f8", b">f8"))
    elif damage == "truncated":
        path.write_bytes(content[:-8])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "missing":
        path.unlink()
    elif damage == "no checks":
        checks.unlink()
    else:
        checks.write_text("{}" if damage == "nothing" else "[1, 2]")
    assert read_arrays(NAME) is None
    assert not (folder / NAME).exists()
    assert keep_arrays(NAME, ARRAYS)
    _assert_as_kept(read_arrays(NAME))


def test_that_nothing_is_kept_without_a_folder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOOSEGUI_CACHE", "")
    assert cache_folder() is None
    assert not keep_arrays(NAME, ARRAYS)
    assert read_arrays(NAME) is None


@pytest.mark.parametrize("error", [PermissionError(13, ""), OSError(24, ""), MemoryError()])
def test_that_what_cannot_be_read_now_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    keep_arrays(NAME, ARRAYS)

    def refused(*_args: object, **_kwargs: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(np, "load", refused)
        assert read_arrays(NAME) is None
        patched.setattr(np, "save", refused)
        assert keep_arrays(NAME, ARRAYS)  # it is there
    _assert_as_kept(read_arrays(NAME))


def test_that_a_place_that_cannot_be_is_no_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOOSEGUI_CACHE", "/" + "x" * 300)
    assert read_arrays(NAME) is None
    assert not keep_arrays(NAME, ARRAYS)


def test_that_a_set_can_be_dropped(folder: Path):
    drop_arrays(NAME)
    keep_arrays(NAME, ARRAYS)
    drop_arrays(NAME)
    assert list(folder.iterdir()) == []


def test_that_a_file_in_the_way_is_no_failure(folder: Path):
    folder.parent.write_text("in the way")
    assert not keep_arrays(NAME, ARRAYS)
    assert read_arrays(NAME) is None


def test_that_a_full_disk_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert not keep_arrays(NAME, ARRAYS)
    assert list(folder.iterdir()) == []


def test_that_a_set_that_another_process_kept_stays(folder: Path):
    assert keep_arrays(NAME, ARRAYS)
    assert keep_arrays(NAME, {"blocks": np.zeros(3)})
    _assert_as_kept(read_arrays(NAME))
    assert [entry.name for entry in folder.iterdir()] == [NAME]


def test_that_sets_that_were_not_used_longest_make_room(folder: Path):
    names = [f"{i:032x}" for i in range(MAX_SETS + 2)]
    for i, name in enumerate(names[:MAX_SETS]):
        keep_arrays(name, ARRAYS)
        os.utime(folder / name, (1e9 + i, 1e9 + i))
    read_arrays(names[0])  # used again
    for name in names[MAX_SETS:]:
        keep_arrays(name, ARRAYS)
    left = {entry.name for entry in folder.iterdir()}
    assert left == {*names} - {names[1], names[2]}


def test_that_what_a_killed_run_left_goes_after_a_day(folder: Path):
    for name, changed in (("partial-old", 1e9), ("partial-new", None), ("of others", 1e9)):
        (folder / name).mkdir(parents=True)
        if changed is not None:
            os.utime(folder / name, (changed, changed))
    clean_kept()
    assert {entry.name for entry in folder.iterdir()} == {"partial-new", "of others"}


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        ("ext4 /", True),
        ("nfs4 /", False),
        ("ext4 / nfs4 {}", False),
        ("nfs4 / xfs {}", True),
        ("ext4 / xfs {} fuse.sshfs {}", False),  # the last one lies on top
        ("ext4 / nfs4 {}x", True),
        ("tmpfs /", False),
    ],
)
def test_on_which_disks_files_are_mapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str, expected: bool
):
    monkeypatch.undo()
    monkeypatch.setattr(kept_arrays, "TELLS_DISKS", True)
    words = [word.format(str(tmp_path).replace(" ", "\\040")) for word in mounts.split()]
    lines = [
        f"36 35 98:0 / {place} rw,noatime master:1 - {kind} /dev/root rw"
        for kind, place in zip(words[::2], words[1::2], strict=True)
    ]
    lines.insert(1, "36 35 98:0 / /run/Donn\udce9es\u2028\x85\xa0 rw - vfat /dev/sdb rw")
    read = Path.read_text

    def read_text(path: Path, *args: object, **kwargs: object) -> str:
        told = "\n".join(lines)
        return told if path == Path("/proc/self/mountinfo") else read(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "read_text", read_text)
    assert is_on_own_disk(tmp_path / "file") is expected


def test_that_other_systems_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    monkeypatch.setattr(kept_arrays, "TELLS_DISKS", False)
    assert not is_on_own_disk(tmp_path)
