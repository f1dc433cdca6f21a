"""Options of the commands that scan: basis, trial redshifts, weighting, calibration."""

from __future__ import annotations

import argparse
from pathlib import Path

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import WEIGHTINGS, ScanSettings
from moosegui.errors import InputError
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.confidence import read_confidence
from moosegui.pipeline.engine import Engine, make_engine


def add_scan_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say how to scan."""
    trials = RedshiftGrid()
    command.add_argument("--basis", type=Path, help="basis file (default: the one of moosegui)")
    command.add_argument("--rank", type=int, help="only the basis of this rank within the file")
    command.add_argument(
        "--single",
        action="store_true",
        help="scan with the first basis of the file alone, as published, instead of averaging "
        "the curves of its ensemble",
    )
    command.add_argument(
        "--plain-variances",
        action="store_true",
        help="take the variances as they are, as published, also at the ends and on sky lines",
    )
    command.add_argument("--zmin", type=float, default=trials.zmin)
    command.add_argument("--zmax", type=float, default=trials.zmax)
    command.add_argument("--dz", type=float, default=trials.dz)
    command.add_argument(
        "--weighting", choices=WEIGHTINGS, default="ivar", help="unweighted is the published method"
    )


def add_calibration_option(command: argparse.ArgumentParser) -> None:
    """Add the option that replaces the calibration of P(z) and of the suggested ZCONF."""
    command.add_argument(
        "--calibration",
        type=Path,
        metavar="FILE.json",
        help="what `moosegui calibrate` wrote (default: the one of moosegui)",
    )


def make_engine_from(options: argparse.Namespace) -> Engine:
    """Read the basis and settings that the options ask for.

    Raises
    ------
    BasisError
        If the basis cannot be read or has no such rank.
    InputError
        If the trial redshifts make no grid, or the calibration cannot be read.
    """
    path = options.basis or resource("basis", DEFAULT_BASIS)
    try:
        trials = RedshiftGrid(options.zmin, options.zmax, options.dz)
    except ValueError as error:
        raise InputError(f"There are {error}; check --zmin, --zmax and --dz.") from error
    settings = ScanSettings(
        trials,
        options.weighting,
        ensemble=not options.single,
        inflates_variances=not options.plain_variances,
    )
    first, *others = read_ensemble(path, options.rank)
    engine = make_engine(first, settings, companions=others)
    calibration = getattr(options, "calibration", None)  # the commands that make one have none
    return engine if calibration is None else engine.with_confidence(read_confidence(calibration))
