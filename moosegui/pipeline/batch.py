"""Scan a whole list of sources without a window, one spectrum a core, resumable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.deblending import Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.results import NO_FLAGS, Analysis, ScanFlag, ScanSummary
from moosegui.data.sky.cube import CubeBox
from moosegui.errors import MooseError
from moosegui.files.scan.curves import Curve
from moosegui.fit.confidence.joint_chance import chance_at
from moosegui.fit.confidence.place import at_place
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.analyse import analyse_source
from moosegui.pipeline.belief import why_no_scan
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.sky import box_or_none

Vetter = Callable[[Engine, Analysis, CubeBox | None], Vetting]

Keeper = Callable[[str, Curve], None]

UNREADABLE = ScanSummary(flags=NO_FLAGS | ScanFlag.NO_DATA)


class Outcome(NamedTuple):
    """What became of a source: a problem is a sentence, a curve is there where it was asked for."""

    summary: ScanSummary
    problem: str
    curve: Curve | None = None


def scan_sources(
    source_list: SourceList,
    engine: Engine,
    *,
    is_done: Callable[[str], bool] = lambda _key: False,
    vetter: Vetter | None = None,
    cube: Path | None = None,
    keep_curve: Keeper | None = None,
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
    keep_curve : callable, optional
        Takes the key and the curve of each source that was scanned, before that is yielded.
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
    pending: dict[Future[Outcome], Source] = {}
    n_workers = n_workers or cpu_count()
    todo = iter([source for source in source_list if not is_done(source.key)])

    def work(source: Source) -> Outcome:
        has_curve = keep_curve is not None
        return outcome_of(source, engine, vetter=vetter, cube=cube, has_curve=has_curve)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_workers) as executor:
        try:
            while True:
                while len(pending) < 4 * n_workers and (source := next(todo, None)) is not None:
                    pending[executor.submit(work, source)] = source
                if not pending:
                    return
                finished, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    source, (summary, problem, curve) = pending.pop(future), future.result()
                    if keep_curve is not None and curve is not None:
                        keep_curve(source.key, curve)
                    yield source, summary, problem
        finally:
            for future in pending:
                future.cancel()


def outcome_of(
    source: Source,
    engine: Engine,
    *,
    vetter: Vetter | None = None,
    cube: Path | None = None,
    has_curve: bool = False,
) -> Outcome:
    """Scan one source; with the flag NO_DATA and the reason where its spectrum cannot be read."""
    try:
        analysis = analyse_source(source, engine)
        result, curve = analysis.scan, None
        if has_curve:
            curve = Curve(result.chi2.astype(np.float32), result.n_samples)
        why = why_no_scan(analysis, engine.basis.observed_range)
        problem = f"Source {source.source_id} has no χ²(z): {why}." if why else ""
        if vetter is None or problem:
            return Outcome(analysis.summary(), problem, curve)
        vetting = vetter(engine, analysis, box_or_none(source, cube))
        return Outcome(vetted_summary(analysis, vetting), "", curve)
    except MooseError as error:
        return Outcome(UNREADABLE, str(error))


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
