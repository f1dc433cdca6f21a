"""The `info` command: what files are, what is taken of them, and what is assumed or left out."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from moosegui.cli.options.reading_options import add_reading_options, choice_from
from moosegui.pipeline.account import Account, account_of


def add_info(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("info", help="say what files are and what is taken of them")
    command.add_argument("files", type=Path, nargs="+", metavar="FILE")
    command.add_argument("--json", action="store_true", help="write JSON, one object a file")
    add_reading_options(command)
    command.set_defaults(run=run_info)


def run_info(options: argparse.Namespace) -> int:
    """Describe every file; 1 if one of them cannot be used."""
    choice = choice_from(options)
    accounts = [account_of(path, choice) for path in _files(options.files)]
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
    kind = f"{account.kind}: {account.why}" if account.why else account.kind
    several = f"{account.n_spectra}; the first is described" if account.n_spectra > 1 else ""
    reach = account.wave_range
    rows = (
        ("kind", kind),
        ("problem", account.problem),
        ("spectra", several),
        ("ID", account.source_id),
        ("z", "" if account.redshift is None else f"{account.redshift:.5f}"),
        ("wave", account.wave),
        ("range", f"{reach[0]:.2f} to {reach[1]:.2f} Angstrom in vacuum" if reach else ""),
        ("medium", account.medium),
        ("flux", account.flux),
        ("unit", account.unit or ("none" if reach else "")),
        ("error", account.error),
        ("S/N", "" if account.median_snr is None else f"{account.median_snr:.2f} a pixel"),
        *(("assumed", sentence) for sentence in account.assumed),
        *(("left out", sentence) for sentence in account.left_out),
        *(("note", sentence) for sentence in account.facts),
    )
    lines += [f"  {name:<9}{text}" for name, text in rows if text]
    return "\n".join(lines)
