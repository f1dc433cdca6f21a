"""The `agreement` command: how far inspectors agree, with one another and with themselves."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.cli.options.rule_options import add_rule, rule_from
from moosegui.data.catalogue import VerdictEvent
from moosegui.data.team.reconciliation import ConflictRule, Journal
from moosegui.files.safe_write import replacing
from moosegui.files.session.copy import read_journal
from moosegui.files.tables.write import table_format, write_table
from moosegui.pipeline.agreement import (
    CLASSES,
    EDGES,
    Agreement,
    Outlier,
    agreements,
    outliers,
    pace_of,
    self_agreements,
)
from moosegui.pipeline.reconciliation import open_journals

SHOWN = 20  # outliers that are printed


def add_agreement(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `agreement` command."""
    command = commands.add_parser(
        "agreement",
        help="say how far inspectors agree, with one another and with themselves",
        description="Print the matrix of ZCONF and Cohen's kappa of each two inspectors, how far "
        "their redshifts lie apart, the same for sources that one inspector was asked twice "
        "(moosegui assign), the seconds a source, and where verdicts disagree. The sessions are "
        "only read, also while somebody has them open.",
    )
    command.add_argument("sessions", type=Path, nargs="+", metavar="SESSION")
    command.add_argument(
        "-o", "--output", type=Path, metavar="TABLE", help="write all that disagree as a table"
    )
    add_rule(command)
    command.set_defaults(run=run_agreement)


def run_agreement(options: argparse.Namespace) -> int:
    """Print the agreement; write where verdicts disagree, if a table is named."""
    layout = None if options.output is None else table_format(options.output)
    paths = options.sessions
    journals = (read_journal(paths[0]),) if len(paths) == 1 else open_journals(paths)
    rule = rule_from(options) or ConflictRule()
    print_agreement(journals, rule)
    found = outliers(journals, rule)
    _print_outliers(found)
    if layout is not None:
        with replacing(options.output) as temporary:
            write_table(temporary, outlier_table(found), layout=layout)
        print(f"wrote {options.output}")
    return 0


def print_agreement(journals: Sequence[Journal], rule: ConflictRule) -> None:
    """Print how far each two inspectors agree, each with themselves, and how long each took."""
    for found in agreements(journals, limit=rule.velocity):
        _print_pair(found, f"{found.first} (rows) and {found.second}", rule)
    for found in self_agreements(journals, limit=rule.velocity):
        _print_pair(found, f"{found.first}, the first time (rows) and the second", rule)
    for journal in journals:
        seconds = pace_of(journal)
        pace = "" if math.isnan(seconds) else f", {seconds:.1f} s a source"
        print(f"{journal.inspector}: {len(journal.votes())} sources inspected{pace}")


def _print_pair(found: Agreement, who: str, rule: ConflictRule) -> None:
    same = f"{found.n_same} of {found.n_shared} alike"
    print(f"{who}: kappa {found.kappa:.2f}, {same}")
    print("".join(f"{name:>7}" for name in ("", *CLASSES)))
    for name, counts in zip(CLASSES, found.matrix, strict=True):
        print(f"{name:>7}" + "".join(f"{count:7d}" for count in counts))
    if not found.n_redshifts:
        return
    print(
        f"  {found.n_redshifts} with two redshifts: median dv {found.median_velocity:.1f} "
        f"km/s, spread {found.spread:.1f} km/s, {found.n_apart} beyond {rule.velocity:g} km/s"
    )
    edges = [f"< {EDGES[0]:g}", *(f"< {edge:g}" for edge in EDGES[1:]), f"> {EDGES[-1]:g}"]
    pairs = zip(edges, found.counts(), strict=True)
    print("  |dv| in km/s  " + "  ".join(f"{edge}: {count}" for edge, count in pairs))


def _print_outliers(found: Sequence[Outlier]) -> None:
    if found:
        print(f"{len(found)} disagree:")
    for one in found[:SHOWN]:
        pair = f"{_words(one.first)} | {_words(one.second)}"
        print(f"  {one.source_key}: {'; '.join(one.reasons)} ({pair})")
    if len(found) > SHOWN:
        print(f"  and {len(found) - SHOWN} more; -o TABLE has all of them")


def _words(event: VerdictEvent) -> str:
    verdict = event.verdict
    if verdict.false_reason is not None:
        return f"{event.inspector}: false, {verdict.false_reason.value}"
    z = f"z {verdict.redshift:.5f}, " if math.isfinite(verdict.redshift) else ""
    return f"{event.inspector}: {z}ZCONF {verdict.zconf or 0}"


def outlier_table(found: Sequence[Outlier]) -> Table:
    """Return a row a disagreement; where both are of one inspector, they were asked twice."""
    table = Table()
    table["ID"] = _texts([one.source_key for one in found])
    table["WHY"] = _texts(["; ".join(one.reasons) for one in found])
    for number, events in ((1, [one.first for one in found]), (2, [one.second for one in found])):
        verdicts = [event.verdict for event in events]
        table[f"INSPECTOR_{number}"] = _texts([event.inspector for event in events])
        table[f"Z_{number}"] = np.array([one.redshift for one in verdicts], dtype=np.float64)
        table[f"CLASS_{number}"] = _texts(
            [str(one.zconf or 0) if one.false_reason is None else "false" for one in verdicts]
        )
        table[f"TIME_{number}"] = _texts([event.time for event in events])
    return table


def _texts(texts: Sequence[str]) -> np.ndarray:
    return np.array(texts, dtype=np.str_)
