"""How fast the expert is, and how long the rest will take."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

REMEMBERED = 60  # decisions
LONGEST = 300.0  # s; a longer gap is a break and not a source


class Pace:
    """Median seconds from one decision to the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: float | None = None
        self._gaps: deque[float] = deque(maxlen=REMEMBERED)

    def decided(self) -> None:
        """Count a decision made now."""
        now = self._clock()
        if self._last is not None and now - self._last < LONGEST:
            self._gaps.append(now - self._last)
        self._last = now

    def text(self, n_left: int) -> str:
        """Return `14 s/source · 2.1 h left`; empty before the second decision."""
        if not self._gaps:
            return ""
        seconds = statistics.median(self._gaps)
        hours = seconds * n_left / 3600.0
        left = f"{hours:.1f} h left" if hours >= 1 else f"{hours * 60:.0f} min left"
        return f"{seconds:.0f} s/source · {left}"
