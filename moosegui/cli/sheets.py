"""The `sheets` command: summary sheets of the sources of a session, one page each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from moosegui.cli.options.engine_options import add_scan_options, make_engine_from
from moosegui.cli.problems import print_problems
from moosegui.data.catalogue import SourceList
from moosegui.errors import ExportError
from moosegui.files.session.known_sources import settle_sources
from moosegui.files.session.reading import settled_choice, settled_columns
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list


def add_sheets(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `sheets` command."""
    command = commands.add_parser(
        "sheets",
        help="make one-page summary sheets of the sources of a session",
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
    from moosegui.gui.queue.choice import SourceChoice
    from moosegui.gui.sheet.batch import make_orders, make_sheets

    choice = SourceChoice(options.filter, frozenset(options.zconf), frozenset(options.ids))
    with SessionStore.open(options.session) as store:
        source_list = _source_list(options, store)
        sources = choice.of(source_list, store)
        orders = make_orders(sources, store, options.output, options.format)
    _make_folder(options.output)
    todo = [order for order in orders if options.again or not order.is_done]
    if n_kept := len(orders) - len(todo):
        print(f"note: {n_kept} sheets are there already", file=sys.stderr)
    engine = make_engine_from(options)
    problems = []
    with tqdm(total=len(todo), unit="sheet", disable=not todo) as progress:
        for _, problem in make_sheets(
            todo, engine, source_list.path.name, n_workers=options.workers
        ):
            progress.update()
            if problem:
                problems.append(problem)
    print_problems(problems)
    n_made = len(todo) - len(problems)
    print(f"wrote {n_made} sheets to {options.output}, {len(problems)} could not be made")
    return 0


def _source_list(options: argparse.Namespace, store: SessionStore) -> SourceList:
    """Open what the session judges, where it was or where it is now."""
    catalogue = options.catalogue or Path(store.get("catalogue"))
    spectra = options.spectra or store.get("spectra")
    source_list = open_source_list(
        catalogue, Path(spectra) if spectra else None, columns=settled_columns(store, {})
    )
    settled = settle_sources(store, source_list.with_choice(settled_choice(store)))
    return settled.source_list


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"The folder {folder} cannot be made ({error.strerror}); name another with -o."
        ) from error
