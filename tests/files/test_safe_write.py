"""Files that appear whole or not at all, and leave nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

from moosegui.files.safe_write import LEFT_AFTER, replacing


def test_that_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left, young, other = (
        tmp_path / name
        for name in (".cat_updated.abcd1234.fits", ".cat_updated.abcd1235.fits", ".mine.fits")
    )
    for path in (left, young, other):
        path.touch()
    for path in (left, other):
        then = path.stat().st_mtime - 2 * LEFT_AFTER
        os.utime(path, (then, then))

    with replacing(tmp_path / "cat_updated.fits") as temporary:
        temporary.write_bytes(b"new")

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [young.name, other.name, "cat_updated.fits"]
