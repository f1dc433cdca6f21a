"""From the session to what each view shows: nouns only, no widget is asked anything."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.catalogue import FalseReason, Source, Verdict
from moosegui.data.conditions import ScanConditions
from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.results import (
    Analysis,
    Reconstruction,
    ScanFlag,
    ScanResult,
    ScanSummary,
    Solution,
)
from moosegui.gui.basis.window import BasisView
from moosegui.gui.curve.plot import Chi2View
from moosegui.gui.curve.solution_list import SolutionRow
from moosegui.gui.keys.actions import REASON_KEYS
from moosegui.gui.session.models import screen_model
from moosegui.gui.session.second_galaxy import N_CANDIDATES, Focus
from moosegui.gui.session.session import Session
from moosegui.gui.spectrum.view import SpectrumView
from moosegui.gui.verdict.panel import VerdictView
from moosegui.gui.window.status_line import StatusContext

SHOWN_LINES = 5
SEEN = 3.0  # sigma from which a line is listed

BADGES: dict[ScanFlag, tuple[str, str]] = {
    ScanFlag.NO_DATA: ("no data", "Not one unmasked pixel inside the range of the basis."),
    ScanFlag.LOW_COVERAGE: ("short", "The spectrum covers little of the range of the basis."),
    ScanFlag.EDGE: ("edge", "The best solution lies at the first or last trial redshift."),
    ScanFlag.ALL_NEGATIVE: ("no model", "Nothing positive could be fitted."),
    ScanFlag.NEGATIVE_MEDIAN: ("negative", "The median flux is negative: distrust the scan."),
    ScanFlag.CLIPPED: ("clipped", "Pixels outside the range of the basis were left out."),
    ScanFlag.TRIALS_SKIPPED: ("z range", "Not every trial redshift could be tried."),
    ScanFlag.VARIANCE_ESTIMATED: ("σ estimated", "The file has no variance; it was estimated."),
    ScanFlag.FLAT: ("flat", "Every redshift fits alike."),
}
ORIGINS = {
    "auto": "automatic",
    "solution": "solution",
    "expert": "by hand",
    "line": "from a line",
    "refined": "refined",
    "catalogue": "catalogue",
    "": "",
}


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
    spectrum, source, shown = session.spectrum, session.current, session.shown
    if spectrum is None or source is None:
        return None
    return SpectrumView(
        spectrum=spectrum,
        model=_model(session) if options.show_model else None,
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
    )


def _model(session: Session) -> Reconstruction | None:
    """Fit the model at the z on screen; half a millisecond."""
    analysis = session.analysis
    if analysis is None or not session.shown.is_known or not analysis.solutions:
        return None
    return screen_model(analysis.spectrum, session.live.engine, session.shown.redshift)


def _title(source: Source) -> str:
    parts = [source.source_id]
    if math.isfinite(source.magnitude):
        parts.append(f"mag {source.magnitude:.2f}")
    if source.kind:
        parts.append(source.kind)
    return "   ".join(parts)


def _subtitle(session: Session) -> str:
    shown, analysis = session.shown, session.analysis
    if analysis is None and session.blinders.now.hides_scan:
        return "the scan is hidden"
    if analysis is None or not analysis.solutions:
        return "no solution"
    n_solutions = len(analysis.solutions)
    if shown.solution_rank is not None:
        return f"solution {shown.solution_rank}/{n_solutions}"
    return "" if shown.is_known else "no redshift"


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
            significance=second.significance,
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


def basis_view(session: Session) -> BasisView:
    """Return the basis, and how the model of the source on screen is made of it."""
    analysis, source, model = session.analysis, session.current, _model(session)
    basis = session.engine.basis
    if analysis is None or source is None or model is None:
        return BasisView(basis)
    stretch = 1.0 + model.redshift
    wave = analysis.spectrum.wave
    return BasisView(
        basis,
        model.coefficients,
        window=(float(wave[0]) / stretch, float(wave[-1]) / stretch),
        title=f"{source.source_id} at z {model.redshift:.5f}",
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
        significance=solution.significance,
        robustness=solution.robustness,
        lines="  ".join(f"{e.label} {abs(e.snr):.0f}σ" for e in best),
        confusions="; ".join(solution.confusions),
    )


def verdict_view(session: Session) -> VerdictView | None:
    """Return what is held of the source on screen, and what Enter would do."""
    source = session.current
    if source is None:
        return None
    shown, verdict, suggestion = session.shown, session.verdict() or Verdict(), session.suggestion
    return VerdictView(
        key=source.key,
        redshift=shown.redshift,
        redshift_error=shown.redshift_error,
        state=shown.state,
        origin=_origin(session),
        zconf=verdict.zconf,
        suggested_zconf=None if suggestion is None else suggestion.zconf,
        reasons=() if suggestion is None else suggestion.reasons,
        false_reason=verdict.false_reason,
        flags=verdict.flags,
        comment=verdict.comment,
        remarks=session.remarks(),
        inspector=session.inspector,
        catalogue_redshift=source.redshift,
        badges=_badges(session),
        is_blind=session.blinders.now.is_on,
    )


def status_context(session: Session) -> StatusContext:
    """Return what the status bar says of the source on screen."""
    engine, analysis = session.engine, session.analysis
    return StatusContext(
        inspector=session.store.inspector,
        basis_name=engine.name,
        basis_fingerprint=engine.fingerprint,
        stored_medium=None if analysis is None else analysis.spectrum.stored_medium,
        scan_seconds=math.nan if analysis is None else analysis.seconds,
    )


def _origin(session: Session) -> str:
    shown, verdict = session.shown, session.verdict()
    if shown.state == "assigned" and verdict is not None and verdict.taken_from:
        return f"vote of {verdict.taken_from}"
    is_automatic = session.live.conditions.is_default and shown.origin != "solution"
    if shown.solution_rank is not None and (shown.solution_rank > 1 or not is_automatic):
        return f"solution {shown.solution_rank}"
    return ORIGINS[shown.origin]


def condition_badges(conditions: ScanConditions) -> list[tuple[str, str]]:
    """Return in words what distinguishes the scan on screen from the automatic one."""
    badges = []
    if n_masks := len(conditions.masks):
        ranges = ", ".join(f"{start:.1f} to {stop:.1f} Å" for start, stop in conditions.masks)
        tip = f"Left out of the fit: {ranges}. Ctrl+click removes a mask, Shift+Q everything."
        badges.append((f"{n_masks} mask{'s' if n_masks > 1 else ''}", tip))
    if conditions.redshift_limits is not None:
        low, high = conditions.redshift_limits
        tip = "Solutions are looked for between these redshifts; Ctrl+click on χ² removes them."
        badges.append((f"z {low:g}–{high:g}", tip))
    if conditions.weighting is not None:
        words = "weighted" if conditions.weighting == "ivar" else conditions.weighting
        badges.append((words, "The weighting of the fit was switched; G switches it back."))
    return badges


def screening_badges(summary: ScanSummary) -> list[tuple[str, str]]:
    """Return what the search for blends and false sources found, in words."""
    screening, badges = summary.screening, []
    if screening is None:
        return []
    if screening.is_false:
        tip = (
            f"Probably not a source (P {screening.false_score:.2f}): noise makes as good a "
            f"solution with probability {screening.false_alarm:.2g}. X and a letter calls it false."
        )
        keys, reason = "X", screening.false_reason
        if reason:
            keys, reason = f"X {REASON_KEYS[FalseReason(reason)]}", f" {reason}"
        badges.append((f"false?{reason} ({keys})", tip))
    if screening.is_blend:
        tip = (
            f"Light of a second galaxy at z {screening.redshift:.4f} "
            f"(P {screening.blend_score:.2f}). K shows it."
        )
        badges.append((f"blend? z₂ {screening.redshift:.4f} (K)", tip))
    return badges


def _badges(session: Session) -> tuple[tuple[str, str], ...]:
    source, analysis = session.current, session.analysis
    badges: list[tuple[str, str]] = []
    if source is not None and (problem := session.problem(source.key)):
        badges.append(("cannot be shown", problem))
    badges += condition_badges(session.live.conditions)
    if source is not None and (summary := session.summary(source.key)) is not None:
        badges += screening_badges(summary)
    if analysis is not None:
        facts = "\n".join((*analysis.spectrum.facts, *analysis.scan.facts))
        badges += [
            (word, f"{tip}\n{facts}".strip())
            for flag, (word, tip) in BADGES.items()
            if flag in analysis.flags
        ]
    return tuple(badges)
