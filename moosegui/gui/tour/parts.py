"""The parts of the window at which a card can point."""

from __future__ import annotations

from enum import Enum


class Part(Enum):
    """A part of the window."""

    QUEUE = "queue"
    SPECTRUM = "spectrum"
    CURVE = "curve"
    STRIP = "strip"
    SOLUTIONS = "solutions"
    DECISION = "decision"
