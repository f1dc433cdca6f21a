"""The `log` command: everything that was decided, undone and redone, as a table."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from astropy.table import MaskedColumn, Table

from moosegui.data.catalogue import VerdictEvent
from moosegui.errors import InputError
from moosegui.files.safe_write import replacing
from moosegui.files.session.copy import opened_remains
from moosegui.files.tables.added_column import plain_text
from moosegui.files.tables.write import table_format, write_table


def add_log(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `log` command."""
    command = commands.add_parser(
        "log",
        help="list the history of a session",
        description="List every decision of a session, its undoing and redoing, oldest first: "
        "separated by tabs, or as a table with -o. The session is only read, also while somebody "
        "has it open.",
    )
    command.add_argument("sessions", type=Path, nargs="+", metavar="SESSION")
    command.add_argument("--source", metavar="ID", help="only this source")
    command.add_argument("--inspector", metavar="X", help="only what X decided")
    command.add_argument("-o", "--output", type=Path, metavar="TABLE")
    command.set_defaults(run=_run_log)


def _run_log(options: argparse.Namespace) -> int:
    layout = None if options.output is None else table_format(options.output)
    if options.output is not None and options.output.exists():
        raise InputError(f"{options.output} exists; give the table another name.")
    events: list[VerdictEvent] = []
    for path in options.sessions:
        with opened_remains(path) as (store, notice):
            events += store.events()
        if notice:
            print(f"moosegui: {notice}", file=sys.stderr)
    kept = [event for event in events if _is_wanted(event, options.source, options.inspector)]
    table = log_table(sorted(kept, key=lambda event: event.time))
    if layout is None:
        _print(table)
        return 0
    with replacing(options.output) as temporary:
        write_table(temporary, table, layout=layout)
    print(f"wrote {options.output}: {len(table)} events")
    return 0


def log_table(events: Sequence[VerdictEvent]) -> Table:
    """Return a row an event; what holds after it stands in the columns of the verdict."""
    verdicts = [event.verdict for event in events]
    table = Table()
    table["EVENT"] = np.array([event.event_id for event in events], dtype=np.int64)
    table["TIME"] = _texts([event.time for event in events])
    table["INSPECTOR"] = _texts([event.inspector for event in events])
    table["KIND"] = _texts([event.kind for event in events])
    table["ID"] = _texts([event.source_key for event in events])
    table["Z"] = np.array([verdict.redshift for verdict in verdicts], dtype=np.float64)
    zconfs = [verdict.zconf for verdict in verdicts]
    table["ZCONF"] = MaskedColumn(
        [0 if zconf is None else zconf for zconf in zconfs],
        mask=[zconf is None for zconf in zconfs],
        dtype=np.int16,
    )
    table["FALSE"] = _texts([verdict.false_reason or "" for verdict in verdicts])
    table["FLAGS"] = _texts([",".join(sorted(verdict.flags)) for verdict in verdicts])
    table["ORIGIN"] = _texts([verdict.origin for verdict in verdicts])
    table["COMMENT"] = _texts([plain_text(verdict.comment) for verdict in verdicts])
    return table


def _is_wanted(event: VerdictEvent, source: str | None, inspector: str | None) -> bool:
    is_source = source is None or event.source_key == source
    is_source = is_source or event.source_key.startswith(f"{source} (row ")
    return is_source and inspector in (None, event.inspector)


def _texts(texts: Sequence[str]) -> np.ndarray:
    return np.array([str(text) for text in texts], dtype=np.str_)


def _print(table: Table) -> None:
    """Print a line an event; a reader that has seen enough may go."""
    try:
        print("\t".join(table.colnames))
        for row in table:
            print("\t".join("" if np.ma.is_masked(cell) else _printable(cell) for cell in row))
        sys.stdout.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printable(cell: object) -> str:
    """Return a cell without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in str(cell))
