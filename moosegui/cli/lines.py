"""The `lines` command: fluxes, velocities and widths of the lines of a whole list."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from moosegui import __version__
from moosegui.cli.problems import print_problems
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.catalogue import Source, SourceList
from moosegui.data.line_table import LineFit
from moosegui.errors import InputError, MooseError
from moosegui.files.models.basis import read_basis
from moosegui.files.scan.lines import LineRow, write_line_table
from moosegui.files.scan.table import check_scan_target
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra.registry import read_spectrum
from moosegui.files.tables.cells import numbers_of
from moosegui.files.tables.read import read_table
from moosegui.fit.linefit.fit import fit_lines


def add_lines(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `lines` command."""
    command = commands.add_parser(
        "lines",
        help="fit the lines of a whole list and write a table",
        description="Fit continuum and lines to every spectrum at its redshift and write a row a "
        "source and line: flux, velocity, intrinsic width, equivalent width, and their errors.",
    )
    command.add_argument("input", type=Path, help="a catalogue, a stacked survey or a folder")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="TABLE")
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    redshifts = command.add_mutually_exclusive_group()
    redshifts.add_argument("--redshift", type=float, metavar="Z", help="one for all, in vacuum")
    redshifts.add_argument(
        "--redshifts", metavar="COLUMN", help="column of the input (default: its redshifts)"
    )
    command.add_argument("--basis", type=Path, help="basis file (default: the one of moosegui)")
    command.set_defaults(run=run_lines)


def run_lines(options: argparse.Namespace) -> int:
    """Fit the lines of a list and write their table; what cannot be fitted is told."""
    check_scan_target(options.output, options.input)
    source_list = open_source_list(options.input, options.spectra)
    redshifts = _redshifts(source_list, options)
    basis = read_basis(options.basis or resource("basis", DEFAULT_BASIS))
    for notice in source_list.notices:
        print(f"note: {notice}", file=sys.stderr)
    rows, problems = _fit_all(source_list, redshifts, basis)
    print_problems(problems)
    cards = {"BASIS": basis.name, "BASISSHA": basis.fingerprint, "VERSION": __version__}
    write_line_table(options.output, rows, cards)
    n_fitted = len(source_list) - len(problems)
    print(
        f"wrote {options.output}: {len(rows)} lines of {n_fitted} sources, "
        f"{len(problems)} not fitted"
    )
    return 0


def _fit_all(
    source_list: SourceList, redshifts: FloatArray, basis: Basis
) -> tuple[list[LineRow], list[str]]:
    rows: list[LineRow] = []
    problems = []
    pairs = zip(source_list, redshifts.tolist(), strict=True)
    for source, redshift in tqdm(pairs, total=len(source_list), unit="source"):
        try:
            fitted = _fit(source, redshift, basis)
        except MooseError as error:
            problems.append(str(error))
        else:
            rows += [(source.source_id, redshift, line) for line in fitted.lines]
    return rows, problems


def _fit(source: Source, redshift: float, basis: Basis) -> LineFit:
    if source.spectrum is None:
        raise InputError(source.problem or f"Source {source.source_id} has no spectrum.")
    if not (math.isfinite(redshift) and redshift > -1):
        raise InputError(f"Source {source.source_id} has no redshift; give one with --redshift.")
    fitted = fit_lines(read_spectrum(source.spectrum), basis, redshift)
    if fitted.n_fitted == 0:
        raise InputError(
            f"Source {source.source_id} has no good pixels within the basis at z = {redshift:g}; "
            "check its redshift and its variances."
        )
    return fitted


def _redshifts(source_list: SourceList, options: argparse.Namespace) -> FloatArray:
    """Return the redshift of every source as the options ask for it, nan where there is none."""
    if options.redshift is not None:
        return np.full(len(source_list), options.redshift)
    if options.redshifts is None:
        return np.array([source.redshift for source in source_list])
    if not source_list.has_catalogue:
        raise InputError(f"{options.input} has no columns; use --redshift instead of --redshifts.")
    table = read_table(options.input)
    if options.redshifts not in table.colnames:
        raise InputError(
            f"{options.input} has no column {options.redshifts}; "
            f"it has {', '.join(table.colnames)}."
        )
    try:
        values = numbers_of(table[options.redshifts])
    except ValueError as error:
        raise InputError(
            f"The column {options.redshifts} of {options.input} holds no numbers; name another."
        ) from error
    return np.asarray(values[[source.row for source in source_list]])
