"""The `export` command: the catalogue update of a session."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("export", help="write the catalogue update of a session")
    command.add_argument("session", type=Path)
    command.add_argument("-o", "--output", type=Path, metavar="TABLE")
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="replace a table that this session did not write; a copy of it stays beside it",
    )
    command.set_defaults(run=_run_export)


def _run_export(options: argparse.Namespace) -> int:
    from moosegui.data.reconciliation import settled
    from moosegui.files.session.store import SessionStore
    from moosegui.files.sources.source_lists import open_source_list
    from moosegui.files.update.own_update import (
        Target,
        own_updates,
        remember_update,
        write_own_update,
    )
    from moosegui.pipeline.reconciliation import recall_journals, recall_rule

    with SessionStore.open(options.session) as store:
        catalogue = options.catalogue or Path(store.get("catalogue"))
        spectra = store.get("spectra")
        source_list = open_source_list(catalogue, Path(spectra) if spectra else None)
        decisions = settled(store.verdicts(), recall_journals(store), recall_rule(store))
        target = Target(store.inspector, own_updates(store), options.output, options.overwrite)
        written = write_own_update(source_list, decisions, target, summaries=store.summaries())
        remember_update(store, written)
    print(f"wrote {written.path}")
    return 0
