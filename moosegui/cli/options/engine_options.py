"""Options of the commands that scan: basis, settings and calibration."""

from __future__ import annotations

import argparse
from pathlib import Path

from moosegui.cli.options.scan_settings import add_settings, settings_from
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.confidence import read_confidence
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import default_classes


def add_scan_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say how to scan."""
    command.add_argument("--basis", type=Path, help="basis file (default: the one of moosegui)")
    command.add_argument("--rank", type=int, help="only the basis of this rank within the file")
    add_settings(command)


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
    settings = settings_from(options)
    first, *others = read_ensemble(path, options.rank)
    engine = make_engine(first, settings, companions=others)
    if settings.classes and default_classes().are_reached_by(first.observed_range):
        engine = engine.with_classes(default_classes())
    calibration = getattr(options, "calibration", None)  # the commands that make one have none
    return engine if calibration is None else engine.with_confidence(read_confidence(calibration))
