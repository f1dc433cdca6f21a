"""The command line: its commands and exit codes. Qt is imported only by what opens a window."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

from astropy.utils.exceptions import AstropyWarning

from moosegui import __version__
from moosegui.cli.window import add_demo, add_open, add_start
from moosegui.config import user_folder
from moosegui.errors import MooseError

log = logging.getLogger(__name__)

EXIT_ERROR, EXIT_BUG = 1, 2
# Commands whose modules the window does not need, and what adds them
OTHERS = {
    "scan": ("scan", "add_scan"),
    "export": ("export", "add_export"),
    "train": ("train", "add_train"),
    "info": ("info", "add_info"),
    "extract": ("cubes.extract", "add_extract"),
    "cube": ("cubes.scan", "add_cube"),
    "simulate-cube": ("cubes.simulate", "add_simulate"),
    "lines": ("lines", "add_lines"),
    "rank": ("rank", "add_rank"),
    "evaluate": ("evaluate", "add_evaluate"),
    "calibrate": ("calibrate", "add_calibrate"),
    "sheets": ("sheets", "add_sheets"),
    "reconcile": ("reconcile", "add_reconcile"),
    "report": ("team.report", "add_report"),
    "assign": ("team.assign", "add_assign"),
    "agreement": ("team.agreement", "add_agreement"),
    "merge": ("merge", "add_merge"),
    "log": ("history", "add_log"),
    "tune-screening": ("tune", "add_tune"),
}


def make_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands; of `OTHERS` only one, if a command is named."""
    parser = argparse.ArgumentParser(
        prog="moosegui", description="Validate galaxy redshifts by hand, fast."
    )
    parser.add_argument("--version", action="version", version=f"moosegui {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_open(commands)
    add_demo(commands)
    add_start(commands)
    for name, (module, function) in OTHERS.items():
        if command in (None, name):
            getattr(importlib.import_module(f"moosegui.cli.{module}"), function)(commands)
    return parser


def _command_of(arguments: Sequence[str]) -> str | None:
    """Return the command if it is one; a wrong one is told of all."""
    known = {"open", "demo", "start", *OTHERS}
    return arguments[0] if arguments and arguments[0] in known else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for an expected failure, 2 for a bug."""
    arguments = (sys.argv[1:] if arguments is None else arguments) or ["start"]
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
    except BrokenPipeError:  # whoever read the output, as `head` does, has enough
        with contextlib.suppress(OSError, ValueError):  # the interpreter flushes at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except Exception:  # the outer loop: everything else is a bug
        log_file = user_folder() / "moosegui.log"
        logging.getLogger().addHandler(logging.FileHandler(log_file))
        log.exception("moosegui failed")
        print(f"moosegui: this is a bug; the details are in {log_file}", file=sys.stderr)
        return EXIT_BUG


def run() -> NoReturn:
    """Run a command and leave the process with its exit status; older start scripts enter here.

    After a window nothing is taken apart: it is closed and deleted by then, and at the end of an
    interpreter Python frees what is left of Qt in any order, which has crashed.
    """
    status = main()
    if "PyQt6.QtWidgets" not in sys.modules:
        sys.exit(status)
    with contextlib.suppress(OSError, ValueError):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)
