"""Which cube a source is seen in, which lines are looked for, and the words for their place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from small_cube import SOURCES, spectrum_of, write_cube

from moosegui.data.catalogue import Source, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.line_image import LineImage
from moosegui.pipeline.sky import Candidate, cube_of, line_views, place_in_words, read_box

FIRST, BLEND, THIRD = SOURCES


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cube(tmp_path_factory.mktemp("field") / "cube.fits")


def survey_naming(folder: Path, card: str) -> SpectrumRef:
    path = folder / "survey.fits"
    header = fits.Header([("CUBE", card)])
    image = fits.ImageHDU(np.zeros((2, 9), np.float32), name="DATA")
    fits.HDUList([fits.PrimaryHDU(header=header), image]).writeto(path, overwrite=True)
    return SpectrumRef(path, row=0)


def an_image(east: float, north: float, peak: float = 20.0) -> LineImage:
    pixels = np.zeros((3, 3))
    return LineImage("Lyα", pixels, pixels + 1, 1.0, peak, east, north, 0.75)


def test_that_a_survey_finds_the_cube_beside_it(cube: Path) -> None:
    assert cube_of(survey_naming(cube.parent, "cube.fits")) == cube.resolve()


@pytest.mark.parametrize("card", ["/etc/passwd", "../cube.fits", "missing.fits", ""])
def test_that_no_card_leads_out_of_the_folder(cube: Path, tmp_path: Path, card: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    write_cube(tmp_path / "cube.fits")

    assert cube_of(survey_naming(inner, card)) is None


def test_that_the_cube_that_is_named_comes_before_that_of_the_survey(cube: Path) -> None:
    named = Path("other.fits")

    assert cube_of(survey_naming(cube.parent, "cube.fits"), named) == named


def test_that_the_lines_of_a_model_are_looked_for(cube: Path) -> None:
    ref = survey_naming(cube.parent, "cube.fits")
    source = Source("3", "3", 0, ref, *THIRD.position)
    box = read_box(source)
    model = spectrum_of(THIRD, box.wave)
    spectrum = Spectrum(box.wave, model, np.full(model.size, 0.05))

    (views,) = line_views(box, spectrum, [Candidate("1", THIRD.redshift, model)])

    assert views.strongest.label == "[O III]"
    assert views.strongest.distance < 0.1
    assert views.together.label == "all lines"
    assert views.together.snr > views.strongest.snr


def test_that_nothing_is_shown_where_no_line_is_expected(cube: Path) -> None:
    source = Source("1", "1", 0, None, *FIRST.position)
    box = read_box(source, cube)
    flat = np.ones(box.wave.size)

    (views,) = line_views(box, Spectrum(box.wave, flat, flat), [Candidate("1", 0.3, flat)])

    assert (views.strongest, views.together) == (None, None)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (an_image(1.6, 0.8), "Lyα is centred 1.8″ north-east, on 0943"),
        (an_image(0.0, -2.0), "Lyα is centred 2.0″ south"),
        (an_image(0.1, 0.1), ""),
        (an_image(0.6, 0.0, peak=1.2), ""),
        (an_image(float("nan"), float("nan")), ""),
    ],
)
def test_that_a_place_beside_the_source_is_said(image: LineImage, words: str) -> None:
    assert place_in_words(image, [("0943", 1.7, 0.6), ("0001", -3.0, 0.0)]) == words
