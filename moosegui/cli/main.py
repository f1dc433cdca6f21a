"""The command line: its commands and exit codes. Qt is imported only by what opens a window."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from astropy.utils.exceptions import AstropyWarning

from moosegui import __version__
from moosegui.cli.scan import (
    add_blend_options,
    add_calibration_option,
    add_scan_options,
    make_engine_from,
    run_scan,
)
from moosegui.config import default_inspector, user_folder
from moosegui.data.catalogue import SourceList
from moosegui.errors import MooseError
from moosegui.pipeline.analyse import Engine

log = logging.getLogger(__name__)

EXIT_ERROR, EXIT_BUG = 1, 2
# Commands whose modules the window does not need, and what adds them
OTHERS = {
    "train": ("train", "add_train"),
    "lines": ("lines", "add_lines"),
    "rank": ("rank", "add_rank"),
    "evaluate": ("evaluate", "add_evaluate"),
    "calibrate": ("calibrate", "add_calibrate"),
    "sheets": ("sheets", "add_sheets"),
    "reconcile": ("reconcile", "add_reconcile"),
    "tune-screening": ("tune", "add_tune"),
}


def make_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands; of `OTHERS` only one, if a command is named."""
    parser = argparse.ArgumentParser(
        prog="moosegui", description="Validate galaxy redshifts by hand, fast."
    )
    parser.add_argument("--version", action="version", version=f"moosegui {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_open(commands)
    _add_demo(commands)
    _add_scan(commands)
    _add_export(commands)
    for name, (module, function) in OTHERS.items():
        if command in (None, name):
            getattr(importlib.import_module(f"moosegui.cli.{module}"), function)(commands)
    return parser


def _command_of(arguments: Sequence[str]) -> str | None:
    """Return the command if it is one; a wrong one is told of all."""
    known = {"open", "demo", "scan", "export", *OTHERS}
    return arguments[0] if arguments and arguments[0] in known else None


def _add_open(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("open", help="open the window on a catalogue or spectra")
    command.add_argument(
        "catalogue",
        type=Path,
        help="a catalogue (FITS, ECSV, CSV, VOTable), a stacked survey, a spectrum, or a folder",
    )
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    command.add_argument(
        "--session", type=Path, help="session file (default: beside the catalogue)"
    )
    add_window_options(command)
    command.set_defaults(run=_run_open)


def add_window_options(command: argparse.ArgumentParser) -> None:
    """Register the options of every command that opens the window."""
    add_scan_options(command)
    add_calibration_option(command)
    command.add_argument("--inspector", help="initials under which decisions are stored")
    command.add_argument("--screenshot", type=Path, metavar="PNG", help="save a picture and quit")
    command.add_argument("--source", metavar="ID", help="the source to begin with")
    command.add_argument("--size", default="", metavar="1920x1080", help="size of the window")
    command.add_argument("--blind", action="store_true", help="hide the catalogue's answers")
    command.add_argument("--theme", choices=("system", "light", "dark"), default="system")
    command.set_defaults(journals=(), rule=None)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("demo", help="open the window on the embedded demo survey")
    add_window_options(command)
    command.set_defaults(run=_run_demo)


def _add_scan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("scan", help="scan a whole list and write a table")
    command.add_argument("input", type=Path, help="a catalogue, a stacked survey or a folder")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="TABLE")
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    command.add_argument("--workers", type=int, help="threads (default: all processors)")
    add_blend_options(command)
    add_scan_options(command)
    add_calibration_option(command)
    command.set_defaults(run=run_scan)


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("export", help="write the catalogue update of a session")
    command.add_argument("session", type=Path)
    command.add_argument("-o", "--output", type=Path, metavar="TABLE")
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.set_defaults(run=_run_export)


def _run_open(options: argparse.Namespace) -> int:
    from moosegui.files.sources.source_lists import open_source_list

    # most of what makes an engine leaves the interpreter free to read headers and to import Qt
    with ThreadPoolExecutor(1) as thread:
        engine = thread.submit(make_engine_from, options)
        source_list = open_source_list(options.catalogue, options.spectra)
        return open_window(options, source_list, engine.result)


def _run_demo(options: argparse.Namespace) -> int:
    from moosegui.cli.demo import make_demo_folder, print_results
    from moosegui.files.sources.source_lists import open_source_list

    source_list = open_source_list(make_demo_folder())
    options.spectra = options.session = None
    if options.screenshot is None and not _has_display():
        print("There is no display: the window opens offscreen and is saved as a picture.")
        options.screenshot = Path("moosegui-demo.png")
    status = open_window(options, source_list, lambda: make_engine_from(options))
    if options.screenshot is not None and status == 0:
        print(f"wrote {options.screenshot}")
        print_results(source_list, make_engine_from(options))
    return status


def open_window(
    options: argparse.Namespace, source_list: SourceList, engine: Callable[[], Engine]
) -> int:
    """Open the window on a list until it is closed; return the exit status."""
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from moosegui.gui.window.app import WindowOptions, run_window

    return run_window(
        source_list,
        engine(),
        WindowOptions(
            inspector=options.inspector or default_inspector(),
            session=options.session,
            screenshot=options.screenshot,
            source=options.source,
            size=options.size,
            theme=options.theme,
            is_blind=options.blind,
            spectra=options.spectra,
            journals=options.journals,
            rule=options.rule,
        ),
    )


def _has_display() -> bool:
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or platform:
        return not platform.startswith(("offscreen", "minimal"))
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _run_export(options: argparse.Namespace) -> int:
    from moosegui.data.reconciliation import settled
    from moosegui.files.session.store import SessionStore
    from moosegui.files.sources.source_lists import open_source_list
    from moosegui.files.update.update import write_update
    from moosegui.pipeline.reconciliation import recall_journals, recall_rule

    with SessionStore.open(options.session) as store:
        catalogue = options.catalogue or Path(store.get("catalogue"))
        spectra = store.get("spectra")
        source_list = open_source_list(catalogue, Path(spectra) if spectra else None)
        decisions = settled(store.verdicts(), recall_journals(store), recall_rule(store))
        written = write_update(source_list, decisions, options.output, summaries=store.summaries())
    print(f"wrote {written}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for an expected failure, 2 for a bug."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = make_parser(_command_of(arguments)).parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    # Readers tell what is wrong with a file in sentences; astropy's own warnings add nothing
    warnings.simplefilter("ignore", AstropyWarning)
    try:
        return int(options.run(options))
    except MooseError as error:
        print(f"moosegui: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("moosegui: interrupted", file=sys.stderr)
        return 130
    except Exception:  # the outer loop: everything else is a bug
        log_file = user_folder() / "moosegui.log"
        logging.getLogger().addHandler(logging.FileHandler(log_file))
        log.exception("moosegui failed")
        print(f"moosegui: this is a bug; the details are in {log_file}", file=sys.stderr)
        return EXIT_BUG
