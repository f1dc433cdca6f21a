"""The link with other programs, with a hub of SAMP and another client on this machine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from astropy.io import fits
from astropy.samp import SAMPHubServer, SAMPIntegratedClient, conf
from astropy.table import Table
from astropy.utils.data import conf as data_conf
from astropy.wcs import WCS
from expert import Expert
from PyQt6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot
from seen import labels_with
from small_survey import FIRST, SECOND

from moosegui.data.sky.sky_image import SkyImage
from moosegui.files.cubes.laid_images import write_sky_image
from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.surroundings.control import SurroundingsControl
from moosegui.gui.surroundings.samp_control import SampControl
from moosegui.gui.window.notices import NoticeBar
from moosegui.gui.window.status_line import StatusLine
from moosegui.samp import IMAGE, POINT, ROW, ROWS, SPECTRUM, TABLE


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

    for mtype in (POINT, ROW, TABLE, SPECTRUM, IMAGE):
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


def take_offer(expert: Expert, words: str) -> None:
    """Click what a notice offers."""
    buttons = expert.view(NoticeBar).findChildren(QToolButton)
    next(button for button in buttons if button.text() == words).click()


def files_of(said: list[tuple[str, dict[str, str]]], mtype: str) -> list[Path]:
    """The files that were sent, as another program finds them."""
    urls = [parameters["url"] for kind, parameters in said if kind == mtype]
    return [Path(unquote(urlsplit(url).path)) for url in urls]


def test_that_the_list_is_sent_with_its_decisions_and_known_by_its_name_after_that(
    qtbot: QtBot, linked: Expert, said: list[tuple[str, dict[str, str]]]
) -> None:
    linked.press("2")
    linked.action("samp_table").trigger()
    qtbot.waitUntil(lambda: bool(files_of(said, TABLE)))

    (path,) = files_of(said, TABLE)
    table = Table.read(path, hdu=1)
    assert list(table["ID"].astype(str))[:2] == [FIRST, SECOND]
    assert table["ZCONF_VI"][0] == 2
    name = next(parameters["table-id"] for mtype, parameters in said if mtype == TABLE)
    qtbot.waitUntil(lambda: any("Sent the list to 1 program" in text for text in linked.notices))

    said.clear()
    linked.press("n")
    qtbot.waitUntil(lambda: any(mtype == ROW for mtype, _ in said))
    assert next(p for mtype, p in said if mtype == ROW)["table-id"] == name


def test_that_the_spectrum_on_screen_is_sent_as_a_table(
    qtbot: QtBot, linked: Expert, said: list[tuple[str, dict[str, str]]]
) -> None:
    qtbot.waitUntil(lambda: linked.session.on_screen.spectrum is not None)
    linked.action("samp_spectrum").trigger()
    qtbot.waitUntil(lambda: bool(files_of(said, SPECTRUM)))

    (path,) = files_of(said, SPECTRUM)
    table = Table.read(path, hdu=1)
    spectrum = linked.session.on_screen.spectrum
    np.testing.assert_allclose(table["WAVE"], spectrum.wave)
    good = spectrum.ivar > 0
    np.testing.assert_allclose(np.asarray(table["FLUX"])[good], spectrum.flux[good])
    np.testing.assert_allclose(np.asarray(table["ERR"])[good] ** -2.0, spectrum.ivar[good])
    linked.action("samp").trigger()
    assert not path.exists()  # nothing stays after the link


def test_that_without_an_image_or_a_link_a_sentence_says_so(qtbot: QtBot, linked: Expert) -> None:
    linked.action("samp_images").trigger()
    assert any("no images of this source" in text for text in linked.notices)

    linked.action("samp").trigger()
    linked.action("samp_table").trigger()
    assert any("Link with other programs first" in text for text in linked.notices)


def test_that_images_go_and_come_and_lie_below_the_list(
    qtbot: QtBot,
    linked: Expert,
    other: SAMPIntegratedClient,
    said: list[tuple[str, dict[str, str]]],
    tmp_path: Path,
) -> None:
    source = linked.session.current
    assert source is not None
    pixels = np.arange(900.0).reshape(30, 30)
    offered = tmp_path / "from aladin.fits"
    image = SkyImage("F606W", pixels, (15.0, 15.0), np.array([[-0.2, 0.0], [0.0, 0.2]]))
    write_sky_image(offered, image, (source.ra, source.dec))

    parameters = {"url": offered.as_uri(), "name": "F606W of the field", "image-id": "i1"}
    other.notify_all({"samp.mtype": IMAGE, "samp.params": parameters})
    qtbot.waitUntil(lambda: any("sends an image" in text for text in linked.notices))
    take_offer(linked, "Lay it below the list")

    around = linked.control(SurroundingsControl)
    qtbot.waitUntil(lambda: len(around.images) == 1)
    np.testing.assert_array_equal(around.images[0].pixels, pixels)

    said.clear()
    linked.action("samp_images").trigger()
    qtbot.waitUntil(lambda: bool(files_of(said, IMAGE)))
    (path,) = files_of(said, IMAGE)
    with fits.open(path) as hdus:
        np.testing.assert_array_equal(hdus[0].data, pixels)
        x, y = WCS(hdus[0].header).all_world2pix(source.ra, source.dec, 0)
    assert (float(x), float(y)) == pytest.approx((15.0, 15.0), abs=1e-6)

    linked.action("take_images").trigger()
    qtbot.waitUntil(lambda: around.images == ())


def test_that_a_table_that_others_send_is_opened_only_when_that_is_wished(
    qtbot: QtBot, linked: Expert, other: SAMPIntegratedClient, tmp_path: Path
) -> None:
    table = tmp_path / "other" / "list.csv"
    table.parent.mkdir()
    table.write_bytes(linked.catalogue.read_bytes())
    parameters = {"url": table.as_uri(), "name": "a list of TOPCAT", "table-id": "t7"}

    other.notify_all({"samp.mtype": TABLE, "samp.params": parameters})

    words = "Another program sends a table: a list of TOPCAT."
    qtbot.waitUntil(lambda: any(words in text for text in linked.notices))
    assert linked.session.source_list is not None
    assert linked.session.source_list.path == linked.catalogue


def test_that_rows_that_others_choose_are_listed_alone(
    qtbot: QtBot, linked: Expert, other: SAMPIntegratedClient
) -> None:
    parameters = {"table-id": "t1", "url": linked.catalogue.as_uri(), "row-list": ["1", "2"]}

    other.notify_all({"samp.mtype": ROWS, "samp.params": parameters})

    qtbot.waitUntil(lambda: linked.current == SECOND)
    qtbot.waitUntil(lambda: any("chose 2 sources" in text for text in linked.notices))
    take_offer(linked, "List them alone")
    assert linked.view(QueueGrid).model().rowCount() == 2
