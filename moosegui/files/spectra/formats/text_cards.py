"""What a text says of its source beside its columns: metadata, parameters, keywords, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from astropy import units as u
from astropy.io import fits

from moosegui.files.spectra.elements.headers import (
    DEC_CARDS,
    ID_CARDS,
    RA_CARDS,
    REDSHIFT_CARDS,
)
from moosegui.files.tables.formats import metadata_of

_KNOWN = frozenset((*ID_CARDS, *RA_CARDS, *DEC_CARDS, *REDSHIFT_CARDS))
# Other names of the same, which no card can have or none has
_CARDS = {"NAME": "ID", "SOURCE_ID": "ID", "SOURCE_NAME": "ID", "OBJECT_ID": "ID",
          "OBJECT_NAME": "ID", "TARGET_NAME": "ID", "TARGET_ID": "ID", "GALAXY": "ID",
          "RIGHT_ASCENSION": "RA", "RAJ2000": "RA", "RA_J2000": "RA", "RA_DEG": "RA",
          "DECLINATION": "DEC", "DECJ2000": "DEC", "DEJ2000": "DEC", "DEC_J2000": "DEC",
          "DEC_DEG": "DEC"}  # fmt: skip
_LINE = re.compile(
    r"^(?:#+|\\|!|;|//)\s*([A-Za-z][A-Za-z0-9_ ]{0,30}?)\s*[=:]\s*(\S.*)$", re.MULTILINE
)
_PARAM = re.compile(r"<(?:PARAM|INFO)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(name|value)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
UNITS = ("deg", "degree", "degrees")


def cards_of_text(text: str) -> fits.Header:
    """Return what the head of a text says of its source, as cards.

    Parameters
    ----------
    text : str
        The beginning of the file: of ECSV with its metadata, of a VOTable with its parameters, of
        others with comments such as `# RA = 53.1`.

    Returns
    -------
    Header
        Cards of `ID_CARDS` and of the other lists of `elements/headers`; the first is believed.
    """
    header = fits.Header()
    for name, value in _said(text):
        key = re.sub(r"[ -]", "_", name.strip().upper())
        key = _CARDS.get(key, key)
        shown = value if isinstance(value, int | float) else _without_notes(str(value))
        if key in _KNOWN and key not in header and shown != "":
            header[key] = shown if isinstance(shown, int | float) else _in_ascii(shown)
    return header


def _said(text: str) -> Iterator[tuple[str, object]]:
    start = text.lstrip()
    if start.startswith("# %ECSV"):
        yield from _of_metadata(start)
    elif start.startswith("<"):
        yield from _of_parameters(start)
    else:
        yield from _LINE.findall(start)


def _of_metadata(text: str) -> Iterator[tuple[str, object]]:
    """Yield the entries of the metadata of an ECSV file, those of a header within it last."""
    found = metadata_of(text)
    entries = found if isinstance(found, Mapping) else {}
    inside = next((v for k, v in entries.items() if str(k).lower() == "header"), None)
    for name, value in (*entries.items(), *(inside.items() if isinstance(inside, Mapping) else ())):
        if isinstance(value, u.Quantity) and value.isscalar:
            is_angle = value.unit.is_equivalent(u.deg)
            yield str(name), float(value.to_value(u.deg if is_angle else value.unit))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield str(name), value


def _of_parameters(text: str) -> Iterator[tuple[str, object]]:
    for found in _PARAM.findall(text):
        said = {name.lower(): a or b for name, a, b in _ATTRIBUTE.findall(found)}
        if said.get("name") and said.get("value"):
            group, _, name = said["name"].rpartition(".")  # of the model: Target.Name
            if group.lower() in ("", "target"):
                yield name, said["value"]


def _without_notes(value: str) -> str:
    """Return a value without quotes, the comment behind it, and the unit of an angle."""
    text = re.split(r"\s+/\s|\s+#", value.strip(), maxsplit=1)[0].strip().strip("'\"").strip()
    words = text.split()
    return words[0] if len(words) == 2 and words[1].strip("[]()").lower() in UNITS else text


def _in_ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii")
