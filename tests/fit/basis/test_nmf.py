from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import LogGrid
from moosegui.errors import Cancelled
from moosegui.fit.basis.nmf import (
    Factorisation,
    TrainingOptions,
    TrainingProgress,
    change_grid,
    refine,
    train,
)
from moosegui.fit.basis.windows import TILE, TrainingSpectra, WindowBlock, Windows, make_windows

N_WAVE = 1500
LENGTH = 700
SOLVERS = ("multiplicative", "exact")


def grid(n_wave: int = N_WAVE) -> LogGrid:
    return LogGrid(3.0, 1e-4, n_wave)


def as_windows(flux: FloatArray, ivar: FloatArray, dtype: type = np.float64) -> Windows:
    """Dense arrays (n, N) as a few blocks of windows."""
    blocks = []
    for rows in np.array_split(np.arange(len(flux)), 5):
        columns = np.flatnonzero(ivar[rows].any(axis=0))
        first, last = columns[0] // TILE, columns[-1] // TILE + 1
        padded = np.zeros((2, rows.size, (-(-flux.shape[1] // TILE)) * TILE))
        padded[1, :, : flux.shape[1]] = np.sqrt(ivar[rows])
        padded[0, :, : flux.shape[1]] = padded[1, :, : flux.shape[1]] * flux[rows]
        tiled = padded.reshape(2, rows.size, -1, TILE).transpose(0, 2, 1, 3)
        tiled = np.ascontiguousarray(tiled[:, first:last]).astype(dtype)
        blocks.append(WindowBlock(rows, int(first), tiled[0], tiled[1]))
    return Windows(grid(flux.shape[1]), len(flux), tuple(blocks), 1.0)


def planted(
    rng: np.random.Generator, *, n: int = 60, rank: int = 3, noise: float = 0.05
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Windows of spectra that are sums of `rank` smooth components, with noise; flux, ivar, H."""
    x = np.arange(N_WAVE)
    truth = np.array(
        [
            1.0 + np.sin(x / (40.0 + 25 * i) + i) + 5.0 * (np.abs(x % 97 - 20 * i) < 3)
            for i in range(rank)
        ]
    )
    weights = rng.exponential(1.0, (n, rank)) * (rng.random((n, rank)) < 0.7) + 0.01
    begins = np.sort(rng.integers(0, N_WAVE - LENGTH, n))
    begins[0], begins[-1] = 0, N_WAVE - LENGTH
    error = noise * (1.0 + rng.random((n, N_WAVE)))
    flux = weights @ truth + error * rng.standard_normal((n, N_WAVE))
    ivar = np.where((x >= begins[:, None]) & (x < begins[:, None] + LENGTH), error**-2, 0.0)
    return flux, ivar, truth


def dense_step(
    flux: FloatArray, ivar: FloatArray, weights: FloatArray, components: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The published rules, transcribed."""

    def ratio(on_data: FloatArray, on_model: FloatArray) -> FloatArray:
        down = on_model + np.maximum(-on_data, 0)
        return np.where(down > 0, np.maximum(on_data, 0) / np.where(down > 0, down, 1), 1.0)

    data = ivar * flux
    components = components * ratio(weights.T @ data, weights.T @ (ivar * (weights @ components)))
    weights = weights * ratio(data @ components.T, (ivar * (weights @ components)) @ components.T)
    return weights, components


def options(**changes: object) -> TrainingOptions:
    values = {"rank": 3, "max_iterations": 30, "tolerance": 0.0, "n_threads": 1}
    return TrainingOptions(**{**values, **changes})


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_that_fifty_iterations_agree_with_a_dense_transcription(
    rng: np.random.Generator, dtype: type
) -> None:
    flux, ivar, _ = planted(rng, noise=0.3)
    weights, components = rng.uniform(0.1, 1, (60, 3)), rng.uniform(0.1, 1, (3, N_WAVE))
    start = Factorisation(components, weights, np.zeros(0))

    learned = train(
        as_windows(flux, ivar, dtype),
        options(solver="multiplicative", max_iterations=50),
        resume=start,
    ).of_rank(3)
    for _ in range(50):
        weights, components = dense_step(flux, ivar, weights, components)

    model, expected = learned.weights @ learned.components, weights @ components
    np.testing.assert_allclose(model, expected, rtol=1e-5, atol=1e-5 * expected.std())
    chi2 = np.sum(ivar * (flux - expected) ** 2)
    assert learned.chi2[-1] == pytest.approx(chi2, rel=1e-5)


@pytest.mark.parametrize("solver", SOLVERS)
@given(seed=st.integers(0, 10_000), noise=st.floats(0.01, 3.0))
@settings(max_examples=15)
def test_that_chi2_never_rises(solver: str, seed: int, noise: float) -> None:
    flux, ivar, _ = planted(np.random.default_rng(seed), n=20, noise=noise)

    run = train(as_windows(flux, ivar), options(solver=solver, seed=seed, max_iterations=8))

    for factorisation in run.factorisations:
        assert np.all(np.diff(factorisation.chi2) <= 1e-9 * factorisation.chi2[:-1])


@pytest.mark.parametrize("solver", SOLVERS)
def test_that_factors_stay_non_negative_and_finite(rng: np.random.Generator, solver: str) -> None:
    flux, ivar, _ = planted(rng, noise=3.0)

    learned = train(as_windows(flux, ivar), options(solver=solver)).of_rank(3)

    for factor in (learned.components, learned.weights):
        assert np.all(np.isfinite(factor)) and np.all(factor >= 0)


@pytest.mark.parametrize("solver", SOLVERS)
def test_that_pixels_without_weight_have_no_influence(
    rng: np.random.Generator, solver: str
) -> None:
    wave = np.linspace(1200.0, 1400.0, 300)
    flux, ivar = rng.normal(1.0, 0.2, (12, 300)), np.full((12, 300), 25.0)
    ivar[:, 100:120] = 0.0
    spoiled = flux.copy()
    spoiled[:, 100:120] = 1e6
    redshifts = np.linspace(0.0, 0.1, 12)

    def learn(values: FloatArray) -> Factorisation:
        spectra = TrainingSpectra(wave, values, ivar, redshifts, np.ones(12))
        windows = make_windows(spectra, grid())
        return train(windows, options(solver=solver, rank=2)).of_rank(2)

    np.testing.assert_array_equal(learn(flux).components, learn(spoiled).components)


@pytest.mark.parametrize("solver", SOLVERS)
def test_that_a_planted_factorisation_is_recovered(rng: np.random.Generator, solver: str) -> None:
    flux, ivar, truth = planted(rng, n=300, noise=0.01)
    steps = 3000 if solver == "multiplicative" else 300

    learned = train(
        as_windows(flux, ivar), options(solver=solver, max_iterations=steps, tolerance=1e-5)
    ).of_rank(3)

    scaled = learned.unit_components() / np.sqrt(N_WAVE)
    wanted = truth / np.linalg.norm(truth, axis=1, keepdims=True)
    closest = np.max(scaled @ wanted.T, axis=0)
    assert np.all(closest > 0.98), closest


def test_that_the_exact_solver_reaches_a_lower_chi2_in_as_many_iterations(
    rng: np.random.Generator,
) -> None:
    windows = as_windows(*planted(rng, noise=0.1)[:2])

    exact, published = (
        train(windows, options(solver=solver)).of_rank(3).chi2[-1]
        for solver in ("exact", "multiplicative")
    )

    assert exact < published


def test_that_the_result_does_not_depend_on_the_number_of_threads(
    rng: np.random.Generator,
) -> None:
    windows = as_windows(*planted(rng)[:2], dtype=np.float32)

    one, three = (train(windows, options(n_threads=n)).of_rank(3) for n in (1, 3))

    np.testing.assert_array_equal(one.components, three.components)


def test_that_seeds_make_runs_repeatable_and_different(rng: np.random.Generator) -> None:
    windows = as_windows(*planted(rng)[:2])

    first, again, other = (
        train(windows, options(seed=seed, max_iterations=3)).of_rank(3) for seed in (1, 1, 2)
    )

    np.testing.assert_array_equal(first.components, again.components)
    assert not np.allclose(first.components, other.components)


def stopping_at(rank: int, iteration: int) -> Callable[[TrainingProgress], None]:
    def report(progress: TrainingProgress) -> None:
        if (progress.rank, progress.iteration) == (rank, iteration):
            raise Cancelled

    return report


@pytest.mark.parametrize("solver", SOLVERS)
def test_that_a_cancelled_run_resumes_where_it_stopped(
    rng: np.random.Generator, solver: str
) -> None:
    windows = as_windows(*planted(rng)[:2])
    states: list[Factorisation] = []
    whole = train(windows, options(solver=solver)).of_rank(3)

    with pytest.raises(Cancelled):
        train(windows, options(solver=solver), report=stopping_at(2, 7), checkpoint=states.append)
    resumed = train(windows, options(solver=solver), resume=states[-1]).of_rank(3)

    assert states[-1].rank == 2
    np.testing.assert_allclose(resumed.components, whole.components, rtol=1e-6, atol=1e-9)


def test_that_progress_tells_rank_iteration_and_chi2(rng: np.random.Generator) -> None:
    seen: list[TrainingProgress] = []

    run = train(
        as_windows(*planted(rng)[:2]), options(rank=2, max_iterations=2), report=seen.append
    )

    assert [(p.rank, p.iteration) for p in seen] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert seen[-1].chi2 == run.of_rank(2).chi2[-1]


def test_that_a_tolerance_ends_a_rank_early(rng: np.random.Generator) -> None:
    windows = as_windows(*planted(rng)[:2])

    learned = train(windows, options(tolerance=0.01, max_iterations=500)).of_rank(3)

    assert learned.is_converged and learned.chi2.size < 500


def test_that_a_state_of_other_windows_is_refused(rng: np.random.Generator) -> None:
    flux, ivar, _ = planted(rng)
    state = train(as_windows(flux[:30], ivar[:30]), options(rank=1)).of_rank(1)

    with pytest.raises(ValueError, match="cannot resume"):
        train(as_windows(flux, ivar), options(), resume=state)


def test_that_windows_hold_each_spectrum_at_its_rest_wavelengths(
    rng: np.random.Generator,
) -> None:
    wave = np.linspace(1300.0, 1400.0, 400)
    redshifts = np.array([0.2, 0.05, 0.0])
    flux = np.array([wave == wave[i] for i in (50, 200, 350)], dtype=np.float64)
    spectra = TrainingSpectra(wave, flux, np.ones_like(flux), redshifts, np.ones(3))

    windows = make_windows(spectra, grid(), error_floor=0.0)

    for block in windows.blocks:
        for i, row in enumerate(block.rows):
            column = np.argmax(block.scaled[:, i].reshape(-1)) + block.first_tile * TILE
            peak = wave[(50, 200, 350)[row]] / (1 + redshifts[row])
            assert grid().wave[column] == pytest.approx(peak, rel=1.5e-4)


def test_that_the_error_floor_limits_the_signal_to_noise() -> None:
    wave = np.linspace(1300.0, 1400.0, 400)
    bright = np.full((1, 400), 1000.0)
    spectra = TrainingSpectra(wave, bright, np.ones_like(bright), np.zeros(1), np.ones(1))

    windows = make_windows(spectra, grid(), error_floor=0.05)

    assert windows.blocks[0].scaled.max() == pytest.approx(20.0, rel=0.01)


def test_that_uncovered_columns_of_the_components_are_zero(rng: np.random.Generator) -> None:
    wave = np.linspace(1250.0, 1300.0, 300)
    flux = rng.normal(1.0, 0.1, (4, 300))
    spectra = TrainingSpectra(wave, flux, np.full((4, 300), 100.0), np.zeros(4), np.ones(4))
    windows = make_windows(spectra, grid())

    learned = train(windows, options(rank=2)).of_rank(2)

    assert np.all(learned.components[:, ~windows.is_covered()] == 0)


def test_that_importance_scales_chi2(rng: np.random.Generator) -> None:
    wave = np.linspace(1250.0, 1300.0, 300)
    flux, ivar = rng.normal(1.0, 0.1, (4, 300)), np.full((4, 300), 100.0)

    def chi2(importance: float) -> float:
        every = np.full(4, importance)
        windows = make_windows(TrainingSpectra(wave, flux, ivar, np.zeros(4), every), grid())
        return float(train(windows, options(rank=1)).of_rank(1).chi2[-1])

    assert chi2(3.0) == pytest.approx(3.0 * chi2(1.0), rel=1e-4)


def test_that_refining_continues_below_the_chi2_of_the_given_components(
    rng: np.random.Generator,
) -> None:
    windows = as_windows(*planted(rng)[:2])
    begun = train(windows, options(max_iterations=5)).of_rank(3)

    refined = refine(windows, begun.unit_components(), options(max_iterations=5))

    assert refined.chi2[0] <= begun.chi2[-1] and refined.rank == 3


def test_that_components_keep_their_shape_on_a_finer_grid() -> None:
    coarse, fine = LogGrid(3.0, 2e-4, 100), LogGrid(3.0, 1e-4, 230)
    shape = np.sin(np.arange(100) / 15.0)[None] + 1.0

    moved = change_grid(shape, coarse, fine)

    np.testing.assert_allclose(moved[0, 0:199:2], shape[0])
    assert np.all(moved[0, 200:] == 0.0)


def test_that_components_of_another_grid_are_refused(rng: np.random.Generator) -> None:
    windows = as_windows(*planted(rng)[:2])

    with pytest.raises(ValueError, match="components of shape"):
        refine(windows, np.ones((3, 7)), options())
