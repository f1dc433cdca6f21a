"""Sources that were picked in images: a survey that grows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moosegui.data.medium import air_to_vacuum
from moosegui.data.spectrum import Spectrum
from moosegui.errors import ExportError
from moosegui.files.cubes.picked import add_picked, picked_path
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import read_spectrum

WAVE = air_to_vacuum(4750.0 + 1.25 * np.arange(300))
ROW = {"RA": 53.1, "DEC": -27.8, "Z": 0.5}


def spectrum(level: float, n: int = 300) -> Spectrum:
    ivar = np.ones(n)
    ivar[5] = 0.0
    return Spectrum(WAVE[:n], np.where(ivar > 0, level, 0.0), ivar)


def test_that_picked_sources_are_a_survey_that_opens(tmp_path: Path) -> None:
    path = picked_path(tmp_path / "catalogue.fits")

    names = [add_picked(path, spectrum(n), ROW, cube="cube.fits") for n in (1.0, 2.0)]
    opened = open_source_list(path)

    assert names == ["P1", "P2"]
    assert [source.source_id for source in opened] == names
    assert [source.redshift for source in opened] == [0.5, 0.5]
    found = [read_spectrum(source.spectrum) for source in opened if source.spectrum is not None]
    assert [float(np.median(one.flux)) for one in found] == [1.0, 2.0]
    assert all(one.ivar[5] == 0 for one in found)


def test_that_sources_of_another_cube_are_not_mixed_in(tmp_path: Path) -> None:
    path = tmp_path / "a_picked.fits"
    add_picked(path, spectrum(1.0), ROW, cube="cube.fits")
    before = path.read_bytes()

    with pytest.raises(ExportError, match="another cube"):
        add_picked(path, spectrum(1.0, 200), ROW, cube="other.fits")

    assert path.read_bytes() == before


def test_that_a_foreign_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a_picked.fits"
    path.write_bytes(b"mine")

    with pytest.raises(ExportError, match="no survey of picked sources"):
        add_picked(path, spectrum(1.0), ROW, cube="cube.fits")

    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(("start", "step"), [(4760.0, 1.25), (4750.0, 1.26)])
def test_that_spectra_on_other_pixels_of_the_same_number_are_not_mixed_in(
    tmp_path: Path, start: float, step: float
) -> None:
    path = tmp_path / "a_picked.fits"
    wave = 4750.0 + 1.25 * np.arange(300)
    add_picked(path, Spectrum(wave, np.ones(300), np.ones(300)), ROW, cube="cube.fits")
    other = start + step * np.arange(300)

    with pytest.raises(ExportError, match="other pixels"):
        add_picked(path, Spectrum(other, np.ones(300), np.ones(300)), ROW, cube="cube.fits")
