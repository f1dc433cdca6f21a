"""From the session to what is shown of the votes of other inspectors."""

from __future__ import annotations

import math

from moosegui.data.blend import BlendKind
from moosegui.data.catalogue import SourceFlag, Verdict, VerdictEvent
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.line_relations import CONFUSABLE
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.medium import convert
from moosegui.gui.keys.actions import LETTERS
from moosegui.gui.plots.vote_marks import VoteMark
from moosegui.gui.session.session import Session
from moosegui.gui.session.votes import Votes
from moosegui.gui.votes.panel import VoteRow, VotesView


def votes_view(session: Session, votes: Votes) -> VotesView | None:
    """Return the votes on the source on screen; None outside reconcile mode."""
    on_screen = session.on_screen
    source = session.current
    if source is None or not votes.is_open:
        return None
    verdict = session.verdict() or Verdict()
    ballot = on_screen.votes
    rows = tuple(
        _vote_row(i_vote, inspector, vote, verdict.taken_from)
        for i_vote, (inspector, vote) in enumerate(zip(votes.inspectors, ballot, strict=False))
    )
    here = [key for key in votes.conflicts if session.source(key) is not None]
    is_open = [_is_open(session.verdict(key)) for key in here]
    return VotesView(
        rows=rows,
        reasons=votes.reasons(source.key) if rows else (),
        decision=_decision(verdict),
        n_left=sum(is_open),
        n_conflicts=len(is_open),
    )


def redshift_marks(session: Session) -> tuple[VoteMark, ...]:
    """Return the redshifts that were voted, for the axis of χ²."""
    on_screen = session.on_screen
    return tuple(
        VoteMark(i_vote, vote.verdict.redshift, letter_of(i_vote))
        for i_vote, vote in enumerate(on_screen.votes)
        if vote is not None and math.isfinite(vote.verdict.redshift)
    )


def line_marks(session: Session) -> tuple[VoteMark, ...]:
    """Return where the usual lines lie at each voted z that is not the one on screen."""
    on_screen = session.on_screen
    spectrum, shown = on_screen.spectrum, session.shown.redshift
    if spectrum is None:
        return ()
    marks = []
    for vote in redshift_marks(session):
        if is_within_velocity(vote.position, shown, SAME_ON_SCREEN):
            continue
        for name in CONFUSABLE:
            line = LINES_BY_NAME[name]
            wave = float(convert(line.observed(vote.position), "vacuum", spectrum.medium))
            marks.append(VoteMark(vote.i_vote, wave, f"{vote.text} {line.label}"))
    return tuple(marks)


def letter_of(i_vote: int) -> str:
    """Return the letter of an inspector; beyond those with a key it is a number."""
    return LETTERS[i_vote] if i_vote < len(LETTERS) else str(i_vote + 1)


def _vote_row(i_vote: int, inspector: str, vote: VerdictEvent | None, taken_from: str) -> VoteRow:
    letter = letter_of(i_vote)
    if vote is None:
        return VoteRow(letter, inspector)
    verdict = vote.verdict
    return VoteRow(
        letter=letter,
        inspector=inspector,
        is_cast=True,
        redshift=verdict.redshift,
        zconf=verdict.zconf,
        words=_words(verdict),
        comment=verdict.comment,
        time=vote.time,
        is_taken=inspector == taken_from,
    )


def _words(verdict: Verdict) -> str:
    """What was decided beside z and ZCONF."""
    words = [] if verdict.false_reason is None else [f"✕ false: {verdict.false_reason.value}"]
    blend = verdict.blend
    if blend is not None and math.isfinite(blend.redshift):
        words.append(f"z₂ {blend.redshift:.5f} ({blend.zconf})")
    elif blend is not None and blend.kind is BlendKind.CONTAMINATION:
        words.append("light of a neighbour")
    elif SourceFlag.BLEND in verdict.flags:
        words.append("blend")
    words += sorted(flag.value for flag in verdict.flags - {SourceFlag.BLEND})
    return "  ".join(words)


def _decision(verdict: Verdict) -> str:
    if not verdict.is_inspected:
        return ""
    return f"reconciled: {verdict.taken_from}" if verdict.taken_from else "reconciled: new verdict"


def _is_open(verdict: Verdict | None) -> bool:
    return verdict is None or not verdict.is_inspected
