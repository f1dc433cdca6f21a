"""Pages on the web that show a source."""

from __future__ import annotations

import pytest

from moosegui.data.catalogue import Source
from moosegui.data.links import FIRST_LINKS, Link, read_link
from moosegui.errors import InputError

SOURCE = Source("7", "UDF 10/0042 & more", 0, ra=53.16, dec=-27.79)


def test_that_an_address_has_what_is_known_of_a_source() -> None:
    link = read_link("A page = https://host.example/p?id={ID}&at={RA},{DEC}&z={Z}")

    address = link.address(SOURCE, 0.7342)

    assert link.name == "A page"
    assert address == (
        "https://host.example/p?id=UDF%2010%2F0042%20%26%20more&at=53.160000,-27.790000&z=0.73420"
    )


def test_that_a_northern_declination_keeps_its_sign() -> None:
    north = Source("7", "a", 0, ra=150.0, dec=2.25)

    assert Link("a", "http://host.example/{DEC}").address(north).endswith("/%2B2.250000")


@pytest.mark.parametrize("place", ["RA", "DEC", "Z"])
def test_that_what_is_not_known_is_told(place: str) -> None:
    link = Link("My page", f"https://host.example/{{{place}}}")

    with pytest.raises(InputError, match=r"My page needs its .*, which is not known"):
        link.address(Source("7", "a", 0))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://host.example/", "one line"),
        ("= https://host.example/", "one line"),
        ("Name =", "one line"),
        ("Name = file:///etc/passwd", "no address of the web"),
        ("Name = javascript:alert(1)", "no address of the web"),
        ("Name = https://", "no address of the web"),
        ("Name = https://[host/", "no address of the web"),
        ("Name = https://host.example/{ZED}", "has {ZED}"),
    ],
)
def test_that_what_is_no_link_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_link(text)


@pytest.mark.parametrize("text", FIRST_LINKS)
def test_that_the_first_links_show_a_place(text: str) -> None:
    address = read_link(text).address(SOURCE)

    assert "53.160000" in address
    assert "-27.790000" in address
