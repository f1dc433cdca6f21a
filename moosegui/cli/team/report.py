"""The `report` command: one page of a finished or running survey."""

from __future__ import annotations

import argparse
from pathlib import Path

from moosegui.cli.options.engine_options import add_scan_options, make_engine_from
from moosegui.errors import ExportError
from moosegui.files.session.copy import opened_copy
from moosegui.pipeline.analyse import model_at
from moosegui.pipeline.survey_account import survey_in
from moosegui.report.canvas import require_matplotlib
from moosegui.report.page import is_page
from moosegui.report.survey_page import page_path, write_survey_page


def add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `report` command."""
    command = commands.add_parser(
        "report",
        help="write one page of a finished or running survey",
        description="Write one HTML page that needs nothing from elsewhere: N(z), ZCONF, how far "
        "the inspection is, flags, false sources, blends, example spectra, and how it was made. "
        "The session is only read, also while somebody has it open. The page of a reconciled "
        "session has what all agree on.",
    )
    command.add_argument("session", type=Path, metavar="SESSION")
    command.add_argument(
        "-o", "--output", type=Path, metavar="PAGE.html", help="default: beside the session"
    )
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.add_argument("--spectra", type=Path, help="where its spectra are now, if they moved")
    command.add_argument(
        "--overwrite", action="store_true", help="replace a file that is no page of moosegui"
    )
    add_scan_options(command)
    command.set_defaults(run=run_report)


def run_report(options: argparse.Namespace) -> int:
    """Write the page."""
    require_matplotlib()
    output = options.output or page_path(options.session)
    if output.exists() and not (options.overwrite or is_page(output)):
        raise ExportError(
            f"{output} exists and is no page of moosegui; choose another name, or --overwrite."
        )
    with opened_copy(options.session) as store:
        account = survey_in(
            store, options.session, catalogue=options.catalogue, spectra=options.spectra
        )
    engine = make_engine_from(options)
    write_survey_page(output, account, lambda spectrum, z: model_at(spectrum, engine, z).flux)
    print(f"wrote {output}: {len(account.judged)} of {len(account.sources)} sources inspected")
    return 0
