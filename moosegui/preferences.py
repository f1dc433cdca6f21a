"""What an expert prefers, kept in a TOML file in the user's folder.

The file may be edited by hand: comments and entries that this version does not know stay. A file
that cannot be understood is kept under another name and said; the defaults are used then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

import tomlkit

from moosegui.data.links import FIRST_LINKS
from moosegui.data.team.reconciliation import ConflictRule
from moosegui.errors import ExportError, InputError
from moosegui.files.limits import read_document
from moosegui.files.safe_write import replacing

FILE_NAME = "preferences.toml"
Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
N_PHRASES = 9
FIRST_PHRASES = (
    "single line",
    "Lyα, asymmetric",
    "[O II] doublet resolved",
    "absorption lines only",
    "continuum only",
    "sky residuals",
    "blended with a neighbour",
    "broad lines",
    "check in the cube",
)
FIRST_RULE = ConflictRule()
TEXT_SIZES = (6, 40)  # points
MOST = 1e5  # km/s or Angstrom
NO_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Preferences:
    """What an expert prefers.

    Parameters
    ----------
    theme : "system", "light" or "dark"
    keys : mapping of str to tuple of str
        Key sequences of the actions that do not have their first ones.
    phrases : tuple of str
        What Ctrl+1 to Ctrl+9 add to a comment.
    queue_columns : tuple of str
        Columns of the queue by name; empty for the first choice.
    starts_blind : bool
        Whether the window opens in blind mode.
    hides_automatic : bool
        Whether blind mode hides the automatic redshift too, until a verdict is given.
    has_seen_hint : bool
        Whether the hint of the first start was shown.
    smoothing : tuple of float
        Widths in Angstrom (FWHM) through which S and D step, rising; none comes before them.
    smoothed : str
        The width that was chosen last; empty where the noise of each source decides.
    image_stretch, image_limits, image_colours : str
        How images of the sky are drawn, by the names of the choices above them; empty for the
        first ones.
    velocity, velocity_lya : float
        km/s by which the redshifts of two inspectors may differ, and that where Lyα is seen.
    zconf_step : int
        ZCONF that differ by so much disagree.
    confident : int
        A ZCONF of at least this much disagrees with one below it.
    links : tuple of str
        Pages on the web that show a source, as `moosegui.data.links.read_link` reads them.
    text_size : float
        Points of the window's text from the next start; 0 as the system has it.
    """

    theme: Theme = "system"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_KEYS)
    phrases: tuple[str, ...] = FIRST_PHRASES
    queue_columns: tuple[str, ...] = ()
    starts_blind: bool = False
    hides_automatic: bool = False
    has_seen_hint: bool = False
    smoothing: tuple[float, ...] = (2.5, 5.0, 8.0, 12.0, 20.0)
    smoothed: str = ""
    image_stretch: str = ""
    image_limits: str = ""
    image_colours: str = ""
    velocity: float = FIRST_RULE.velocity
    velocity_lya: float = FIRST_RULE.velocity_lya
    zconf_step: int = FIRST_RULE.zconf_step
    confident: int = FIRST_RULE.confident
    links: tuple[str, ...] = FIRST_LINKS
    text_size: float = 0.0

    @property
    def rule(self) -> ConflictRule:
        """When the verdicts of several inspectors disagree."""
        return ConflictRule(self.velocity, self.velocity_lya, self.zconf_step, self.confident)


# Where each preference stands in the file: table ("" is the head) and key
PLACES: dict[str, tuple[str, str]] = {
    "theme": ("", "theme"),
    "text_size": ("view", "text_size"),
    "keys": ("keys", ""),
    "phrases": ("comments", "phrases"),
    "queue_columns": ("queue", "columns"),
    "starts_blind": ("blind", "at_start"),
    "hides_automatic": ("blind", "hide_automatic"),
    "has_seen_hint": ("hints", "first_start_seen"),
    "smoothing": ("view", "smoothing"),
    "smoothed": ("view", "smoothed"),
    "image_stretch": ("images", "stretch"),
    "image_limits": ("images", "limits"),
    "image_colours": ("images", "colours"),
    "velocity": ("reconcile", "velocity"),
    "velocity_lya": ("reconcile", "velocity_lya"),
    "zconf_step": ("reconcile", "zconf_step"),
    "confident": ("reconcile", "confident"),
    "links": ("links", "pages"),
}


def read_preferences(path: Path) -> tuple[Preferences, str]:
    """Read the preferences.

    Parameters
    ----------
    path : Path
        Need not exist.

    Returns
    -------
    preferences : Preferences
        The defaults if there is no file, or none that can be understood.
    notice : str
        Where a file was kept that could not be understood, and why; else empty.
    """
    try:
        content = tomllib.loads(read_document(path, is_toml=True))
        return _preferences(content), ""
    except FileNotFoundError:
        return Preferences(), ""
    except (OSError, ValueError, RecursionError, InputError) as error:
        kept = path.with_name(f"{path.name}.bad")
        reason = str(error).rstrip(".")
        try:
            path.replace(kept)
        except OSError as failure:
            return Preferences(), f"The preferences {path} cannot be used ({failure})."
        return Preferences(), (
            f"The preferences {path.name} could not be understood ({reason}): they were kept as "
            f"{kept}, and the defaults are used."
        )


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Write the preferences; what else stands in the file stays.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    document = _document(path)
    for name, (table, key) in PLACES.items():
        value = getattr(preferences, name)
        if name == "keys":
            document[table] = {action: list(keys) for action, keys in value.items()}
            continue
        target: Any = document.setdefault(table, tomlkit.table()) if table else document
        target[key] = list(value) if isinstance(value, tuple) else value
    try:
        with replacing(path) as temporary:
            temporary.write_text(tomlkit.dumps(document), encoding="utf-8")
    except OSError as error:
        raise ExportError(f"The preferences {path} cannot be written ({error}).") from error


def _document(path: Path) -> tomlkit.TOMLDocument:
    """The file as it is, or a new one."""
    try:
        return tomlkit.parse(read_document(path, is_toml=True))
    except (OSError, ValueError, RecursionError, tomlkit.exceptions.TOMLKitError):
        document = tomlkit.document()
        document.add(tomlkit.comment("Preferences of moosegui; the window changes them too."))
        return document


def _preferences(content: Mapping[str, Any]) -> Preferences:
    """Take the preferences out of a file; raises InputError for a value of another kind."""
    found: dict[str, Any] = {}
    for name, (table, key) in PLACES.items():
        section = content.get(table, {}) if table else content
        if not isinstance(section, Mapping):
            raise InputError(f"{table} is no table")
        if name == "keys":
            found[name] = MappingProxyType({a: _texts(f"keys.{a}", k) for a, k in section.items()})
        elif key in section:
            found[name] = _value(f"{table}.{key}".lstrip("."), name, section[key])
    return Preferences(**found)


def _value(place: str, name: str, value: object) -> object:
    if name == "theme":
        if value not in THEMES:
            raise InputError(f"{place} is {value!r} and not one of {', '.join(THEMES)}")
        return value
    if name == "text_size":
        return text_size(place, value)
    if name in ("phrases", "queue_columns", "links"):
        return _texts(place, value)
    if name == "smoothing":
        return _widths(place, value)
    if name == "smoothed":
        return _width_or_nothing(place, value)
    if name in ("velocity", "velocity_lya", "zconf_step", "confident"):
        return _positive(place, value)
    kind, words = (str, "a text") if name.startswith("image_") else (bool, "true or false")
    if not isinstance(value, kind):
        raise InputError(f"{place} is {value!r} and not {words}")
    return value


def text_size(place: str, value: object) -> float:
    """Return a size of text in points, 0 for that of the system.

    Raises
    ------
    InputError
        If it is neither 0 nor between 6 and 40; `place` says where it stands.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    size = float(value) if is_number else -1.0  # type: ignore[arg-type]
    if size != 0.0 and not TEXT_SIZES[0] <= size <= TEXT_SIZES[1]:
        least, most = TEXT_SIZES
        raise InputError(f"{place} is {value!r} and neither 0 nor {least} to {most} points")
    return size


def _positive(place: str, value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < MOST:
        raise InputError(f"{place} is {value!r} and not a number above 0")
    return value


def _width_or_nothing(place: str, value: object) -> str:
    try:
        is_width = isinstance(value, str) and (not value or 0 <= float(value) < MOST)
    except ValueError:
        is_width = False
    if not is_width:
        raise InputError(f"{place} is {value!r} and not a width as a text, or empty")
    return str(value)


def _widths(place: str, value: object) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise InputError(f"{place} is {value!r} and not a list of widths")
    return tuple(sorted({float(_positive(place, width)) for width in value}))


def _texts(place: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise InputError(f"{place} is {value!r} and not a list of texts")
    return tuple(cast(list[str], value))
