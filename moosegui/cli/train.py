"""The `train` command: learn a basis from a labelled survey."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from moosegui import __version__
from moosegui.cli.options.training_options import (
    add_factorisation_options,
    add_recipe_options,
    described_options,
    load_from,
    parse_ensemble,
    parse_ranks,
    training_options_from,
)
from moosegui.cli.progress import RankLines
from moosegui.data.basis import Basis
from moosegui.errors import ExportError, InputError, MooseError
from moosegui.files.models.basis import write_basis
from moosegui.files.models.checkpoint import SavedRank, TrainingCheckpoint
from moosegui.files.session.backups import SUFFIX
from moosegui.fit.basis.nmf import Factorisation, TrainingOptions, change_grid, refine, train
from moosegui.pipeline.machines.pool import Pool
from moosegui.pipeline.machines.training import windows_of
from moosegui.pipeline.training import TrainingSet, make_basis, training_grid
from moosegui.report.rank_file import RankReport, read_rank_report

USUAL_RANK = 10
REFINE_ITERATIONS = 10
SAVE_EVERY = 20.0  # s between checkpoints within one rank


def add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `train` command."""
    command = commands.add_parser(
        "train",
        help="learn a basis from a labelled survey",
        description="Learn a basis by nearly-NMF, one component after the other. What must not be "
        "learned from (no redshift, blends, duplicates, other units) is reported and left out. "
        "Ctrl+C keeps the state; --resume goes on from it.",
    )
    labelled = command.add_mutually_exclusive_group(required=True)
    labelled.add_argument(
        "survey", type=Path, nargs="?", help="a stacked survey with a CATALOGUE table"
    )
    labelled.add_argument(
        "--from",
        dest="session",
        type=Path,
        metavar="SESSION",
        help="learn from the verdicts of a session with ZCONF 2 or more (--zconf-min), at their "
        "redshifts; blends, stars, quasars and defects are left out",
    )
    command.add_argument("-o", "--output", type=Path, required=True, metavar="BASIS.h5")
    command.add_argument("--rank", type=int, help="components of the default (default: 10)")
    command.add_argument("--ranks", type=parse_ranks, help="also keep these, as 6-14 or 8,10,12")
    command.add_argument(
        "--committee",
        dest="ensemble",
        type=parse_ensemble,
        metavar="RANK:SEED,...",
        help="learn one basis for each pair, as 12:1,11:0; scans average their curves, and the "
        "first gives the models",
    )
    command.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    command.add_argument(
        "--cross-validation",
        type=Path,
        metavar="REPORT",
        help="what `moosegui rank` wrote: its scores go into the file, its choice is the default",
    )
    command.add_argument(
        "--refine-iter",
        type=int,
        default=REFINE_ITERATIONS,
        metavar="N",
        help=f"most iterations at full of --resolution refined (default: {REFINE_ITERATIONS})",
    )
    _add_machine_options(command)
    _add_class_options(command)
    add_factorisation_options(command)
    add_recipe_options(command)
    command.set_defaults(run=run_train)


def _add_machine_options(command: argparse.ArgumentParser) -> None:
    """Add what sets that are large need: a disk, and others who compute."""
    command.add_argument(
        "--on-disk",
        action="store_true",
        help="keep the spectra beside the basis while it is learned and not in memory, as happens "
        "without this where memory does not hold them",
    )
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="let the workers of a dask scheduler go through the spectra, which lie beside the "
        "basis meanwhile: its address, the FILE.json in which it wrote it, or local:N for N "
        "processes of this machine; on the same processors the basis is the same",
    )


def _add_class_options(command: argparse.ArgumentParser) -> None:
    """Add what the bases of stars and quasars need beside --kind."""
    command.add_argument(
        "--zmin",
        dest="grid_zmin",
        type=float,
        default=0.0,
        metavar="Z",
        help="smallest redshift for which the grid has room, as --zmin=-0.0034 for stars "
        "(default: 0)",
    )
    command.add_argument(
        "--origin",
        default="",
        metavar="TEXT",
        help="whose data the survey was made of, for the provenance of the basis",
    )


def run_train(options: argparse.Namespace) -> int:
    """Learn a basis and write it; a run that was stopped resumes with --resume."""
    options.survey = _labelled(options)
    _check_target(options.output, options.survey)
    report = read_rank_report(options.cross_validation) if options.cross_validation else None
    plan = _planned(options, report)
    if options.refine_iter < 1:
        raise InputError(f"There are no {options.refine_iter} iterations; give --refine-iter 10.")
    training_options_from(options, rank=plan.highest)  # complains before the survey is read
    bases, checkpoints = [], []
    with ExitStack() as stack:
        pool: Pool | None = None
        if options.scheduler is not None:  # refuses before the survey is read
            pool = Pool.open(options.scheduler)
            stack.enter_context(pool)
        folder = options.output.absolute().parent
        training_set, is_on_disk = load_from(
            options, plan.highest, folder=folder, is_shared=pool is not None
        )
        if report is not None:
            _check_same_survey(report, training_set)
        place = options.output if is_on_disk else None
        means = _Means(training_set, place, pool)
        for seed, ranks in plan.runs:
            checkpoint = TrainingCheckpoint.beside(_state_path(options.output, seed, plan))
            checkpoints.append(checkpoint)
            bases += _learned_bases(options, means, (seed, ranks), checkpoint, report)
    write_basis(options.output, bases, default_rank=plan.default, ensemble=plan.ensemble)
    for checkpoint in checkpoints:
        checkpoint.remove()
    learned = ", ".join(str(basis.n_components) for basis in bases)
    together = f"; ensemble {' + '.join(map(str, plan.ensemble))}" if plan.ensemble else ""
    print(f"wrote {options.output}: rank {learned}; default {plan.default}{together}")
    return 0


def _labelled(options: argparse.Namespace) -> Path:
    """Return the survey or the session to learn from."""
    if options.session is None:
        return Path(options.survey)
    if not options.session.name.endswith(SUFFIX):
        raise InputError(f"{options.session} is no session; the name of one ends with {SUFFIX}.")
    return Path(options.session)


@dataclass(frozen=True, slots=True, eq=False)
class _Means:
    """What is learned from, where it lies and who goes through it: as for `windows_of`."""

    training_set: TrainingSet
    place: Path | None
    pool: Pool | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which ranks are kept of the run of each seed, and which are used."""

    runs: tuple[tuple[int, tuple[int, ...]], ...]
    default: int
    ensemble: tuple[int, ...] = ()

    @property
    def highest(self) -> int:
        return max(rank for _, ranks in self.runs for rank in ranks)


def _planned(options: argparse.Namespace, report: RankReport | None) -> _Plan:
    members: tuple[tuple[int, int], ...] = options.ensemble or ()
    if not members:
        default, ranks = _chosen_ranks(options, report)
        return _Plan(((options.seed, ranks),), default)
    if options.rank is not None or options.ranks is not None:
        raise InputError("--committee names the ranks; leave out --rank and --ranks.")
    seeds = dict.fromkeys(seed for _, seed in members)
    runs = tuple((seed, tuple(sorted(r for r, s in members if s == seed))) for seed in seeds)
    return _Plan(runs, members[0][0], tuple(rank for rank, _ in members))


def _state_path(output: Path, seed: int, plan: _Plan) -> Path:
    """Return beside which file a run leaves its state; several runs must not share it."""
    return output.with_stem(f"{output.stem}_seed_{seed}") if len(plan.runs) > 1 else output


def _learned_bases(
    options: argparse.Namespace,
    means: _Means,
    run: tuple[int, tuple[int, ...]],
    checkpoint: TrainingCheckpoint,
    report: RankReport | None,
) -> list[Basis]:
    """Return the bases of one sequential run, refined at full resolution where that is asked."""
    seed, ranks = run
    training_options = replace(training_options_from(options, rank=ranks[-1]), seed=seed)
    described = described_options(options) | {"seed": str(seed), "version": __version__}
    described |= {"origin": options.origin} if options.origin else {}
    done = _learn(means, training_options, checkpoint, described, resume=options.resume)
    if options.resolution == "refined":
        means = replace(means, training_set=means.training_set.at_full_resolution())
        described["most iterations at full resolution"] = str(options.refine_iter)
        few = replace(training_options, max_iterations=options.refine_iter)
        done = _refine(means, {rank: done[rank] for rank in ranks}, few)
    training_set = means.training_set
    return [
        make_basis(training_set, done[rank], described | _scores(report, rank)) for rank in ranks
    ]


def _learn(
    means: _Means,
    options: TrainingOptions,
    checkpoint: TrainingCheckpoint,
    described: dict[str, str],
    *,
    resume: bool,
) -> dict[int, Factorisation]:
    """Factorise, keeping the state on disk; return the factors by rank."""
    described = means.training_set.described() | described
    earlier = _earlier(checkpoint, described, options.rank, resume=resume)
    done = {state.rank: _factorisation(state) for state in earlier}
    keeper = _Keeper(checkpoint, options.max_iterations)
    with (
        windows_of(means.training_set, means.place, means.pool) as (windows, crew),
        RankLines(options, windows.n_samples()) as lines,
    ):
        try:
            training = train(
                windows,
                options,
                resume=done[max(done)] if done else None,
                report=lines.show,
                checkpoint=keeper.keep,
                crew=crew,
            )
        except (KeyboardInterrupt, MooseError):
            if keeper.save():
                print(f"\nthe state is in {checkpoint.path}; go on with --resume", file=sys.stderr)
            raise
    return done | {state.rank: state for state in training.factorisations}


def _refine(
    means: _Means, learned: dict[int, Factorisation], options: TrainingOptions
) -> dict[int, Factorisation]:
    """Go on at full resolution from what was learned at half; a rerun with --resume repeats it."""
    training_set = means.training_set
    half = training_grid(training_set.observed_range, training_set.recipe, is_half=True)
    refined = {}
    with (
        windows_of(training_set, means.place, means.pool) as (windows, crew),
        RankLines(options, windows.n_samples()) as lines,
    ):
        for rank, state in learned.items():
            start = change_grid(state.components, half, training_set.grid)
            refined[rank] = refine(windows, start, options, report=lines.show, crew=crew)
    return refined


def _earlier(
    checkpoint: TrainingCheckpoint, described: dict[str, str], rank: int, *, resume: bool
) -> tuple[SavedRank, ...]:
    """Return what an interrupted run left, or begin a new one."""
    if checkpoint.exists and not resume:
        raise ExportError(
            f"An interrupted run left {checkpoint.path}; continue it with --resume, or delete it."
        )
    if not checkpoint.exists:
        if resume:
            print("note: no interrupted run; starting from the first component", file=sys.stderr)
        checkpoint.start(described)
        return ()
    checkpoint.check(described)
    states = tuple(state for state in checkpoint.load() if state.rank <= rank)
    if states:
        last = states[-1]
        print(f"note: going on from rank {last.rank}, iteration {last.chi2.size}", file=sys.stderr)
    return states


def _factorisation(state: SavedRank) -> Factorisation:
    return Factorisation(state.components, state.weights, state.chi2, state.is_converged)


class _Keeper:
    """Writes the state of a run at the end of each rank, and now and then in between."""

    def __init__(self, checkpoint: TrainingCheckpoint, max_iterations: int) -> None:
        self._checkpoint = checkpoint
        self._max_iterations = max_iterations
        self._state: Factorisation | None = None
        self._saved = time.monotonic()

    def keep(self, state: Factorisation) -> None:
        self._state = state
        is_done = state.is_converged or state.chi2.size >= self._max_iterations
        if is_done or time.monotonic() - self._saved > SAVE_EVERY:
            self.save()

    def save(self) -> bool:
        """Write the last state; return whether there is one."""
        state = self._state
        if state is None:
            return False
        saved = SavedRank(state.components, state.weights, state.chi2, state.is_converged)
        self._checkpoint.save(saved)
        self._saved = time.monotonic()
        return True


def _chosen_ranks(
    options: argparse.Namespace, report: RankReport | None
) -> tuple[int, tuple[int, ...]]:
    """Return the default rank and all that are kept."""
    if options.rank is not None and options.rank < 1:
        raise InputError(f"A basis of rank {options.rank} is none; give --rank 10, for instance.")
    default = options.rank or (report.selection.chosen if report is not None else None)
    if default is None:
        ranks = options.ranks or (USUAL_RANK,)
        default = USUAL_RANK if USUAL_RANK in ranks else ranks[-1]
    return default, tuple(sorted({default, *(options.ranks or ())}))


def _scores(report: RankReport | None, rank: int) -> dict[str, str]:
    """Return what the cross-validation says of a rank, for the basis file."""
    if report is None:
        return {}
    return {"cross-validation": report.sentence_of(rank), "choice of rank": report.selection.reason}


def _check_same_survey(report: RankReport, training_set: TrainingSet) -> None:
    found = report.provenance.get("survey SHA-256", "")
    if found != training_set.sha256:
        raise InputError(
            f"The cross-validation was made with another survey (SHA-256 {found[:8]}) than "
            f"{training_set.survey} ({training_set.sha256[:8]}); run it on this one."
        )


def _check_target(path: Path, survey: Path) -> None:
    if path.suffix not in (".h5", ".hdf5"):
        raise ExportError(f"A basis is an HDF5 file; name it {path.stem}.h5 instead of {path}.")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ExportError(f"{path} cannot be written; name a file in a folder that exists.")
    if path.exists() and survey.exists() and path.samefile(survey):
        raise ExportError(f"The basis would overwrite its survey {path}; give another name.")
