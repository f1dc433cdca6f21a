"""From the session to the diagnostics: line windows, and the rival of what is on screen."""

from __future__ import annotations

from collections.abc import Callable

from moosegui.data.grids import is_same_redshift
from moosegui.data.lines import Line
from moosegui.data.results import Reconstruction, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.broad import has_broad_lines, rank_broad_lines
from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.fit.lines.rivals import compare_solutions, lines_in_words
from moosegui.fit.lines.sky import sky_intervals
from moosegui.gui.plots.line_window import LineWindow, cut_window
from moosegui.gui.plots.rival_view import RivalView
from moosegui.gui.session.session import Session

N_OWN = 2  # windows for lines of the user
SecondAlone = Callable[[Spectrum], tuple[Spectrum, Reconstruction] | None]


def rival_solution(session: Session) -> Solution | None:
    """Return the best solution that is another one than what is on screen."""
    on_screen = session.on_screen
    analysis, redshift = on_screen.analysis, session.shown.redshift
    if analysis is None:
        return None
    others = (s for s in analysis.solutions if not is_same_redshift(s.redshift, redshift))
    return next(others, None)


def line_windows(
    session: Session, second: SecondAlone, own: tuple[Line, ...] = ()
) -> tuple[LineWindow, ...]:
    """Return windows on the lines that decide at the z on screen, the most diagnostic first.

    The clearest of the user's own lines follow the first of them. While the second galaxy is
    looked at they are its lines, at its redshift, in what the first leaves.
    """
    on_screen = session.on_screen
    spectrum, analysis, shown = on_screen.spectrum, on_screen.analysis, session.shown
    if spectrum is None or analysis is None or not shown.is_known:
        return ()
    sky = sky_intervals(spectrum)
    if (alone := second(spectrum)) is not None:
        rest, galaxy = alone
        lines = rank_lines(rest, galaxy.redshift, galaxy, sky=sky)
        return tuple(cut_window(rest, galaxy, line, sky) for line in lines)
    model = on_screen.model_at(shown.redshift)
    if has_broad_lines(analysis, shown.redshift):
        broad = rank_broad_lines(spectrum, shown.redshift, model, sky=sky)
        return tuple(cut_window(spectrum, model, line, sky) for line in broad)
    rival = rival_solution(session)
    rival_model = None if rival is None else on_screen.model_at(rival.redshift)
    is_star = analysis.is_star_at(shown.redshift)
    found = rank_lines(spectrum, shown.redshift, model, rival=rival_model, sky=sky, is_star=is_star)
    if own:
        mine = rank_lines(spectrum, shown.redshift, model, sky=sky, n_max=N_OWN, among=own)
        found = (*found[:1], *mine, *found[1:])
    return tuple(cut_window(spectrum, model, line, sky) for line in found)


def rival_view(session: Session) -> RivalView | None:
    """Compare what is on screen with the best other solution; None without one."""
    on_screen = session.on_screen
    spectrum, shown, rival = on_screen.spectrum, session.shown, rival_solution(session)
    if spectrum is None or rival is None or not shown.is_known:
        return None
    first, second = on_screen.model_at(shown.redshift), on_screen.model_at(rival.redshift)
    if first is None or second is None:
        return None
    rank = shown.solution_rank
    names = (f"solution {rank}" if rank else f"z {shown.redshift:.4f}",
             f"solution {rival.rank}")  # fmt: skip
    sky = sky_intervals(spectrum)
    comparison = compare_solutions(spectrum, first, second, names=names, sky=sky)
    this, _, other = comparison.summary.replace(" -", " −").partition("; ")
    if on_screen.analysis is not None and has_broad_lines(on_screen.analysis, shown.redshift):
        broad = rank_broad_lines(spectrum, shown.redshift, first, sky=sky)
        this = f"{names[0]} {lines_in_words(broad)}".replace(" -", " −")
    return RivalView(second, comparison.ranges, (this, other))
