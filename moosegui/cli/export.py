"""The `export` command: the catalogue update of a session."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("export", help="write the catalogue update of a session")
    command.add_argument("session", type=Path)
    command.add_argument("-o", "--output", type=Path, metavar="TABLE")
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.set_defaults(run=_run_export)


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
