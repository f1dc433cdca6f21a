"""A circle in the images: its spectrum below them, and a source that is made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog
from small_cube import Planted, write_cube

from moosegui.cli.main import main
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.surroundings.aperture_strip import ApertureStrip
from moosegui.gui.surroundings.control import SurroundingsControl
from moosegui.gui.surroundings.panel import ImageStrip
from moosegui.gui.surroundings.sky_canvas import SkyCanvas

GALAXY = Planted(1, 0.0, 0.0, 0.42, {"OII3726": 900.0, "OII3729": 1200.0}, 20.0)
UNLISTED = Planted(2, 1.6, 0.4, 0.1, {"HBETA": 900.0, "OIII4959": 800.0, "OIII5007": 2400.0}, 12.0)


@pytest.fixture
def field(qtbot, tmp_path: Path):
    """A survey out of a cube with a galaxy that its catalogue does not have."""
    cube = write_cube(tmp_path / "cube.fits", sources=(GALAXY, UNLISTED))
    ra, dec = GALAXY.position
    (tmp_path / "catalogue.csv").write_text(f"ID,RA,DEC\n1,{ra:.7f},{dec:.7f}")
    main(["extract", str(cube), str(tmp_path / "catalogue.csv"), "-o", str(tmp_path / "s.fits")])
    expert = Expert(qtbot, tmp_path / "s.fits")
    qtbot.waitUntil(lambda: bool(expert.view(ImageStrip).shown), timeout=60_000)
    expert.press_key(Qt.Key.Key_F2)
    yield expert
    expert.quit()


def draw_on(expert: Expert, planted: Planted) -> None:
    canvas = expert.view(SkyCanvas)
    place = canvas.cells()[0].at(planted.east, planted.north).toPoint()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, shift, place)


def test_that_an_aperture_shows_a_galaxy_that_nobody_listed(field: Expert, qtbot) -> None:
    draw_on(field, UNLISTED)

    strip = field.view(ApertureStrip)
    qtbot.waitUntil(strip.isVisible, timeout=60_000)
    assert re.match(r"aperture 0\.6″, 1\.[67]″ east: z \d\.\d{5}, Δχ² ", strip.text)


def test_that_a_key_makes_a_source_of_it(field: Expert, qtbot, tmp_path: Path) -> None:
    draw_on(field, UNLISTED)
    qtbot.waitUntil(field.view(ApertureStrip).isVisible, timeout=60_000)

    QTest.keyClick(field.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    picked = open_source_list(tmp_path / "s_picked.fits")
    assert len(picked) == 1
    ra, dec = UNLISTED.position
    assert picked.sources[0].ra == pytest.approx(ra, abs=0.15 / 3600)
    assert picked.sources[0].dec == pytest.approx(dec, abs=0.15 / 3600)
    assert any("P1 is a source of s_picked.fits" in text for text in field.notices)


def test_that_a_key_without_an_aperture_says_how_to_draw_one(field: Expert) -> None:
    QTest.keyClick(field.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    assert any("Shift and drag" in text for text in field.notices)


def test_that_maps_of_a_scanned_cube_are_layers(
    field: Expert, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = tmp_path / "maps.fits"
    boxes = ["--boxes", "8", "--zmax", "0.5"]
    assert main(["cube", str(tmp_path / "cube.fits"), "-o", str(maps), *boxes]) == 0
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(maps), ""))

    field.control(SurroundingsControl).handlers()["maps"]()

    canvas = field.view(SkyCanvas)
    qtbot.waitUntil(lambda: "z of each spaxel" in [i.name for i in canvas.shown], timeout=60_000)
