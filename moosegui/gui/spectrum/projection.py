"""From the session to the spectrum on screen and its model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from moosegui.data.catalogue import Source
from moosegui.data.results import Analysis
from moosegui.gui.plots.readable import readable_width
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.session.session import Session

SEEN = 5.0  # sigma of a line that is named in any case
LinesShown = Literal["expected", "all", "none"]


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """How the spectrum is drawn; nothing of it is ever saved with a decision.

    `smoothing` is the FWHM in Angstrom; 0 is none, and None what the noise of a source asks for.
    `lines` are those that the model expects, all, or none.
    """

    smoothing: float | None = None
    lines: LinesShown = "expected"
    show_model: bool = True
    show_sky: bool = True
    is_rest_below: bool = False
    is_robust_y: bool = True


def smoothing_of(session: Session, options: DisplayOptions, widths: Sequence[float]) -> float:
    """Return the width in Angstrom with which the spectrum on screen is drawn."""
    on_screen = session.on_screen
    if options.smoothing is not None:
        return options.smoothing
    return 0.0 if on_screen.spectrum is None else readable_width(on_screen.spectrum, widths)


def spectrum_view(
    session: Session, options: DisplayOptions, *, smoothing: float, is_new_source: bool
) -> SpectrumView | None:
    """Return the spectrum on screen with its model; None while there is none."""
    on_screen = session.on_screen
    spectrum, source, shown = on_screen.spectrum, session.current, session.shown
    if spectrum is None or source is None:
        return None
    return SpectrumView(
        spectrum=spectrum,
        model=on_screen.model_at(shown.redshift) if options.show_model else None,
        redshift=shown.redshift,
        state=shown.state,
        smoothing=smoothing,
        title=source.source_id,
        facts=_facts(source, smoothing, spectrum.medium),
        subtitle=_subtitle(session),
        medium_label=spectrum.medium,
        is_new_source=is_new_source,
        show_lines=options.lines != "none",
        shows_all_lines=options.lines == "all",
        show_model=options.show_model,
        show_sky=options.show_sky,
        is_rest_below=options.is_rest_below,
        is_robust_y=options.is_robust_y,
        is_star=on_screen.analysis is not None and on_screen.analysis.is_star_at(shown.redshift),
        seen=_seen(on_screen.analysis, shown.solution_rank),
    )


def _seen(analysis: Analysis | None, rank: int | None) -> dict[str, float]:
    """The lines that are clearly seen at a solution: name and S/N, without its sign."""
    solutions = () if analysis is None else analysis.solutions
    lines = next((one.lines for one in solutions if one.rank == rank), ())
    return {line.name: abs(line.snr) for line in lines if abs(line.snr) >= SEEN}


def _facts(source: Source, smoothing: float, medium: str) -> str:
    """Where a source is, how bright, and how its spectrum is drawn."""
    parts = []
    if math.isfinite(source.ra) and math.isfinite(source.dec):
        parts.append(position_in_words(source.ra, source.dec))
    if math.isfinite(source.magnitude):
        parts.append(f"mag {source.magnitude:.2f}")
    parts.append(f"smoothed {smoothing:g} Å" if smoothing else "not smoothed")
    return " · ".join((*parts, medium))


def position_in_words(ra: float, dec: float) -> str:
    """Return degrees as `03:32:39.21 −27:46:51.3`."""
    hours, degrees = _sexagesimal(ra / 15.0, 2), _sexagesimal(abs(dec), 1)
    return f"{hours} {'−' if dec < 0 else '+'}{degrees}"


def _sexagesimal(value: float, decimals: int) -> str:
    seconds = round(value * 3600.0, decimals)
    minutes, seconds = divmod(seconds, 60.0)
    whole, minutes = divmod(int(minutes), 60)
    return f"{whole:02d}:{minutes:02d}:{seconds:0{3 + decimals}.{decimals}f}"


def _subtitle(session: Session) -> str:
    on_screen = session.on_screen
    shown, analysis = session.shown, on_screen.analysis
    if analysis is None and on_screen.is_scan_hidden:
        return "the scan is hidden"
    if analysis is None or not analysis.solutions:
        return "no solution"
    n_solutions = len(analysis.solutions)
    if shown.solution_rank is not None:
        words = "" if analysis.classes is None else analysis.classes.words
        return f"solution {shown.solution_rank}/{n_solutions}" if shown.solution_rank else words
    return "" if shown.is_known else "no redshift"
