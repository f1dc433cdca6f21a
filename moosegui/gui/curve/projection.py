"""From the session to the curve of chi2 and the list of solutions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.results import (
    Analysis,
    ScanResult,
    Solution,
)
from moosegui.gui.curve.plot import Chi2View
from moosegui.gui.curve.solution_list import SolutionRow
from moosegui.gui.session.second_galaxy import N_CANDIDATES, Focus
from moosegui.gui.session.session import Session

SHOWN_LINES = 5


SEEN = 3.0  # sigma from which a line is listed


def chi2_view(session: Session) -> Chi2View | None:
    """Return the curve of the source on screen."""
    analysis, shown, blends = session.analysis, session.shown, session.blends
    if analysis is None:
        return None
    if blends.focus is Focus.SECOND and blends.deblending is not None:
        return _second_chi2_view(analysis.scan, blends.deblending, blends.candidate)
    return Chi2View(
        scan=analysis.scan,
        solutions=analysis.solutions,
        redshift=shown.redshift,
        state=shown.state,
        selected_rank=shown.solution_rank,
        probabilities=_probabilities(analysis),
        automatic=session.automatic_scan,
    )


def _second_chi2_view(
    scan: ScanResult, found: Deblending, candidate: SecondSource | None
) -> Chi2View:
    """Return the curve of the second galaxy, its candidates numbered as in their list."""
    numbered = tuple(
        Solution(
            rank=rank,
            redshift=second.redshift,
            redshift_error=math.nan,
            chi2=float(np.interp(second.redshift, found.redshifts, found.chi2)),
            relative_depth=second.relative_depth,
            robustness=math.nan,
            coefficients=np.empty(0),
        )
        for rank, second in enumerate(found.candidates[:N_CANDIDATES], start=1)
    )
    return Chi2View(
        scan=replace(scan, redshifts=found.redshifts, chi2=found.chi2),
        solutions=numbered,
        redshift=math.nan if candidate is None else candidate.redshift,
        is_second=True,
        selected_rank=None if candidate is None else found.candidates.index(candidate) + 1,
    )


def solution_rows(session: Session) -> tuple[SolutionRow, ...]:
    """Return the solutions of the source on screen."""
    analysis = session.analysis
    if analysis is None:
        return ()
    rows = tuple(solution_row(solution) for solution in analysis.solutions)
    probabilities = _probabilities(analysis)
    if len(probabilities) != len(rows):
        return rows
    return tuple(replace(r, probability=p) for r, p in zip(rows, probabilities, strict=True))


def _probabilities(analysis: Analysis) -> tuple[float, ...]:
    """Return P of the solutions in their order; empty when it is unknown."""
    posterior = analysis.posterior
    return () if posterior is None else tuple(mode.probability for mode in posterior.modes)


def solution_row(solution: Solution) -> SolutionRow:
    """Return a solution with the strong lines that are seen at it, the strongest first."""
    seen = sorted((e for e in solution.lines if abs(e.snr) >= SEEN), key=lambda e: -abs(e.snr))
    strongest = {e.label: e for e in reversed(seen)}  # one entry a label: the strongest wins
    best = sorted(strongest.values(), key=lambda e: -abs(e.snr))[:SHOWN_LINES]
    return SolutionRow(
        rank=solution.rank,
        redshift=solution.redshift,
        relative_depth=solution.relative_depth,
        robustness=solution.robustness,
        lines="  ".join(f"{e.label} {abs(e.snr):.0f}σ" for e in best),
        confusions="; ".join(solution.confusions),
    )
