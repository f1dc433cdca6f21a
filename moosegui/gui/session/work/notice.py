"""A sentence for the expert, as a value that can be posted from anywhere."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from moosegui.errors import MooseError

log = logging.getLogger(__name__)

BRIEF_SECONDS = 2.0
LONG_SECONDS = 8.0


Offer = tuple[str, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened, in one sentence; `details` may hold a traceback.

    A warning and an error stay for longer than an info, unless that `stays`. An `offer` is a
    button: its words, and what it does. Of the same `subject` only the last is on screen.
    """

    text: str
    level: Literal["info", "warning", "error"] = "info"
    details: str = ""
    is_brief: bool = False
    stays: bool = False
    offer: Offer | None = None
    subject: str = ""

    @property
    def seconds(self) -> float:
        """How long an info stays."""
        if self.stays:
            return math.inf
        return BRIEF_SECONDS if self.is_brief else LONG_SECONDS


def notice_of_error(text: str, error: BaseException) -> Notice:
    """Return a notice of a bug, with its traceback for a report."""
    return Notice(text, "error", "".join(traceback.format_exception(error)))


def notice_of_failure(what: str, error: Exception) -> Notice:
    """Return a notice of work that failed: the sentence of an expected failure, else a bug."""
    if isinstance(error, MooseError | OSError):
        return Notice(str(error), "error")
    log.error("%s failed", what, exc_info=error)
    return notice_of_error(f"{what[0].upper()}{what[1:]} failed: {error}", error)
