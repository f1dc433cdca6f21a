"""Where the second light in a spectrum comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_survey import small_engine
from synthetic import small_basis, spectrum_at

from moosegui.data.catalogue import Source
from moosegui.data.deblending import Vetting
from moosegui.data.results import ScanSummary
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.pipeline.neighbours import name_neighbours, with_candidate
from moosegui.pipeline.vetting import find_blend

ARCSECOND = 1.0 / 3600.0


def row(source_id: str, dec: float, z_auto: float, **others: float) -> tuple[Source, ScanSummary]:
    """One source with z2 = 0.9 at a declination in arcseconds."""
    source = Source(source_id, source_id, 0, ra=10.0, dec=dec * ARCSECOND, **others)
    return source, ScanSummary(z_auto, vetting=Vetting(redshift=0.9))


def named(*rows: tuple[Source, ScanSummary]) -> Vetting:
    found = name_neighbours(rows)[0][1].vetting
    assert found is not None
    return found


def test_that_the_neighbour_with_the_second_redshift_is_named() -> None:
    found = named(row("A", 0, 0.3), row("near", 1, 0.4), row("match", 2, 0.9002))

    assert found.neighbour == "match"
    assert found.neighbour_distance == pytest.approx(2.0, abs=1e-3)


def test_that_the_redshift_of_the_catalogue_comes_first() -> None:
    found = named(row("A", 0, 0.3), row("match", 2, 0.4, redshift=0.9))

    assert found.neighbour == "match"


def test_that_a_galaxy_far_away_is_no_neighbour() -> None:
    found = named(row("A", 0, 0.3), row("far", 20, 0.9))

    assert found.neighbour == ""
    assert np.isnan(found.neighbour_distance)


def test_that_a_source_is_not_its_own_neighbour() -> None:
    assert named(row("A", 0, 0.9)).neighbour == ""


def test_that_the_neighbour_where_the_light_lies_is_named_whatever_its_redshift() -> None:
    source, summary = row("A", 0, 0.3)
    seen = ScanSummary(0.3, vetting=Vetting(redshift=0.9, second_east=0.1, second_north=0.8))
    others = (row("there", 1, 0.4), row("match", 4, 0.9))

    found = named((source, seen), *others)

    assert summary.vetting is not None
    assert found.neighbour == "there"


def test_that_light_at_the_source_itself_is_no_neighbours() -> None:
    source, _ = row("A", 0, 0.3)
    seen = ScanSummary(0.3, vetting=Vetting(redshift=0.9, second_east=0.1, second_north=0.1))

    found = named((source, seen), row("beside", 0.5, 0.9))

    assert found.neighbour == ""


def test_that_a_spike_does_not_bend_the_galaxies_that_are_shown() -> None:
    engine = small_engine()
    basis, rng = small_basis(step=5e-5), np.random.default_rng(4)
    first, other = (spectrum_at(basis, z, rng, snr=20.0) for z in (0.31, 0.95))
    clean = replace(first, flux=first.flux + 0.6 * other.flux)
    flux, ivar = clean.flux.copy(), clean.ivar.copy()
    flux[200] = 1e6 * np.abs(flux).max()
    spiked = replace(clean, flux=flux)
    masked = replace(clean, ivar=np.where(np.arange(ivar.size) == 200, 0.0, ivar))
    assert without_impossible(spiked).ivar[200] == 0.0

    shown, expected = (
        with_candidate(one, engine, find_blend(engine, one, 0.31), 1.2) for one in (spiked, masked)
    )

    assert shown.best is not None
    assert shown.best.redshift == 1.2
    np.testing.assert_allclose(shown.first, expected.first, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(shown.second, expected.second, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(shown.single, expected.single, rtol=1e-6, atol=1e-6)
