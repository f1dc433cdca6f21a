"""The `reconcile` command: where the sessions of several inspectors disagree."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.table import MaskedColumn, Table

from moosegui.cli.options.engine_options import make_engine_from
from moosegui.cli.options.rule_options import add_rule, rule_from
from moosegui.cli.team.agreement import print_agreement
from moosegui.cli.window import add_window_options, open_window
from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import VerdictEvent
from moosegui.data.team.reconciliation import Conflict, ConflictRule, Journal, conflicts
from moosegui.errors import InputError
from moosegui.files.safe_write import replacing
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.write import table_format, write_table
from moosegui.pipeline.reconciliation import catalogue_of, open_journals


def add_reconcile(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `reconcile` command."""
    command = commands.add_parser(
        "reconcile",
        help="reconcile the sessions of several inspectors, in a table or in the window",
        description="With -o: write a row a source about which inspectors disagree: why, and the "
        "redshift, ZCONF, second galaxy, false source, flags, comment and time of each of them "
        "side by side. "
        "With --open: decide them in the window, into a session of your own. The sessions are "
        "only read, also while somebody has them open.",
    )
    command.add_argument("sessions", type=Path, nargs="+", metavar="SESSION")
    command.add_argument("-o", "--output", type=Path, metavar="TABLE")
    command.add_argument("--open", action="store_true", help="open the window on the conflicts")
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    command.add_argument(
        "--session", type=Path, help="where you decide (default: beside the catalogue)"
    )
    add_window_options(command)
    add_rule(command)
    command.set_defaults(run=run_reconcile)


def run_reconcile(options: argparse.Namespace) -> int:
    """Write the table of conflicts and say how many there are, or open the window on them."""
    if options.output is None and not options.open:
        raise InputError("Name a table with -o, or open the window with --open.")
    layout = None if options.output is None else table_format(options.output)
    journals = open_journals(options.sessions)
    asked = rule_from(options)
    rule = asked or ConflictRule()
    if layout is not None:
        _write(options.output, layout, journals, rule)
    if not options.open:
        return 0
    found, spectra = (
        (options.catalogue, None) if options.catalogue is not None else catalogue_of(journals)
    )
    options.spectra = options.spectra or spectra
    options.journals, options.rule = journals, asked
    source_list = open_source_list(found, options.spectra)
    return open_window(options, source_list, lambda: make_engine_from(options))


def _write(output: Path, layout: str, journals: Sequence[Journal], rule: ConflictRule) -> None:
    votes = [journal.votes() for journal in journals]
    found = conflicts(votes, rule)
    inspectors = tuple(journal.inspector for journal in journals)
    with replacing(output) as temporary:
        write_table(temporary, conflict_table(found, inspectors), layout=layout)
    inspected = Counter(event.source_key for cast in votes for event in cast)
    n_shared = sum(n_votes > 1 for n_votes in inspected.values())
    print(f"{len(found)} of {n_shared} sources with several verdicts are in conflict")
    print_agreement(journals, rule)
    print(f"wrote {output}")


@dataclass(frozen=True, slots=True)
class VoteColumn:
    """One column of the table of conflicts, once for each inspector.

    Parameters
    ----------
    name : str
        The initials of the inspector follow it.
    dtype : type
    value : callable
        Of a vote; None where it says nothing.
    """

    name: str
    dtype: type[np.generic]
    value: Callable[[VerdictEvent], object]


VOTE_COLUMNS = (
    VoteColumn("Z", np.float64, lambda vote: vote.verdict.redshift),
    VoteColumn("ZCONF", np.int16, lambda vote: vote.verdict.zconf),
    VoteColumn("Z2", np.float64, lambda vote: _of_blend(vote, "redshift")),
    VoteColumn("ZCONF2", np.int16, lambda vote: _of_blend(vote, "zconf")),
    VoteColumn("FALSE", np.str_, lambda vote: vote.verdict.false_reason or ""),
    VoteColumn("BLEND", np.str_, lambda vote: _of_blend(vote, "kind") or ""),
    VoteColumn("NEIGHBOUR", np.str_, lambda vote: _of_blend(vote, "neighbour") or ""),
    VoteColumn("FLAGS", np.str_, lambda vote: " ".join(sorted(vote.verdict.flags))),
    VoteColumn("COMMENT", np.str_, lambda vote: vote.verdict.comment),
    VoteColumn("TIME", np.str_, lambda vote: vote.time),
)
# What stands where there is no value: floats say it themselves, the others are masked
EMPTY: dict[type[np.generic], object] = {np.float64: np.nan, np.int16: 0, np.str_: ""}


def conflict_table(found: tuple[Conflict, ...], inspectors: tuple[str, ...]) -> Table:
    """Return a row a conflict; the columns of who has no vote are empty there."""
    table = Table()
    table["ID"] = np.array([conflict.source_key for conflict in found], dtype=np.str_)
    table["CONFLICT"] = np.array(["; ".join(c.reasons) for c in found], dtype=np.str_)
    for inspector in inspectors:
        votes = [_vote_of(conflict, inspector) for conflict in found]
        for column in VOTE_COLUMNS:
            table[f"{column.name}_{inspector}"] = _column(column, votes)
    return table


def _column(column: VoteColumn, votes: list[VerdictEvent | None]) -> FloatArray | MaskedColumn:
    values = [None if vote is None else column.value(vote) for vote in votes]
    empty = EMPTY[column.dtype]
    filled = [empty if value is None else value for value in values]
    if column.dtype is np.float64:
        return np.array(filled, dtype=np.float64)
    return MaskedColumn(filled, mask=[value is None for value in values], dtype=column.dtype)


def _of_blend(vote: VerdictEvent, name: str) -> object:
    return None if vote.verdict.blend is None else getattr(vote.verdict.blend, name)


def _vote_of(conflict: Conflict, inspector: str) -> VerdictEvent | None:
    return next((vote for vote in conflict.votes if vote.inspector == inspector), None)
