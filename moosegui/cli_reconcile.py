"""The `reconcile` command: where the sessions of several inspectors disagree, as a table."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from astropy.table import MaskedColumn, Table

from moosegui.ballots import open_journals
from moosegui.data.catalogue import VerdictEvent
from moosegui.data.reconciliation import Conflict, ConflictRule, conflicts
from moosegui.files.safe_write import replacing
from moosegui.files.table_output import table_format, write_table

RULE = ConflictRule()


def add_reconcile(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `reconcile` command."""
    command = commands.add_parser(
        "reconcile",
        help="list where the sessions of several inspectors disagree",
        description="Write a row a source about which inspectors disagree: why, and the redshift, "
        "ZCONF, false source, flags, comment and time of each of them side by side.",
    )
    command.add_argument("sessions", type=Path, nargs="+", metavar="SESSION")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="TABLE")
    command.add_argument(
        "--velocity",
        type=float,
        default=RULE.velocity,
        metavar="KM/S",
        help="redshifts so far apart disagree",
    )
    command.add_argument(
        "--velocity-lya",
        type=float,
        default=RULE.velocity_lya,
        metavar="KM/S",
        help="the same at z > 2.9, where Lyα is seen",
    )
    command.add_argument(
        "--zconf-step", type=int, default=RULE.zconf_step, help="so different ZCONF disagree"
    )
    command.set_defaults(run=run_reconcile)


def run_reconcile(options: argparse.Namespace) -> int:
    """Write the table of conflicts and say how many there are."""
    layout = table_format(options.output)
    journals = open_journals(options.sessions)
    rule = ConflictRule(options.velocity, options.velocity_lya, options.zconf_step)
    votes = [journal.votes() for journal in journals]
    found = conflicts(votes, rule)
    inspectors = tuple(journal.inspector for journal in journals)
    with replacing(options.output) as temporary:
        write_table(temporary, conflict_table(found, inspectors), layout=layout)
    inspected = Counter(event.source_key for cast in votes for event in cast)
    n_shared = sum(n_votes > 1 for n_votes in inspected.values())
    print(f"{len(found)} of {n_shared} sources with several verdicts are in conflict")
    print(f"wrote {options.output}")
    return 0


def conflict_table(found: tuple[Conflict, ...], inspectors: tuple[str, ...]) -> Table:
    """Return a row a conflict; the columns of who has no vote are empty there."""
    table = Table()
    table["ID"] = np.array([conflict.source_key for conflict in found], dtype=np.str_)
    table["CONFLICT"] = np.array(["; ".join(c.reasons) for c in found], dtype=np.str_)
    for inspector in inspectors:
        votes = [_vote_of(conflict, inspector) for conflict in found]
        is_missing = [vote is None for vote in votes]
        zconfs = [None if vote is None else vote.verdict.zconf for vote in votes]
        table[f"Z_{inspector}"] = np.array(
            [np.nan if vote is None else vote.verdict.redshift for vote in votes], dtype=np.float64
        )
        table[f"ZCONF_{inspector}"] = MaskedColumn(
            [0 if zconf is None else zconf for zconf in zconfs],
            mask=[zconf is None for zconf in zconfs],
            dtype=np.int16,
        )
        for name, texts in _texts(votes).items():
            table[f"{name}_{inspector}"] = MaskedColumn(texts, mask=is_missing, dtype=np.str_)
    return table


def _vote_of(conflict: Conflict, inspector: str) -> VerdictEvent | None:
    return next((vote for vote in conflict.votes if vote.inspector == inspector), None)


def _texts(votes: list[VerdictEvent | None]) -> dict[str, list[str]]:
    """The columns of words, empty where there is no vote."""
    columns: dict[str, list[str]] = {"FALSE": [], "FLAGS": [], "COMMENT": [], "TIME": []}
    for vote in votes:
        verdict = None if vote is None else vote.verdict
        reason = None if verdict is None else verdict.false_reason
        columns["FALSE"].append("" if reason is None else reason.value)
        columns["FLAGS"].append("" if verdict is None else " ".join(sorted(verdict.flags)))
        columns["COMMENT"].append("" if verdict is None else verdict.comment)
        columns["TIME"].append("" if vote is None else vote.time)
    return columns
