"""The `tune-screening` command: fit the models of blends and false sources to a labelled survey."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tqdm import tqdm

from moosegui import __version__
from moosegui.cli.options.engine_options import add_scan_options, make_engine_from
from moosegui.errors import ExportError, InputError
from moosegui.files.models.logistic import write_logistic
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.pipeline.tuning import KINDS, describe, labelled_rows, measure_features, tune


def add_tune(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `tune-screening` command."""
    command = commands.add_parser(
        "tune-screening",
        help="tune the scores of blends or false sources on a labelled survey",
        description="Learn a logistic model of three features on the odd rows of a survey and "
        "measure it on the even ones; its coefficients are plain numbers in a JSON file.",
    )
    command.add_argument("survey", type=Path, help="a stacked survey with a CATALOGUE table")
    command.add_argument("--for", dest="kind", choices=KINDS, required=True)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.json")
    command.add_argument("--workers", type=int, help="threads (default: all processors)")
    add_scan_options(command)
    command.set_defaults(run=run_tune)


def run_tune(options: argparse.Namespace) -> int:
    """Tune on the odd rows, report the even ones, write the model."""
    if not options.output.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {options.output.parent}; create it first.")
    engine = make_engine_from(options)
    survey = read_survey_arrays(options.survey)
    rows, labels = labelled_rows(survey, options.kind)
    made = measure_features(survey, rows, engine, options.kind, n_workers=options.workers)
    features = list(tqdm(made, total=rows.size, unit="spectrum"))
    learned = rows % 2 == 0  # rows are counted from 0, so these have odd numbers
    for name, half in (("odd", learned), ("even", ~learned)):
        if labels[half].all() or not labels[half].any():
            raise InputError(f"The {name} rows of {options.survey} hold only one kind of source.")
    own = [row for row, mine in zip(features, learned, strict=True) if mine]
    other = [row for row, mine in zip(features, learned, strict=True) if not mine]
    model = tune(own, labels[learned], options.kind)
    provenance = {
        "made by": f"moosegui {__version__} tune-screening --for {options.kind}",
        "made on": datetime.now(UTC).date().isoformat(),
        "survey": f"{options.survey.name}, {np.count_nonzero(learned)} odd rows",
        "basis": engine.name,
        "on the odd rows": describe(model, own, labels[learned], options.kind),
        "on the even rows": describe(model, other, labels[~learned], options.kind),
    }
    model = replace(model, provenance=provenance)
    write_logistic(options.output, model)
    for name, coefficient in zip(model.names, model.coefficients, strict=True):
        print(f"{name:12} {coefficient:+9.3f}")
    print(f"intercept    {model.intercept:+9.3f}\nthreshold    {model.threshold:9.3f}")
    for half in ("odd", "even"):
        print(f"{half:5} rows   {provenance[f'on the {half} rows']}")
    print(f"wrote {options.output}")
    return 0
