"""The lines of the z on screen as images: they move with the solution, and say on whom they lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from expert import Expert
from mouse import Mouse
from PyQt6.QtWidgets import QLabel
from seen import item_in, plot_in
from small_cube import Planted, write_cube

from moosegui.cli.main import main
from moosegui.data.lines import LINES_BY_NAME
from moosegui.errors import InputError
from moosegui.gui.surroundings.band_item import BandItem
from moosegui.gui.surroundings.panel import ImageStrip, SurroundingsPanel
from moosegui.gui.window.options import WindowOptions

GALAXY = Planted(1, 0.0, 0.0, 0.42, {"OII3726": 900.0, "OII3729": 1200.0}, 20.0)
NEAR = Planted(2, 0.8, 0.0, 0.0, {})  # a detection in the wing of the galaxy


@pytest.fixture
def field(qtbot, tmp_path: Path):
    """A survey out of a cube, opened in the window."""
    cube = write_cube(tmp_path / "cube.fits", sources=(GALAXY,))
    rows = [f"{s.source_id},{s.position[0]:.7f},{s.position[1]:.7f}" for s in (GALAXY, NEAR)]
    (tmp_path / "catalogue.csv").write_text("\n".join(["ID,RA,DEC", *rows]))
    main(["extract", str(cube), str(tmp_path / "catalogue.csv"), "-o", str(tmp_path / "s.fits")])
    expert = Expert(qtbot, tmp_path / "s.fits")
    yield expert
    expert.quit()


def names(expert: Expert) -> list[str]:
    return [image.name for image in expert.view(ImageStrip).shown]


def settle(expert: Expert, qtbot) -> None:
    qtbot.waitUntil(lambda: not expert.window.jobs.n_pending, timeout=60_000)


def go_to(expert: Expert, qtbot, key: str, redshift: float) -> None:
    expert.session.select(key)
    expert.wait_for_jobs()
    expert.session.redshift.type(f"{redshift:.5f}")
    settle(expert, qtbot)


def said(expert: Expert) -> list[str]:
    labels = expert.view(SurroundingsPanel).findChildren(QLabel)
    return [label.text() for label in labels if not label.isHidden()]


def test_that_line_images_follow_the_redshift(field: Expert, qtbot) -> None:
    go_to(field, qtbot, "1", GALAXY.redshift)
    at_truth = names(field)

    go_to(field, qtbot, "1", 0.9)
    elsewhere = names(field)

    assert at_truth[0] == elsewhere[0] == "white light"
    assert at_truth[1].startswith("[O II] ")
    assert at_truth[1].endswith("σ at 0.0″")
    assert elsewhere[1:] != at_truth[1:]
    assert said(field) == []


def test_that_the_panel_says_on_whom_a_line_lies(field: Expert, qtbot) -> None:
    go_to(field, qtbot, "2", GALAXY.redshift)

    assert said(field) == ["[O II] is centred 0.8″ west, on 1"]


def test_that_it_is_said_that_spaxels_share_noise(field: Expert, qtbot) -> None:
    go_to(field, qtbot, "1", GALAXY.redshift)

    assert "every S/N is divided by 1." in field.view(ImageStrip).toolTip()


def bands(expert: Expert) -> BandItem:
    return item_in(plot_in(expert.spectrum), BandItem)


def widths(expert: Expert) -> list[float]:
    return [band.on[1] - band.on[0] for band in bands(expert).bands]


def test_that_bands_lie_where_the_images_look(field: Expert, qtbot) -> None:
    go_to(field, qtbot, "1", GALAXY.redshift)
    at_truth = bands(field).bands
    go_to(field, qtbot, "1", 0.9)
    elsewhere = bands(field).bands

    wave = LINES_BY_NAME["OII3729"].observed(GALAXY.redshift)
    assert any(band.on[0] < wave < band.on[1] for band in at_truth)
    assert not any(band.on[0] < wave < band.on[1] for band in elsewhere)


def test_that_an_edge_makes_all_bands_wider_and_a_double_click_as_before(
    field: Expert, qtbot
) -> None:
    go_to(field, qtbot, "1", GALAXY.redshift)
    before, band = widths(field), bands(field).bands[0]
    field.spectrum.show_range(band.on[0] - 60.0, band.on[1] + 60.0)
    mouse = Mouse(field.spectrum, plot_in(field.spectrum), height=0.03)
    reach = (band.on[1] - band.on[0]) / 2.0

    mouse.drag(band.on[1], band.on[1] + reach)
    settle(field, qtbot)
    wider = widths(field)
    bands(field).widened.emit(0.0)
    settle(field, qtbot)

    assert wider[0] == pytest.approx(2.0 * before[0], rel=0.1)
    assert widths(field) == before
    assert field.session.live.conditions.is_default


def test_that_above_the_foot_the_mouse_moves_the_spectrum(field: Expert, qtbot) -> None:
    go_to(field, qtbot, "1", GALAXY.redshift)
    before, band = widths(field), bands(field).bands[0]
    field.spectrum.show_range(band.on[0] - 60.0, band.on[1] + 60.0)
    shown = field.spectrum.wave_range()

    Mouse(field.spectrum, plot_in(field.spectrum)).drag(band.on[1], band.on[1] + 20.0)
    settle(field, qtbot)

    assert widths(field) == before
    assert field.spectrum.wave_range() != shown


def test_that_the_session_remembers_its_cube(field: Expert, qtbot, tmp_path: Path) -> None:
    other = write_cube(tmp_path / "other.fits", sources=(), seed=3)
    field.session.store.set("cube", str(other))

    field.session.select("2")
    go_to(field, qtbot, "1", GALAXY.redshift)

    assert not names(field)[1].endswith("at 0.0″")  # nothing is where the galaxy was


def test_that_a_file_without_a_cube_is_refused_at_once(field: Expert, tmp_path: Path) -> None:
    field.application._options = WindowOptions("ZB", cube=tmp_path / "catalogue.csv")

    with pytest.raises(InputError, match="holds no cube"):
        field.application.open(field.session.source_list)
