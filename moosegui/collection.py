"""The collector of garbage stands still while many objects are made that all stay.

Otherwise it looks through all of them again and again and finds nothing: half of the time in which
a catalogue of 100,000 rows is read.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Collect no garbage inside; whoever had switched that off already keeps it off."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
