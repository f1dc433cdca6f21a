"""The `sheets` command: evidence sheets of the sources of a session, one page each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from moosegui.cli_scan import MOST_PROBLEMS, add_scan_options, make_engine_from
from moosegui.errors import ExportError, InputError
from moosegui.files.session_store import SessionStore
from moosegui.files.source_lists import open_source_list

if TYPE_CHECKING:
    from moosegui.gui.sheet_batch import SheetOrder


def add_sheets(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `sheets` command."""
    command = commands.add_parser(
        "sheets",
        help="make one-page evidence sheets of the sources of a session",
        description="Make a page a source: spectrum with model and lines, residual, χ²(z), line "
        "windows, redshift, verdict and comment. Sheets that are there already and younger than "
        "the last decision are kept, so that a run that was stopped goes on.",
    )
    command.add_argument("session", type=Path)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    command.add_argument(
        "--filter", default="", metavar="EXPR", help="as in the queue: 'zconf < 2 & R < 3'"
    )
    command.add_argument("--zconf", type=int, nargs="+", choices=range(4), default=[])
    command.add_argument("--ids", nargs="+", default=[], metavar="ID")
    command.add_argument("--format", choices=("pdf", "png"), default="pdf")
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.add_argument("--spectra", type=Path, help="where its spectra are now, if they moved")
    command.add_argument("--again", action="store_true", help="make also sheets that are there")
    command.add_argument("--workers", type=int, help="threads (default: all processors)")
    add_scan_options(command)
    command.set_defaults(run=run_sheets)


def run_sheets(options: argparse.Namespace) -> int:
    """Make the sheets that are asked for and are not there; say what was left out."""
    from moosegui.gui.sheet_batch import make_sheets

    orders, origin = _orders(options)
    todo = [order for order in orders if options.again or not order.is_done]
    if n_kept := len(orders) - len(todo):
        print(f"note: {n_kept} sheets are there already", file=sys.stderr)
    engine = make_engine_from(options)
    problems = []
    with tqdm(total=len(todo), unit="sheet", disable=not todo) as progress:
        for _, problem in make_sheets(todo, engine, origin, n_workers=options.workers):
            progress.update()
            if problem:
                problems.append(problem)
    for problem in problems[:MOST_PROBLEMS]:
        print(f"problem: {problem}", file=sys.stderr)
    if len(problems) > MOST_PROBLEMS:
        print(f"problem: and {len(problems) - MOST_PROBLEMS} more", file=sys.stderr)
    n_made = len(todo) - len(problems)
    print(f"wrote {n_made} sheets to {options.output}, {len(problems)} could not be made")
    return 0


def _orders(options: argparse.Namespace) -> tuple[list[SheetOrder], str]:
    """Return the sheets that are asked for, and the name of their catalogue."""
    from moosegui.gui.sheet_batch import make_orders
    from moosegui.gui.sheet_choice import SheetChoice

    with SessionStore.open(options.session) as store:
        catalogue = options.catalogue or Path(store.get("catalogue"))
        spectra = options.spectra or store.get("spectra")
        source_list = open_source_list(catalogue, Path(spectra) if spectra else None)
        choice = SheetChoice(options.filter, frozenset(options.zconf), frozenset(options.ids))
        sources = choice.of(source_list, store)
        orders = make_orders(sources, store, options.output, options.format)
    if not sources:
        raise InputError("No source is chosen by that; loosen --filter, --zconf or --ids.")
    try:
        options.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"The folder {options.output} cannot be made ({error}).") from error
    return orders, source_list.path.name
