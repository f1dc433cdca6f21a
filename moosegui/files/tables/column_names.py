"""What the name of a catalogue's column says beside its meaning: units, epochs, frames."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"[\[(]([^\[\]()]*)[\])]")
# What brackets hold that changes no meaning; of positions only what is J2000 or as good as that
_UNITS = {"deg": "deg", "degs": "deg", "degree": "deg", "degrees": "deg", "d": "deg",
          "h": "hourangle", "hr": "hourangle", "hrs": "hourangle", "hour": "hourangle",
          "hours": "hourangle", "hourangle": "hourangle",
          "rad": "rad", "radian": "rad", "radians": "rad",
          "arcsec": "arcsec", "arcmin": "arcmin"}  # fmt: skip
_EPOCHS = ("j2000", "j2000.0", "2000", "2000.0", "icrs", "fk5")
_NOTATIONS = ("hms", "dms", "h:m:s", "d:m:s", "hh:mm:ss", "dd:mm:ss", "h m s", "d m s", "hh mm ss",
              "dd mm ss", "sexagesimal")  # fmt: skip
_MAGNITUDES = ("mag", "ab", "ab mag", "mag ab")
_SIDE_WORDS = frozenset((*_EPOCHS, *_NOTATIONS, *_MAGNITUDES, "spectroscopic", ""))


def plain_name(name: str) -> str:
    """Return a name without case, separators, and the units and epochs in its brackets.

    What else brackets hold belongs to the name: `z (phot)` is no `z`, `RA (B1950)` no `RA`.
    """
    text = _BRACKETED.sub(lambda found: "" if _says_no_more(found[1]) else found[1], name)
    return re.sub(r"[_\-. ]", "", text.lower())


def bracketed(name: str) -> list[str]:
    """Return what stands in the brackets of a name."""
    return list(_BRACKETED.findall(name))


def angle_unit(name: str) -> str:
    """Return the unit of angles that stands in the brackets of a name; empty without one."""
    words = [word for text in bracketed(name) for word in _words(text)]
    return next((_UNITS[word] for word in words if word in _UNITS), "")


def is_right_ascension(name: str) -> bool:
    """Whether the angles of a column of positions count hours where they are sexagesimal."""
    return name.upper().strip("_").startswith(("RA", "R.A", "AL", "RIGHT"))


def _says_no_more(text: str) -> bool:
    return text.strip().lower() in _SIDE_WORDS or all(
        word in _UNITS or word in _SIDE_WORDS for word in _words(text)
    )


def _words(text: str) -> list[str]:
    return re.split(r"[,; ]+", text.strip().lower())
