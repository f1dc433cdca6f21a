from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from PyQt6.QtGui import QColor
from PyQt6.QtSvg import QSvgRenderer

from moosegui.config import resource_root
from moosegui.gui.style.theme import DARK, LIGHT, icon, style_sheet

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
READABLE = 4.5  # WCAG 2.1, level AA for text


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@THEMES
@pytest.mark.parametrize(
    "role", ["text", "muted", "data", "model", "emission", "proposal", "trial", "assigned", "error"]
)
def test_that_text_is_readable_on_the_canvas(colours, role):
    assert contrast(asdict(colours)[role], colours.canvas) >= READABLE


@THEMES
def test_that_the_data_are_the_brightest_thing(colours):
    contrasts = {
        name: contrast(str(value), colours.canvas)
        for name, value in asdict(colours).items()
        if name != "is_dark"
    }

    assert max(contrasts, key=lambda name: contrasts[name]) == "data"


@THEMES
def test_that_the_style_sheet_has_no_colour_left_to_fill_in(colours):
    assert "$" not in style_sheet(colours)


@pytest.mark.parametrize("path", sorted((resource_root() / "icons").glob("*.svg")))
def test_that_icons_are_tinted(qapp, path):
    image = icon(path.stem, "#ff0000").pixmap(32, 32).toImage()

    colours = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colours == {"#ff0000"}


def test_that_colours_are_written_out_in_one_place_only():
    package = resource_root().parent / "moosegui" / "gui"

    offenders = [
        path.name
        for path in package.glob("*.py")
        if path.name != "theme.py" and re.search(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8"))
    ]

    assert offenders == []


def test_that_an_icon_is_drawn_once(qapp, monkeypatch):
    drawn = []

    class Renderer(QSvgRenderer):
        def __init__(self, content):
            drawn.append(content)
            super().__init__(content)

    monkeypatch.setattr("moosegui.gui.style.theme.QSvgRenderer", Renderer)

    icons = [icon("copy", "#123456") for _ in range(3)]

    assert len(drawn) == 1
    assert all(not one.pixmap(16).isNull() for one in icons)


ROLES = (
    *("text", "muted", "proposal", "trial", "assigned", "error", "vote"),
    *("emission", "absorption", "model"),
)


@THEMES
@pytest.mark.parametrize("ground", ["window", "canvas", "field", "button", "selection"])
@pytest.mark.parametrize("role", ROLES)
def test_that_texts_can_be_read_on_every_ground(colours, role, ground):
    assert contrast(getattr(colours, role), getattr(colours, ground)) >= READABLE
