"""A circle in the images: its spectrum below them, and a source that is made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from astropy.table import Table
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

CONTROL = Qt.KeyboardModifier.ControlModifier
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


def pick(field: Expert, qtbot) -> None:
    draw_on(field, UNLISTED)
    qtbot.waitUntil(field.view(ApertureStrip).isVisible, timeout=60_000)
    field.press_key(Qt.Key.Key_N, CONTROL)


def test_that_a_key_makes_a_source_of_it(field: Expert, qtbot, tmp_path: Path) -> None:
    pick(field, qtbot)

    (picked,) = open_source_list(tmp_path / "s_picked.fits")
    ra, dec = UNLISTED.position
    assert picked.ra == pytest.approx(ra, abs=0.15 / 3600)
    assert picked.dec == pytest.approx(dec, abs=0.15 / 3600)
    assert [row.source_id for row in field.rows] == ["1", "P1"]
    assert any("P1 is a source of this list now" in text for text in field.notices)


def test_that_a_picked_source_is_judged_undone_and_redone(field: Expert, qtbot) -> None:
    pick(field, qtbot)
    field.session.select("P1")
    field.wait_for_jobs()
    field.press("3")

    judged = field.session.verdict("P1")
    field.press_key(Qt.Key.Key_Z, CONTROL)
    commented = field.session.verdict("P1")
    field.press_key(Qt.Key.Key_Z, CONTROL)
    after_undo, here = [row.key for row in field.rows], field.current
    field.press_key(Qt.Key.Key_Y, CONTROL)

    assert judged is not None and judged.zconf == 3
    assert commented is not None and commented.comment.startswith("picked 1.7″ east of 1")
    assert (after_undo, here) == (["1"], "1")
    assert ([row.key for row in field.rows], field.current) == (["1", "P1"], "P1")


def test_that_a_picked_source_is_there_again_after_a_restart(field: Expert, qtbot) -> None:
    pick(field, qtbot)
    field.quit()

    field.start()

    assert [row.key for row in field.rows] == ["1", "P1"]


def test_that_export_writes_a_picked_source_as_a_new_one(
    field: Expert, qtbot, tmp_path: Path
) -> None:
    pick(field, qtbot)
    field.session.select("P1")
    field.wait_for_jobs()
    field.press("3")

    field.session.export()
    field.wait_for_jobs()

    of_list = Table.read(tmp_path / "s_updated.fits", hdu="CATALOGUE")
    of_picked = Table.read(tmp_path / "s_picked_updated.fits", hdu="CATALOGUE")
    assert list(of_list["ID"]) == ["1"]
    assert (of_picked["ID"][0], of_picked["ZCONF_VI"][0]) == ("P1", 3)


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
