"""The scan of a list of sources on the workers of a cluster, equal to that of one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.results import ScanSummary
from moosegui.fit.linefit.alternatives import line_fit_named
from moosegui.pipeline.batch import Keeper, Outcome, outcome_of
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.machines.pool import Pool
from moosegui.pipeline.machines.recipe import Recipe, Search, recipe_of
from moosegui.pipeline.vetting import vet

MAX_CHUNK = 16  # sources: a second or two of work, which a dying worker loses
CHUNKS_A_THREAD = 4  # at least, so that no worker is left alone with the last of a short list


@dataclass(frozen=True, slots=True)
class SourceChunk:
    """Some sources of a list, by path and row: their spectra are read where they are scanned."""

    sources: tuple[Source, ...] = field(repr=False)

    def __str__(self) -> str:
        first, last = self.sources[0].source_id, self.sources[-1].source_id
        return f"The chunk of sources {first} to {last}"


def scan_on(
    pool: Pool,
    source_list: SourceList,
    engine: Engine,
    *,
    is_done: Callable[[str], bool] = lambda _key: False,
    search: Search | None = None,
    cube: Path | None = None,
    keep_curve: Keeper | None = None,
) -> Iterator[tuple[Source, ScanSummary, str]]:
    """Do as `moosegui.pipeline.batch.scan_sources`, on the workers of a cluster.

    Parameters
    ----------
    pool : Pool
        Its workers see the files under the same paths.
    source_list : SourceList
    engine : Engine
    is_done : callable
        Tells, by key, which sources an earlier run has finished.
    search : Search, optional
        Searches each spectrum for blends and false sources too.
    cube : Path, optional
    keep_curve : callable, optional
        As for `scan_sources`.

    Yields
    ------
    source, summary, problem
        As `scan_sources`.

    Raises
    ------
    MooseError
        If a worker is refused, the scheduler goes away, or a chunk ends several workers.
    """
    todo = [source for source in source_list if not is_done(source.key)]
    if not todo:
        return
    by_key = {source.key: source for source in todo}
    size = max(1, min(MAX_CHUNK, len(todo) // (CHUNKS_A_THREAD * pool.n_threads)))
    chunks = (
        SourceChunk(tuple(map(_found_anywhere, todo[start : start + size])))
        for start in range(0, len(todo), size)
    )
    recipe = replace(recipe_of(engine, search, cube), has_curves=keep_curve is not None)
    for outcomes in pool.results(scan_chunk, recipe, chunks):
        for key, (summary, problem, curve) in outcomes:
            if keep_curve is not None and curve is not None:
                keep_curve(key, curve)
            yield by_key[key], summary, problem


def scan_chunk(recipe: Recipe, chunk: SourceChunk) -> Sequence[tuple[str, Outcome]]:
    """Scan a few sources: what a worker does.

    Returns
    -------
    list of (key, Outcome)

    Raises
    ------
    MooseError
        If this process has another version or makes another engine.
    """
    return outcomes_of(recipe.made_here(), recipe, chunk)


def outcomes_of(
    engine: Engine, recipe: Recipe, chunk: SourceChunk
) -> Sequence[tuple[str, Outcome]]:
    """Scan a few sources with the engine of a recipe; return keys and outcomes."""
    vetter = None
    if (search := recipe.search) is not None:
        line_fit = line_fit_named(search.line_fit, engine.basis)
        vetter = partial(vet, method=search.method, line_fit=line_fit)
    work = partial(
        outcome_of, engine=engine, vetter=vetter, cube=recipe.cube, has_curve=recipe.has_curves
    )
    return [(source.key, work(source)) for source in chunk.sources]


def _found_anywhere(source: Source) -> Source:
    """Return a source whose file is found from any working directory."""
    ref = source.spectrum
    if ref is None or ref.path.is_absolute():
        return source
    return replace(source, spectrum=replace(ref, place=ref.path.absolute()))
