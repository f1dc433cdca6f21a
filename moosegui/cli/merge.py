"""The `merge` command: sessions of one inspector that went apart."""

from __future__ import annotations

import argparse
from pathlib import Path

from moosegui.files.session.merge import merge_sessions

SHOWN = 10  # sources that are named


def add_merge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `merge` command."""
    command = commands.add_parser(
        "merge",
        help="join sessions of one inspector that went apart",
        description="Join sessions of one inspector, as a session and the copy in which the work "
        "went on when its file was replaced. All decisions are kept; of several on one source the "
        "latest is in force. The sessions are only read.",
    )
    command.add_argument("sessions", type=Path, nargs="+", metavar="SESSION")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="SESSION")
    command.set_defaults(run=_run_merge)


def _run_merge(options: argparse.Namespace) -> int:
    merged = merge_sessions(options.sessions, options.output)
    print(f"{merged.n_shared} events are shared")
    for path, n_sources in zip(options.sessions, merged.n_sources, strict=True):
        print(f"{n_sources} sources were judged in {path.name} after that")
    if merged.both:
        names = ", ".join(merged.both[:SHOWN]) + (" ..." if len(merged.both) > SHOWN else "")
        print(f"{len(merged.both)} of them in several, the latest decision holds: {names}")
    print(f"wrote {options.output}")
    return 0
