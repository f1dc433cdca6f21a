"""Files that appear whole or not at all, and leave nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

from moosegui.files.safe_write import LEFT_AFTER, replacing


def test_that_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    names = (
        *(".cat_updated.moose-abcd1234.fits", ".other.moose-abcd1234.csv"),
        *(".cat_updated.moose-abcd1235.fits", ".mine.fits", ".cat_updated.settings.fits"),
    )
    left, also_left, young, *others = (tmp_path / name for name in names)
    for path in (left, also_left, young, *others):
        path.touch()
    for path in (left, also_left, *others):
        then = path.stat().st_mtime - 2 * LEFT_AFTER
        os.utime(path, (then, then))

    with replacing(tmp_path / "cat_updated.fits") as temporary:
        temporary.write_bytes(b"new")

    found = {path.name for path in tmp_path.iterdir()}
    assert found == {young.name, *(other.name for other in others), "cat_updated.fits"}
