"""The commands that open the window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moosegui.cli.options.engine_options import (
    add_calibration_option,
    add_scan_options,
    make_engine_from,
)
from moosegui.cli.options.reading_options import (
    add_columns_option,
    add_reading_options,
    choice_from,
)
from moosegui.collection import without_collection
from moosegui.config import default_inspector
from moosegui.data.catalogue import SourceList
from moosegui.errors import ColumnsError, InputError, MooseError
from moosegui.pipeline.engine import Engine
from moosegui.preferences import text_size


def add_open(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("open", help="open the window on a catalogue or spectra")
    command.add_argument(
        "catalogue",
        type=Path,
        help="a catalogue (FITS, ECSV, CSV, VOTable), a stacked survey, a spectrum, or a folder",
    )
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    add_reading_options(command)
    add_columns_option(command)
    command.add_argument(
        "--session", type=Path, help="session file (default: beside the catalogue)"
    )
    command.add_argument(
        "--cube", type=Path, help="the cube of the sources, for line images; kept with the session"
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
    command.add_argument(
        "--text-size", type=_text_size, default=0.0, metavar="PT", help="size of the text in points"
    )
    command.set_defaults(journals=(), rule=None)


def _text_size(text: str) -> float:
    try:
        return text_size("--text-size", float(text))
    except (ValueError, InputError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("demo", help="open the window on the embedded demo survey")
    add_window_options(command)
    command.set_defaults(run=_run_demo)


def add_start(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "start", help="open the window on recent surveys; what moosegui alone does"
    )
    add_window_options(command)
    command.set_defaults(run=_run_start)


def _run_open(options: argparse.Namespace) -> int:
    # most of what makes an engine leaves the interpreter free to read headers and to import Qt
    with ThreadPoolExecutor(1) as thread:
        engine = thread.submit(make_engine_from, options)
        try:
            source_list = list_to_open(options)
        except MooseError as error:
            if not _has_display() or options.screenshot is not None:
                raise
            print(f"moosegui: {error}", file=sys.stderr)
            options.unrecognised = options.catalogue if isinstance(error, ColumnsError) else None
            open_window(options, None, engine.result, str(error))
            return 1
        return open_window(options, source_list, engine.result)


def list_to_open(options: argparse.Namespace) -> SourceList:
    """Open the list with the columns that were named, now or when its session was open last.

    The list of an inspector has the initials, unless `--inspector` does.

    Raises
    ------
    InputError
        If it cannot be opened with either.
    """
    from moosegui.files.session.file import session_path
    from moosegui.files.sources.assigned_list import is_assigned_list, read_assigned_list
    from moosegui.files.sources.source_lists import open_source_list
    from moosegui.files.surveys.recent import open_as_before

    path, spectra = options.catalogue, options.spectra
    if options.inspector is None and is_assigned_list(path):
        options.inspector = read_assigned_list(path).inspector
    if options.columns:
        return open_source_list(path, spectra, columns=dict(options.columns))
    session = options.session or session_path(path, options.inspector or default_inspector())
    return open_as_before(path, spectra, session)


def _run_start(options: argparse.Namespace) -> int:
    """Open the window without a list: it offers what was open before."""
    options.spectra = options.session = None
    if options.screenshot is None and not _has_display():
        raise InputError("There is no display for the window; name a --screenshot to see it.")
    return open_window(options, None, lambda: make_engine_from(options))


def _run_demo(options: argparse.Namespace) -> int:
    from moosegui.cli.demo import print_results
    from moosegui.files.sources.source_lists import open_source_list
    from moosegui.files.surveys.demo import make_demo_folder

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
    options: argparse.Namespace,
    source_list: SourceList | None,
    engine: Callable[[], Engine],
    problem: str = "",
) -> int:
    """Open the window on a list until it is closed; return the exit status.

    Without a list it shows the start page, and why there is none if there is a `problem`.
    """
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with without_collection():
        from moosegui.gui.window.options import WindowOptions
        from moosegui.gui.window.run import run_window

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
            cube=getattr(options, "cube", None),
            choice=choice_from(options),
            columns=dict(getattr(options, "columns", ())),
            journals=options.journals,
            rule=options.rule,
            has_calibration=getattr(options, "calibration", None) is not None,
            tells_errors=_has_display() and options.screenshot is None,
            unrecognised=getattr(options, "unrecognised", None),
            text_size=options.text_size,
        ),
        problem,
    )


def _has_display() -> bool:
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or platform:
        return not platform.startswith(("offscreen", "minimal"))
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
