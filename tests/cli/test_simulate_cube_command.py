"""The `simulate-cube` command: cube and catalogue that the other commands read."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.table import Table

from moosegui.cli.main import main
from moosegui.files.cubes.cube import open_cube

SMALL = ["--side", "8", "--sources", "4"]


def test_that_the_cube_is_read_and_reaches_its_sources(tmp_path: Path) -> None:
    path = tmp_path / "cube.fits"

    status = main(["simulate-cube", str(path), *SMALL])
    catalogue = Table.read(tmp_path / "cube_catalogue.fits")
    box = open_cube(path).box(catalogue["RA"][0], catalogue["DEC"][0], side=2.0)

    assert status == 0
    assert len(catalogue) == 4
    assert (box.ivar > 0).all()


def test_that_a_file_that_exists_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cube.fits"
    path.write_bytes(b"mine")

    status = main(["simulate-cube", str(path), *SMALL])

    assert status == 1
    assert path.read_bytes() == b"mine"
    assert "--overwrite" in capsys.readouterr().err
