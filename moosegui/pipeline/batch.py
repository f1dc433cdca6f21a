"""Scan a whole list of sources without a window, one spectrum a core, resumable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.deblending import Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.results import NO_FLAGS, Analysis, ScanFlag, ScanSummary
from moosegui.data.sky.cube import CubeBox
from moosegui.errors import MooseError
from moosegui.fit.confidence.joint_chance import chance_at
from moosegui.fit.confidence.place import at_place
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.analyse import analyse_source
from moosegui.pipeline.belief import why_no_scan
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.sky import box_or_none

Vetter = Callable[[Engine, Analysis, CubeBox | None], Vetting]

UNREADABLE = ScanSummary(flags=NO_FLAGS | ScanFlag.NO_DATA)


def scan_sources(
    source_list: SourceList,
    engine: Engine,
    *,
    is_done: Callable[[str], bool] = lambda _key: False,
    vetter: Vetter | None = None,
    cube: Path | None = None,
    n_workers: int | None = None,
) -> Iterator[tuple[Source, ScanSummary, str]]:
    """Scan every source that is not done, in parallel.

    Parameters
    ----------
    source_list : SourceList
    engine : Engine
    is_done : callable
        Tells, by key, which sources an earlier run has finished.
    vetter : callable, optional
        Searches each spectrum for blends and false sources too, as
        `moosegui.pipeline.vetting.vet`.
    cube : Path, optional
        Where all sources lie on the sky; else those have a place that have a cube of their own.
    n_workers : int, optional
        Threads; all processors by default.

    Yields
    ------
    source : Source
    summary : ScanSummary
        With the flag NO_DATA where the spectrum could not be read.
    problem : str
        Why, in a sentence; empty when it was scanned.
    """
    pending: dict[Future[tuple[ScanSummary, str]], Source] = {}
    n_workers = n_workers or cpu_count()
    todo = iter([source for source in source_list if not is_done(source.key)])

    def work(source: Source) -> tuple[ScanSummary, str]:
        return outcome_of(source, engine, vetter=vetter, cube=cube)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_workers) as executor:
        try:
            while True:
                while len(pending) < 4 * n_workers and (source := next(todo, None)) is not None:
                    pending[executor.submit(work, source)] = source
                if not pending:
                    return
                finished, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield pending.pop(future), *future.result()
        finally:
            for future in pending:
                future.cancel()


def outcome_of(
    source: Source, engine: Engine, *, vetter: Vetter | None = None, cube: Path | None = None
) -> tuple[ScanSummary, str]:
    """Scan one source; with the flag NO_DATA and the reason where its spectrum cannot be read."""
    try:
        analysis = analyse_source(source, engine)
        why = why_no_scan(analysis, engine.basis.observed_range)
        problem = f"Source {source.source_id} has no χ²(z): {why}." if why else ""
        if vetter is None or problem:
            return analysis.summary(), problem
        vetting = vetter(engine, analysis, box_or_none(source, cube))
        return vetted_summary(analysis, vetting), ""
    except MooseError as error:
        return UNREADABLE, str(error)


def vetted_summary(analysis: Analysis, vetting: Vetting) -> ScanSummary:
    """Return what persists of a scan and of its vetting.

    The z1 of a flagged blend is the one that was found together with z2. Where that is another than
    the scan's, its error is that of the solution there (nan without one), and its probability that
    of the blend, which it stands and falls with, or that of the solution where it is higher: P(z)
    of one galaxy alone knows nothing of a second.

    Where a cube shows the source, P(z) of the scan's redshift is multiplied by the probability that
    the light of that redshift is the source's own.
    """
    analysis = at_place(analysis, vetting.map_own)
    summary, first = replace(analysis.summary(), vetting=vetting), vetting.first
    if not math.isfinite(first) or summary.source_class != "GALAXY":
        return summary
    if is_within_velocity(first, summary.redshift, SAME_ON_SCREEN):
        return summary
    here = [
        solution
        for solution in analysis.solutions
        if is_within_velocity(first, solution.redshift, SAME_ON_SCREEN)
    ]
    modes = () if analysis.posterior is None else analysis.posterior.modes
    return replace(
        summary,
        redshift=first,
        galaxy_redshift=summary.own_redshift,
        redshift_error=here[0].redshift_error if here else float("nan"),
        probability=chance_at(first, modes, vetting),
    )
