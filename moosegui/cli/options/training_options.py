"""What the `train` and `rank` commands share: their options, and the training set they ask for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from moosegui.errors import InputError
from moosegui.files.sources.survey_data import memory_of_survey
from moosegui.fit.basis.groups import Solver
from moosegui.fit.basis.nmf import TrainingOptions
from moosegui.fit.basis.training_set import Balance, QualityCuts
from moosegui.memory import available_memory, describe_memory
from moosegui.pipeline.training import (
    RESOLUTIONS,
    Resolution,
    TrainingRecipe,
    TrainingSet,
    check_memory,
    load_training_set,
)

SOLVERS: dict[str, Solver] = {"fast": "exact", "published": "multiplicative"}


def add_factorisation_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say how to factorise."""
    usual = TrainingOptions()
    group = command.add_argument_group("factorisation")
    group.add_argument("--seed", type=int, default=usual.seed, help="of the random starts")
    group.add_argument(
        "--solver",
        choices=tuple(SOLVERS),
        default="fast",
        help="the multiplicative rules as published, or exact alternating solves (default)",
    )
    group.add_argument(
        "--max-iter",
        type=int,
        default=usual.max_iterations,
        metavar="N",
        help=f"at each rank (default: {usual.max_iterations})",
    )
    group.add_argument(
        "--tol",
        type=float,
        default=usual.tolerance,
        help=f"relative fall of χ² that ends a rank (default: {usual.tolerance:g})",
        metavar="FRACTION",
    )
    group.add_argument("--threads", type=int, default=0, help="default: all processors")


def add_recipe_options(
    command: argparse.ArgumentParser, resolutions: tuple[Resolution, ...] = RESOLUTIONS
) -> None:
    """Add the options that say what to learn from, and how much each spectrum counts."""
    usual = TrainingRecipe()
    group = command.add_argument_group("spectra")
    group.add_argument(
        "--zconf-min",
        type=int,
        default=usual.rules.zconf_min,
        metavar="N",
        help="smallest confidence that is learned from (default: 2)",
    )
    group.add_argument(
        "--max-blend",
        type=float,
        default=usual.rules.max_blend,
        metavar="FRACTION",
        help="largest flux of a second galaxy, FRAC2 (default: 0.05)",
    )
    group.add_argument(
        "--error-floor",
        type=float,
        default=usual.error_floor,
        metavar="FRACTION",
        help="of the local flux, added to the errors in quadrature (default: 0.05)",
    )
    _add_weights(command, usual.balance)
    group.add_argument(
        "--resolution",
        choices=resolutions,
        default="full",
        help="of the grid: half takes half the time; refined, where offered, learns at half and "
        "ends with iterations at full",
    )
    group.add_argument(
        "--zmax",
        type=float,
        default=usual.zmax,
        help="largest redshift for which the grid has room (default: 6.7)",
    )
    group.add_argument(
        "--kind",
        type=parse_kinds,
        default=usual.kinds,
        metavar="CLASS,...",
        help="learn only from these classes (KIND); star stands for star_M, star_K, ...",
    )


def parse_kinds(text: str) -> tuple[str, ...]:
    """Return the classes that `star_G,star_F` names."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _add_weights(command: argparse.ArgumentParser, usual: Balance) -> None:
    group = command.add_argument_group("weights of spectra")
    group.add_argument(
        "--class-weight",
        type=float,
        default=usual.class_power,
        metavar="P",
        help="weights / n^P with n spectra of a class and redshift bin; 0 for none (default: 0.5)",
    )
    group.add_argument(
        "--redshift-bin",
        type=float,
        default=usual.redshift_bin,
        metavar="DZ",
        help="width of those bins (default: 0.5)",
    )
    group.add_argument(
        "--snr-weight",
        type=float,
        default=usual.snr_power,
        metavar="P",
        help="weights / max(1, S/N)^P; 0 for the published χ² (default: 1)",
    )


def parse_ranks(text: str) -> tuple[int, ...]:
    """Return the ranks that `6-14` or `8,10,12` names, ascending.

    Raises
    ------
    argparse.ArgumentTypeError
        If it names none.
    """
    ranks: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        try:
            ranks |= set(range(int(first), int(last or first) + 1))
        except ValueError:
            ranks.add(0)
    if not ranks or min(ranks) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} names no ranks; write 6-14 or 8,10,12")
    return tuple(sorted(ranks))


def parse_ensemble(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (rank, seed) of each member that `12:1,11:0` names.

    Raises
    ------
    argparse.ArgumentTypeError
        If one is missing, or two members have one rank.
    """
    try:
        pairs = [part.split(":") for part in text.split(",")]
        members = tuple((int(rank), int(seed)) for rank, seed in pairs)
    except ValueError:
        members = ()
    ranks = {rank for rank, _ in members}
    if not members or len(ranks) < len(members) or min(min(members)) < 0 or 0 in ranks:
        raise argparse.ArgumentTypeError(
            f"{text!r} names no ensemble; write RANK:SEED,... of different ranks, as 12:1,11:0"
        )
    return members


def training_options_from(options: argparse.Namespace, rank: int) -> TrainingOptions:
    """Return how to factorise.

    Raises
    ------
    InputError
        If a number is out of range.
    """
    try:
        return TrainingOptions(
            rank=rank,
            solver=SOLVERS[options.solver],
            max_iterations=options.max_iter,
            tolerance=options.tol,
            seed=options.seed,
            n_threads=options.threads,
        )
    except ValueError as error:
        raise InputError(f"These options make no run: {error}.") from error


def described_options(options: argparse.Namespace) -> dict[str, str]:
    """Return the options of the factorisation as name and text."""
    return {
        "solver": options.solver,
        "seed": str(options.seed),
        "most iterations": str(options.max_iter),
        "tolerance": f"{options.tol:g}",
    }


def load_from(
    options: argparse.Namespace,
    rank: int,
    *,
    folder: Path | None = None,
    is_shared: bool = False,
) -> tuple[TrainingSet, bool]:
    """Read the survey, say what is left out and how much memory it will take.

    Parameters
    ----------
    options : Namespace
    rank : int
    folder : Path, optional
        On whose disk the spectra may lie.
    is_shared : bool
        Whether other machines go through the windows, which lie there then.

    Returns
    -------
    training_set : TrainingSet
    is_on_disk : bool
        Whether its windows must lie on a disk too: that was asked for, others go through them, or
        memory does not hold them.

    Raises
    ------
    InputError
        If it cannot be learned from, an option is out of range, or there is too little memory.
    ExportError
        If there is no room on the disk for what is read.
    """
    recipe = _recipe_from(options)
    is_large = _is_beyond(available_memory(), memory_of_survey(options.survey))
    is_asked = folder is not None and options.on_disk
    scratch = folder if is_asked or is_large else None
    training_set = load_training_set(options.survey, recipe, scratch=scratch)
    for note in training_set.notes:
        print(f"note: {note}", file=sys.stderr)
    free = available_memory()  # now that the spectra are there
    is_large = folder is not None and _is_beyond(free, training_set.memory(rank))
    is_on_disk = is_shared or scratch is not None or is_large
    if is_on_disk:
        print(f"note: the spectra lie in {folder} while they are learned from", file=sys.stderr)
    needed = describe_memory(training_set.memory(rank, is_on_disk=is_on_disk, is_shared=is_shared))
    print(
        f"{len(training_set.spectra):,} spectra on {training_set.grid.n_wave:,} samples; about "
        f"{needed} more memory" + ("" if free is None else f", {describe_memory(free)} are free"),
        file=sys.stderr,
    )
    check_memory(training_set, rank, is_on_disk=is_on_disk, is_shared=is_shared)
    return training_set, is_on_disk


def _recipe_from(options: argparse.Namespace) -> TrainingRecipe:
    if not options.error_floor >= 0:
        raise InputError(f"An error floor of {options.error_floor:g} is none; give 0 or more.")
    try:
        balance = Balance(options.class_weight, options.redshift_bin, options.snr_weight)
    except ValueError as error:
        raise InputError(f"These weights make no run: {error}.") from error
    return TrainingRecipe(
        rules=QualityCuts(options.zconf_min, options.max_blend),
        balance=balance,
        error_floor=options.error_floor,
        zmax=options.zmax,
        resolution=options.resolution,
        zmin=getattr(options, "grid_zmin", 0.0),  # `rank` predicts galaxies
        kinds=options.kind,
    )


def _is_beyond(free: int | None, n_bytes: int) -> bool:
    return free is not None and n_bytes > free
