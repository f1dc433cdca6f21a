"""Choose the number of components by K-fold cross-validation (docs/method.md, section 4).

Each fold learns on the others, sequentially through all ranks, and predicts the redshifts of the
spectra that it has not seen. The rank with the best Good Fraction wins; between equals, which are
those within one standard error of the best, the one with the smaller MAE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.basis.nmf import Training, TrainingOptions, TrainingProgress, train
from moosegui.fit.basis.windows import TrainingSpectra, make_windows
from moosegui.fit.evaluation.metrics import (
    Accuracy,
    GoodFraction,
    good_fraction,
    is_good,
    measure_accuracy,
)
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.inflate_variances import inflate_variances
from moosegui.fit.scan.prepared import PreparedBasis, prepare
from moosegui.fit.scan.scan import scan
from moosegui.fit.scan.solutions import find_solutions
from moosegui.fit.workers import cpu_count, run_chunks, split

SCANS_PER_CHUNK = 16


@dataclass(frozen=True, slots=True)
class CrossValidationOptions:
    """How to compare ranks.

    Parameters
    ----------
    ranks : tuple of int
    n_folds : int
    training : TrainingOptions
        Its rank is replaced by the largest of `ranks`; its seed also shuffles the folds.
    error_floor : float
        Relative error for the training.
    settings : ScanSettings
        Of the predictions.
    max_test : int
        Most spectra that are predicted in a fold; 0 for all.

    Raises
    ------
    ValueError
        If there is no rank or fewer than two folds.
    """

    ranks: tuple[int, ...]
    n_folds: int = 5
    training: TrainingOptions = field(default_factory=TrainingOptions)
    error_floor: float = 0.05
    settings: ScanSettings = field(default_factory=ScanSettings)
    max_test: int = 0

    def __post_init__(self) -> None:
        if not self.ranks or min(self.ranks) < 1 or self.n_folds < 2 or self.max_test < 0:
            raise ValueError(f"cannot cross-validate ranks {self.ranks} in {self.n_folds} folds")


@dataclass(frozen=True, slots=True)
class RankScore:
    """How well bases of one rank predict spectra that they have not seen.

    Parameters
    ----------
    rank : int
    pooled : GoodFraction
        Over all folds.
    folds : tuple of GoodFraction
    accuracies : tuple of Accuracy
        Of each fold.
    """

    rank: int
    pooled: GoodFraction
    folds: tuple[GoodFraction, ...]
    accuracies: tuple[Accuracy, ...]

    @property
    def spread(self) -> float:
        """Standard deviation of the Good Fraction from fold to fold."""
        return float(np.std([fold.fraction for fold in self.folds], ddof=1))

    @property
    def mae(self) -> float:
        """Mean of the folds' MAE."""
        return float(np.mean([accuracy.mae for accuracy in self.accuracies]))

    @property
    def mae_spread(self) -> float:
        """Standard deviation of the MAE from fold to fold."""
        return float(np.std([accuracy.mae for accuracy in self.accuracies], ddof=1))


@dataclass(frozen=True, slots=True)
class RankSelection:
    """The scores of all ranks, the chosen one, and why, in a sentence."""

    scores: tuple[RankScore, ...]
    chosen: int
    reason: str


@dataclass(frozen=True, slots=True)
class FoldProgress:
    """Where a cross-validation is: training (`rank` of the run) or predicting (`chi2` is nan)."""

    fold: int
    n_folds: int
    rank: int
    chi2: float


FoldReport = Callable[[FoldProgress], None]


@dataclass(frozen=True, slots=True)
class _Teller:
    """Passes progress on, with the number of the fold."""

    report: FoldReport | None
    fold: int
    n_folds: int

    def trained(self, progress: TrainingProgress) -> None:
        self._tell(progress.rank, progress.chi2)

    def predicted(self, rank: int) -> None:
        self._tell(rank, float("nan"))

    def _tell(self, rank: int, chi2: float) -> None:
        if self.report is not None:
            self.report(FoldProgress(self.fold, self.n_folds, rank, chi2))


def fold_numbers(n_spectra: int, n_folds: int, seed: int) -> IntArray:
    """Return to which fold each spectrum belongs, shape (n_spectra,), in equal shares."""
    numbers = np.arange(n_spectra) % n_folds
    return np.random.default_rng(seed).permutation(numbers)


def learn_without(
    spectra: TrainingSpectra,
    is_held_out: np.ndarray,
    grid: LogGrid,
    options: CrossValidationOptions,
    *,
    report: Callable[[TrainingProgress], None] | None = None,
) -> Training:
    """Learn all ranks on the spectra that are not held out; the others are not even touched.

    Parameters
    ----------
    spectra : TrainingSpectra
    is_held_out : ndarray of bool, shape (n_spectra,)
    grid : LogGrid
    options : CrossValidationOptions
    report : callable, optional
        May raise `Cancelled`.
    """
    seen = spectra.subset(~is_held_out)
    windows = make_windows(seen, grid, error_floor=options.error_floor)
    return train(windows, replace(options.training, rank=max(options.ranks)), report=report)


def cross_validate(
    spectra: TrainingSpectra,
    grid: LogGrid,
    options: CrossValidationOptions,
    *,
    report: FoldReport | None = None,
) -> RankSelection:
    """Score every rank on spectra that its basis has not seen, and choose one.

    Parameters
    ----------
    spectra : TrainingSpectra
        In vacuum.
    grid : LogGrid
    options : CrossValidationOptions
    report : callable, optional
        Called after each training iteration and each rank predicted; may raise `Cancelled`.

    Returns
    -------
    RankSelection

    Raises
    ------
    ValueError
        If there are fewer spectra than folds.
    Cancelled
        When `report` raised it.
    """
    n_folds = options.n_folds
    if len(spectra) < n_folds:
        raise ValueError(f"{len(spectra)} spectra for {n_folds} folds")
    numbers = fold_numbers(len(spectra), n_folds, options.training.seed)
    good: dict[int, list[np.ndarray]] = {rank: [] for rank in options.ranks}
    accuracies: dict[int, list[Accuracy]] = {rank: [] for rank in options.ranks}
    for fold in range(n_folds):
        tell = _Teller(report, fold, n_folds)
        training = learn_without(spectra, numbers == fold, grid, options, report=tell.trained)
        rows = np.flatnonzero(numbers == fold)[: options.max_test or None]
        for rank in options.ranks:
            basis = Basis(training.of_rank(rank).unit_components(), grid)
            redshifts = predict(spectra.subset(rows), basis, options.settings)
            truth = spectra.redshifts[rows]
            good[rank].append(is_good(redshifts, truth))
            accuracies[rank].append(measure_accuracy(redshifts, truth))
            tell.predicted(rank)
    scores = tuple(_score(rank, good[rank], accuracies[rank]) for rank in options.ranks)
    return choose(scores)


def predict(
    spectra: TrainingSpectra,
    basis: Basis,
    settings: ScanSettings,
    *,
    n_threads: int = 0,
) -> FloatArray:
    """Return the best redshift of each spectrum, shape (n_spectra,), nan where none was found.

    Their own redshifts are not looked at.
    """
    prepared = prepare(basis)
    redshifts = np.full(len(spectra), np.nan)

    def work(part: slice) -> None:
        for row in range(part.start, part.stop):
            redshifts[row] = _best_redshift(spectra, row, prepared, settings)

    n_chunks = max(1, len(spectra) // SCANS_PER_CHUNK)
    with ThreadPoolExecutor(n_threads or cpu_count()) as executor:
        run_chunks(work, split(len(spectra), n_chunks), executor=executor)
    return redshifts


def _best_redshift(
    spectra: TrainingSpectra, row: int, prepared: PreparedBasis, settings: ScanSettings
) -> float:
    spectrum = Spectrum(
        spectra.wave, spectra.flux[row], spectra.ivar[row], medium=prepared.basis.medium
    )
    trusted = inflate_variances(spectrum) if settings.inflates_variances else spectrum
    result, equations = scan(embed(trusted, prepared.basis), prepared, settings)
    if equations is None:
        return float("nan")
    ends = (float(spectra.wave[0]), float(spectra.wave[-1]))
    solutions = find_solutions(result, equations, ends, n_max=settings.n_solutions)
    return solutions[0].redshift if solutions else float("nan")


def _score(rank: int, good: Sequence[np.ndarray], accuracies: Sequence[Accuracy]) -> RankScore:
    folds = tuple(good_fraction(values, f"fold {i + 1}") for i, values in enumerate(good))
    pooled = good_fraction(np.concatenate(good), f"rank {rank}")
    return RankScore(rank, pooled, folds, tuple(accuracies))


def choose(scores: Sequence[RankScore]) -> RankSelection:
    """Choose among scored ranks: best Good Fraction, between equals the smaller MAE.

    Raises
    ------
    ValueError
        If there is no score.
    """
    best = max(scores, key=lambda score: score.pooled.fraction)
    error = best.spread / np.sqrt(len(best.folds))
    equals = [s for s in scores if best.pooled.fraction - s.pooled.fraction <= error]
    chosen = min(equals, key=lambda score: (score.mae, score.rank))
    reason = (
        f"Rank {best.rank} has the best Good Fraction, {best.pooled.fraction:.4f} "
        f"with a standard error of {error:.4f}"
    )
    if len(equals) > 1:
        ranks = ", ".join(str(score.rank) for score in equals)
        reason += (
            f"; ranks {ranks} agree with it, and rank {chosen.rank} has the smallest MAE of them, "
            f"{chosen.mae:.2e}"
        )
    return RankSelection(tuple(scores), chosen.rank, reason + ".")
