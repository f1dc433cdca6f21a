"""How surely a file has a format."""

from __future__ import annotations

import enum


class Score(enum.IntEnum):
    """The answer of a format to "is this yours?"; the highest reads the file."""

    NO = 0
    NUMBERS = 1  # numbers that look like it
    SHAPE = 2  # an image of that shape
    NAMES = 3  # names of columns or extensions
    SIGNATURE = 4  # what no other format has
