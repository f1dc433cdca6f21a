"""The link with other programs, with a hub of SAMP and another client on this machine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.samp import SAMPHubServer, SAMPIntegratedClient, conf
from astropy.utils.data import conf as data_conf
from expert import Expert
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from seen import labels_with
from small_survey import FIRST, SECOND

from moosegui.gui.surroundings.samp_control import SampControl
from moosegui.gui.window.status_line import StatusLine
from moosegui.samp import POINT, ROW


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SAMPHubServer]:
    """A hub that only this test finds."""
    lock = tmp_path / "hub.samp"
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{lock.as_uri()}")
    monkeypatch.setattr(conf, "use_internet", False)
    server = SAMPHubServer(lockfile=str(lock), web_profile=False, addr="127.0.0.1")
    try:
        server.start()
    except OSError as error:
        pytest.skip(f"this machine lets no hub listen: {error}")
    yield server
    if server.is_running:
        server.stop()


@pytest.fixture
def said() -> list[tuple[str, dict[str, str]]]:
    return []


@pytest.fixture
def other(
    hub: SAMPHubServer, said: list[tuple[str, dict[str, str]]]
) -> Iterator[SAMPIntegratedClient]:
    """Another program, which notes what it hears."""
    client = SAMPIntegratedClient(name="other", addr="127.0.0.1")
    with data_conf.set_temp("allow_internet", True):  # it is another program
        client.connect()

    def note(_key, _sender, _id, mtype, parameters, _extra) -> None:
        said.append((mtype, parameters))

    for mtype in (POINT, ROW):
        client.bind_receive_message(mtype, note)
    yield client
    with contextlib.suppress(OSError):  # the hub may have ended
        client.disconnect()


def control_of(expert: Expert) -> SampControl:
    return expert.control(SampControl)


def linked_id(other: SAMPIntegratedClient) -> str:
    """The window's name among the clients of the hub."""
    clients = other.get_registered_clients()
    return next(c for c in clients if other.get_metadata(c).get("samp.name") == "moosegui")


@pytest.fixture
def linked(qtbot: QtBot, expert: Expert, other: SAMPIntegratedClient) -> Iterator[Expert]:
    control = control_of(expert)
    expert.action("samp").trigger()
    qtbot.waitUntil(lambda: control.is_linked)
    yield expert
    control.unlink()


def test_that_the_source_on_screen_is_told(
    qtbot: QtBot, linked: Expert, said: list[tuple[str, dict[str, str]]]
) -> None:
    linked.press("n")

    qtbot.waitUntil(lambda: any(m == ROW and p["row"] == "1" for m, p in said))
    (url,) = {parameters["url"] for mtype, parameters in said if mtype == ROW}
    assert url == linked.catalogue.as_uri()
    assert len(labels_with(linked.view(StatusLine), "SAMP")) == 1


def test_that_a_row_that_others_highlight_is_shown_and_not_told_back(
    qtbot: QtBot, linked: Expert, other: SAMPIntegratedClient
) -> None:
    url = linked.catalogue.as_uri()
    qtbot.waitUntil(lambda: control_of(linked)._told == FIRST)
    parameters = {"table-id": "t1", "url": url, "row": "1"}

    other.notify_all({"samp.mtype": ROW, "samp.params": parameters})

    qtbot.waitUntil(lambda: linked.current == SECOND)
    assert control_of(linked)._told == SECOND


def test_that_an_echo_of_the_source_on_screen_changes_nothing(
    qtbot: QtBot, linked: Expert, other: SAMPIntegratedClient
) -> None:
    linked.press("o")
    tried = linked.session.shown.redshift
    url = linked.catalogue.as_uri()

    other.call_and_wait(
        linked_id(other), {"samp.mtype": ROW, "samp.params": {"url": url, "row": "0"}}, "60"
    )
    QApplication.processEvents()

    assert linked.current == FIRST
    assert linked.session.shown.redshift == tried


def test_that_the_link_is_closed_by_the_same_action(qtbot: QtBot, linked: Expert) -> None:
    linked.action("samp").trigger()

    assert not control_of(linked).is_linked
    assert labels_with(linked.view(StatusLine), "SAMP") == []


def test_that_a_place_beside_every_source_is_said(
    qtbot: QtBot, linked: Expert, other: SAMPIntegratedClient
) -> None:
    other.notify_all({"samp.mtype": POINT, "samp.params": {"ra": "10.0", "dec": "80.0"}})

    qtbot.waitUntil(lambda: any("1″" in text for text in linked.notices))
    assert linked.current == FIRST


def test_that_a_hub_that_ends_is_said(qtbot: QtBot, linked: Expert, hub: SAMPHubServer) -> None:
    hub.stop()

    qtbot.waitUntil(lambda: not control_of(linked).is_linked)
    assert labels_with(linked.view(StatusLine), "SAMP") == []


def test_that_without_a_hub_a_sentence_says_what_to_do(
    qtbot: QtBot, expert: Expert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{(tmp_path / 'none').as_uri()}")

    expert.action("samp").trigger()

    qtbot.waitUntil(lambda: any("TOPCAT" in text for text in expert.notices))
    assert not control_of(expert).is_linked
