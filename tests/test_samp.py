"""What other programs say over SAMP, and what of it is understood."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from moosegui import samp
from moosegui.errors import InputError
from moosegui.samp import (
    POINT,
    ROW,
    ROWS,
    Listener,
    SampLink,
    fetch,
    hub_parameters,
    is_table,
    understand,
)


def heard(mtype: str, parameters: dict[str, Any]) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    listener = Listener(
        lambda ra, dec: said.append(("place", ra, dec)),
        lambda table, row: said.append(("row", table, row)),
        lambda table, rows: said.append(("rows", table, rows)),
        lambda kind, url, name: said.append((kind, url, name)),
        lambda: said.append(("gone",)),
    )
    understand(mtype, parameters, listener)
    return said


def test_that_a_place_is_a_pair_of_texts() -> None:
    assert heard(POINT, {"ra": "53.1", "dec": "-27.8"}) == [("place", 53.1, -27.8)]


@pytest.mark.parametrize("row", ["3", 3])
def test_that_a_row_is_a_text_or_a_number(row: object) -> None:
    said = heard(ROW, {"table-id": "t1", "url": "file:///a/b.fits", "row": row})

    assert said == [("row", "file:///a/b.fits", 3)]


def test_that_selected_rows_are_told_together() -> None:
    said = heard(ROWS, {"table-id": "t1", "row-list": ["7", 2]})

    assert said == [("rows", "t1", (7, 2))]


@pytest.mark.parametrize(
    ("mtype", "kind"),
    [
        ("table.load.fits", "table"),
        ("table.load.votable", "table"),
        ("spectrum.load.ssa-generic", "spectrum"),
        ("image.load.fits", "image"),
    ],
)
def test_that_files_are_told_by_their_kind_and_name(mtype: str, kind: str) -> None:
    url = "file:///data/my%20field.fits"

    assert heard(mtype, {"url": url, "name": "my field"}) == [(kind, url, "my field")]
    assert heard(mtype, {"url": url}) == [(kind, url, "my_field.fits")]


@pytest.mark.parametrize(
    ("mtype", "parameters"),
    [
        (POINT, {"ra": "53.1"}),
        (POINT, {"ra": "east", "dec": "0"}),
        (ROW, {"row": "1"}),
        (ROW, {"table-id": "t1", "row": "first"}),
        (ROWS, {"table-id": "t1", "row-list": []}),
        (ROWS, {"table-id": "t1", "row-list": None}),
        (ROW, {"table-id": "t1", "row": "-1"}),
        (ROW, {"table-id": "t1", "row": 1e300}),
        (POINT, {"ra": "nan", "dec": "0"}),
        (POINT, {"ra": "53.1", "dec": "1e9"}),
        ("image.load.fits", {"name": "x"}),
    ],
)
def test_that_nonsense_is_left_alone(mtype: str, parameters: dict[str, Any]) -> None:
    assert heard(mtype, parameters) == []


def test_that_a_table_is_known_by_its_url(tmp_path: Path) -> None:
    path = tmp_path / "my survey.fits"
    path.touch()

    assert is_table(path.as_uri(), path)
    assert is_table(path.as_uri().replace("file:///", "file://localhost/"), path)
    assert not is_table((tmp_path / "other.fits").as_uri(), path)
    assert not is_table("http://example.org/my survey.fits", path)
    assert not is_table("file://elsewhere" + path.as_posix(), path)
    assert not is_table("http://[", path)
    assert not is_table("a\0b", path)


def named_hub(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str) -> None:
    """Let the environment name a hub that says it listens there."""
    lock = folder / "hub.samp"
    lock.write_text(f"# a hub\nsamp.secret=xyz\nsamp.hub.xmlrpc.url={url}\n")
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{lock.as_uri()}")


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.7:4000/",
        "http://example.org:4000/xmlrpc",
        "http://127.0.0.1.example.org:4000/",
        "http://localhost@192.0.2.7:4000/",
        "http://[::1",
        "http://127.0.0.1:x/",
        "https://127.0.0.1:4000/",
        "file:///etc/passwd",
    ],
)
def test_that_a_hub_elsewhere_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    named_hub(monkeypatch, tmp_path, url)

    with pytest.raises(InputError, match="which is not this machine"):
        SampLink(Listener(*[lambda *_: None] * 5))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_that_a_hub_of_this_machine_is_spoken_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    named_hub(monkeypatch, tmp_path, f"http\\://{host}:4000/xmlrpc")

    assert hub_parameters()["samp.secret"] == "xyz"


@pytest.mark.parametrize(
    "name", ["std-lockurl:http://192.0.2.7/hub", "std-lockurl:file://192.0.2.7/hub", "x", "//["]
)
def test_that_a_lock_file_elsewhere_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SAMP_HUB", name)

    with pytest.raises(InputError, match="No SAMP hub runs"):
        hub_parameters()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a server of this machine with one file, and one page that leads elsewhere."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "image.fits").write_bytes(b"SIMPLE  ")

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
            if self.path == "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "http://192.0.2.7/image.fits")
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_that_files_of_this_machine_are_found_and_copies_are_made_of_what_it_serves(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, place = tmp_path / "my image.fits", tmp_path / "received"
    own.write_bytes(b"x")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))

    assert fetch(own.as_uri(), place) == own
    copies = [fetch(f"{served}/image.fits", place) for _ in range(2)]
    assert [copy.name for copy in copies] == ["image.fits", "image_2.fits"]
    assert all((copy.parent, copy.read_bytes()) == (place, b"SIMPLE  ") for copy in copies)


def test_that_a_temporary_file_is_copied_as_its_decisions_must_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (temporary / "topcat.vot").write_bytes(b"x")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(temporary))

    found = fetch((temporary / "topcat.vot").as_uri(), tmp_path / "received")

    assert found == tmp_path / "received" / "topcat.vot"
    assert found.read_bytes() == b"x"


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.7/image.fits",
        "https://127.0.0.1/image.fits",
        "ftp://127.0.0.1/image.fits",
        "file://elsewhere/image.fits",
        "file:///nowhere/image.fits",
        "http://[",
        "image.fits",
    ],
)
def test_that_nothing_else_is_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be had"):
        fetch(url, tmp_path)


@pytest.mark.parametrize("path", ["/elsewhere", "/missing.fits"])
def test_that_a_server_leads_nowhere_else(served: str, path: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be had"):
        fetch(served + path, tmp_path)


def test_that_too_large_a_file_is_given_up(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samp, "MAX_FETCHED", 4)

    with pytest.raises(InputError, match="larger"):
        fetch(f"{served}/image.fits", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["served"]
