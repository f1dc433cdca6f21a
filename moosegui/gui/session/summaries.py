"""What the scans of a list found, kept in the session file for the next time."""

from __future__ import annotations

import math
from collections.abc import Container, KeysView
from dataclasses import replace

from moosegui.data.deblending import Vetting
from moosegui.data.results import ScanSummary
from moosegui.files.session.file import ENGINE
from moosegui.files.session.store import SessionStore
from moosegui.pipeline.engine import Engine

SUMMARIES_PER_COMMIT = 200
SAME_REDSHIFT = 1e-6


class Summaries:
    """The summary of every source that was scanned, written to disk some hundred at a time."""

    def __init__(self) -> None:
        self._store: SessionStore | None = None
        self._found: dict[str, ScanSummary] = {}
        self._unsaved: dict[str, ScanSummary] = {}

    def restore(self, store: SessionStore, keys: Container[str], engine: Engine) -> None:
        """Take from a session what the same engine, settings and all, found of these sources."""
        self._store, self._unsaved = store, {}
        if store.get(ENGINE) != engine.fingerprint:
            store.set(ENGINE, engine.fingerprint)
        self._found = {key: found for key, found in store.summaries().items() if key in keys}

    def __contains__(self, key: object) -> bool:
        return key in self._found

    def keys(self) -> KeysView[str]:
        """Return which sources were scanned."""
        return self._found.keys()

    def get(self, key: str) -> ScanSummary | None:
        """Return what the scan of a source found, if it was scanned."""
        return self._found.get(key)

    def proposal(self, key: str) -> float:
        """Return the best redshift that the scan of a source found; NaN if it was not scanned."""
        return math.nan if (summary := self._found.get(key)) is None else summary.redshift

    def found(self) -> dict[str, ScanSummary]:
        """Return all, source key to summary."""
        return dict(self._found)

    def add(self, key: str, summary: ScanSummary) -> None:
        """Take in what a scan found; a vetting of the same redshift stays with it."""
        before = self._found.get(key)
        if summary.vetting is None and before is not None and _is_same(before, summary):
            summary = _as_vetted(summary, before)
        self._found[key] = self._unsaved[key] = summary
        if len(self._unsaved) >= SUMMARIES_PER_COMMIT:
            self.flush()

    def forget(self, key: str) -> None:
        """Forget what a scan found in a spectrum that is read otherwise now."""
        self._found.pop(key, None)
        self._unsaved.pop(key, None)

    def add_vetting(self, key: str, vetting: Vetting) -> None:
        """Take in what the search for blends and false sources found."""
        if (summary := self._found.get(key)) is not None:
            self.add(key, replace(summary, vetting=vetting))

    def vetted(self, *, is_on_sky: bool = False) -> set[str]:
        """Return the sources of which blends were looked for, and perhaps in a cube."""
        return {
            key
            for key, summary in self._found.items()
            if summary.vetting is not None
            and (not is_on_sky or math.isfinite(summary.vetting.map_noise))
        }

    def flush(self) -> None:
        """Write to disk what is not there yet."""
        if self._unsaved and self._store is not None:
            self._store.save_summaries(self._unsaved)
            self._unsaved = {}


def _is_same(before: ScanSummary, summary: ScanSummary) -> bool:
    return abs(before.own_redshift - summary.own_redshift) < SAME_REDSHIFT


def _as_vetted(summary: ScanSummary, before: ScanSummary) -> ScanSummary:
    """Return what a scan found with what an earlier one and its vetting made of it."""
    return replace(
        summary,
        vetting=before.vetting,
        redshift=before.redshift,
        redshift_error=before.redshift_error,
        probability=before.probability,
        galaxy_redshift=before.galaxy_redshift,
    )
