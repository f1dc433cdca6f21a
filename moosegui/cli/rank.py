"""The `rank` command: choose the number of components by cross-validation."""

from __future__ import annotations

import argparse
from pathlib import Path

from moosegui import __version__
from moosegui.cli.options.scan_settings import add_settings, settings_from
from moosegui.cli.options.training_options import (
    add_factorisation_options,
    add_recipe_options,
    described_options,
    load_from,
    parse_ranks,
    training_options_from,
)
from moosegui.cli.progress import FoldLines
from moosegui.errors import ExportError, InputError
from moosegui.fit.basis.rank import CrossValidationOptions, cross_validate
from moosegui.report.canvas import require_matplotlib
from moosegui.report.rank_file import RankReport, write_rank_report
from moosegui.report.tables import rank_table


def add_rank(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `rank` command."""
    command = commands.add_parser(
        "rank",
        help="choose the number of components by cross-validation",
        description="Learn on all folds but one, predict the redshifts of that one, and compare "
        "the ranks by their Good Fraction; between equals the smaller error decides.",
    )
    command.add_argument("survey", type=Path, help="a stacked survey with a CATALOGUE table")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="REPORT",
        help="folder for report.html and rank.json, or the name of the .json alone",
    )
    command.add_argument(
        "--ranks", type=parse_ranks, default=tuple(range(6, 15)), help="default: 6-14"
    )
    command.add_argument("--folds", type=int, default=5, help="default: 5")
    command.add_argument(
        "--max-test", type=int, default=0, help="most predictions in a fold (default: all)"
    )
    predictions = command.add_argument_group("how the redshifts of a fold are predicted")
    add_settings(predictions, ("--zmin", "--dz", "--weighting"))  # --zmax is that of the basis
    add_factorisation_options(command)
    add_recipe_options(command, ("full", "half"))
    command.set_defaults(run=run_rank)


def run_rank(options: argparse.Namespace) -> int:
    """Compare ranks by cross-validation and write the scores."""
    is_json = options.output.suffix == ".json"
    if not is_json:
        require_matplotlib()
    folder = options.output.parent if is_json else options.output
    try:
        cross = CrossValidationOptions(
            ranks=options.ranks,
            n_folds=options.folds,
            training=training_options_from(options, rank=options.ranks[-1]),
            error_floor=options.error_floor,
            settings=settings_from(options, ("trials", "weighting")),
            max_test=options.max_test,
        )
    except ValueError as error:
        raise InputError(f"These options make no run: {error}.") from error
    training_set, _ = load_from(options, options.ranks[-1])
    if len(training_set.spectra) < options.folds:
        raise InputError(
            f"{options.survey} has {len(training_set.spectra)} spectra to learn from, too few for "
            f"{options.folds} folds; lower --folds."
        )
    _make_folder(folder)
    with FoldLines(len(options.ranks)) as lines:
        selection = cross_validate(
            training_set.spectra, training_set.grid, cross, report=lines.show
        )
    trials = f"{options.zmin:g}:{options.zmax:g}:{options.dz:g}"
    provenance = (
        training_set.described()
        | described_options(options)
        | {
            "folds": str(options.folds),
            "trial redshifts": trials,
            "weighting": options.weighting,
            "version": __version__,
        }
    )
    report = RankReport(selection, provenance)
    write_rank_report(options.output if is_json else folder / "rank.json", report)
    print(f"{rank_table(report).as_text()}\n{selection.reason}")
    if not is_json:
        from moosegui.report.page import write_rank_page

        write_rank_page(folder / "report.html", report)
    print(f"wrote {options.output}")
    return 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"{folder} cannot be created ({error.strerror}); choose another place."
        ) from error
