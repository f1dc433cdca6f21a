"""The `calibrate` command: fit P(z) and the suggested ZCONF to a survey, or to verdicts."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tqdm import tqdm

from moosegui import __version__
from moosegui.cli.calibrate_sessions import calibrate_sessions, undo
from moosegui.cli.options.engine_options import add_scan_options, make_engine_from
from moosegui.data.arrays import IntArray
from moosegui.data.confidence import FEATURES
from moosegui.errors import ExportError, InputError
from moosegui.files.models.confidence import write_confidence
from moosegui.files.session.backups import SUFFIX
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.pipeline.calibration import (
    DIMMED,
    Example,
    calibrate,
    lacks_faint_sources,
    make_examples,
)
from moosegui.pipeline.engine import Engine


def add_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `calibrate` command."""
    command = commands.add_parser(
        "calibrate",
        help="calibrate P(z) and the suggested ZCONF on a labelled survey",
        description="Scan a stacked survey whose CATALOGUE has redshifts and ZCONF, and fit how "
        "far P(z) and the scores can be trusted. Sources of ZCONF 0 and 1 are made of dimmed "
        "ones of ZCONF 2 where the survey has none. Of a session, learn from its verdicts (200 or "
        "more) what they make of P(z), the suggested ZCONF, blends and false sources; the result "
        "lies beside the session, which uses it from then on, until --undo.",
    )
    command.add_argument(
        "survey",
        type=Path,
        nargs="+",
        metavar="SURVEY|SESSION",
        help="a stacked survey with a CATALOGUE table, or sessions (.moose)",
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE.json",
        help="where to write (a session: beside the first of them)",
    )
    command.add_argument(
        "--undo", action="store_true", help="go back to the calibration before, of a session"
    )
    command.add_argument(
        "--most", type=int, default=2000, help="spectra, drawn at random (default: 2000; 0: all)"
    )
    command.add_argument("--seed", type=int, default=1, help="of the draw (default: 1)")
    command.add_argument("--workers", type=int, help="threads (default: all processors)")
    add_scan_options(command)
    command.set_defaults(run=run_calibrate)


def run_calibrate(options: argparse.Namespace) -> int:
    """Calibrate on a survey or on sessions, print what was learned and write it."""
    if options.undo:
        return undo(options.survey)
    if all(path.name.endswith(SUFFIX) for path in options.survey):
        return calibrate_sessions(options, options.survey)
    if len(options.survey) > 1:
        raise InputError("Give one survey, or sessions (.moose) only.")
    (options.survey,) = options.survey
    return _calibrate_survey(options)


def _calibrate_survey(options: argparse.Namespace) -> int:
    if options.output is None:
        raise ExportError("Name the file of the calibration: -o FILE.json.")
    if not options.output.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {options.output.parent}; create it first.")
    engine = make_engine_from(options)
    survey = read_survey_arrays(options.survey)
    rows = _drawn(survey, options)
    examples: list[Example] = []
    with tqdm(total=rows.size, unit="spectrum") as progress:
        for made in make_examples(survey, rows, engine, n_workers=options.workers):
            examples += made
            progress.update()
    model = calibrate(examples, _provenance(options, survey, engine, len(examples)))
    write_confidence(options.output, model)
    print(f"temperature of P(z)    {model.temperature:8.3f}")
    for name, coefficient in zip(FEATURES, model.coefficients, strict=True):
        print(f"{name:22} {coefficient:+8.3f}")
    print("thresholds            ", "  ".join(f"{value:+8.3f}" for value in model.thresholds))
    print(f"wrote {options.output}")
    return 0


def _drawn(survey: SurveyArrays, options: argparse.Namespace) -> IntArray:
    labelled = np.flatnonzero((survey.zconf == 0) | (survey.zconf > 0) & (survey.redshift >= 0))
    if not labelled.size:
        raise InputError(f"{options.survey} has no ZCONF; calibrating needs a labelled survey.")
    drawn = np.random.default_rng(options.seed).permutation(labelled)
    return np.sort(drawn[: options.most] if options.most > 0 else drawn)


def _provenance(
    options: argparse.Namespace, survey: SurveyArrays, engine: Engine, n_examples: int
) -> tuple[tuple[str, str], ...]:
    faint = ", ".join(f"ZCONF {zconf}: 1/{factor:g}" for factor, zconf in DIMMED)
    return (
        ("made by", f"moosegui {__version__} calibrate"),
        ("made on", datetime.now(UTC).date().isoformat()),
        ("survey", options.survey.name),
        ("spectra in the survey", str(len(survey))),
        ("scans", str(n_examples)),
        ("seed", str(options.seed)),
        ("dimmed sources of ZCONF 2", faint if lacks_faint_sources(survey) else "none"),
        ("basis", f"{engine.name} ({engine.basis_fingerprint})"),
        ("weighting", engine.settings.weighting),
    )
