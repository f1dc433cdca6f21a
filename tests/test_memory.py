from __future__ import annotations

from pathlib import Path

import pytest

from moosegui import memory
from moosegui.errors import InputError

INFORMATION = "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n"


def test_that_a_control_group_limits_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("information", INFORMATION), ("limit", "3000"), ("use", "1000")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(memory, "MEMORY_INFORMATION", tmp_path / "information")
    monkeypatch.setattr(memory, "GROUP_LIMIT", tmp_path / "limit")
    monkeypatch.setattr(memory, "GROUP_USE", tmp_path / "use")

    assert memory.available_memory() == 2000


def test_that_without_a_group_what_the_system_tells_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "information").write_text(INFORMATION, encoding="utf-8")
    monkeypatch.setattr(memory, "MEMORY_INFORMATION", tmp_path / "information")
    monkeypatch.setattr(memory, "GROUP_LIMIT", tmp_path / "missing")

    assert memory.available_memory() == 8000000 * 1024


def test_that_too_much_is_refused_with_estimate_and_what_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 2 * memory.GIB)

    with pytest.raises(InputError, match=r"needs about 3\.0 GiB of memory and 2\.0 GiB are free"):
        memory.require_memory(3 * memory.GIB, "Learning", "take less")
