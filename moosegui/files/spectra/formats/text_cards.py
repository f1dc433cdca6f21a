"""What a text says of its source beside its columns: metadata, parameters, keywords, comments."""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping

from astropy import units as u

from moosegui.files.content import READ_ERRORS
from moosegui.files.spectra.elements.axis import medium_of, stored_medium
from moosegui.files.spectra.elements.headers import (
    DEC_CARDS,
    ID_CARDS,
    RA_CARDS,
    REDSHIFT_CARDS,
    integer_groups,
)
from moosegui.files.tables.astropy_tables import metadata_of
from moosegui.files.tables.column_names import angle_unit, plain_name
from moosegui.files.tables.sexagesimal import degrees_of

Said = tuple[str, object, str]  # name, value, unit

_OTHER_NAMES = {
    "ID": ("SOURCE_ID", "SOURCE_NAME", "OBJECT_ID", "OBJECT_NAME", "TARGET_NAME", "TARGET_ID"),
    "RA": ("RIGHT_ASCENSION", "RAJ2000", "RA_DEG", "TARGET_RA", "OBJECT_RA"),
    "DEC": ("DECLINATION", "DECJ2000", "DEJ2000", "DEC_DEG", "TARGET_DEC", "OBJECT_DEC"),
    "Z": (),
}
_CARDS = {"ID": ID_CARDS, "RA": RA_CARDS, "DEC": DEC_CARDS, "Z": REDSHIFT_CARDS}
_FREE = frozenset(("alpha", "delta"))  # names of slopes and steps too, in texts
_MEANINGS = {
    plain_name(name): meaning
    for meaning, cards in _CARDS.items()
    for name in (*_OTHER_NAMES[meaning], *cards)
    if plain_name(name) not in _FREE
}
_COMMENT = re.compile(r"(?:#+|\\|!|;|//)(.*)")
_KEYWORD_TYPE = re.compile(
    r"\s*(?:char|character|real|double|float|int|long|date)\s+(?=\w+\s*=)"
)  # of IPAC
_NEXT = re.compile(
    r"\s+(?=[A-Za-z][\w]*\s*=\s*[^=\s])|[,;]\s*(?=[A-Za-z][\w ]*(?:[\[(][^\])]*[\])])?\s*[=:]\s*\S)"
)
_PAIR = re.compile(r"\s*([A-Za-z][\w ]{0,30}?\s*(?:[\[(][^\])]*[\])])?)\s*[=:]\s*(\S.*?)[\s,;]*")
_QUOTED = re.compile(r"'((?:[^']|'')*)'|\"([^\"]*)\"")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_SEXAGESIMAL = re.compile(r"[+-]?\d{1,3}(?:[\s:]+|\s*[hd°]\s*)\d{1,2}(?:[\s:]+|\s*[m'′]\s*)\d")
_UNIT = re.compile(r"\s*[\[(]?\s*([A-Za-z°]+)")
_NOTHING = re.compile(r"(?:none|null|n/?a|unknown|undefined|tbd|-+|\?+|nan|column \d+)?", re.I)
_OTHER_UNIT = re.compile(r"\s*(?:km|m/s|mag|pix|[kM]?pc|%)")
_MODELS = re.compile(r"metallicity|\[fe/h\]|\bssp\b|\bimf\b|isochrone", re.IGNORECASE)
_PARAM = re.compile(r"""<PARAM\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(name|value|unit)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_OF_SERVICES = re.compile(
    r"""<GROUP\b.*?</GROUP>|<RESOURCE\b[^>]*type\s*=\s*["']meta["'].*?</RESOURCE>""",
    re.IGNORECASE | re.DOTALL,
)
_DEGREES = frozenset(("", "deg", "degree", "degrees", "°", "d"))
_HOURS = frozenset(("h", "hr", "hour", "hours", "hourangle"))
_RADIANS = frozenset(("rad", "radian", "radians"))
_IS_VACUUM, _YES, _NO = ("vacuum", "isvacuum", "invacuum"), ("t", "true", "1"), ("f", "false", "0")
_OF_MEDIUM = frozenset(("airorvac", "airvac", "wavemed", "wavemedium", "medium"))
_OF_MEDIUM |= {"wavelengthmedium", "wavelengthsmedium", "wavelengthtype"}
LARGEST = {"RA": (0.0, 360.0), "DEC": (-90.0, 90.0)}  # degrees


def cards_of_text(text: str, stem: str) -> dict[str, str | float]:
    """Return what the head of a text says of its source, as the cards of a header.

    Parameters
    ----------
    text : str
        The beginning of the file: of ECSV with its metadata, of a VOTable with its parameters, of
        others with comments before the columns, such as `# RA = 53.1`.
    stem : str
        The name of the file: a bare number in a comment that is not in it counts something else.

    Returns
    -------
    dict of str to str or float
        ID, RA, DEC (degrees) and Z, those that are said; the first is believed.
    """
    start = text.lstrip("\ufeff \t\r\n")
    is_free = not start.startswith(("# %ECSV", "<", "\\"))
    cards: dict[str, str | float] = {}
    is_old = False
    for name, value, unit in _said(start):
        plain = plain_name(name)
        is_old |= plain in ("equinox", "epoch") and "1950" in str(value)
        meaning = _MEANINGS.get(plain, "")
        if not meaning or meaning in cards or isinstance(value, bool):
            continue
        if meaning == "ID":
            found: str | float | None = _name(value, stem if is_free else "")
        elif meaning == "Z":
            found = None if unit or (is_free and _MODELS.search(start)) else _redshift(value)
        else:
            found = _angle(value, unit or angle_unit(name), meaning)
        if found is not None:
            cards[meaning] = found
    return {k: v for k, v in cards.items() if not (is_old and k in LARGEST)}


def medium_of_text(text: str) -> str:
    """Return "air" or "vacuum" where the head of a text names the medium; else an empty text.

    As the cards do: `VACUUM`, `AIRORVAC`, `MEDIUM`, `CTYPE1`, also `wavelength_medium`.
    """
    for name, value, _ in _said(text.lstrip("\ufeff \t\r\n")):
        plain, said = plain_name(name), _unquoted(str(value)).strip()
        if plain in _IS_VACUUM and said.lower() in (*_YES, *_NO):
            return "vacuum" if said.lower() in _YES else "air"
        if plain == "ctype1":
            found = stored_medium({"CTYPE1": said})
        else:
            found = medium_of(said) if plain in _OF_MEDIUM else ""
        if found:
            return found
    return ""


def _said(start: str) -> Iterator[Said]:
    if start.startswith("# %ECSV"):
        return _of_metadata(metadata_of(start))
    return _of_parameters(start) if start.startswith("<") else _of_comments(start)


def _of_metadata(found: object) -> Iterator[Said]:
    """Yield the metadata of an ECSV file, those of a header within it last."""
    entries = found if isinstance(found, Mapping) else {}
    inside = next((v for k, v in entries.items() if str(k).lower() == "header"), None)
    further: Iterable[tuple[object, object]] = inside.items() if isinstance(inside, Mapping) else ()
    for name, value in itertools.chain(entries.items(), further):
        if isinstance(value, u.Quantity) and value.isscalar:
            is_angle = value.unit.is_equivalent(u.deg)
            yield (
                str(name),
                float(value.to_value(u.deg) if is_angle else value.value),
                ("deg" if is_angle else str(value.unit)),
            )
        elif isinstance(value, str | int | float):
            yield str(name), value, ""


def _of_parameters(text: str) -> Iterator[Said]:
    """Yield the parameters of a VOTable that are not those of a service."""
    for found in _PARAM.findall(_OF_SERVICES.sub("", text)):
        said = {n.lower(): html.unescape(a or b) for n, a, b in _ATTRIBUTE.findall(found)}
        group, _, name = said.get("name", "").rpartition(".")
        value, unit = said.get("value", ""), said.get("unit", "")
        if group.lower() == "target" and name.lower() == "name":
            yield "ID", value, unit
        elif group.lower() == "target" and name.lower() == "pos":
            yield from zip(("RA", "DEC"), value.split()[:2], (unit, unit), strict=False)
        elif not group:
            yield name, value, unit


def _of_comments(text: str) -> Iterator[Said]:
    """Yield the pairs of a name and a value in the comments above the columns."""
    for whole in text.splitlines():
        line = whole.strip()
        line = line.strip('",; ') if line.startswith('"') else line  # as spreadsheets quote commas
        found = _COMMENT.match(line)
        if found is None and line:
            return
        body = "" if found is None else _KEYWORD_TYPE.sub("", found[1], count=1)
        for part in [body] if _QUOTED.search(body) else _NEXT.split(body):
            pair = _PAIR.fullmatch(part)
            if pair is not None:
                yield pair[1], pair[2], ""


def _name(value: object, stem: str) -> str | None:
    """Return an ID; None for what names nothing, or numbers something else than the file."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    text = " ".join(_unquoted(str(value)).split())
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    numbers = [digits.lstrip("0") for digits in integer_groups(stem)]
    is_number = text.isascii() and text.isdigit()
    if _NOTHING.fullmatch(text) or (is_number and numbers and text.lstrip("0") not in numbers):
        return None
    return text


def _redshift(value: object) -> float | None:
    text = _plain(value).replace(",", ".")
    found = _NUMBER.match(text)
    if found is None or _OTHER_UNIT.match(text, found.end()):
        return None
    return float(found[0])


def _angle(value: object, unit: str, meaning: str) -> float | None:
    """Return a right ascension or declination in degrees; None where it is none."""
    text, plain = _plain(value), unit.strip().lower()
    try:
        if _SEXAGESIMAL.match(text):
            text = re.split(r"\s*[(\[,;/]", text, maxsplit=1)[0]
            is_hours = meaning == "RA" and plain not in _DEGREES - {""}
            angle = degrees_of(text.strip(), hours=is_hours)
        else:
            found = _NUMBER.match(text)
            if found is None:
                return None
            behind = _UNIT.match(text[found.end() :])
            word = plain or (behind[1].lower() if behind else "")
            known = {**dict.fromkeys(_HOURS, 15.0), **dict.fromkeys(_RADIANS, math.degrees(1.0))}
            angle = float(found[0]) * known.get(word, 1.0)
    except READ_ERRORS:
        return None
    low, high = LARGEST[meaning]
    return angle if low <= angle <= high else None


def _plain(value: object) -> str:
    return _unquoted(str(value)).replace("−", "-").strip()


def _unquoted(text: str) -> str:
    """Return what stands in quotes at the beginning, else the whole."""
    found = _QUOTED.match(text.strip())
    return text if found is None else (found[1] or found[2] or "").replace("''", "'").strip()
