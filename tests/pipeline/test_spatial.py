"""Blends and false sources, judged by where their light lies too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.table import Table
from small_cube import SOURCES, Planted, write_cube

from moosegui.cli.main import main
from moosegui.data.catalogue import FalseReason
from moosegui.data.deblending import Vetting
from moosegui.data.sky.spatial import SpatialEvidence
from moosegui.pipeline.spatial import blend_evidence, false_evidence, with_place

SEEN = SpatialEvidence(
    snr=20.0,
    distance=0.1,
    compactness=0.9,
    agreement=1.0,
    second_redshift=0.9,
    second_snr=15.0,
    second_east=0.8,
    second_north=0.0,
    noise=1.4,
    apart=150.0,
    away=0.0,
    white=8.0,
    line=15.0,
    line_compactness=0.8,
    line_apart=120.0,
)
ALONE = replace(SEEN, second_snr=2.0, apart=1.0, line_apart=10.0)
SAID = Vetting(redshift=0.9, blend_score=0.2, false_score=0.5, false_reason="noise")
FIRST, BESIDE, _ = SOURCES
PAIR = (FIRST, replace(BESIDE, east=0.6, north=0.3))


def test_that_a_second_galaxy_with_a_place_of_its_own_is_a_blend() -> None:
    found = with_place(SAID, SEEN)

    assert found.is_blend
    assert found.blend_score > 0.9
    assert found.spectrum_blend_score == 0.2


def test_that_one_without_a_place_is_none() -> None:
    assert not with_place(SAID, ALONE).is_blend


def test_that_light_at_the_source_is_no_false_detection() -> None:
    found = with_place(SAID, SEEN)

    assert not found.is_false
    assert found.false_reason == ""


def test_that_one_bright_spaxel_is_a_cosmic_ray() -> None:
    struck = replace(SEEN, compactness=-0.8, white=0.0, line_compactness=-0.7, apart=0.0)

    found = with_place(SAID, struck)

    assert found.is_false
    assert found.false_reason == FalseReason.COSMIC_RAY.value


def test_that_more_evidence_never_speaks_against_a_blend() -> None:
    for name in ("apart", "away", "line_apart"):
        more = replace(ALONE, **{name: 500.0})

        assert with_place(SAID, more).blend_score >= with_place(SAID, ALONE).blend_score


def test_that_light_beside_the_source_is_hardly_its_own() -> None:
    at_source = with_place(SAID, SEEN).map_own
    beside = with_place(SAID, replace(SEEN, away=300.0)).map_own

    assert at_source > 0.9
    assert beside < 0.3


def test_that_features_are_finite_where_nothing_was_seen() -> None:
    nothing = SpatialEvidence(0.0, np.nan, 0.0, np.nan, second_snr=0.0, noise=1.0)
    whole = replace(
        nothing, apart=0.0, away=0.0, white=0.0, line=0.0, line_compactness=0.0, line_apart=0.0
    )

    values = [*blend_evidence(0.0, whole).values(), *false_evidence(1.0, whole).values()]

    assert np.isfinite(values).all()


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """A pair in a cube, of which the catalogue has both, extracted and scanned."""
    folder = tmp_path_factory.mktemp("pair")
    cube = write_cube(folder / "cube.fits", sources=PAIR)
    catalogue = Table(rows=[_row(source) for source in PAIR], names=("ID", "RA", "DEC"))
    catalogue.write(folder / "catalogue.fits")
    survey = folder / "survey.fits"
    assert main(["extract", str(cube), str(folder / "catalogue.fits"), "-o", str(survey)]) == 0
    elsewhere = folder / "elsewhere"  # where the survey does not find its cube by itself
    elsewhere.mkdir()
    survey = survey.rename(elsewhere / "survey.fits")
    table = folder / "table.fits"
    assert main(["scan", str(survey), "--cube", str(cube), "-o", str(table)]) == 0
    return Table.read(table)


def _row(source: Planted) -> tuple[str, float, float]:
    return str(source.source_id), *source.position


def test_that_a_scan_with_a_cube_says_where_the_second_galaxy_is(scanned: Table) -> None:
    first = scanned[0]

    assert first["BLEND"]
    assert first["MAP_EAST_2"] == pytest.approx(0.6, abs=0.15)
    assert first["MAP_NORTH_2"] == pytest.approx(0.3, abs=0.15)
    assert str(first["NEIGHBOUR"]).strip() == "2"


def test_that_a_scan_with_a_cube_keeps_what_the_spectrum_alone_said(scanned: Table) -> None:
    assert np.isfinite(scanned["P_BLEND_SPEC"]).all()
    assert np.isfinite(scanned["FALSE_SPEC"]).all()
    assert (scanned["MAP_SNR"] > 5).any()
    assert (scanned["MAP_NOISE"] >= 1.0).all()
