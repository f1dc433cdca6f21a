from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.grids import LogGrid
from moosegui.fit.basis.training_set import (
    Balance,
    QualityCuts,
    TrainingLabels,
    cut_spectra,
    find_duplicates,
    importance_of,
)

GRID = LogGrid(3.2, 1e-4, 6000)
N, N_PIXELS = 30, 400


def noise(rng: np.random.Generator, n: int = N) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(n, N_PIXELS)) + 1.0, np.ones((n, N_PIXELS))


def labels(n: int = N, **changed: object) -> TrainingLabels:
    given = {
        "redshift": np.linspace(0.2, 1.0, n),
        "zconf": np.full(n, 3),
        "kind": ("sf",) * n,
        "blend": np.zeros(n),
        **changed,
    }
    return TrainingLabels(**given)  # type: ignore[arg-type]


def rejected(flux: np.ndarray, ivar: np.ndarray, given: TrainingLabels) -> dict[str, list[int]]:
    selection = cut_spectra(flux, ivar, given, GRID, wave_range=(5000.0, 7000.0))
    return {one.reason: one.rows.tolist() for one in selection.rejections}


def at(values: np.ndarray, row: int, value: float) -> np.ndarray:
    changed = values.copy()
    changed[row] = value
    return changed


def test_that_good_spectra_are_all_kept(rng: np.random.Generator) -> None:
    flux, ivar = noise(rng)

    selection = cut_spectra(flux, ivar, labels(), GRID, wave_range=(5000.0, 7000.0))

    assert selection.is_kept.all()
    assert selection.rejections == ()


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"redshift": at(labels().redshift, 7, np.nan)}, "no redshift"),
        ({"redshift": at(labels().redshift, 7, 40.0)}, "beside the grid"),
        ({"zconf": at(labels().zconf, 7, 1)}, "ZCONF"),
        ({"blend": at(labels().blend, 7, 0.3)}, "blend"),
        ({"blend": at(labels().blend, 7, np.inf)}, "blend"),
    ],
)
def test_that_a_label_leaves_a_spectrum_out(
    rng: np.random.Generator, changed: dict[str, np.ndarray], word: str
) -> None:
    flux, ivar = noise(rng)

    reasons = rejected(flux, ivar, labels(**changed))

    assert list(reasons.values()) == [[7]]
    assert word in next(iter(reasons))


def test_that_confidences_are_not_asked_for_where_there_are_none(
    rng: np.random.Generator,
) -> None:
    flux, ivar = noise(rng)

    assert rejected(flux, ivar, labels(zconf=np.full(N, -1))) == {}


def test_that_another_unit_is_noticed(rng: np.random.Generator) -> None:
    flux, ivar = noise(rng)
    flux[4], ivar[4] = flux[4] * 1e20, ivar[4] / 1e40

    assert list(rejected(flux, ivar, labels()).values()) == [[4]]


def test_that_standard_deviations_taken_for_variances_are_noticed(
    rng: np.random.Generator,
) -> None:
    flux, ivar = noise(rng)
    flux, ivar = flux * 1e-3, ivar * 1e6
    ivar[4] = 1e3

    reasons = rejected(flux, ivar, labels())

    assert list(reasons.values()) == [[4]]
    assert "scatter" in next(iter(reasons))


def test_that_fields_of_different_depth_are_all_kept(rng: np.random.Generator) -> None:
    flux, ivar = noise(rng)
    depth = np.logspace(-0.6, 0.6, N)[:, None]

    assert rejected(flux * depth, ivar / depth**2, labels()) == {}


def test_that_a_bright_galaxy_is_kept(rng: np.random.Generator) -> None:
    flux, ivar = noise(rng)
    flux[3] += 3000.0 * np.linspace(1.0, 2.0, N_PIXELS)

    assert rejected(flux, ivar, labels()) == {}


def test_that_masked_spectra_are_left_out(rng: np.random.Generator) -> None:
    flux, ivar = noise(rng)
    ivar[9] = 0.0

    assert list(rejected(flux, ivar, labels()).values()) == [[9]]


@settings(max_examples=25)
@given(factor=st.floats(0.01, 100.0), first=st.integers(0, 28), seed=st.integers(0, 1000))
def test_that_a_repeated_spectrum_is_found_whatever_its_scale(
    factor: float, first: int, seed: int
) -> None:
    flux, _ = noise(np.random.default_rng(seed))
    flux = flux.astype(np.float32)
    flux[29] = np.float32(factor) * flux[first]

    marked = find_duplicates(flux, np.ones(N, dtype=bool))

    assert np.flatnonzero(marked).tolist() == [29]


def test_that_two_exposures_of_one_source_are_no_duplicates(rng: np.random.Generator) -> None:
    source = 20.0 + np.sin(np.arange(N_PIXELS) / 20.0)
    flux = source + rng.normal(size=(N, N_PIXELS))

    assert not find_duplicates(flux, np.ones(N, dtype=bool)).any()


def test_that_rules_can_be_relaxed(rng: np.random.Generator) -> None:
    flux, ivar = noise(rng)
    given = labels(zconf=np.ones(N, dtype=int), blend=np.full(N, 0.2))

    selection = cut_spectra(
        flux, ivar, given, GRID, wave_range=(5000.0, 7000.0), rules=QualityCuts(1, 0.5)
    )

    assert selection.is_kept.all()


def test_that_a_rare_class_counts_more() -> None:
    kind = ("sf",) * 16 + ("agn",)

    importance = importance_of(np.full(17, 0.6), kind, np.ones(17), Balance())

    assert importance[-1] / importance[0] == pytest.approx(4.0)


def test_that_a_bright_spectrum_counts_less() -> None:
    importance = importance_of(np.array([0.1, 0.2]), ("sf", "sf"), np.array([0.5, 8.0]), Balance())

    assert importance[0] / importance[1] == pytest.approx(8.0)


def test_that_no_weighting_lets_all_count_alike(rng: np.random.Generator) -> None:
    plain = Balance(class_power=0.0, snr_power=0.0)

    importance = importance_of(rng.uniform(0, 6, 50), ("sf",) * 50, rng.uniform(0, 30, 50), plain)

    np.testing.assert_array_equal(importance, 1.0)
