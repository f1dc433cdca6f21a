"""The `export` command: the catalogue update of a session."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from moosegui.cli.options.reading_options import add_columns_option
from moosegui.errors import ExportError, SessionError

if TYPE_CHECKING:
    from moosegui.data.catalogue import SourceList, VerdictEvent
    from moosegui.files.session.known_sources import Settled
    from moosegui.files.session.store import SessionStore


def add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("export", help="write the catalogue update of a session")
    command.add_argument("session", type=Path)
    command.add_argument("-o", "--output", type=Path, metavar="TABLE")
    command.add_argument("--catalogue", type=Path, help="where the catalogue is now, if it moved")
    command.add_argument("--spectra", type=Path, help="where the spectra are now, if they moved")
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="replace a table that this session did not write; a copy of it stays beside it",
    )
    command.add_argument(
        "--allow-orphans",
        action="store_true",
        help="end with exit code 0 also where decisions belong to no source any more",
    )
    command.add_argument(
        "--format",
        choices=("update", "mz", "specvizitor", "prospect", "ds9", "mpdaf"),
        default="update",
        help="the update of the catalogue, or what was inspected as Marz, specvizitor, prospect or "
        "DS9 read it, or as files of MPDAF in the folder -o: copies of Sources with their Z, "
        "spectra of others (default: update)",
    )
    add_columns_option(command)
    command.set_defaults(run=_run_export)


def _run_export(options: argparse.Namespace) -> int:
    from moosegui.data.team.reconciliation import settled
    from moosegui.files.session.known_sources import settle_sources
    from moosegui.files.session.reading import settled_choice, settled_columns
    from moosegui.files.session.roots import allowed_roots
    from moosegui.files.sources.source_lists import open_source_list
    from moosegui.files.update.own_update import (
        Target,
        own_updates,
        remember_update,
        write_own_list,
        write_own_update,
    )
    from moosegui.pipeline.reconciliation import recall_journals, recall_rule

    with _opened(options.session) as store:
        catalogue = options.catalogue or Path(store.get("catalogue"))
        spectra = options.spectra or store.get("spectra")
        columns = dict(options.columns) or settled_columns(store, {})
        source_list = open_source_list(
            catalogue,
            Path(spectra) if spectra else None,
            columns=columns,
            roots=allowed_roots(store),
        )
        sources = settle_sources(store, source_list.with_choice(settled_choice(store)))
        decisions = settled(store.verdicts(), recall_journals(store), recall_rule(store))
        target = Target(store.inspector, own_updates(store), options.output, options.overwrite)
        if options.format == "mpdaf":
            status = _write_copies(sources.source_list, decisions, options)
            return max(status, _tell_orphans(sources, is_allowed=options.allow_orphans))
        if options.format == "update":
            written = write_own_update(
                sources.source_list, decisions, target, summaries=store.summaries()
            )
        else:
            written = write_own_list(sources.source_list, decisions, target, options.format)
        try:
            remember_update(store, written)
        except SessionError as error:
            print(f"moosegui: {error}", file=sys.stderr)
    if written.note:
        print(f"moosegui: {written.note}", file=sys.stderr)
    print(f"wrote {written.path}")
    return _tell_orphans(sources, is_allowed=options.allow_orphans)


def _write_copies(
    source_list: SourceList, decisions: Mapping[str, VerdictEvent], options: argparse.Namespace
) -> int:
    """Write files of MPDAF; 1 if a source that was inspected has none."""
    from moosegui.files.update.source_copies import write_source_copies

    if options.output is None:
        raise ExportError("Files of MPDAF need a folder; name it with -o FOLDER.")
    written = write_source_copies(
        source_list, decisions, options.output, overwrite=options.overwrite
    )
    for problem in written.problems:
        print(f"moosegui: {problem}", file=sys.stderr)
    print(f"wrote {len(written.paths)} files in {options.output}")
    return int(bool(written.problems))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[SessionStore]:
    """Open a session; one that cannot be written, as on a full disk, is read from a copy."""
    from moosegui.files.session.copy import opened_copy
    from moosegui.files.session.store import SessionStore

    try:
        store = SessionStore.open(path)
    except SessionError as error:
        if not path.is_file() or "in use" in str(error):
            raise
        with opened_copy(path) as copy:
            print(f"moosegui: {error} It is only read.", file=sys.stderr)
            yield copy
        return
    with store:
        yield store


def _tell_orphans(sources: Settled, *, is_allowed: bool) -> int:
    """Print the decisions that no row took; return the exit status."""
    if not sources.orphans:
        return 0
    print(f"moosegui: {sources.sentence}", file=sys.stderr)
    for key in sources.orphans:
        print(f"orphan: {key}", file=sys.stderr)
    if is_allowed:
        return 0
    print("moosegui: --allow-orphans accepts that.", file=sys.stderr)
    return 1
