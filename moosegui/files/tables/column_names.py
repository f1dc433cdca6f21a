"""What the name of a catalogue's column says beside its meaning: units, epochs, frames."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MAX_SHOWN = 60  # characters of a name
MAX_LINES = 9  # below each other, behind a name that comes again
_BRACKETED = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_RANGE = re.compile(r"\s*\d+\s*(?:-|\N{EN DASH}|to)\s*\d+\s*")
# What brackets hold that changes no meaning; of positions only what is J2000 or as good as that
_UNITS = {"deg": "deg", "degs": "deg", "degree": "deg", "degrees": "deg", "d": "deg",
          "h": "hourangle", "hr": "hourangle", "hrs": "hourangle", "hour": "hourangle",
          "hours": "hourangle", "hourangle": "hourangle",
          "rad": "rad", "radian": "rad", "radians": "rad"}  # fmt: skip
_EPOCHS = ("j2000", "j2000.0", "2000", "2000.0", "icrs", "fk5")
_NOTATIONS = ("hms", "dms", "h:m:s", "d:m:s", "hh:mm:ss", "dd:mm:ss", "h m s", "d m s", "hh mm ss",
              "dd mm ss", "sexagesimal")  # fmt: skip
_SIDE_WORDS = frozenset((*_EPOCHS, *_NOTATIONS, "spectroscopic", ""))


def plain_name(name: str) -> str:
    """Return a name without case, separators, and the units and epochs in its brackets.

    What else brackets hold belongs to the name: `z (phot)` is no `z`, `RA (B1950)` no `RA`.
    """
    text = _BRACKETED.sub(lambda found: "" if _says_no_more(found[1]) else found[1], name)
    return re.sub(r"[_\-. #]", "", text.lower())


def bracketed(name: str) -> list[str]:
    """Return what stands in the brackets of a name."""
    return list(_BRACKETED.findall(name))


def angle_unit(name: str) -> str:
    """Return the unit of angles that stands in the brackets of a name; empty without one."""
    said = [text for text in bracketed(name) if text.strip().lower() not in _NOTATIONS]
    words = [word for text in said for word in _words(text)]
    return next((_UNITS[word] for word in words if word in _UNITS), "")


def counts_hours(name: str) -> bool:
    """Whether the sexagesimal angles of a column of positions count hours."""
    said = " ".join(bracketed(name)).lower()
    if "d:m" in said or "dd" in said or "d m" in said or "dms" in said:
        return False
    plain = plain_name(name)
    return plain.startswith(("ra", "al", "right")) or plain.endswith("ra")


def _says_no_more(text: str) -> bool:
    # the range of a quality, Confidence (0-3), and the number of a column, zspec(4)
    if _RANGE.fullmatch(text) or text.strip().isdecimal():
        return True
    words = _words(text)
    return text.strip().lower() in _SIDE_WORDS or all(
        w in _UNITS or w in _SIDE_WORDS for w in words
    )


def _words(text: str) -> list[str]:
    return re.split(r"[,; ]+", text.strip().lower())


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same, in their order.

    Nameless columns are `col1`, `col2` ... by their place; what comes again gets a line for each
    time (`z_`, `z__`), then a number.
    """
    unique: dict[str, None] = {}
    n_again: Counter[str] = Counter()
    for i, name in enumerate(names):
        label = given = name or f"col{i + 1}"
        while label in unique:
            n_again[given] += 1
            n = n_again[given]
            label = given + ("_" * n if n <= MAX_LINES else f"_{n}")
        unique[label] = None
    return list(unique)


def shown(name: str) -> str:
    """Return a name as it can stand in a sentence."""
    return name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}..."
