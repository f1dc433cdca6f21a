"""`moosegui extract` from end to end: a cube and a catalogue make a survey that is scanned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from small_cube import SOURCES, write_cube

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import read_spectrum
from moosegui.files.tables.read import read_table


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cube(tmp_path_factory.mktemp("field") / "cube.fits")


@pytest.fixture
def catalogue(cube: Path) -> Path:
    path = cube.with_name("catalogue.csv")
    rows = [f"{s.source_id:03d},{s.position[0]:.7f},{s.position[1]:.7f},α" for s in SOURCES]
    path.write_text("\n".join(["ID,RA,DEC,note", *rows]), encoding="utf-8")
    return path


def extract(cube: Path, catalogue: Path, output: Path, *options: str) -> int:
    return main(["extract", str(cube), str(catalogue), "-o", str(output), *options])


def test_that_a_survey_has_the_spectra_and_the_catalogue(cube, catalogue) -> None:
    output = cube.with_name("survey.fits")

    status = extract(cube, catalogue, output, "--overwrite")

    listed = list(open_source_list(output))
    spectrum = read_spectrum(listed[0].spectrum)
    peak = spectrum.wave[np.argmax(spectrum.flux)]
    assert status == 0
    assert [source.source_id for source in listed] == ["001", "002", "003"]
    assert listed[1].ra == pytest.approx(SOURCES[1].position[0], abs=1e-6)
    assert peak == pytest.approx(3729.875 * 1.42, abs=2.0)
    assert fits.getheader(output)["CUBE"] == "cube.fits"
    assert read_table(output)["note"][0] == "α"


def test_that_a_source_outside_is_told_and_left_out(cube, catalogue, capsys) -> None:
    with catalogue.open("a", encoding="utf-8") as stream:
        stream.write("\n004,53.2,-27.9,far")

    status = extract(cube, catalogue, cube.with_name("part.fits"), "--overwrite")

    assert status == EXIT_ERROR
    assert "004: cube.fits does not reach RA 53.20000" in capsys.readouterr().err
    assert len(list(open_source_list(cube.with_name("part.fits")))) == 3


def test_that_nothing_is_replaced_without_being_asked_for(
    cube, catalogue, tmp_path, capsys
) -> None:
    precious = tmp_path / "precious.fits"
    precious.write_text("mine")

    status = extract(cube, catalogue, precious)

    assert (status, precious.read_text()) == (EXIT_ERROR, "mine")
    assert "--overwrite" in capsys.readouterr().err


def test_that_segments_are_summed_by_their_numbers(cube, catalogue, tmp_path, capsys) -> None:
    with fits.open(cube) as hdus:
        header = hdus["DATA"].header.copy()
        for key in [k for k in header if k.endswith("3") or k in ("CD3_3", "BUNIT")]:
            del header[key]
        segments = np.zeros(hdus["DATA"].shape[1:], dtype=np.int32)
        segments[17:22, 17:22] = 1
        fits.PrimaryHDU(segments, header).writeto(tmp_path / "segmap.fits")
    rows = catalogue.read_text(encoding="utf-8").replace("001,", "1,")
    catalogue.write_text(rows, encoding="utf-8")

    options = ["--weights", "segment", "--segmap", str(tmp_path / "segmap.fits"), "--no-sky"]
    status = extract(cube, catalogue, tmp_path / "segments.fits", *options)

    total = np.nansum(fits.getdata(tmp_path / "segments.fits", "DATA")[0])
    expected = np.nansum(fits.getdata(cube, "DATA")[:, 17:22, 17:22])
    assert status == EXIT_ERROR  # the others have no segment
    assert "There is no segment 003" in capsys.readouterr().err
    assert total == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--weights", "segment"], "needs a segmentation map"),
        (["--radius", "-1"], "lengths are positive"),
    ],
)
def test_that_impossible_wishes_are_sentences(
    cube, catalogue, tmp_path, capsys, options, words
) -> None:
    status = extract(cube, catalogue, tmp_path / "x.fits", *options)

    assert status == EXIT_ERROR
    assert words in capsys.readouterr().err
