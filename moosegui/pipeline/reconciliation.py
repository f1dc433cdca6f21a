"""Several inspectors' sessions of one catalogue, and the session in which they are reconciled."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from moosegui.data.team.reconciliation import ConflictRule, Journal
from moosegui.errors import InputError, SessionError
from moosegui.files.session.beside import kept_as
from moosegui.files.session.copy import read_journal
from moosegui.files.session.file import session_path
from moosegui.files.session.known_sources import aligned
from moosegui.files.session.store import SessionStore

# Metadata of a session: the paths of the sessions that it reconciles, and the rule
RECONCILES, RULE = "reconciles", "conflict_rule"


def open_journals(
    paths: Sequence[Path], read: Callable[[Path], Journal] = read_journal
) -> tuple[Journal, ...]:
    """Read the sessions of several inspectors.

    Parameters
    ----------
    paths : sequence of Path
        One session of each inspector; they are not locked and not written.
    read : callable
        How a session is read.

    Raises
    ------
    InputError
        If there are not two inspectors, or two sessions of one, or of different catalogues.
    SessionError
        As `read_journal`.
    """
    if len(paths) < 2:
        raise InputError("One session disagrees with nobody; name those of two inspectors.")
    journals: dict[str, Journal] = {}
    for path in paths:
        journal = read(path)
        if journal.inspector in journals:
            raise InputError(f"{path} is another session of {journal.inspector}; name one.")
        journals[journal.inspector] = journal
    first, *others = journals.values()
    for other in others:
        names = [journal.catalogue and journal.catalogue.name for journal in (first, other)]
        if None not in names and names[0] != names[1]:
            raise InputError(
                f"{first.path.name} inspects {names[0]} and {other.path.name} {names[1]}; name "
                "sessions of one catalogue."
            )
    return (first, *(aligned(other, first) for other in others))


def catalogue_of(journals: Sequence[Journal]) -> tuple[Path, Path | None]:
    """Return the catalogue that was inspected, where it lies now, and the place of its spectra.

    Raises
    ------
    InputError
        If no session says where it is, or it is not there any more.
    """
    named = [journal for journal in journals if journal.catalogue is not None]
    for journal in named:
        assert journal.catalogue is not None
        for path in (journal.catalogue, journal.path.with_name(journal.catalogue.name)):
            if path.exists():
                return path, journal.spectra
    if not named:
        raise InputError("The sessions do not say which catalogue they are of; give --catalogue.")
    raise InputError(f"The catalogue {named[0].catalogue} is not there; give --catalogue.")


def reconciled_path(catalogue: Path, inspector: str) -> Path:
    """Return where it is kept how an inspector reconciled: `cat.fits.reconciled.ZB.moose`."""
    return session_path(catalogue, f"reconciled.{inspector}")


def remember_journals(store: SessionStore, journals: Sequence[Journal]) -> None:
    """Keep which sessions a session reconciles.

    Raises
    ------
    SessionError
        If it is one of them: votes are not changed.
    """
    if any(journal.path.absolute() == store.path.absolute() for journal in journals):
        raise SessionError(
            f"{store.path} holds votes, which are not changed; give the reconciled verdicts "
            "another --session."
        )
    store.set(RECONCILES, json.dumps([str(journal.path.absolute()) for journal in journals]))


def remember_rule(store: SessionStore, rule: ConflictRule) -> None:
    """Keep by which rule the votes disagree that a session reconciles."""
    store.set(RULE, json.dumps(asdict(rule)))


def recall_rule(store: SessionStore) -> ConflictRule | None:
    """Return the rule of a session; None if it keeps none that can be understood."""
    kept = kept_as(dict, store.get(RULE))
    names = {one.name for one in fields(ConflictRule)}
    is_rule = kept.keys() <= names and all(isinstance(one, int | float) for one in kept.values())
    return ConflictRule(**kept) if kept and is_rule else None


def recall_journals(
    store: SessionStore, read: Callable[[Path], Journal] = read_journal
) -> tuple[Journal, ...]:
    """Read the sessions that a session reconciles; none if it is an ordinary one.

    Raises
    ------
    InputError
        If they cannot be read any more, neither where they were nor beside the session.
    """
    if not (text := store.get(RECONCILES)):
        return ()
    paths = [Path(path) for path in kept_as(list, text) if isinstance(path, str)]
    if not paths:
        raise InputError(
            f"{store.path.name} does not say any more which sessions it reconciles; name them "
            "again with moosegui reconcile."
        )
    here = [path if path.exists() else store.path.with_name(path.name) for path in paths]
    try:
        return open_journals(here, read)
    except SessionError as error:
        reason = str(error).rstrip(".")
        raise InputError(
            f"{store.path.name} reconciles sessions that cannot be read ({reason}); "
            "name them again with moosegui reconcile."
        ) from error
