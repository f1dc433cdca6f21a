"""A simulated cube: what its catalogue says is what it holds."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.data.medium import air_to_vacuum
from moosegui.fit.simulation.field import FieldOptions, render, sky_noise
from moosegui.fit.simulation.galaxies import contrast, galaxy
from moosegui.fit.simulation.scene import Scene, simulate

SMALL = FieldOptions(side=12.0)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return simulate(3, SMALL, n_sources=9)


def test_that_a_scene_has_blends_and_false_sources_beside_galaxies(scene: Scene) -> None:
    kinds = {truth.kind for truth in scene.truths}
    blends = [truth for truth in scene.truths if np.isfinite(truth.second)]

    assert len(scene.truths) == 9
    assert kinds & {"sky", "cosmic", "noise"}
    assert blends
    assert all(0.3 <= truth.separation <= 2.0 for truth in blends)


def test_that_the_same_seed_makes_the_same_cube(scene: Scene) -> None:
    again = simulate(3, SMALL, n_sources=9)

    np.testing.assert_array_equal(again.data, scene.data)
    assert [t.source_id for t in again.truths] == [t.source_id for t in scene.truths]


def test_that_a_listed_neighbour_names_the_other_of_its_pair() -> None:
    found = [truth for seed in range(4) for truth in _pairs(seed)]

    assert found
    for truth, other in found:
        assert other.redshift == truth.second
        distance = np.hypot(truth.east - other.east, truth.north - other.north)
        assert distance == pytest.approx(truth.separation)


def test_that_noise_is_shared_by_neighbours_and_has_its_variance() -> None:
    wave = air_to_vacuum(np.arange(5000.0, 5300.0, 1.25))
    rng = np.random.default_rng(1)
    nothing = np.zeros((SMALL.n_spaxels, SMALL.n_spaxels))

    data, variance = render([], wave, nothing, SMALL, rng)
    pulls = data / np.sqrt(variance)
    beside = float(np.mean(pulls[:, :, 1:] * pulls[:, :, :-1]))

    assert float(pulls.std()) == pytest.approx(1.0, abs=0.02)
    assert 0.1 < beside < 0.3


def test_that_the_sum_over_the_psf_has_the_noise_that_is_stated() -> None:
    wave = air_to_vacuum(np.arange(5000.0, 5600.0, 1.25))
    nothing = np.zeros((SMALL.n_spaxels, SMALL.n_spaxels))
    data, _ = render([], wave, nothing, SMALL, np.random.default_rng(2))
    profile = SMALL.profile(0.3, -0.2)

    sums = np.tensordot(data, profile / (profile**2).sum(), 2)
    stated = sky_noise(wave, SMALL.noise) * np.sqrt(SMALL.n_effective)

    assert float(np.std(sums / stated)) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("kind", "redshift", "line"), [("sf", 0.5, 5008.24), ("lae", 4.0, 1215.67)]
)
def test_that_emission_is_where_the_redshift_puts_it(
    kind: str, redshift: float, line: float
) -> None:
    wave = air_to_vacuum(np.arange(4750.0, 9350.0, 1.25))

    compact, extended = galaxy(kind, redshift, wave, np.random.default_rng(5))
    peaks = _peaks(contrast(compact + extended, wave), wave)

    assert np.abs(peaks - line * (1.0 + redshift)).min() < 5.0


def _peaks(flux: FloatArray, wave: FloatArray) -> FloatArray:
    return wave[np.argsort(flux)[-12:]]


def _pairs(seed: int) -> list:  # type: ignore[type-arg]
    truths = simulate(seed, SMALL, n_sources=9).truths
    by_id = {truth.source_id: truth for truth in truths}
    return [(truth, by_id[truth.neighbour]) for truth in truths if truth.neighbour]
