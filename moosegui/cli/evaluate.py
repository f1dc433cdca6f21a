"""The `evaluate` command: judge the table of a scan by a catalogue of known redshifts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from moosegui import __version__
from moosegui.cli.options.reading_options import parse_column
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis, joint_fingerprint
from moosegui.errors import ExportError, InputError
from moosegui.files.models.basis import list_ranks, read_ensemble
from moosegui.files.sources.truth_table import MEANINGS
from moosegui.fit.evaluation.evaluate import Evaluation, Predictions, evaluate
from moosegui.fit.evaluation.evaluate_vetting import evaluate_vetting
from moosegui.fit.evaluation.kinds import leave_one_out, measure_surveys
from moosegui.pipeline.evaluation import Judged, load_predictions
from moosegui.report.canvas import require_matplotlib
from moosegui.report.evaluation_file import write_evaluation
from moosegui.report.page import PageContent, write_evaluation_page
from moosegui.report.rank_file import read_rank_report
from moosegui.report.surveys import reliability_tables, write_reliability_plot
from moosegui.report.tables import evaluation_tables, mistake_table
from moosegui.report.vetting import vetting_tables


def add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `evaluate` command."""
    command = commands.add_parser(
        "evaluate",
        help="judge a scan by known redshifts",
        description="Good Fraction, accuracy, confused lines, completeness and purity of the "
        "table that `moosegui scan` wrote, as numbers and as a page to print.",
    )
    command.add_argument(
        "scan",
        type=Path,
        nargs="+",
        metavar="SCAN_TABLE",
        help="one table; of several only the reliability of P(z) is told, for each of them and "
        "with a calibration that was learned on the others",
    )
    command.add_argument(
        "--truth",
        type=Path,
        nargs="+",
        required=True,
        metavar="CATALOGUE",
        help="a catalogue or a survey; one for each table, in the same order",
    )
    command.add_argument(
        "--plot", type=Path, metavar="FILE.png", help="draw the reliability of P(z)"
    )
    command.add_argument(
        "--columns",
        nargs="+",
        default=(),
        type=parse_column,
        metavar="MEANING=NAME",
        help=f"columns of the truth, as Z=z_true ZCONF=quality; meanings: {', '.join(MEANINGS)}",
    )
    command.add_argument("--json", type=Path, metavar="FILE", help="write the numbers")
    command.add_argument("--report", type=Path, metavar="DIR", help="write report.html and numbers")
    command.add_argument("--bins", type=int, default=8, help="of each quantity (default: 8)")
    command.add_argument(
        "--basis", type=Path, help="show its vectors in the report (default: that of the scan)"
    )
    command.add_argument(
        "--ranks", type=Path, metavar="REPORT", help="show what `moosegui rank` wrote in the report"
    )
    command.set_defaults(run=run_evaluate)


def run_evaluate(options: argparse.Namespace) -> int:
    """Judge a scan, print the numbers and write what was asked for."""
    if options.bins < 1:
        raise InputError(f"There are no {options.bins} bins; give --bins 8, for instance.")
    if options.report is not None or options.plot is not None:
        require_matplotlib()
    if len(options.scan) != len(options.truth):
        raise InputError(
            f"There are {len(options.scan)} tables and {len(options.truth)} catalogues; name one "
            "catalogue for each table after --truth, in the same order."
        )
    if len(options.scan) > 1:
        return _evaluate_surveys(options)
    (options.scan,), (options.truth,) = options.scan, options.truth
    return _evaluate_one(options)


def _evaluate_surveys(options: argparse.Namespace) -> int:
    """Tell how reliable P(z) is in several surveys, each a kind of data."""
    if options.report is not None or options.json is not None:
        raise InputError("--report and --json are of one table; give one, or --plot FILE.png.")
    surveys = []
    for scan, truth in zip(options.scan, options.truth, strict=True):
        judged = load_predictions(scan, truth, dict(options.columns))
        for notice in judged.notices:
            print(f"note: {scan.name}: {notice}", file=sys.stderr)
        surveys.append((scan.stem, judged.predictions))
    _tell_reliability(surveys, options.plot)
    return 0


def _tell_reliability(surveys: Sequence[tuple[str, Predictions]], plot: Path | None) -> None:
    measured = measure_surveys(surveys)
    for table in reliability_tables(measured, leave_one_out(surveys)):
        print(f"{table.as_text()}\n")
    if plot is not None:
        write_reliability_plot(plot, measured)
        print(f"wrote {plot}")


def _evaluate_one(options: argparse.Namespace) -> int:
    judged = load_predictions(options.scan, options.truth, dict(options.columns))
    for notice in judged.notices:
        print(f"note: {notice}", file=sys.stderr)
    evaluation = evaluate(judged.predictions, n_bins=options.bins)
    if not evaluation.overall.n:
        raise InputError(
            f"{options.truth} has no redshift of ZCONF 1 or more among the scanned sources; "
            "name its columns with --columns Z=... ZCONF=..."
        )
    vetting = None if judged.vetting is None else evaluate_vetting(judged.vetting)
    judged_tables = () if vetting is None else vetting_tables(vetting)
    mistakes = mistake_table(evaluation.mistakes)
    for table in (*evaluation_tables(evaluation), mistakes, *judged_tables):
        print(f"{table.as_text()}\n")
    _tell_reliability([(options.scan.stem, judged.predictions)], options.plot)
    provenance = {**judged.provenance, "judged by moosegui": __version__}
    if options.json is not None:
        write_evaluation(options.json, evaluation, provenance, vetting)
        print(f"wrote {options.json}")
    if options.report is not None:
        content = _page_content(options, judged, evaluation, provenance)
        _write_report(options, replace(content, vetting=vetting))
    return 0


def _page_content(
    options: argparse.Namespace, judged: Judged, evaluation: Evaluation, provenance: dict[str, str]
) -> PageContent:
    return PageContent(
        evaluation,
        provenance,
        judged.notices,
        basis=_basis_of(options.basis, provenance),
        ranks=None if options.ranks is None else read_rank_report(options.ranks),
    )


def _write_report(options: argparse.Namespace, content: PageContent) -> None:
    evaluation, provenance = content.evaluation, content.provenance
    try:
        options.report.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"{options.report} cannot be created ({error.strerror}); choose another place."
        ) from error
    write_evaluation(options.report / "evaluation.json", evaluation, provenance, content.vetting)
    write_evaluation_page(options.report / "report.html", content)
    print(f"wrote {options.report / 'report.html'}")


def _basis_of(path: Path | None, provenance: dict[str, str]) -> Basis | None:
    """Return the first basis of the scan, from the file that was named, or ours if it is that."""
    scanned, text = provenance.get("basis fingerprint", ""), provenance.get("rank", "")
    known = path or resource("basis", DEFAULT_BASIS)
    rank = int(text) if text.isdigit() and int(text) in list_ranks(known) else None
    bases = read_ensemble(known, rank)
    fingerprint = joint_fingerprint(bases)
    if scanned == fingerprint or (path is not None and not scanned):
        return bases[0]
    if path is not None:
        raise InputError(
            f"{path} is not the basis of the scan (fingerprint {fingerprint} instead of "
            f"{scanned}); name the one that was used."
        )
    return None
