"""Which summaries of scans a session gives out: those of the engine that it is used with."""

from __future__ import annotations

from pathlib import Path

from moosegui.data.results import ScanSummary
from moosegui.files.session.file import ENGINE
from moosegui.files.session.store import SessionStore


def test_that_only_what_the_engine_in_use_found_is_known(tmp_path: Path) -> None:
    with SessionStore.open(tmp_path / "s.moose", inspector="ZB") as store:
        store.save_summaries({"1": ScanSummary(redshift=1.0, engine_fingerprint="old")})
        store.save_summaries({"2": ScanSummary(redshift=2.0, engine_fingerprint="new")})
        before = set(store.summaries())

        store.set(ENGINE, "new")

        assert (before, set(store.summaries())) == ({"1", "2"}, {"2"})
