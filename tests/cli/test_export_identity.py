"""Exports of sessions whose catalogue has changed since."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from moosegui.cli.main import main
from moosegui.data.catalogue import Verdict
from moosegui.files.session.known_sources import remember_sources, settle_sources
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list

DUPLICATES = "12-duplicate-ids-resorted"
GONE = "13-decisions-without-a-source"


def judged(shared_data: Path, folder: Path, report: str) -> tuple[Path, Path]:
    """Copy the survey of a report and judge its first two sources; return catalogue, session."""
    survey = Path(shutil.copytree(shared_data / "reports" / report / "survey", folder / "survey"))
    catalogue = survey / "cat.fits"
    session = survey / "cat.fits.ZB.moose"
    with SessionStore.open(session, inspector="ZB", source_path=catalogue) as store:
        settled = settle_sources(store, open_source_list(catalogue))
        remember_sources(store, settled)
        for source, redshift in zip(settled.source_list, (0.45, 0.70), strict=False):
            store.record(source.key, Verdict(redshift=redshift, zconf=3))
    return catalogue, session


def rewrite(catalogue: Path, rows: list[int]) -> None:
    Table.read(catalogue)[rows].write(catalogue, overwrite=True)


def test_that_the_redshifts_of_repeated_ids_follow_their_files(
    shared_data: Path, tmp_path: Path
) -> None:
    catalogue, session = judged(shared_data, tmp_path, DUPLICATES)
    files = [str(name).strip() for name in Table.read(catalogue)["FILE"][:2]]
    n_rows = len(Table.read(catalogue))
    rewrite(catalogue, [1, 0, *range(2, n_rows)])

    status = main(["export", str(session)])

    update = Table.read(catalogue.with_name("cat_updated.fits"))
    found = {str(row["FILE"]).strip(): row["Z_VI"] for row in update[:2]}
    assert status == 0
    assert found == {files[0]: 0.45, files[1]: 0.70}


@pytest.mark.parametrize(("options", "expected"), [([], 1), (["--allow-orphans"], 0)])
def test_that_a_decision_without_a_source_is_printed(
    shared_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    expected: int,
) -> None:
    catalogue, session = judged(shared_data, tmp_path, GONE)
    rewrite(catalogue, list(range(1, len(Table.read(catalogue)))))

    status = main(["export", str(session), *options])

    told = capsys.readouterr()
    update = Table.read(catalogue.with_name("cat_updated.fits"))
    assert status == expected
    assert "orphan: 001" in told.err.splitlines()
    assert "kept in the session" in told.err
    assert np.array_equal(np.ma.filled(update["Z_VI"][:1], np.nan), [0.70])
    with SessionStore.open(session) as store:
        assert store.verdict("001") == Verdict(redshift=0.45, zconf=3)
