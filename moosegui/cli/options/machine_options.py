"""Options of the commands that run long: who computes, and where they go on."""

from __future__ import annotations

import argparse


def add_machine_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say who computes."""
    who = command.add_mutually_exclusive_group()
    who.add_argument(
        "--workers", type=int, help="spectra that are worked on at once (default: one a processor)"
    )
    who.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="share the work among the workers of a dask scheduler: its address, the FILE.json in "
        "which it wrote it, or local:N for N processes of this machine",
    )


def add_resume_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say what becomes of an earlier run."""
    earlier = command.add_mutually_exclusive_group()
    earlier.add_argument(
        "--resume",
        action="store_true",
        help="go on where an earlier run stopped, as happens without this too; with this a table "
        "that is finished stays as it is",
    )
    earlier.add_argument(
        "--restart", action="store_true", help="drop what a run left that was stopped"
    )
