"""The short form of these tests runs with all others, the long one by `make reliability`."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("MOOSEGUI_RELIABILITY") == "long"


def number(*, short: int, long: int) -> int:
    """How often something is tried."""
    return long if IS_LONG else short
