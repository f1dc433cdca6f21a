"""The sources that a session judged, with their spectra: what can be learned from verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from moosegui.data.catalogue import AS_WRITTEN, Source, Verdict
from moosegui.data.results import ScanSummary
from moosegui.errors import InputError
from moosegui.files.session.copy import opened_copy
from moosegui.files.session.known_sources import settle_sources
from moosegui.files.session.reading import settled_choice, settled_columns
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list


@dataclass(frozen=True, slots=True, eq=False)
class Inspected:
    """What a session decided.

    Parameters
    ----------
    sources : tuple of (Source, Verdict)
        Those that were inspected, in the order of the catalogue.
    summaries : mapping of str to ScanSummary
        What the session keeps of their scans, by key.
    """

    sources: tuple[tuple[Source, Verdict], ...]
    summaries: Mapping[str, ScanSummary]


def read_inspected(session: Path) -> Inspected:
    """Read what a session decided, also while it is open; nothing is written.

    Raises
    ------
    SessionError, InputError
        If the session or its catalogue cannot be read.
    """
    with opened_copy(session) as store:
        return inspected_in(store)


def inspected_in(store: SessionStore) -> Inspected:
    """Return what an open session decided; raises InputError if its catalogue is gone."""
    catalogue, spectra = store.get("catalogue"), store.get("spectra")
    if not catalogue:
        raise InputError(
            f"The session {store.path.name} does not know its catalogue; open it once with it."
        )
    source_list = open_source_list(
        Path(catalogue), Path(spectra) if spectra else None, columns=settled_columns(store, {})
    )
    source_list = source_list.with_choice(settled_choice(store, AS_WRITTEN))
    settled = settle_sources(store, source_list)
    verdicts = {key: event.verdict for key, event in store.verdicts().items()}
    sources = tuple(
        (source, verdicts[source.key])
        for source in settled.source_list
        if source.key in verdicts and verdicts[source.key].is_inspected
    )
    return Inspected(sources, store.summaries())
