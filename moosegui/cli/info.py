"""The `info` command: what files are, what is taken of them, and what is assumed or left out."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from moosegui.cli.options.reading_options import (
    add_columns_option,
    add_reading_options,
    choice_from,
)
from moosegui.pipeline.reading.account import Account, account_of, account_rows


def add_info(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("info", help="say what files are and what is taken of them")
    command.add_argument("files", type=Path, nargs="+", metavar="FILE")
    command.add_argument("--json", action="store_true", help="write JSON, one object a file")
    add_reading_options(command)
    add_columns_option(command)
    command.set_defaults(run=run_info)


def run_info(options: argparse.Namespace) -> int:
    """Describe every file; 1 if one of them cannot be used."""
    choice = choice_from(options)
    accounts = [account_of(path, choice, dict(options.columns)) for path in _files(options.files)]
    if options.json:
        print(json.dumps([asdict(account) for account in accounts], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(map(_text, accounts)))
    return int(any(account.problem for account in accounts))


def _files(paths: list[Path]) -> list[Path]:
    """Return the files, those of folders in the order of their names."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        found += inside
    return found


def _text(account: Account) -> str:
    lines = [account.path]
    lines += [f"  {name:<9}{text}" for name, text in account_rows(account)]
    return "\n".join(lines)
