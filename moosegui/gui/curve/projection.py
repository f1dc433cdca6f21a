"""From the session to the curve of chi2 and the list of solutions."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.grids import SAME_ON_SCREEN, is_same_redshift, is_within_velocity
from moosegui.data.results import Analysis, ScanResult, Solution
from moosegui.files.moosejl.curves import MooseCurve
from moosegui.fit.confidence.evidence import share_heard
from moosegui.gui.plots.chi2_view import Chi2View, CrossView
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.second_galaxy import N_CANDIDATES, BlendReview, Focus
from moosegui.gui.style.badges import HEARD, cross_badges
from moosegui.gui.style.solution_rows import probabilities_of
from moosegui.pipeline.belief import why_no_scan


def chi2_view(session: Session, review: BlendReview) -> Chi2View | None:
    """Return the curve of the source on screen."""
    on_screen = session.on_screen
    analysis, shown = on_screen.analysis, session.shown
    if analysis is None:
        return None
    if review.focus is Focus.SECOND and review.deblending is not None:
        return _second_chi2_view(analysis.scan, review.deblending, review.candidate)
    return Chi2View(
        scan=analysis.scan,
        solutions=analysis.solutions,
        redshift=shown.redshift,
        state=shown.state,
        selected_rank=shown.solution_rank,
        probabilities=probabilities_of(analysis),
        automatic=on_screen.automatic_scan,
        why_empty=_why_empty(analysis, session.engine.basis.observed_range),
        catalogue=_other_of_catalogue(session),
        is_of_others=analysis.other_class is not None,
    )


def _other_of_catalogue(session: Session) -> float:
    """The redshift of the catalogue, unless it is that on screen; blind mode hides it."""
    known = math.nan if session.current is None else session.current.redshift
    shown = session.shown.redshift
    is_shown = math.isfinite(shown) and is_within_velocity(known, shown, SAME_ON_SCREEN)
    return math.nan if is_shown else known


def _why_empty(analysis: Analysis, reach: tuple[float, float]) -> str:
    """Say why there is no χ²; empty where there is."""
    why = why_no_scan(analysis, reach)
    return f"No χ²(z): {why}. Type a redshift to see where its lines would be." if why else ""


def cross_view(analysis: Analysis | None) -> CrossView | None:
    """Return the second opinions on a source, or None where there is none."""
    if analysis is None or analysis.cross is None or not analysis.proposals:
        return None
    cross, proposed = analysis.cross, analysis.proposals[0].redshift
    is_same = bool(is_same_redshift(cross.redshift, proposed))
    words = "r(z): as proposed"
    if not is_same:
        words = f"r(z): z {cross.redshift:.4f}" if cross.is_clear else "r(z): no clear redshift"
    if cross.is_clear and not is_same and not share_heard(analysis.spectrum) >= HEARD:
        words += " (hardly counts: a short spectrum)"
    evidence = analysis.evidence
    is_galaxy = analysis.other_class is None
    lines = evidence.lines.redshift if evidence is not None and is_galaxy else math.nan
    has_other_lines = math.isfinite(lines) and not is_same_redshift(lines, proposed)
    if has_other_lines:
        words += f"; the lines: z {lines:.4f}"
    is_other = has_other_lines or bool(cross_badges(analysis, proposed))
    return CrossView(cross.redshifts, cross.height, words, is_other)


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


def foreign_words(path: Path, curve: MooseCurve) -> str:
    """Return what is said of a curve that Moose.jl wrote: its file, and what it found there."""
    numbers = (("z", curve.redshift), ("Δχ²", curve.dchi2), ("R", curve.robustness))
    found = "  ".join(f"{name} {value:.5g}" for name, value in numbers if math.isfinite(value))
    return f"{path.name}, stretched" + (f": {found}" if found else "")
