"""From the session to the spectrum on screen and its model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from moosegui.data.catalogue import Source
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.session.session import Session


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """How the spectrum is drawn; nothing of it is ever saved with a decision.

    `smoothing` is the FWHM in Angstrom; 0 is none.
    """

    smoothing: float = 0.0
    show_lines: bool = True
    show_model: bool = True
    show_sky: bool = True
    is_rest_below: bool = False
    is_robust_y: bool = True


def spectrum_view(
    session: Session, options: DisplayOptions, *, is_new_source: bool
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
        smoothing=options.smoothing,
        title=_title(source),
        subtitle=_subtitle(session),
        medium_label=spectrum.medium,
        is_new_source=is_new_source,
        show_lines=options.show_lines,
        show_model=options.show_model,
        show_sky=options.show_sky,
        is_rest_below=options.is_rest_below,
        is_robust_y=options.is_robust_y,
        is_star=on_screen.analysis is not None and on_screen.analysis.is_star_at(shown.redshift),
    )


def _title(source: Source) -> str:
    parts = [source.source_id]
    if math.isfinite(source.magnitude):
        parts.append(f"mag {source.magnitude:.2f}")
    return "   ".join(parts)


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
