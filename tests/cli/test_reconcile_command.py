"""The `reconcile` command: the votes of several sessions side by side."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from small_survey import write_catalogue
from voters import CONFLICTS, write_votes

from moosegui.cli.main import main
from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.files.session.store import SessionStore


@pytest.fixture
def sessions(tmp_path: Path) -> list[str]:
    """Two inspectors who agree on 001, disagree on 002, and of whom one inspected 003."""
    votes = {
        "ZB": {"001": Verdict(0.5, zconf=3), "002": Verdict(0.7, zconf=3, comment="NA")},
        "TK": {
            "001": Verdict(0.5001, zconf=2),
            "002": Verdict(false_reason=FalseReason.NOISE),
            "003": Verdict(1.0, zconf=1),
        },
    }
    paths = []
    for inspector, verdicts in votes.items():
        path = tmp_path / f"{inspector}.moose"
        with SessionStore.open(path, inspector=inspector) as store:
            for key, verdict in verdicts.items():
                store.record(key, verdict)
        paths.append(str(path))
    return paths


@pytest.mark.parametrize("ending", ["ecsv", "fits", "csv", "vot"])
def test_that_conflicts_are_written_in_every_format(
    sessions: list[str], tmp_path: Path, ending: str
) -> None:
    output = tmp_path / f"conflicts.{ending}"

    status = main(["reconcile", *sessions, "-o", str(output)])

    assert status == 0
    assert output.stat().st_size > 0


def test_that_the_votes_stand_side_by_side(
    sessions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "conflicts.ecsv"

    main(["reconcile", *sessions, "-o", str(output)])

    (row,) = Table.read(output)
    assert (row["ID"], row["CONFLICT"]) == ("002", "false or not")
    assert (row["Z_ZB"], row["ZCONF_ZB"], row["COMMENT_ZB"]) == (0.7, 3, "NA")
    assert row["FALSE_TK"] == "noise"
    assert row["ZCONF_TK"] is np.ma.masked
    assert "1 of 2 sources" in capsys.readouterr().out


def test_that_second_galaxies_stand_in_the_table(tmp_path: Path) -> None:
    paths = []
    for inspector, z2 in (("ZB", 1.2), ("TK", 1.3)):
        paths.append(str(tmp_path / f"{inspector}.moose"))
        with SessionStore.open(Path(paths[-1]), inspector=inspector) as store:
            blend = BlendVerdict(BlendKind.BLEND, z2, 3)
            store.record("001", Verdict(0.5, zconf=3).with_blend(blend))
    output = tmp_path / "conflicts.ecsv"

    main(["reconcile", *paths, "-o", str(output)])

    (row,) = Table.read(output)
    assert row["CONFLICT"].startswith("z₂: ")
    assert (row["Z2_ZB"], row["ZCONF2_ZB"], row["BLEND_ZB"]) == (1.2, 3, "blend")
    assert row["Z2_TK"] == 1.3


def test_that_the_rule_can_be_changed(sessions: list[str], tmp_path: Path) -> None:
    output = tmp_path / "conflicts.ecsv"

    main(["reconcile", *sessions, "-o", str(output), "--velocity", "10"])

    assert list(Table.read(output)["ID"]) == ["001", "002"]


@pytest.mark.parametrize("n_sessions", [0, 1])
def test_that_one_inspector_alone_is_an_error(
    sessions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], n_sessions: int
) -> None:
    named = [sessions[0]] * (n_sessions + 1)

    status = main(["reconcile", *named, "-o", str(tmp_path / "c.ecsv")])

    assert status == 1
    assert "moosegui: " in capsys.readouterr().err


def test_that_neither_a_table_nor_the_window_is_an_error(
    sessions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["reconcile", *sessions])

    assert status == 1
    assert "--open" in capsys.readouterr().err


def test_that_the_window_needs_to_know_the_catalogue(
    sessions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["reconcile", *sessions, "--open"])

    assert status == 1
    assert "give --catalogue" in capsys.readouterr().err


def test_that_the_window_opens_on_the_conflicts(
    tmp_path: Path,
) -> None:
    catalogue = write_catalogue(tmp_path / "cat.csv")
    paths = [str(path) for path in write_votes(catalogue)]
    picture = tmp_path / "window.png"
    command = [sys.executable, "-m", "moosegui", "reconcile", *paths, "--open"]

    status = subprocess.run(
        [*command, "--inspector", "ZB", "--screenshot", str(picture)], check=False
    ).returncode

    assert status == 0
    assert picture.stat().st_size > 0
    with SessionStore.open(tmp_path / "cat.csv.reconciled.ZB.moose") as store:
        assert store.get("current") == CONFLICTS[0]
