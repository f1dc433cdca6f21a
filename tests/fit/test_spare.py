"""Memory that scans leave to each other, and give back."""

from __future__ import annotations

import gc

import pytest

from moosegui.fit import spare
from moosegui.fit.spare import release_memory, room_for

SHAPE = (3, 50_000)


def test_that_the_next_array_lies_where_the_last_one_lay() -> None:
    release_memory()
    first = room_for(SHAPE)
    place = first.ctypes.data

    del first
    gc.collect()

    assert room_for(SHAPE).ctypes.data == place


def test_that_what_nobody_uses_is_given_back_and_what_is_in_use_is_not() -> None:
    release_memory()
    kept, left = room_for(SHAPE), room_for(SHAPE)
    kept[:] = 7.0
    n_bytes = left.nbytes
    del left
    gc.collect()

    assert release_memory() == n_bytes
    assert release_memory() == 0
    assert (kept == 7.0).all()


def test_that_what_several_scans_at_once_have_left_goes_by_and_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release_memory()
    now = 100.0
    monkeypatch.setattr(spare.time, "monotonic", lambda: now)
    at_once = [room_for(SHAPE) for _ in range(3)]
    n_bytes = at_once[0].nbytes
    del at_once
    other = room_for((5, 100))

    for _ in range(4):  # one scan after the other
        now += 0.4 * spare.MAX_IDLE
        room_for(SHAPE)
    del other

    assert release_memory() == n_bytes + 5 * 100 * 8
