"""A campaign from the command line: shared out, inspected, joined again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from small_survey import IDS, write_catalogue

from moosegui.cli.main import main
from moosegui.data.catalogue import Source, Verdict
from moosegui.files.session.file import session_path
from moosegui.files.session.known_sources import remember_sources, settle_sources
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list

ALL = ("--inspectors", "ZB", "TK", "--overlap", "1", "--repeats", "0.2")


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A catalogue of six sources that two inspect, one of them twice each."""
    catalogue = write_catalogue(tmp_path / "cat.fits")
    assert main(["assign", str(catalogue), *ALL]) == 0
    return catalogue


def inspect(
    catalogue: Path, inspector: str, shift: float = 0.0, *, again: float | None = 0.0
) -> Path:
    """Judge what an inspector has, as the window does; `again` shifts what comes twice."""
    path = catalogue.with_name(f"cat_{inspector}.mooselist")
    source_list = open_source_list(path)
    session = session_path(path, inspector)
    with SessionStore.open(session, inspector=inspector, source_path=path) as store:
        settled = settle_sources(store, source_list)
        remember_sources(store, settled)
        for source in settled.source_list:
            if source.is_repeat and again is None:
                continue
            moved = shift + ((again or 0.0) if source.is_repeat else 0.0)
            store.record(source.key, Verdict(redshift_of(source) + moved, 1e-4, zconf=3))
    return session


def redshift_of(source: Source) -> float:
    return 0.1 + 0.1 * source.row


def test_that_a_list_opens_with_the_sources_of_its_inspector(campaign: Path) -> None:
    listed = open_source_list(campaign.with_name("cat_ZB.mooselist"))

    plan = Table.read(campaign.with_name("cat_plan.ecsv"))
    own = plan[plan["INSPECTOR"] == "ZB"]
    assert [source.source_id for source in listed] == list(own["LISTED_AS"])
    assert sum(source.is_repeat for source in listed) == 1
    assert all(source.spectrum is not None for source in listed)
    assert listed.table_path == campaign


def test_that_the_list_does_not_tell_what_comes_twice(campaign: Path) -> None:
    path = campaign.with_name("cat_ZB.mooselist")
    listed = open_source_list(path)
    (again,) = (source for source in listed if source.is_repeat)
    first = next(s for s in listed if s.row == again.row and not s.is_repeat)

    text = path.read_text()

    assert (text.count(f'"{first.source_id}"'), text.count(f'"{again.source_id}"')) == (1, 1)
    assert again.source_id not in IDS
    assert "repeat" not in text
    digests = re.findall(r'"([0-9a-f]{16})"', text)
    assert len(set(digests)) == len(digests) == 7


def test_that_the_export_has_the_whole_catalogue_and_every_source_once(
    campaign: Path, tmp_path: Path
) -> None:
    session = inspect(campaign, "ZB", again=0.5)

    status = main(["export", str(session), "-o", str(tmp_path / "out.fits")])

    table = Table.read(tmp_path / "out.fits")
    assert status == 0
    assert list(table["ID"]) == list(IDS)
    np.testing.assert_allclose(table["Z_VI"], 0.1 + 0.1 * np.arange(6))


def test_that_a_source_judged_as_a_repeat_alone_is_exported(campaign: Path, tmp_path: Path) -> None:
    path = campaign.with_name("cat_ZB.mooselist")
    listed = open_source_list(path)
    (again,) = (source for source in listed if source.is_repeat)
    session = session_path(path, "ZB")
    with SessionStore.open(session, inspector="ZB", source_path=path) as store:
        remember_sources(store, settle_sources(store, listed))
        store.record(again.key, Verdict(0.7, zconf=2))

    main(["export", str(session), "-o", str(tmp_path / "out.fits")])

    table = Table.read(tmp_path / "out.fits")
    assert table["Z_VI"][again.row] == 0.7
    assert np.count_nonzero(np.isfinite(table["Z_VI"])) == 1


@pytest.mark.parametrize("kind", ["mz", "specvizitor"])
def test_that_lists_for_others_have_no_repeats(campaign: Path, tmp_path: Path, kind: str) -> None:
    session = inspect(campaign, "ZB")
    (again,) = (s for s in open_source_list(campaign.with_name("cat_ZB.mooselist")) if s.is_repeat)

    main(["export", str(session), "--format", kind, "-o", str(tmp_path / "out.txt")])

    assert again.source_id not in (tmp_path / "out.txt").read_text()


def test_that_the_whole_catalogue_takes_the_session_without_its_repeats(
    campaign: Path, tmp_path: Path
) -> None:
    session = inspect(campaign, "ZB")

    arguments = ["--catalogue", str(campaign), "-o", str(tmp_path / "out.fits")]
    status = main(["export", str(session), *arguments])

    assert status == 0
    assert np.isfinite(Table.read(tmp_path / "out.fits")["Z_VI"]).all()


def test_that_reconciling_joins_repeats(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sessions = [str(inspect(campaign, "ZB")), str(inspect(campaign, "TK", 0.01))]
    capsys.readouterr()

    status = main(["reconcile", *sessions, "-o", str(tmp_path / "conflicts.ecsv")])

    assert status == 0
    assert sorted(Table.read(tmp_path / "conflicts.ecsv")["ID"]) == sorted(IDS)
    assert "6 of 6 sources with several verdicts" in capsys.readouterr().out


def test_that_the_agreement_tells_of_pairs_repeats_pace_and_outliers(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sessions = [str(inspect(campaign, "ZB", again=0.3)), str(inspect(campaign, "TK"))]
    capsys.readouterr()

    status = main(["agreement", *sessions, "-o", str(tmp_path / "outliers.ecsv")])

    told = capsys.readouterr().out
    assert status == 0
    assert "ZB (rows) and TK: kappa 1.00, 6 of 6 alike" in told
    assert "< 30: 6" in told
    assert "ZB, the first time (rows) and the second: kappa 1.00, 1 of 1 alike" in told
    assert "ZB: 6 sources inspected" in told
    (row,) = Table.read(tmp_path / "outliers.ecsv")
    assert (row["INSPECTOR_1"], row["INSPECTOR_2"]) == ("ZB", "ZB")
    assert row["Z_2"] - row["Z_1"] == pytest.approx(0.3)


def test_that_one_session_agrees_with_itself(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = inspect(campaign, "ZB")

    assert main(["agreement", str(session)]) == 0

    assert "the first time (rows) and the second" in capsys.readouterr().out


def test_that_lists_are_not_replaced_unasked(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = campaign.with_name("cat_ZB.mooselist").read_bytes()

    assert main(["assign", str(campaign), *ALL, "--seed", "5"]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert campaign.with_name("cat_ZB.mooselist").read_bytes() == before
    assert main(["assign", str(campaign), *ALL, "--seed", "5", "--overwrite"]) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ["--inspectors", "A", "a"],
        ["--inspectors", "../A"],
        ["--inspectors", "A", "B", "--overlap", "2"],
    ],
)
def test_that_a_wrong_wish_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    catalogue = write_catalogue(tmp_path / "cat.ecsv")

    assert main(["assign", str(catalogue), *wrong]) == 1

    assert capsys.readouterr().err.startswith("moosegui: ")
    assert not list(tmp_path.glob("*.mooselist"))
