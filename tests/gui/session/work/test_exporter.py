"""Export and the end of a session: nothing is lost, and failures are sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk import ENGINE, Desk
from hand_runner import HandRunner
from pytestqt.qtbot import QtBot
from small_survey import FIRST, IDS, write_catalogue

from moosegui.errors import ExportError, MooseError, SessionError
from moosegui.gui.session.session import Session


def test_that_an_export_during_the_scan_holds_what_is_decided(unscanned: Desk) -> None:
    unscanned.runner.run_one()
    unscanned.session.decisions.judge(3)

    unscanned.session.export()
    unscanned.runner.run_one()

    updated = unscanned.catalogue.with_name("catalogue_updated.csv")
    assert str(updated) in unscanned.notices[-1]
    assert updated.is_file()
    assert unscanned.n_scanned < len(IDS)


def test_that_an_export_that_fails_is_a_sentence_and_nothing_is_lost(
    desk: Desk, tmp_path: Path
) -> None:
    desk.session.decisions.judge(3)

    desk.session.export(tmp_path / "no" / "such" / "folder.csv")
    desk.wait()

    assert "There is no folder" in desk.notices[-1]
    assert desk.levels[-1] == "error"
    assert desk.session.verdict(FIRST).zconf == 3


def test_that_what_is_in_the_way_is_replaced_on_request_and_kept(desk: Desk) -> None:
    folder = desk.catalogue.parent
    precious = [folder / "catalogue_updated.csv", folder / "catalogue_updated_ZB.csv"]
    for path in precious:
        path.write_text("precious")
    offers = []
    desk.session.notice_posted.connect(lambda notice: offers.append(notice.offer))
    desk.session.decisions.judge(3)
    desk.session.export()
    desk.wait()
    assert [path.read_text() for path in precious] == ["precious", "precious"]

    words, take = next(offer for offer in offers if offer is not None)
    take()
    desk.wait()

    assert words == "Replace it, keeping a copy"
    assert precious[0].read_text() == "precious"
    assert "Z_VI" in precious[1].read_text()
    assert [copy.read_text() for copy in folder.glob("*.bak-*")] == ["precious"]


def test_that_a_catalogue_that_changed_on_disk_is_a_sentence(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    desk.catalogue.write_text(desk.catalogue.read_text() + "0400,1,2,3,none.fits\n")

    desk.session.export()
    desk.wait()

    assert desk.levels[-1] == "error"
    assert str(desk.catalogue) in desk.notices[-1]
    assert not desk.catalogue.with_name("catalogue_updated.csv").exists()


def test_that_a_catalogue_that_is_gone_is_a_sentence(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    desk.catalogue.unlink()

    desk.session.export()
    desk.wait()

    assert desk.levels[-1] == "error"
    assert str(desk.catalogue) in desk.notices[-1]


def test_that_the_checksum_of_another_catalogue_is_forgotten(desk: Desk, tmp_path: Path) -> None:
    other = write_catalogue(tmp_path / "other.csv")
    other.write_text(other.read_text().replace("22.0", "22.5"))

    desk.session.close()
    desk.catalogue = other
    desk.open()
    desk.session.export()
    desk.runner.run_one()
    desk.runner.run_one()

    assert other.with_name("other_updated.csv").is_file()


def test_that_closing_finishes_the_export(unscanned: Desk) -> None:
    unscanned.session.export()

    unscanned.session.close()

    assert unscanned.catalogue.with_name("catalogue_updated.csv").is_file()


def test_that_closing_tells_of_an_export_that_failed(unscanned: Desk, tmp_path: Path) -> None:
    unscanned.session.export(tmp_path / "no" / "such.csv")

    with pytest.raises(ExportError):
        unscanned.session.close()

    assert unscanned.session.store.inspector == "ZB"


def test_that_a_session_in_use_is_a_sentence(desk: Desk) -> None:
    with pytest.raises(SessionError, match="another"):
        desk.open()


def test_that_nothing_can_be_done_before_a_catalogue_is_open(qtbot: QtBot) -> None:
    session = Session(ENGINE, HandRunner())

    assert not session.decisions.judge(3)
    assert not session.decisions.confirm()
    with pytest.raises(MooseError, match="open one first"):
        session.decisions.undo()
    with pytest.raises(MooseError, match="open one first"):
        session.export()


def test_that_an_empty_list_opens(desk: Desk) -> None:
    listed = desk.session.source_list
    desk.session.close()

    desk.open(replace(listed, sources=()))

    assert desk.session.current is None
    assert not desk.session.shown.is_known
    assert not desk.session.decisions.judge(0)
    assert not desk.session.step(1)


def test_that_of_updates_asked_for_meanwhile_the_last_follows(unscanned: Desk) -> None:
    unscanned.session.export()
    unscanned.session.decisions.set_comment(FIRST, "said meanwhile")
    unscanned.session.export()

    unscanned.session.close()

    updated = unscanned.catalogue.with_name("catalogue_updated.csv")
    (row,) = [line for line in updated.read_text().splitlines() if line.startswith(FIRST)]
    assert "said meanwhile" in row


def test_that_a_second_export_replaces_the_first(unscanned: Desk) -> None:
    unscanned.session.export()
    unscanned.runner.run_one()

    unscanned.session.export()
    unscanned.runner.run_one()

    assert len(list(unscanned.catalogue.parent.glob("*_updated*"))) == 1
