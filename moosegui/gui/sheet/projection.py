"""From what is known of a source to its summary sheet, in the window and without one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from moosegui import __version__
from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import Source, SourceFlag, Verdict, VerdictEvent
from moosegui.data.results import Analysis, Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.files.spectra import read_spectrum
from moosegui.fit.confidence.prior import under_prior
from moosegui.fit.lines.broad import has_broad_lines
from moosegui.gui.plots.chi2_view import Chi2View
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.session.session import Session
from moosegui.gui.session.shown_redshift import ShownRedshift, at_rest, recognised
from moosegui.gui.sheet.sheet import Sheet, windows_at
from moosegui.gui.style.badges import BADGES, condition_badges, error_badges
from moosegui.gui.style.solution_rows import solution_rows
from moosegui.pipeline.analyse import (
    analyse,
    analyse_source,
    class_model,
    model_at,
    with_line_detections,
)
from moosegui.pipeline.engine import Engine

SMOOTHING = 4.0  # Angstrom; the page has a third of the pixels of a spectrum, the windows have all


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Everything that a sheet is made of; nothing in it belongs to the window.

    Parameters
    ----------
    source : Source
    origin : str
        Name of the survey or catalogue.
    spectrum : Spectrum
        As it was read, in vacuum.
    analysis : Analysis
        Under the conditions of the verdict.
    engine : Engine
        With the settings of those conditions.
    shown : ShownRedshift
    verdict : Verdict
    inspector, time : str
        Who decided and when, ISO 8601; the time is empty as long as nobody did.
    """

    source: Source
    origin: str
    spectrum: Spectrum
    analysis: Analysis
    engine: Engine
    shown: ShownRedshift
    verdict: Verdict
    inspector: str
    time: str = ""


def subject_on_screen(session: Session) -> Subject | None:
    """Return what the window shows now; None while there is no curve."""
    on_screen = session.on_screen
    source, spectrum, analysis = session.current, on_screen.spectrum, on_screen.analysis
    if source is None or spectrum is None or analysis is None:
        return None
    source_list = session.source_list
    event = on_screen.decision
    return Subject(
        source=source,
        origin="" if source_list is None else source_list.path.name,
        spectrum=spectrum,
        analysis=analysis,
        engine=on_screen.engine,
        shown=session.shown,
        verdict=session.verdict() or Verdict(),
        inspector=session.inspector,
        time="" if event is None else event.time,
    )


def subject_of(source: Source, event: VerdictEvent | None, engine: Engine, origin: str) -> Subject:
    """Read and scan a source under the conditions of its verdict.

    Raises
    ------
    InputError
        If the source has no readable spectrum.
    """
    verdict = Verdict() if event is None else event.verdict
    automatic = analyse_source(source, engine)
    spectrum, found = automatic.spectrum, automatic
    if not verdict.conditions.is_default and source.spectrum is not None:
        spectrum = read_spectrum(source.spectrum)
        engine = engine.with_settings(verdict.conditions.settings(engine.settings))
        found = analyse(source.key, spectrum.masked(verdict.conditions.masks), engine)
    found = under_prior(with_line_detections(found), verdict.conditions.prior)
    # the rank in a verdict is that of its own basis, which may be another one
    shown = replace(at_rest(verdict, None, found), solution_rank=None)
    return Subject(
        source=source,
        origin=origin,
        spectrum=spectrum,
        analysis=found,
        engine=engine,
        shown=recognised(shown, found),
        verdict=verdict,
        inspector="" if event is None else event.inspector,
        time="" if event is None else event.time,
    )


def compose(subject: Subject) -> Sheet:
    """Return the sheet of a source; takes a few milliseconds, on any thread."""
    shown, verdict, analysis = subject.shown, subject.verdict, subject.analysis
    model, rival, note = _models(subject)
    view = SpectrumView(
        spectrum=subject.spectrum,
        model=model,
        redshift=shown.redshift,
        state=shown.state,
        smoothing=SMOOTHING,
        medium_label=subject.spectrum.medium,
        is_star=analysis is not None and analysis.is_star_at(shown.redshift),
    )
    # a z that was moved after its verdict is not what was decided
    is_judged = shown.state == "assigned"
    return Sheet(
        title=subject.source.source_id,
        facts=_facts(subject),
        spectrum=view,
        chi2=Chi2View(
            analysis.scan, analysis.solutions, shown.redshift, shown.state, shown.solution_rank
        ),
        solutions=solution_rows(analysis),
        windows=windows_at(
            subject.spectrum,
            model,
            rival,
            is_broad=has_broad_lines(analysis, shown.redshift),
        ),
        redshift_error=shown.redshift_error,
        zconf=verdict.zconf if is_judged else None,
        false_reason=verdict.false_reason if is_judged else None,
        blend=_blend_text(verdict.blend),
        flags=tuple(sorted(flag.value for flag in _other_flags(verdict))),
        conditions=tuple(word for word, _ in condition_badges(verdict.conditions))
        + ((note,) if note else ())
        + tuple(word for flag, (word, _) in BADGES.items() if flag in analysis.flags)
        + tuple(word for word, _ in error_badges(subject.spectrum)),
        comment=verdict.comment,
        provenance=_provenance(subject),
    )


def _blend_text(blend: BlendVerdict | None) -> str:
    """Return what was decided of a second galaxy, as "blend: z₂ 0.73420, ZCONF2 3"."""
    if blend is None:
        return ""
    if blend.kind is BlendKind.SINGLE:
        return "one galaxy, no blend"
    words = "blend" if blend.kind is BlendKind.BLEND else "light of a neighbour"
    details = [blend.neighbour] if blend.neighbour else []
    if blend.zconf is not None:
        details.append(f"z₂ {blend.redshift:.5f}, ZCONF2 {blend.zconf}")
    return f"{words}: {', '.join(details)}" if details else words


def _other_flags(verdict: Verdict) -> frozenset[SourceFlag]:
    """Return the flags that the words on a second galaxy do not say already."""
    return verdict.flags if verdict.blend is None else verdict.flags - {SourceFlag.BLEND}


def _models(subject: Subject) -> tuple[Reconstruction | None, Reconstruction | None, str]:
    """Return the model to show, its rival, and a note where the model's z was not assigned."""
    shown, solutions = subject.shown, subject.analysis.solutions
    others = [s for s in solutions if s.rank != shown.solution_rank]
    if shown.is_known or not solutions:
        rival = _model(subject, others[0].redshift) if others else None
        return _model(subject, shown.redshift), rival, ""
    first = solutions[0]
    note = f"model and lines of solution 1, z {first.redshift:.5f}, which was not accepted"
    rival = _model(subject, solutions[1].redshift) if len(solutions) > 1 else None
    return _model(subject, first.redshift), rival, note


def _model(subject: Subject, redshift: float) -> Reconstruction | None:
    if not subject.analysis.solutions or not math.isfinite(redshift):
        return None
    model = class_model(subject.analysis, subject.engine, redshift)
    return model or model_at(subject.analysis.spectrum, subject.engine, redshift)


def _facts(subject: Subject) -> tuple[str, ...]:
    source = subject.source
    facts = [subject.origin]
    if math.isfinite(source.magnitude):
        facts.append(f"mag {source.magnitude:.2f}")
    if source.kind:
        facts.append(source.kind)
    if math.isfinite(source.ra) and math.isfinite(source.dec):
        facts.append(f"RA {source.ra:.5f}° Dec {source.dec:+.5f}°".replace("-", "−"))
    if math.isfinite(source.redshift):
        zconf = "" if source.zconf is None else f" (ZCONF {source.zconf})"
        facts.append(f"catalogue z {source.redshift:.5f}{zconf}")
    return tuple(fact for fact in facts if fact)


def _provenance(subject: Subject) -> tuple[str, ...]:
    facts = [f"inspector {subject.inspector}"] if subject.inspector else []
    if subject.time:
        facts.append(f"decided {subject.time[:16].replace('T', ' ')} UTC")
    engine, best = subject.engine, subject.analysis.solutions[:1]
    facts.append(f"basis {engine.name}")
    facts.append("weighted with the variance" * (engine.settings.weighting == "ivar"))
    facts += [f"best solution: Δχ² {s.relative_depth:.3f}, R {s.robustness:.1f}" for s in best]
    facts.append(f"moosegui {__version__}")
    return tuple(fact for fact in facts if fact)
