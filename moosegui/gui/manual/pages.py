"""The pages of the manual, as they were installed: Markdown, in the order of their contents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from moosegui.config import manual_folder
from moosegui.errors import MooseError

CONTENTS = "contents.md"
_ENTRY = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<name>[\w-]+\.md)\)$", re.MULTILINE)
_HEADING = re.compile(r"^## (?P<text>.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the manual.

    Parameters
    ----------
    name : str
        Of its file.
    title : str
    text : str
        Markdown.
    """

    name: str
    title: str
    text: str

    @property
    def headings(self) -> tuple[str, ...]:
        """What its parts are called."""
        return tuple(_HEADING.findall(_CODE.sub("", self.text)))


def read_pages(folder: Path | None = None) -> tuple[Page, ...]:
    """Read the manual.

    Parameters
    ----------
    folder : Path, optional
        The one that is installed.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    place = manual_folder() if folder is None else folder
    try:
        contents = (place / CONTENTS).read_text(encoding="utf-8")
        named = [(match["name"], match["title"]) for match in _ENTRY.finditer(contents)]
        return tuple(
            Page(name, title, (place / name).read_text(encoding="utf-8")) for name, title in named
        )
    except OSError as error:
        raise MooseError(
            f"The manual in {place} cannot be read ({error.strerror or error}); install moosegui "
            "again."
        ) from error
