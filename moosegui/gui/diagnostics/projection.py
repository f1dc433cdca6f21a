"""From the session to the diagnostics: line windows, and the rival of what is on screen."""

from __future__ import annotations

from moosegui.data.results import Reconstruction, Solution
from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.fit.lines.rivals import compare_solutions
from moosegui.fit.scan.solutions import SAME_SOLUTION
from moosegui.gui.diagnostics.window import LineWindow, cut_window
from moosegui.gui.plots.sky_bands import sky_intervals
from moosegui.gui.session.session import Session
from moosegui.gui.session.shown_model import shown_model
from moosegui.gui.spectrum.rival_layer import RivalView


def rival_solution(session: Session) -> Solution | None:
    """Return the best solution that is another one than what is on screen."""
    analysis, redshift = session.analysis, session.shown.redshift
    if analysis is None:
        return None
    distance = SAME_SOLUTION * (1.0 + redshift)
    others = (s for s in analysis.solutions if abs(s.redshift - redshift) >= distance)
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


def rival_view(session: Session) -> RivalView | None:
    """Compare what is on screen with the best other solution; None without one."""
    spectrum, shown, rival = session.spectrum, session.shown, rival_solution(session)
    if spectrum is None or rival is None or not shown.is_known:
        return None
    first, second = _model(session, shown.redshift), _model(session, rival.redshift)
    if first is None or second is None:
        return None
    rank = shown.solution_rank
    names = (f"z {shown.redshift:.4f}" if rank is None else f"solution {rank}",
             f"solution {rival.rank}")  # fmt: skip
    sky = sky_intervals(spectrum)
    comparison = compare_solutions(spectrum, first, second, names=names, sky=sky)
    on_screen, _, other = comparison.summary.replace(" -", " −").partition("; ")
    return RivalView(second, comparison.ranges, (on_screen, other))


def _model(session: Session, redshift: float) -> Reconstruction | None:
    """Fit the model at a redshift under the conditions on screen; half a millisecond."""
    analysis = session.analysis
    if analysis is None or not analysis.solutions:
        return None
    return shown_model(analysis.spectrum, session.live.engine, redshift)
