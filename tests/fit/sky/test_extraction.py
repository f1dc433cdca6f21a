"""Spectra out of a cube: fluxes, variances, the sky, and what has no data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_cube import FWHM, Planted, spectrum_of, write_cube

from moosegui.data.sky.cube import CubeBox
from moosegui.files.cubes.cube import open_cube
from moosegui.fit.sky.extraction import ExtractionOptions, extract

BRIGHT = Planted(1, 0.0, 0.0, 0.42, {"OII3726": 900.0}, 60.0)
MODES = ("aperture", "white", "psf")


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> list[CubeBox]:
    folder: Path = tmp_path_factory.mktemp("cubes")
    paths = [write_cube(folder / f"{i}.fits", sources=(BRIGHT,), seed=i) for i in range(3)]
    return [open_cube(path).box(*BRIGHT.position, side=10.0) for path in paths]


@pytest.mark.parametrize("weights", MODES)
def test_that_flux_is_right_within_two_per_cent(boxes: list[CubeBox], weights: str) -> None:
    options = ExtractionOptions(weights, radius=1.2, fwhm=FWHM)

    found = [extract(box, options) for box in boxes]

    truth = spectrum_of(BRIGHT, found[0].wave)
    ratio = np.mean([spectrum.flux.sum() / truth.sum() for spectrum in found])
    assert ratio == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("weights", MODES)
def test_that_variances_are_those_of_the_noise(boxes: list[CubeBox], weights: str) -> None:
    options = ExtractionOptions(weights, radius=1.2, fwhm=FWHM)

    found = [extract(box, options) for box in boxes]

    pulls = np.concatenate(
        [(s.flux - np.median(s.flux)) * np.sqrt(s.ivar) for s in found for _ in (0,)]
    )
    line = np.abs(np.tile(found[0].wave, len(found)) - 5293.0) < 15.0
    assert pulls[~line].std() == pytest.approx(1.0, abs=0.1)


def test_that_white_light_gains_over_an_aperture(boxes: list[CubeBox]) -> None:
    wide = ExtractionOptions("aperture", radius=1.5)

    aperture, white = (extract(boxes[0], replace(wide, weights=w)) for w in ("aperture", "white"))

    assert np.median(white.ivar) > 1.5 * np.median(aperture.ivar)


def test_that_what_the_sky_left_is_subtracted(boxes: list[CubeBox]) -> None:
    with_sky, without = (
        extract(boxes[0], ExtractionOptions("aperture", radius=1.0, has_sky=has_sky))
        for has_sky in (True, False)
    )

    n_spaxels = int(boxes[0].within(1.0).sum())
    assert np.median(without.flux - with_sky.flux) == pytest.approx(3.0 * n_spaxels, rel=0.03)


def test_that_too_faint_white_light_gives_no_weights(tmp_path: Path) -> None:
    faint = Planted(1, 0.0, 0.0, 3.6, {"LYA": 1500.0})
    path = write_cube(tmp_path / "faint.fits", sources=(faint,))
    box = open_cube(path).box(*faint.position)

    white, psf = (
        extract(box, ExtractionOptions(weights, fwhm=FWHM)) for weights in ("white", "psf")
    )

    assert np.array_equal(white.flux, psf.flux)


def test_that_lost_spaxels_are_made_up_for(boxes: list[CubeBox]) -> None:
    box = boxes[0]
    ivar = box.ivar.copy()
    row, column = round(box.centre[1]), round(box.centre[0])
    ivar[100:200, row, column + 1] = 0.0
    ivar[200:300] = 0.0
    holed = CubeBox(box.wave, box.flux.copy(), ivar, box.centre, box.offsets)

    found = extract(holed, ExtractionOptions("psf", radius=1.2, fwhm=FWHM))

    truth = spectrum_of(BRIGHT, found.wave)
    assert found.flux[100:200].mean() == pytest.approx(truth[100:200].mean(), rel=0.1)
    assert not found.ivar[200:300].any()


def test_that_a_segment_is_what_is_summed(boxes: list[CubeBox]) -> None:
    box = boxes[0]
    segment = box.within(0.5)

    found = extract(box, ExtractionOptions("segment", has_sky=False), segment=segment)

    assert found.flux == pytest.approx(box.flux[:, segment].sum(axis=1), rel=1e-5)
    assert found.ivar == pytest.approx(1.0 / (1.0 / box.ivar[:, segment]).sum(axis=1), rel=1e-5)


def test_that_an_aperture_below_a_spaxel_is_one(boxes: list[CubeBox]) -> None:
    found = extract(boxes[0], ExtractionOptions("aperture", radius=0.01, has_sky=False))

    assert found.ivar[500] == pytest.approx(0.25, rel=1e-5)
