"""The whole way with a cube: lines move, z2 is the neighbour's, a spaxel becomes a source."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from small_cube import Planted, write_cube

from moosegui.cli.main import main
from moosegui.gui.surroundings.aperture_strip import ApertureStrip
from moosegui.gui.surroundings.panel import ImageStrip
from moosegui.gui.surroundings.sky_canvas import SkyCanvas

GALAXY = Planted(1, 0.0, 0.0, 0.42, {"OII3726": 900.0, "OII3729": 1200.0}, 20.0)
NEIGHBOUR = Planted(
    2, -1.0, 0.0, 0.1, {"HBETA": 900.0, "OIII4959": 1200.0, "OIII5007": 3600.0}, 12.0
)
UNLISTED = Planted(3, 1.8, 1.2, 0.1, {"HBETA": 900.0, "OIII4959": 800.0, "OIII5007": 2400.0}, 8.0)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def field(qtbot, tmp_path: Path):
    """A survey out of a cube: a galaxy with a neighbour in the catalogue, and one without."""
    cube = write_cube(tmp_path / "cube.fits", sources=(GALAXY, NEIGHBOUR, UNLISTED))
    rows = [
        f"{s.source_id},{s.position[0]:.7f},{s.position[1]:.7f},{s.redshift}"
        for s in (GALAXY, NEIGHBOUR)
    ]
    (tmp_path / "catalogue.csv").write_text("\n".join(["ID,RA,DEC,Z", *rows]))
    main(["extract", str(cube), str(tmp_path / "catalogue.csv"), "-o", str(tmp_path / "s.fits")])
    expert = Expert(qtbot, tmp_path / "s.fits")
    qtbot.waitUntil(lambda: bool(expert.view(ImageStrip).shown), timeout=60_000)
    yield expert
    expert.quit()


def settle(expert: Expert, qtbot) -> None:
    qtbot.waitUntil(
        lambda: not (expert.window.jobs.n_pending or expert.application.runner.n_pending),
        timeout=60_000,
    )


def is_shown(expert: Expert, line: str, place: str) -> bool:
    """Whether the images have the line of what is on screen, and its light lies at a place."""
    names = [image.name for image in expert.view(SkyCanvas).shown]
    return any(name.startswith(line) and name.endswith(place) for name in names)


def stands_out(canvas: SkyCanvas) -> list[str]:
    """The neighbours that have the redshift of the second galaxy."""
    return [row.source_id for row in canvas._scene.rows if row.is_second]


def test_that_a_cube_is_inspected_from_the_first_image_to_the_export(
    field: Expert, qtbot, tmp_path: Path
) -> None:
    settle(field, qtbot)
    field.press_key(Qt.Key.Key_F2)

    # the images of the lines move with the solution
    field.session.redshift.type(f"{GALAXY.redshift}")
    qtbot.waitUntil(lambda: is_shown(field, "[O II] ", "at 0.0″"), timeout=60_000)
    field.session.redshift.type(f"{NEIGHBOUR.redshift}")
    qtbot.waitUntil(lambda: is_shown(field, "[O III] ", "at 1.0″"), timeout=60_000)

    # how fast its gas moves is a key away
    field.press_key(Qt.Key.Key_F2, CONTROL)
    assert is_shown(field, "velocity of [O III] ", " km/s")

    # the second redshift sits on the neighbour
    field.session.redshift.type(f"{GALAXY.redshift}")
    field.press("k")
    canvas = field.view(SkyCanvas)
    qtbot.waitUntil(lambda: stands_out(canvas) == ["2"], timeout=60_000)
    qtbot.waitUntil(lambda: is_shown(field, "z₂: ", "at 1.0″"), timeout=60_000)

    # a place is picked, and becomes a source
    place = canvas.cells()[0].at(UNLISTED.east, UNLISTED.north).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    qtbot.waitUntil(field.view(ApertureStrip).isVisible, timeout=60_000)
    field.press_key(Qt.Key.Key_N, CONTROL)
    field.session.select("P1")
    settle(field, qtbot)
    field.session.redshift.type(f"{UNLISTED.redshift}")
    field.press("3")

    # what is exported opens elsewhere
    field.session.export()
    settle(field, qtbot)
    made = Table.read(tmp_path / "s_picked_updated.fits", hdu="CATALOGUE")
    assert made["Z_VI"][0] == pytest.approx(UNLISTED.redshift, abs=1e-3)
    with fits.open(tmp_path / "s_picked.fits") as survey:
        survey.verify("exception")
        assert survey["DATA"].data.shape[0] == 1
        assert WCS(survey["DATA"].header).spectral.naxis == 1
    assert len(Table.read(tmp_path / "s_updated.fits", hdu="CATALOGUE")) == 2
    _opened_by_mpdaf(tmp_path / "cube.fits")


def _opened_by_mpdaf(path: Path) -> None:
    """Where mpdaf is there, it opens the cube that all this was taken from."""
    try:
        from mpdaf.obj import Cube
    except ImportError:
        return
    assert Cube(str(path)).shape[0] > 0
