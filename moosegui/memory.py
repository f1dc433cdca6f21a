"""How much memory is free, so that a long run can refuse before it starts."""

from __future__ import annotations

import os
from pathlib import Path

from moosegui.errors import InputError

GIB = 1024**3
MEMORY_INFORMATION = Path("/proc/meminfo")
GROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
GROUP_USE = Path("/sys/fs/cgroup/memory.current")


def available_memory() -> int | None:
    """Return the bytes that this process may still take; None where the system does not say.

    On Linux what is free or can be freed, at most what the control group leaves; elsewhere all
    of the physical memory, which is the most that can be known without another package.
    """
    if MEMORY_INFORMATION.is_file():
        limits = (_free_on_linux(MEMORY_INFORMATION.read_text()), _left_in_group())
        return min((limit for limit in limits if limit is not None), default=None)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _free_on_linux(text: str) -> int | None:
    for line in text.splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _left_in_group() -> int | None:
    try:
        return int(GROUP_LIMIT.read_text()) - int(GROUP_USE.read_text())
    except (OSError, ValueError):  # no group, or the limit "max"
        return None


def describe_memory(n_bytes: int) -> str:
    """Return a number of bytes as people read it, `1.4 GiB`."""
    return f"{n_bytes / GIB:.1f} GiB" if n_bytes >= GIB / 10 else f"{n_bytes / 1024**2:.0f} MiB"


def require_memory(n_bytes: int, task: str, advice: str) -> None:
    """Refuse a task for which there is too little memory.

    Raises
    ------
    InputError
        With the estimate, what is free, and the advice.
    """
    free = available_memory()
    if free is not None and n_bytes > free:
        raise InputError(
            f"{task} needs about {describe_memory(n_bytes)} of memory and {describe_memory(free)} "
            f"are free; {advice}."
        )
