"""The `cube` command: maps of a scanned cube, and a scan that was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from small_cube import SOURCES, write_cube

import moosegui.pipeline.cubes.spaxels
import moosegui.pipeline.machines.cube
from moosegui.cli.cubes import scan as cli_cube
from moosegui.cli.main import main
from moosegui.data.sky.maps import NAMES
from moosegui.errors import InputError
from moosegui.files.cubes.maps import read_map_images

GALAXY = SOURCES[2]
BOXES = ["--boxes", "5", "--zmax", "1.5"]


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cube(tmp_path_factory.mktemp("cube") / "cube.fits")


@pytest.fixture(scope="module")
def maps(cube: Path) -> Path:
    path = cube.with_name("maps.fits")
    assert main(["cube", str(cube), "-o", str(path), *BOXES]) == 0
    return path


def value_at(maps: Path, name: str, position: Sequence[float]) -> float:
    with fits.open(maps) as hdus:
        x, y = WCS(hdus[name].header).world_to_pixel_values(*position)
        return float(hdus[name].data[round(float(y)), round(float(x))])


def test_that_the_map_of_z_has_a_galaxy_where_it_is(maps: Path) -> None:
    redshift = value_at(maps, "Z", GALAXY.position)

    assert redshift == pytest.approx(GALAXY.redshift, abs=1e-3)
    assert value_at(maps, "SNR_FORBIDDEN", GALAXY.position) > 10
    assert value_at(maps, "P", GALAXY.position) > 0.9


def test_that_there_is_an_image_of_each_number(maps: Path) -> None:
    with fits.open(maps) as hdus:
        assert {*NAMES, "REGION"} <= {hdu.name for hdu in hdus}
        assert all(hdus[name].data.shape == (40, 40) for name in NAMES)


def test_that_workers_make_the_same_maps(cube: Path, maps: Path) -> None:
    pytest.importorskip("distributed")
    path = cube.with_name("there.fits")

    status = main(["cube", str(cube), "-o", str(path), *BOXES, "--scheduler", "local:1"])

    assert status == 0
    with fits.open(path) as there, fits.open(maps) as here:
        for name in NAMES:
            np.testing.assert_array_equal(there[name].data, here[name].data)


@pytest.mark.parametrize("has_variances", [True, False])
def test_that_processes_make_the_same_maps(
    cube: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_variances: bool
) -> None:
    monkeypatch.setattr(moosegui.pipeline.machines.cube, "MAX_CHUNK", 5)
    path = tmp_path / "cube.fits"
    with fits.open(cube) as hdus:
        kept = [hdu for hdu in hdus if has_variances or hdu.name != "STAT"]
        fits.HDUList(kept).writeto(path)
    here, there = tmp_path / "here.fits", tmp_path / "there.fits"
    assert main(["cube", str(path), "-o", str(here), *BOXES]) == 0
    monkeypatch.setattr(cli_cube, "WORTH_IT_FOR_REGIONS", 1)
    monkeypatch.setattr(cli_cube, "scan_regions", None)

    assert main(["cube", str(path), "-o", str(there), *BOXES, "--workers", "2"]) == 0

    with fits.open(there) as found, fits.open(here) as expected:
        for name in NAMES:
            np.testing.assert_array_equal(found[name].data, expected[name].data)


def test_that_mpdaf_opens_the_maps(maps: Path) -> None:
    image = pytest.importorskip("mpdaf.obj").Image(str(maps), ext="Z")

    y, x = image.wcs.sky2pix(GALAXY.position[::-1], nearest=True)[0]
    assert image.data[y, x] == pytest.approx(GALAXY.redshift, abs=1e-3)


def test_that_a_scan_that_was_stopped_resumes(
    cube: Path, maps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, scanned = tmp_path / "maps.fits", []
    scan_one = moosegui.pipeline.cubes.spaxels.scan_one

    def stopped(engine, spectrum, last):
        if len(scanned) >= 20:
            raise KeyboardInterrupt
        scanned.append(spectrum)
        return scan_one(engine, spectrum, last)

    monkeypatch.setattr(moosegui.pipeline.cubes.spaxels, "scan_one", stopped)
    arguments = ["cube", str(cube), "-o", str(path), *BOXES, "--workers", "1"]
    first = main(arguments)
    is_written = path.exists()
    monkeypatch.setattr(
        moosegui.pipeline.cubes.spaxels,
        "scan_one",
        lambda e, s, last: scanned.append(s) or scan_one(e, s, last),
    )
    second = main(arguments)

    assert (first, second) == (130, 0)
    assert not is_written
    assert len(scanned) == 64
    with fits.open(path) as resumed, fits.open(maps) as whole:
        np.testing.assert_array_equal(resumed["Z"].data, whole["Z"].data)


def test_that_segments_are_scanned_and_the_rest_is_empty(cube: Path, tmp_path: Path) -> None:
    with fits.open(cube) as hdus:
        header = WCS(hdus["DATA"].header).celestial.to_header()
    numbers = np.zeros((40, 40), dtype=np.int32)
    numbers[17:23, 17:23] = 4
    fits.PrimaryHDU(numbers, header).writeto(tmp_path / "segments.fits")
    path = tmp_path / "maps.fits"

    status = main(["cube", str(cube), "-o", str(path), "--segmap", str(tmp_path / "segments.fits")])

    assert status == 0
    with fits.open(path) as hdus:
        found = hdus["Z"].data
    assert np.isfinite(found[numbers == 4]).all()
    assert np.isnan(found[numbers == 0]).all()


def test_that_another_cube_does_not_resume(
    cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "maps.fits"
    path.with_name("maps.fits.part").write_bytes(b'{"format": "moosegui cube journal"}\n')

    status = main(["cube", str(cube), "-o", str(path), *BOXES])

    assert status == 1
    assert "unfinished scan with other settings" in capsys.readouterr().err


def test_that_the_maps_are_images_around_a_source(maps: Path) -> None:
    images = read_map_images(maps, GALAXY.position)

    assert images[0].name == "z of each spaxel"
    x, y = images[0].place(0.0, 0.0)
    found = images[0].pixels[round(y), round(x)]
    assert found == pytest.approx(GALAXY.redshift, abs=1e-3)


def test_that_maps_that_do_not_reach_show_nothing(maps: Path) -> None:
    assert read_map_images(maps, (GALAXY.position[0], GALAXY.position[1] + 0.1)) == ()


def test_that_another_file_is_no_maps(cube: Path) -> None:
    with pytest.raises(InputError, match="holds no maps of a cube"):
        read_map_images(cube, GALAXY.position)
