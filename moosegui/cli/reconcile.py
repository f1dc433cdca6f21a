"""The `reconcile` command: where the sessions of several inspectors disagree."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from astropy.table import MaskedColumn, Table

from moosegui.cli.options.engine_options import make_engine_from
from moosegui.cli.window import add_window_options, open_window
from moosegui.data.catalogue import VerdictEvent
from moosegui.data.team.reconciliation import Conflict, ConflictRule, Journal, conflicts
from moosegui.errors import InputError
from moosegui.files.safe_write import replacing
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.write import table_format, write_table
from moosegui.pipeline.agreement import CLASSES, agreement_of, seconds_a_source
from moosegui.pipeline.reconciliation import catalogue_of, open_journals

RULE = ConflictRule()


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
    _add_rule(command)
    command.set_defaults(run=run_reconcile)


def _add_rule(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--velocity",
        type=float,
        metavar="KM/S",
        help=f"redshifts so far apart disagree (default: {RULE.velocity:g})",
    )
    command.add_argument(
        "--velocity-lya",
        type=float,
        metavar="KM/S",
        help=f"the same at z > 2.9, where Lyα is seen (default: {RULE.velocity_lya:g})",
    )
    command.add_argument(
        "--zconf-step",
        type=int,
        help=f"so different ZCONF disagree (default: {RULE.zconf_step})",
    )
    command.add_argument(
        "--confident",
        type=int,
        metavar="ZCONF",
        help=f"a ZCONF from here on disagrees with one below (default: {RULE.confident})",
    )


def run_reconcile(options: argparse.Namespace) -> int:
    """Write the table of conflicts and say how many there are, or open the window on them."""
    if options.output is None and not options.open:
        raise InputError("Name a table with -o, or open the window with --open.")
    layout = None if options.output is None else table_format(options.output)
    journals = open_journals(options.sessions)
    given = {
        name: getattr(options, name)
        for name in ("velocity", "velocity_lya", "zconf_step", "confident")
        if getattr(options, name) is not None
    }
    rule = replace(RULE, **given)
    if layout is not None:
        _write(options.output, layout, journals, rule)
    if not options.open:
        return 0
    found, spectra = (
        (options.catalogue, None) if options.catalogue is not None else catalogue_of(journals)
    )
    options.spectra = options.spectra or spectra
    options.journals, options.rule = journals, rule if given else None
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
    _print_agreement(journals, rule)
    print(f"wrote {output}")


def _print_agreement(journals: Sequence[Journal], rule: ConflictRule) -> None:
    """Print how far each two inspectors agree, and how long each took."""
    votes = [{vote.source_key: vote for vote in journal.votes()} for journal in journals]
    for one, other in combinations([cast for cast in votes if cast], 2):
        found = agreement_of(one, other, limit=rule.velocity)
        print(f"{found.first} (rows) and {found.second}: kappa {found.kappa:.2f}")
        print("".join(f"{name:>7}" for name in ("", *CLASSES)))
        for name, counts in zip(CLASSES, found.matrix, strict=True):
            print(f"{name:>7}" + "".join(f"{count:7d}" for count in counts))
        if found.n_redshifts:
            print(
                f"  {found.n_redshifts} with two redshifts: median dv {found.median_velocity:.1f} "
                f"km/s, spread {found.spread:.1f} km/s, {found.n_apart} beyond "
                f"{rule.velocity:g} km/s"
            )
    for journal in journals:
        events = [event for decided in journal.decisions.values() for event in decided]
        seconds = seconds_a_source(events)
        pace = "" if np.isnan(seconds) else f", {seconds:.1f} s a source"
        print(f"{journal.inspector}: {len(journal.votes())} sources inspected{pace}")


def conflict_table(found: tuple[Conflict, ...], inspectors: tuple[str, ...]) -> Table:
    """Return a row a conflict; the columns of who has no vote are empty there."""
    table = Table()
    table["ID"] = np.array([conflict.source_key for conflict in found], dtype=np.str_)
    table["CONFLICT"] = np.array(["; ".join(c.reasons) for c in found], dtype=np.str_)
    for inspector in inspectors:
        votes = [_vote_of(conflict, inspector) for conflict in found]
        is_missing = [vote is None for vote in votes]
        zconfs = [None if vote is None else vote.verdict.zconf for vote in votes]
        blends = [None if vote is None else vote.verdict.blend for vote in votes]
        table[f"Z_{inspector}"] = np.array(
            [np.nan if vote is None else vote.verdict.redshift for vote in votes], dtype=np.float64
        )
        table[f"ZCONF_{inspector}"] = _confidences(zconfs)
        table[f"Z2_{inspector}"] = np.array(
            [np.nan if blend is None else blend.redshift for blend in blends], dtype=np.float64
        )
        table[f"ZCONF2_{inspector}"] = _confidences(
            [None if blend is None else blend.zconf for blend in blends]
        )
        for name, texts in _texts(votes).items():
            table[f"{name}_{inspector}"] = MaskedColumn(texts, mask=is_missing, dtype=np.str_)
    return table


def _confidences(zconfs: Sequence[int | None]) -> MaskedColumn:
    return MaskedColumn(
        [0 if zconf is None else zconf for zconf in zconfs],
        mask=[zconf is None for zconf in zconfs],
        dtype=np.int16,
    )


def _vote_of(conflict: Conflict, inspector: str) -> VerdictEvent | None:
    return next((vote for vote in conflict.votes if vote.inspector == inspector), None)


def _texts(votes: list[VerdictEvent | None]) -> dict[str, list[str]]:
    """The columns of words, empty where there is no vote."""
    names = ("FALSE", "BLEND", "NEIGHBOUR", "FLAGS", "COMMENT", "TIME")
    columns: dict[str, list[str]] = {name: [] for name in names}
    for vote in votes:
        verdict = None if vote is None else vote.verdict
        reason = None if verdict is None else verdict.false_reason
        columns["FALSE"].append("" if reason is None else reason.value)
        blend = None if verdict is None else verdict.blend
        columns["BLEND"].append("" if blend is None else blend.kind.value)
        columns["NEIGHBOUR"].append("" if blend is None else blend.neighbour)
        columns["FLAGS"].append("" if verdict is None else " ".join(sorted(verdict.flags)))
        columns["COMMENT"].append("" if verdict is None else verdict.comment)
        columns["TIME"].append("" if vote is None else vote.time)
    return columns
