"""Lines of the user: a table with name, wavelength in Angstrom, and medium."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from moosegui.config import user_folder
from moosegui.data.lines import LINES_BY_NAME, Line
from moosegui.data.medium import Medium, convert
from moosegui.errors import InputError
from moosegui.files.safe_write import replacing
from moosegui.files.tables.read import read_table

NAMES = ("name", "line", "label", "id")
WAVELENGTHS = ("wavelength", "wave", "lambda", "rest")
MEDIA = ("medium", "air_or_vacuum")
HEAD = ("name", "wavelength", "medium")
_SIDE = re.compile(r"_(air|vac|vacuum|aa|angstrom)$")  # at the end of a column's name
OWN = "own line list"
RANGE = (100.0, 100_000.0)  # Angstrom at rest


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line as its user wrote it.

    Parameters
    ----------
    name : str
    wave : float
        At rest, in Angstrom of its medium.
    medium : "air" or "vacuum"
    """

    name: str
    wave: float
    medium: Medium = "vacuum"

    @property
    def line(self) -> Line:
        """The line as plots and names take it: either way, never strong."""
        wave = float(convert(self.wave, self.medium, "vacuum"))
        return Line(self.name, self.name, wave, "both", "interstellar", source=OWN)


def line_of(name: str, wave: str, medium: str = "") -> OwnLine:
    """Understand three texts as a line.

    Raises
    ------
    InputError
        If the name is empty or that of a known line, the wavelength is none or out of range, or
        the medium is neither air nor vacuum.
    """
    name, medium = name.strip(), medium.strip().lower() or "vacuum"
    if not name or name in LINES_BY_NAME:
        raise InputError(f"“{name}” is no name for a line of your own; take another.")
    try:
        value = float(wave)
    except ValueError:
        value = math.nan
    if not RANGE[0] <= value <= RANGE[1]:
        raise InputError(
            f"The wavelength of {name} is “{wave}”; give it in Å at rest, from 100 to 100,000."
        )
    if medium not in ("air", "vacuum"):
        raise InputError(f"The medium of {name} is “{medium}”; write air or vacuum.")
    return OwnLine(name, value, "air" if medium == "air" else "vacuum")


def read_line_list(path: Path) -> tuple[OwnLine, ...]:
    """Read a list of lines from any table with a name and a wavelength.

    A column with `air` in its name is in air; without a medium it is vacuum.

    Raises
    ------
    InputError
        If the table cannot be read, has no such columns, or holds what is no line.
    """
    table = read_table(path)
    columns = {_SIDE.sub("", name.lower()): name for name in table.colnames}
    name, wave = _column(columns, NAMES), _column(columns, WAVELENGTHS)
    if name is None or wave is None:
        raise InputError(f"{path} has no columns name and wavelength; name them so.")
    medium = _column(columns, MEDIA)
    usual = "air" if "air" in wave.lower() else ""
    media = [usual] * len(table) if medium is None else [str(text) for text in table[medium]]
    return tuple(
        line_of(str(a), str(b), c) for a, b, c in zip(table[name], table[wave], media, strict=True)
    )


def _column(columns: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((columns[one] for one in wanted if one in columns), None)


def own_lines_path() -> Path:
    """Return where the lines of the user are kept."""
    return user_folder() / "lines.csv"


def read_own_lines() -> tuple[OwnLine, ...]:
    """Return the lines of the user; none where nothing was kept. Raises InputError."""
    path = own_lines_path()
    return read_line_list(path) if path.exists() else ()


def write_own_lines(lines: Iterable[OwnLine]) -> None:
    """Keep the lines of the user, or forget them all. Raises ExportError."""
    rows = list(lines)
    path = own_lines_path()
    if not rows:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows((line.name, f"{line.wave:.6g}", line.medium) for line in rows)
    with replacing(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8")
