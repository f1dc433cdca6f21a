from __future__ import annotations

import numpy as np
import pytest
from synthetic import small_basis, spectrum_at

from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.errors import Cancelled
from moosegui.fit.basis.nmf import TrainingOptions
from moosegui.fit.basis.rank import (
    CrossValidationOptions,
    FoldProgress,
    RankScore,
    choose,
    cross_validate,
    fold_numbers,
    learn_without,
    predict,
)
from moosegui.fit.basis.windows import TrainingSpectra, make_windows
from moosegui.fit.evaluation.metrics import Accuracy, good_fraction

OPTIONS = CrossValidationOptions(
    ranks=(1, 2, 3),
    n_folds=3,
    training=TrainingOptions(max_iterations=15, n_threads=1),
    settings=ScanSettings(RedshiftGrid(0.1, 1.5, 0.002), n_solutions=2),
)


def survey(rng: np.random.Generator, n: int = 60) -> tuple[Basis, TrainingSpectra]:
    """Spectra of known redshift drawn from a small basis of rank 3."""
    basis = small_basis(3)
    redshifts = rng.uniform(0.15, 1.4, n)
    drawn = [spectrum_at(basis, float(z), rng, snr=30.0) for z in redshifts]
    flux, ivar = np.array([s.flux for s in drawn]), np.array([s.ivar for s in drawn])
    return basis, TrainingSpectra(drawn[0].wave, flux, ivar, redshifts, np.ones(n))


def score(rank: int, good: int, mae: float) -> RankScore:
    folds = tuple(good_fraction(np.arange(100) < good + i) for i in (-1, 0, 1))
    pooled = good_fraction(np.arange(300) < 3 * good)
    return RankScore(rank, pooled, folds, (Accuracy(mae, 0.0, 0.0, 100, 100),) * 3)


def test_that_folds_are_disjoint_and_of_equal_size() -> None:
    numbers = fold_numbers(101, 5, seed=3)

    assert sorted(np.bincount(numbers)) == [20, 20, 20, 20, 21]


def test_that_a_held_out_fold_is_never_seen(rng: np.random.Generator) -> None:
    basis, spectra = survey(rng)
    is_held_out = fold_numbers(len(spectra), 3, seed=0) == 1
    poison = np.where(is_held_out[:, None], 1e12, 1.0)
    poisoned = TrainingSpectra(
        spectra.wave,
        spectra.flux * poison,
        spectra.ivar / poison,
        np.where(is_held_out, 1.49, spectra.redshifts),
        np.where(is_held_out, 1e6, spectra.importance),
    )

    clean, other = (
        learn_without(given, is_held_out, basis.grid, OPTIONS) for given in (spectra, poisoned)
    )

    for rank in OPTIONS.ranks:
        np.testing.assert_array_equal(
            clean.of_rank(rank).components, other.of_rank(rank).components
        )


def test_that_cross_validation_learns_without_the_spectra_that_it_predicts(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    basis, spectra = survey(rng, n=18)
    marked = TrainingSpectra(
        spectra.wave, spectra.flux, spectra.ivar, spectra.redshifts, np.arange(1.0, 19.0)
    )
    learned: list[set[float]] = []
    predicted: list[set[float]] = []

    def spy_on_windows(given: TrainingSpectra, *args: object, **kwargs: object) -> object:
        learned.append(set(given.importance))
        return make_windows(given, *args, **kwargs)

    def spy_on_predict(given: TrainingSpectra, *_: object) -> np.ndarray:
        predicted.append(set(given.importance))
        return given.redshifts

    monkeypatch.setattr("moosegui.fit.basis.rank.make_windows", spy_on_windows)
    monkeypatch.setattr("moosegui.fit.basis.rank.predict", spy_on_predict)
    cross_validate(marked, basis.grid, OPTIONS)

    n_ranks = len(OPTIONS.ranks)
    for fold, seen in enumerate(learned):
        for tested in predicted[fold * n_ranks : (fold + 1) * n_ranks]:
            assert not seen & tested and len(seen | tested) == 18


def test_that_redshifts_are_predicted_without_their_labels(rng: np.random.Generator) -> None:
    basis, spectra = survey(rng, n=6)
    unlabelled = TrainingSpectra(
        spectra.wave, spectra.flux, spectra.ivar, np.zeros(6), spectra.importance
    )

    redshifts = predict(unlabelled, basis, OPTIONS.settings, n_threads=1)

    np.testing.assert_allclose(redshifts, spectra.redshifts, atol=2e-3)


def test_that_cross_validation_scores_every_rank_in_every_fold(rng: np.random.Generator) -> None:
    basis, spectra = survey(rng)

    selection = cross_validate(spectra, basis.grid, OPTIONS)

    assert [s.rank for s in selection.scores] == [1, 2, 3]
    assert all(len(s.folds) == 3 and s.pooled.n == 60 for s in selection.scores)
    assert selection.scores[2].pooled.fraction > 0.95


def test_that_a_cross_validation_is_cancelled_by_its_report(rng: np.random.Generator) -> None:
    basis, spectra = survey(rng, n=9)

    def stop(progress: FoldProgress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        cross_validate(spectra, basis.grid, OPTIONS, report=stop)


def test_that_the_best_good_fraction_is_chosen() -> None:
    selection = choose([score(8, 80, 1e-4), score(10, 90, 2e-4), score(12, 85, 1e-5)])

    assert selection.chosen == 10
    assert "Rank 10 has the best Good Fraction" in selection.reason


def test_that_the_smaller_mae_decides_between_equals() -> None:
    selection = choose([score(9, 90, 1e-4), score(10, 90, 2e-4)])

    assert selection.chosen == 9
    assert "smallest MAE" in selection.reason


def test_that_no_rank_or_one_fold_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot cross-validate"):
        CrossValidationOptions(ranks=())
    with pytest.raises(ValueError, match="cannot cross-validate"):
        CrossValidationOptions(ranks=(3,), n_folds=1)
