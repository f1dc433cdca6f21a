"""From the session to the evidence: line windows, the rival of what is on screen."""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.results import Reconstruction, Solution
from moosegui.fit.diagnostic_lines import rank_lines
from moosegui.fit.rivals import RivalComparison, compare_solutions
from moosegui.gui.line_window import LineWindow, cut_window
from moosegui.gui.session import Session
from moosegui.gui.shown import is_same
from moosegui.gui.sky import sky_intervals
from moosegui.pipeline import model_at


@dataclass(frozen=True, slots=True, eq=False)
class Rivalry:
    """What is on screen against its rival: the rival's model, its name, and the comparison."""

    rival: Reconstruction
    name: str
    comparison: RivalComparison


def rival_solution(session: Session) -> Solution | None:
    """Return the best solution that is not on screen."""
    analysis, shown = session.analysis, session.shown
    if analysis is None:
        return None
    others = (
        solution
        for solution in analysis.solutions
        if solution.rank != shown.solution_rank and not is_same(solution.redshift, shown.redshift)
    )
    return next(others, None)


def line_windows(session: Session) -> tuple[LineWindow, ...]:
    """Return windows on the lines that decide at the z on screen, the most diagnostic first."""
    spectrum, analysis, shown = session.spectrum, session.analysis, session.shown
    if spectrum is None or analysis is None or not shown.is_known:
        return ()
    sky = sky_intervals(spectrum)
    rival = rival_solution(session)
    model = _model(session, shown.redshift)
    rival_model = None if rival is None else _model(session, rival.redshift)
    found = rank_lines(spectrum, shown.redshift, model, rival=rival_model, sky=sky)
    return tuple(cut_window(spectrum, model, line, sky) for line in found)


def rivalry(session: Session) -> Rivalry | None:
    """Compare what is on screen with its rival; None without one."""
    spectrum, shown, solution = session.spectrum, session.shown, rival_solution(session)
    if spectrum is None or solution is None or not shown.is_known:
        return None
    rank = shown.solution_rank
    names = (
        f"z {shown.redshift:.4f}" if rank is None else f"solution {rank}",
        f"solution {solution.rank}",
    )
    first, second = _model(session, shown.redshift), _model(session, solution.redshift)
    if first is None or second is None:
        return None
    comparison = compare_solutions(
        spectrum, first, second, names=names, sky=sky_intervals(spectrum)
    )
    return Rivalry(second, f"{names[1]}, z {solution.redshift:.4f}", comparison)


def _model(session: Session, redshift: float) -> Reconstruction | None:
    """Fit the model at a redshift under the conditions on screen; half a millisecond."""
    analysis = session.analysis
    if analysis is None or not analysis.solutions:
        return None
    return model_at(analysis.spectrum, session.live.engine, redshift)
