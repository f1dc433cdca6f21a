"""Learn a basis from labelled spectra: nearly-NMF (Green & Bailey 2024; docs/method.md, section 4).

Minimise sum V (X - W H)^2 over W, H >= 0, where X may be negative through noise, by

    H <- H o [W^T (V o X)]+ / (W^T (V o (W H)) + [W^T (V o X)]-)
    W <- W o [(V o X) H^T]+ / ((V o (W H)) H^T + [(V o X) H^T]-)

and sequentially in rank. The solver "exact" minimises the same objective by alternating
non-negative least squares: the normal equations of every row of W and of every column of H, each
solved by coordinate descent. An iteration costs more, and far fewer are needed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray, frozen
from moosegui.data.grids import LogGrid
from moosegui.fit.basis.factoriser import Factoriser
from moosegui.fit.basis.groups import SOLVERS, Crew, Solver
from moosegui.fit.basis.windows import Windows
from moosegui.fit.workers import cpu_count


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How to factorise.

    Parameters
    ----------
    rank : int
        Rank to reach, one component at a time.
    solver : "multiplicative" or "exact"
    max_iterations : int
        At each rank.
    tolerance : float
        A rank is done when chi2 falls by less than this fraction in an iteration.
    seed : int
        Of the random start of every component.
    n_threads : int
        0 for one per processor.

    Raises
    ------
    ValueError
        If a number is out of range or the solver unknown.
    """

    rank: int = 10
    solver: Solver = "exact"
    max_iterations: int = 200
    tolerance: float = 1e-4
    seed: int = 0
    n_threads: int = 0

    def __post_init__(self) -> None:
        if self.rank < 1 or self.max_iterations < 1 or not self.tolerance >= 0:
            raise ValueError(f"cannot train with {self}")
        if self.solver not in SOLVERS or self.n_threads < 0 or self.seed < 0:
            raise ValueError(f"cannot train with {self}")


@dataclass(frozen=True, slots=True, eq=False)
class Factorisation:
    """W and H of one rank, finished or on the way: also the checkpoint of a run.

    Parameters
    ----------
    components : ndarray of shape (rank, n_wave)
        H, >= 0, in units of `Windows.unit`; zero where no spectrum has weight.
    weights : ndarray of shape (n_spectra, rank)
        W, >= 0.
    chi2 : ndarray of shape (n_iterations,)
        Sum V (X - W H)^2 after each iteration at this rank.
    is_converged : bool
        Whether the tolerance was reached.
    """

    components: FloatArray
    weights: FloatArray
    chi2: FloatArray
    is_converged: bool = False

    def __post_init__(self) -> None:
        for name in ("components", "weights", "chi2"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def rank(self) -> int:
        """Number of components."""
        return int(self.components.shape[0])

    def unit_components(self) -> FloatArray:
        """Return the components scaled to unit root mean square, the form of a basis."""
        norms = np.sqrt(np.mean(self.components**2, axis=1, keepdims=True))
        return np.asarray(self.components / np.where(norms > 0, norms, 1.0))


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """What a running factorisation reports after each iteration."""

    rank: int
    target_rank: int
    iteration: int
    chi2: float
    relative_change: float


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """One sequential run.

    Parameters
    ----------
    options : TrainingOptions
    factorisations : tuple of Factorisation
        One of every rank, 1 to `options.rank` (from the resumed rank on in a resumed run).
    """

    options: TrainingOptions
    factorisations: tuple[Factorisation, ...]

    def of_rank(self, rank: int) -> Factorisation:
        """Return the factorisation of a rank.

        Raises
        ------
        ValueError
            If the run did not pass it.
        """
        for factorisation in self.factorisations:
            if factorisation.rank == rank:
                return factorisation
        raise ValueError(f"no rank {rank} among {[f.rank for f in self.factorisations]}")


ProgressReport = Callable[[TrainingProgress], None]
Checkpoint = Callable[[Factorisation], None]


def train(
    windows: Windows,
    options: TrainingOptions,
    *,
    resume: Factorisation | None = None,
    report: ProgressReport | None = None,
    checkpoint: Checkpoint | None = None,
    crew: Crew | None = None,
) -> Training:
    """Factorise a training set, rank by rank.

    Parameters
    ----------
    windows : Windows
    options : TrainingOptions
    resume : Factorisation, optional
        Where an earlier run with the same windows and options stopped.
    report : callable, optional
        Called after each iteration; may raise `Cancelled`.
    checkpoint : callable, optional
        Receives the state after each iteration, before `report`; copies the arrays.
    crew : callable, optional
        Who goes through the spectra in each iteration; threads of this process by default. The
        result does not depend on it.

    Returns
    -------
    Training

    Raises
    ------
    ValueError
        If `resume` does not belong to these windows, or is beyond the rank.
    Cancelled
        When `report` raised it.
    """
    if resume is not None:
        _check_resumable(resume, windows, options)
    done: list[Factorisation] = []
    with ThreadPoolExecutor(options.n_threads or cpu_count()) as executor:
        run = _Run(Factoriser(windows, options.solver, executor, crew), options, resume)
        while not run.is_done or run.rank < options.rank:
            run.advance()
            if checkpoint is not None:
                checkpoint(run.state())
            if run.is_done:
                done.append(run.state())
            if report is not None:
                report(run.progress())
        return Training(options, tuple(done) or (run.state(),))


def refine(
    windows: Windows,
    components: FloatArray,
    options: TrainingOptions,
    *,
    report: ProgressReport | None = None,
    crew: Crew | None = None,
) -> Factorisation:
    """Improve given components at their own rank, after a run at half resolution for instance.

    Parameters
    ----------
    windows : Windows
    components : ndarray of shape (rank, n_wave)
        Any scale, >= 0, on the grid of the windows (see `change_grid`).
    options : TrainingOptions
        Its rank and seed do not matter.
    report : callable, optional
        Called after each iteration; may raise `Cancelled`.
    crew : callable, optional
        As for `train`.

    Returns
    -------
    Factorisation

    Raises
    ------
    ValueError
        If the components are negative or not on the grid.
    Cancelled
        When `report` raised it.
    """
    if components.shape[1] != windows.grid.n_wave or not np.all(components >= 0):
        raise ValueError(f"components of shape {components.shape} for {windows.grid}")
    with ThreadPoolExecutor(options.n_threads or cpu_count()) as executor:
        work = Factoriser(windows, options.solver, executor, crew)
        work.adopt(components)
        run = _Run(work, options, None)
        while not run.is_done:
            run.iterate()
            if report is not None:
                report(run.progress())
        return run.state()


def change_grid(components: FloatArray, source: LogGrid, target: LogGrid) -> FloatArray:
    """Interpolate components linearly from one grid to another; zero beyond the source.

    Parameters
    ----------
    components : ndarray of shape (rank, source.n_wave)

    Returns
    -------
    ndarray of shape (rank, target.n_wave)
    """
    at, known = target.log10_wave, source.log10_wave
    return np.array([np.interp(at, known, row, left=0.0, right=0.0) for row in components])


def _check_resumable(start: Factorisation, windows: Windows, options: TrainingOptions) -> None:
    expected = (windows.n_spectra, windows.grid.n_wave)
    found = (start.weights.shape[0], start.components.shape[1])
    if found != expected or start.rank > options.rank:
        raise ValueError(f"cannot resume {found}, rank {start.rank}, as {expected} with {options}")


class _Run:
    """A factoriser with the history of its current rank and the rules for when to stop."""

    def __init__(
        self, work: Factoriser, options: TrainingOptions, start: Factorisation | None
    ) -> None:
        self._work = work
        self._options = options
        self._chi2: list[float] = []
        if start is not None:
            work.restart(start.components, start.weights)
            self._chi2 = [float(value) for value in start.chi2]

    @property
    def rank(self) -> int:
        return self._work.rank

    @property
    def relative_change(self) -> float:
        """Fraction by which chi2 fell in the last iteration; infinite before the second."""
        if len(self._chi2) < 2:
            return float("inf")
        return 1.0 - self._chi2[-1] / max(self._chi2[-2], 1e-300)

    @property
    def is_converged(self) -> bool:
        return self.relative_change < self._options.tolerance

    @property
    def is_done(self) -> bool:
        """Whether this rank has converged or used up its iterations."""
        return self.is_converged or len(self._chi2) >= self._options.max_iterations

    def advance(self) -> None:
        """Do one iteration, at the next rank if this one is done."""
        if self.rank == 0 or self.is_done:
            self._work.grow(np.random.default_rng([self._options.seed, self.rank]))
            self._chi2 = []
        self.iterate()

    def iterate(self) -> None:
        """Do one iteration at this rank."""
        self._chi2.append(self._work.iterate())

    def state(self) -> Factorisation:
        work = self._work
        return Factorisation(work.components, work.weights, np.array(self._chi2), self.is_converged)

    def progress(self) -> TrainingProgress:
        chi2, target = self._chi2[-1], self._options.rank
        return TrainingProgress(self.rank, target, len(self._chi2), chi2, self.relative_change)
