r"""Texts in FITS, whose strings are ASCII: other letters are escaped, and the column says so.

astropy returns a string column with a byte beyond ASCII as bytes, all rows of it, and other
programs show two letters for one. A column that needs it is written with `\u03b1` for α (`\U` and
eight digits beyond 16 bits, `\\` for a backslash), and the card `TESCn = 'backslash-u'` tells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

CARD, SCHEME = "TESC", "backslash-u"
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(\\))")


def fits_texts(texts: Iterable[str]) -> tuple[list[bytes], bool]:
    """Return texts as FITS holds them, and whether they were escaped."""
    every = list(texts)
    if all(text.isascii() for text in every):
        return [text.encode("ascii") for text in every], False
    return [escaped(text).encode("ascii") for text in every], True


def escaped(text: str) -> str:
    """Return a text in ASCII, to be read by `unescaped`."""
    return "".join(letter if _is_plain(letter) else _escape(letter) for letter in text)


def unescaped(text: str) -> str:
    """Return the text that `escaped` wrote."""
    return _ESCAPE.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), text)


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter != "\\"


def _escape(letter: str) -> str:
    if letter == "\\":
        return "\\\\"
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"
