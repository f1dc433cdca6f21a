"""The `assign` command: a catalogue shared out among inspectors."""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui import __version__
from moosegui.cli.options.reading_options import add_columns_option
from moosegui.data.catalogue import SourceList
from moosegui.data.team.assignment import Assigned, Share, share_out
from moosegui.errors import ExportError, InputError
from moosegui.files.safe_write import replacing
from moosegui.files.sources.assigned_list import (
    ENDING,
    AssignedList,
    assigned_list,
    write_assigned_list,
)
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.write import write_table

INITIALS = re.compile(r"[^\W_][\w-]*")
SHARE = Share()
PLAN = "_plan.ecsv"

Given = Mapping[str, Sequence[Assigned]]


def add_assign(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `assign` command."""
    command = commands.add_parser(
        "assign",
        help="share a catalogue out among inspectors",
        description="Write a list for each inspector, opened by `moosegui open` with their sources "
        "only, and a plan that says who has which. A part of the sources is given to two; a part "
        "of each list comes twice, the second time under another ID and not before a third of the "
        "list, so that nobody knows it again. `export`, `reconcile` and `agreement` join both. The "
        "catalogue is not changed; the lists belong beside it.",
    )
    command.add_argument("catalogue", type=Path, help="a catalogue, a stacked survey or a folder")
    command.add_argument(
        "--inspectors", nargs="+", required=True, metavar="X", help="initials of the inspectors"
    )
    command.add_argument(
        "--overlap",
        type=float,
        default=SHARE.overlap,
        help=f"part of the sources that two inspect (default: {SHARE.overlap:g})",
    )
    command.add_argument(
        "--repeats",
        type=float,
        default=SHARE.repeats,
        help=f"part of each list that comes twice (default: {SHARE.repeats:g})",
    )
    command.add_argument(
        "--seed",
        type=int,
        default=SHARE.seed,
        help=f"the same one shares out in the same way (default: {SHARE.seed})",
    )
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where lists and plan are written (default: beside the catalogue)",
    )
    command.add_argument(
        "--overwrite", action="store_true", help="replace lists and plan that are there"
    )
    add_columns_option(command)
    command.set_defaults(run=run_assign)


def run_assign(options: argparse.Namespace) -> int:
    """Write the lists and the plan; say who has how many sources."""
    try:
        share = Share(options.overlap, options.repeats, options.seed)
    except ValueError as error:
        raise InputError(f"{error}; see moosegui assign --help.") from error
    inspectors = _checked(options.inspectors)
    source_list = open_source_list(
        options.catalogue, options.spectra, columns=dict(options.columns)
    )
    if source_list.whole is not None:
        raise InputError(f"{options.catalogue} is a list itself; name the whole catalogue.")
    usable = {s.key: s.source_id or s.key for s in source_list if s.spectrum is not None}
    if not usable:
        raise InputError(f"No source of {options.catalogue} has a spectrum; name --spectra.")
    taken = [name for s in source_list for name in (s.source_id, s.key)]
    given = share_out(usable, inspectors, share, taken)
    places = _places(source_list, options, inspectors)
    _write_lists(source_list, options, given, places)
    plan = places[PLAN]
    with replacing(plan) as temporary:
        write_table(temporary, plan_table(source_list, given, share), layout="ecsv")
    _tell(source_list, given, places, n_left=len(source_list) - len(usable))
    return 0


def _checked(inspectors: Sequence[str]) -> tuple[str, ...]:
    """Return the initials, which become a part of file names."""
    for name in inspectors:
        if not INITIALS.fullmatch(name):
            raise InputError(f"{name!r} are no initials; use letters and digits.")
    if len({name.casefold() for name in inspectors}) < len(inspectors):
        raise InputError("Two inspectors have the same initials; tell them apart.")
    return tuple(inspectors)


def _places(
    source_list: SourceList, options: argparse.Namespace, inspectors: Sequence[str]
) -> dict[str, Path]:
    """Return where the lists go, by inspector, and the plan."""
    path = source_list.path.absolute()
    folder = path.parent if options.output is None else options.output
    if not folder.is_dir():
        raise ExportError(f"There is no folder {folder}; create it first.")
    stem = path.name if path.is_dir() else path.name.removesuffix(".gz").rsplit(".", 1)[0]
    places = {name: folder / f"{stem}_{name}{ENDING}" for name in inspectors}
    places[PLAN] = folder / f"{stem}{PLAN}"
    there = [place for place in places.values() if place.exists()]
    if there and not options.overwrite:
        raise ExportError(
            f"{there[0]} exists, and sessions may rest on it; name another folder with -o, or "
            "replace it with --overwrite."
        )
    return places


def _write_lists(
    source_list: SourceList,
    options: argparse.Namespace,
    given: Given,
    places: Mapping[str, Path],
) -> None:
    folder = source_list.path.absolute().parent
    spectra = "" if options.spectra is None else _below(options.spectra, folder)
    for inspector, entries in given.items():
        salt = hashlib.sha256(f"{options.seed} {inspector}".encode()).hexdigest()[:8]
        listed: AssignedList = replace(
            assigned_list(source_list, inspector, entries, salt),
            spectra=spectra,
            columns=dict(options.columns),
        )
        write_assigned_list(places[inspector], listed)


def _below(spectra: Path, folder: Path) -> str:
    """Return where spectra lie below a folder; lists name nothing outside theirs."""
    whole = spectra.resolve()
    if whole.is_relative_to(folder.resolve()):
        return whole.relative_to(folder.resolve()).as_posix()
    print(f"The lists do not name {spectra}, which lies elsewhere; open them with --spectra.")
    return ""


def plan_table(source_list: SourceList, given: Given, share: Share) -> Table:
    """Return a row an entry of a list: who has which source, and as what."""
    rows = [
        (one.source_key, inspector, one.part, one.name, place)
        for inspector, entries in given.items()
        for place, one in enumerate(entries, start=1)
    ]
    table = Table(
        rows=rows,
        names=("ID", "INSPECTOR", "PART", "LISTED_AS", "PLACE"),
        dtype=(np.str_, np.str_, np.str_, np.str_, np.int64),
    )
    table.meta = {
        "catalogue": source_list.path.name,
        "overlap": share.overlap,
        "repeats": share.repeats,
        "seed": share.seed,
        "origin": f"moosegui {__version__} assign",
    }
    return table


def _tell(
    source_list: SourceList, given: Given, places: Mapping[str, Path], *, n_left: int
) -> None:
    keys = {name: {one.source_key for one in entries} for name, entries in given.items()}
    for name, entries in given.items():
        n_repeats = sum(one.part == "repeat" for one in entries)
        n_shared = sum(one.part == "shared" for one in entries)
        print(
            f"{name}: {len(entries)} entries, {n_shared} of them shared, {n_repeats} asked again: "
            f"{places[name]}"
        )
    for one, other in combinations(keys, 2):
        print(f"{one} and {other} share {len(keys[one] & keys[other])} sources")
    if n_left:
        print(f"{n_left} of {len(source_list)} sources have no spectrum and are in no list")
    print(f"wrote {places[PLAN]}, which inspectors should not see")
