"""From the session to what each view shows: nouns only, no widget is asked anything."""

from __future__ import annotations

import math

from moosegui.data.blend import BlendKind
from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.data.grids import (
    SAME_ON_SCREEN,
    SPEED_OF_LIGHT,
    is_within_velocity,
    velocity_difference,
)
from moosegui.data.posterior import Evidence, star_in_words
from moosegui.data.results import ScanSummary
from moosegui.data.sky.words import false_on_the_sky, second_on_the_sky
from moosegui.fit.confidence.decision import disagrees
from moosegui.fit.evaluation.suggest import Suggestion, is_probably_false
from moosegui.gui.session.on_screen import OnScreen
from moosegui.gui.session.session import Session
from moosegui.gui.style.badges import BADGES, condition_badges, cross_badges, error_badges
from moosegui.gui.style.solution_rows import solution_row
from moosegui.gui.verdict.view import VerdictView

N_RESTS_ON = 2  # lines that are named beside the redshift
BLEND_WORDS = {
    BlendKind.SINGLE: "one galaxy",
    BlendKind.BLEND: "blend",
    BlendKind.CONTAMINATION: "neighbour",
}
NOT_SEARCHED = "not searched for blends and false sources yet"
ORIGINS = {
    "auto": "",
    "solution": "solution",
    "expert": "by hand",
    "line": "from a line",
    "refined": "refined",
    "catalogue": "catalogue",
    "": "",
}


def verdict_view(session: Session) -> VerdictView | None:
    """Return what is held of the source on screen, and what Enter would do."""
    on_screen = session.on_screen
    source = session.current
    if source is None:
        return None
    shown, verdict, suggestion = session.shown, session.verdict() or Verdict(), on_screen.suggestion
    return VerdictView(
        key=source.key,
        redshift=shown.redshift,
        redshift_error=shown.redshift_error,
        state=shown.state,
        origin=_origin(session),
        rests_on=_rests_on(session),
        systemic=systemic_in_words(session.summary(source.key), shown.redshift),
        zconf=verdict.zconf,
        suggested_zconf=_suggested_zconf(suggestion),
        suggested_false=None if suggestion is None else suggestion.false_reason,
        reasons=_reasons(on_screen),
        chances=_chances(session.summary(source.key)),
        false_reason=verdict.false_reason,
        flags=verdict.flags,
        blend=_blend_in_words(verdict),
        comment=verdict.comment,
        remarks=on_screen.remarks,
        inspector=session.inspector,
        catalogue_redshift=source.redshift,
        badges=_badges(session),
        is_blind=session.is_blind,
    )


def _reasons(on_screen: OnScreen) -> tuple[str, ...]:
    """Why a ZCONF is suggested, and what the suggestion does not know yet."""
    suggestion = on_screen.suggestion
    if suggestion is None:
        return ()
    is_early = on_screen.is_search_due and suggestion.false_reason is None
    return (*suggestion.reasons, *((NOT_SEARCHED,) if is_early else ()))


def _suggested_zconf(suggestion: Suggestion | None) -> int | None:
    """The ZCONF that Enter assigns; None where it calls the source false."""
    if suggestion is None or suggestion.false_reason is not None:
        return None
    return suggestion.zconf


def _origin(session: Session) -> str:
    on_screen = session.on_screen
    shown, verdict = session.shown, session.verdict()
    if shown.state == "assigned" and verdict is not None and verdict.taken_from:
        return f"vote of {verdict.taken_from}"
    is_automatic = on_screen.conditions.is_default and shown.origin != "solution"
    if shown.solution_rank is not None and (shown.solution_rank > 1 or not is_automatic):
        return f"solution {shown.solution_rank}"
    return ORIGINS[shown.origin]


def _rests_on(session: Session) -> str:
    """The strongest lines that are seen at the z on screen, where it is a solution."""
    on_screen, rank = session.on_screen, session.shown.solution_rank
    analysis = on_screen.analysis
    if not rank or analysis is None:  # 0 is a star or a quasar, fitted as a whole
        return ""
    solution = next((one for one in analysis.solutions if one.rank == rank), None)
    lines = "" if solution is None else solution_row(solution).lines
    return ", ".join(lines.split("  ")[:N_RESTS_ON])


def systemic_in_words(summary: ScanSummary | None, redshift: float) -> str:
    """The systemic redshift that Lyα suggests, where the z on screen is that of the line."""
    if summary is None or not math.isfinite(summary.systemic_redshift):
        return ""
    if not is_within_velocity(redshift, summary.redshift, SAME_ON_SCREEN):
        return ""
    velocity = velocity_difference(summary.systemic_redshift, summary.redshift)
    error = SPEED_OF_LIGHT * summary.systemic_redshift_error / (1.0 + summary.redshift)
    return (
        "This z is that of Lyα. The width of the line suggests a systemic z of "
        f"{summary.systemic_redshift:.4f} ({velocity:+.0f} ± {error:.0f} km/s; Verhamme et al. "
        "2018), which is exported in a column of its own, Z_SYS_AUTO."
    ).replace("(-", "(−")


def _chances(summary: ScanSummary | None) -> tuple[tuple[str, float], ...]:
    """The probabilities of the classes, the first that of the most probable."""
    if summary is None or math.isnan(summary.p_galaxy):
        return ()
    chances = (
        ("galaxy", summary.p_galaxy),
        ("star", summary.p_star),
        ("QSO", summary.p_quasar),
    )
    return tuple(sorted(chances, key=lambda chance: -chance[1]))


def _blend_in_words(verdict: Verdict) -> str:
    """What was decided of a second galaxy, short enough for a button."""
    if verdict.blend is None:
        return ""
    return BLEND_WORDS[verdict.blend.kind]


def vetting_badges(summary: ScanSummary, *, is_blend_judged: bool = False) -> list[tuple[str, str]]:
    """Return what the search for blends and false sources found, in words."""
    vetting, badges = summary.vetting, []
    if vetting is None:
        return []
    if is_probably_false(vetting):
        tip = (
            f"Probably not a source (P {vetting.false_score:.2f}): noise makes as good a "
            f"solution with probability {vetting.false_alarm:.2g}. X and a letter calls it false."
        ) + false_on_the_sky(vetting)
        keys, reason = "X", vetting.false_reason
        if reason:
            keys, reason = f"X {FalseReason(reason).key}", f" {reason}"
        badges.append((f"false?{reason} ({keys})", tip))
    if vetting.is_blend and not is_blend_judged and summary.source_class == "GALAXY":
        tip = (
            f"Light of a second galaxy at z {vetting.redshift:.4f} "
            f"(P {vetting.blend_score:.2f}). K shows it."
        )
        where = f"z₂ {vetting.redshift:.4f}"
        if math.isfinite(vetting.first) and not is_within_velocity(
            vetting.first, summary.own_redshift, SAME_ON_SCREEN
        ):
            where = f"z {vetting.both}"
            tip = f"Two galaxies at z {vetting.both} (P {vetting.blend_score:.2f}). K shows them."
        tip += second_on_the_sky(vetting)
        badges.append((f"blend? {where} (K)", tip))
    return badges


def class_badges(summary: ScanSummary) -> list[tuple[str, str]]:
    """Return that it is probably a star or a quasar, in words."""
    if summary.source_class == "STAR":
        words = star_in_words(summary.star_type, summary.star_redshift)
        tip = f"Probably a star: {words} (P {summary.p_star:.2f}). Enter takes it with the flag."
        return [(f"★ star? {words}", tip)]
    if summary.source_class == "QSO":
        words = f"z {summary.quasar_redshift:.4f}"
        tip = (
            f"Probably a quasar, {words} (P {summary.p_quasar:.2f}). Enter takes it with the flag."
        )
        return [(f"QSO? {words}", tip)]
    return []


def evidence_badges(evidence: Evidence | None) -> list[tuple[str, str]]:
    """Say what the lines alone say, where that is another redshift than the proposed one."""
    if evidence is None or not disagrees(evidence):
        return []
    lines, first = evidence.lines, evidence.at_first
    tip = (
        f"{lines.n_matched} emission features lie on lines at z {lines.redshift:.4f}; solution 1 "
        f"explains {first.n_matched} of them. It is among the solutions."
    )
    return [(f"lines say z {lines.redshift:.4f}", tip)]


def _badges(session: Session) -> tuple[tuple[str, str], ...]:
    on_screen = session.on_screen
    source, analysis = session.current, on_screen.analysis
    badges: list[tuple[str, str]] = []
    if source is not None and (problem := session.problem(source.key)):
        badges.append(("cannot be shown", problem))
    badges += condition_badges(on_screen.conditions)
    if source is not None and (summary := session.summary(source.key)) is not None:
        verdict = session.verdict()
        is_judged = verdict is not None and verdict.blend is not None
        badges += class_badges(summary)
        badges += vetting_badges(summary, is_blend_judged=is_judged)
    if analysis is not None:
        # the lines are those of a galaxy: of a star or a quasar they say nothing
        said = evidence_badges(None if analysis.other_class else analysis.evidence)
        is_known = session.shown.is_known
        badges += said or (cross_badges(analysis, session.shown.redshift) if is_known else [])
        facts = "\n".join((*analysis.spectrum.facts, *analysis.scan.facts))
        badges += [
            (word, f"{tip}\n{facts}".strip())
            for flag, (word, tip) in BADGES.items()
            if flag in analysis.flags
        ]
        badges += error_badges(analysis.spectrum)
    return tuple(badges)
