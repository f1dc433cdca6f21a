"""Memory of the large arrays of a scan, kept for the next scan and given back on request.

More than 32 MB are mapped and unmapped at each allocation (glibc), which costs as much as the
transforms that fill them.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import time
import weakref

import numpy as np

from moosegui.data.arrays import FloatArray

MAPPED, KEPT_AT_END = 4 << 20, 64 << 20  # bytes
MAX_SPARE = 4  # arrays of a shape, some 40 MB each
MAX_IDLE = 4.0  # s, after which what several scans at once have left is no longer kept
LINE = 64  # bytes of a line of the cache, in which vectors should not cross
_spare: dict[tuple[int, int], list[tuple[float, FloatArray]]] = {}  # since when; latest last


def room_for(shape: tuple[int, int]) -> FloatArray:
    """Return an aligned array to be filled, in memory that an earlier scan has left.

    The memory is given back when the last reference to the array dies; views of its parts must not
    outlive it.
    """
    try:
        _, memory = _spare[shape].pop()
    except (KeyError, IndexError):
        memory = aligned(shape)
    room = memory.view()
    weakref.finalize(room, _give_back, memory).atexit = False
    return room


def aligned(shape: tuple[int, ...]) -> FloatArray:
    """Return an array to be filled that begins with a line of the cache."""
    size = int(np.prod(shape))
    memory = np.empty(size + LINE // 8)
    first = -memory.ctypes.data % LINE // 8
    return memory[first : first + size].reshape(shape)


def release_memory() -> int:
    """Give what no scan uses back to the system.

    Returns
    -------
    int
        Bytes of the arrays that were let go; what the allocator returns beside is not counted.
    """
    n_bytes = 0
    for kept in list(_spare.values()):
        while kept:
            try:
                n_bytes += kept.pop()[1].nbytes
            except IndexError:  # a scan took the last one meanwhile
                break
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
        if trim is not None:
            trim(0)
    return n_bytes


def share_heaps() -> None:
    """Let all threads allocate from two heaps, and large arrays from none (glibc).

    Each heap keeps holes of what its threads have held at once: opening lists, which takes a
    thread each, grew a window by megabytes. Scans are as fast with two. Of itself glibc takes
    arrays of up to 32 MiB into the heaps, once one of these was given back, and small objects that
    come to lie behind them keep their place for ever. From 4 MiB on they are mapped here, which
    costs a scan nothing (from 1 MiB on: a quarter); what the heaps end with is kept for the next.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 2)
            mallopt(_M_MMAP_THRESHOLD, MAPPED)
            mallopt(_M_TRIM_THRESHOLD, KEPT_AT_END)


_M_ARENA_MAX, _M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -8, -3, -1  # of malloc.h


def _give_back(memory: FloatArray) -> None:
    now = time.monotonic()
    kept = _spare.setdefault((memory.shape[0], memory.shape[1]), [])
    if len(kept) < MAX_SPARE:
        kept.append((now, memory))
    for idle in list(_spare.values()):
        with contextlib.suppress(IndexError):  # a scan takes the last one meanwhile
            while idle[0][0] < now - MAX_IDLE:
                del idle[0]
