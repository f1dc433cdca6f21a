"""Write the pages of the manual that follow from the code: columns, commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from moosegui.cli.main import make_parser
from moosegui.files.scan import vetting_columns
from moosegui.files.scan.lines import line_columns
from moosegui.files.scan.summary import scan_columns
from moosegui.files.session.verdict_fields import verdict_columns
from moosegui.files.update.layout import update_columns

MANUAL = Path(__file__).resolve().parents[1] / "docs" / "manual"
Row = tuple[str, str]

UPDATE = """# Columns of the tables

## The export

`Ctrl+S` and `moosegui export` append these to a copy of the catalogue. A source that nobody
inspected is empty in all that was decided; a second export numbers names that are taken (`Z_VI_2`).
"""
RECONCILED = "Where votes were reconciled:"
READ = "Where you said how a silent file is read:"
READ_COLUMN = ("READ_VI", "how the spectrum was read, as the inspector said")
SCAN = """## The scan

`moosegui scan` writes a row a source. In CSV the alternatives are `Z_ALT_1` to `Z_ALT_5`.
"""
AROUND = (
    [("ID", "source"), ("FILE", "file")],
    [("REFZ", "what Z_AUTO rests on: lyalpha, emission, absorption or all")],
    [("FLAGS", "what to know of the data, separated by blanks")],
)
LINES = """## The lines

`moosegui lines` writes a row a source and line.
"""
BLENDS = "With `--blends`:"
COMMANDS = """# Commands

`moosegui COMMAND --help` explains every option. A command that fails for a reason that you
can mend says it in one sentence and ends with 1; a bug ends with 2 and is written to the log.
"""


def update_rows() -> list[Row]:
    """Return the columns of every update."""
    return [(one.name, one.description) for one in update_columns((), {}, {}, 0)]


def reconciled_rows() -> list[Row]:
    """Return the columns of an update where votes were reconciled."""
    return [(one.name, one.description) for one in verdict_columns("reconciled")]


def scan_rows() -> list[Row]:
    """Return the columns of a scan without a search for blends."""
    first, carrier, flags = AROUND
    middle = [(one.name, one.description) for one in scan_columns()]
    return [*first, *middle, *carrier, *flags]


def blend_rows() -> list[Row]:
    """Return the columns of a search for blends and false sources."""
    return [(one.name, one.description) for one in vetting_columns.COLUMNS]


def columns_page() -> str:
    """Return the page of columns."""
    parts = (
        UPDATE,
        _table("column", update_rows()),
        f"{RECONCILED}\n",
        _table("column", reconciled_rows()),
        f"{READ}\n",
        _table("column", [READ_COLUMN]),
        SCAN,
        _table("column", scan_rows()),
        f"{BLENDS}\n",
        _table("column", blend_rows()),
        LINES,
        _table("column", line_columns()),
    )
    return "\n".join(parts)


def commands_page() -> str:
    """Return the page of commands."""
    commands = _commands()
    overview = [(f"moosegui {name}", text) for name, text, _ in commands]
    parts = [COMMANDS, _table("command", overview)]
    for name, text, parser in commands:
        parts += [f"## {name}\n", f"{parser.description or text}\n"]
        parts += [_table("option", _options(parser))]
    return "\n".join(parts)


def _commands() -> list[tuple[str, str, argparse.ArgumentParser]]:
    (found,) = (
        action
        for action in make_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    helps = {one.dest: one.help or "" for one in found._choices_actions}
    return [(name, helps[name], parser) for name, parser in found.choices.items()]


def _options(parser: argparse.ArgumentParser) -> list[Row]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        named = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        text = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%")
        if not text and action.choices is not None:
            text = ", ".join(map(str, action.choices))
        rows.append((named, text))
    return rows


def _table(head: str, rows: Iterable[Row]) -> str:
    lines = [f"| {head} | what |", "| --- | --- |"]
    lines += [f"| `{name}` | {_in_cell(text)} |" for name, text in rows]
    return "\n".join(lines) + "\n"


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<").replace("*", "\\*").replace("\n", " ")


def main() -> None:
    """Write both pages."""
    for name, text in (("columns.md", columns_page()), ("commands.md", commands_page())):
        (MANUAL / name).write_text(text, encoding="utf-8")
        print(f"wrote {MANUAL / name}")


if __name__ == "__main__":
    main()
