"""One source as the queue shows it: its state, its marks, and the chips that it belongs under."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from math import isfinite

from moosegui.data.catalogue import Source, Verdict
from moosegui.data.results import ScanSummary
from moosegui.gui.session.states import QueueState


class Mark(enum.StrEnum):
    """What an expert should know of a source before it is opened; the value is its filter word."""

    DOUBTFUL = "doubtful"
    DISAGREES = "disagrees"
    BLENDED = "blended"
    MASKED = "masked"
    CONFLICT = "conflict"
    STAR = "star"
    QSO = "qso"

    @property
    def glyph(self) -> str:
        """The badge in the narrow column of the marks."""
        return {
            Mark.DOUBTFUL: "?",
            Mark.DISAGREES: "≠",
            Mark.BLENDED: "B",
            Mark.MASKED: "M",
            Mark.CONFLICT: "V",
            Mark.STAR: "★",
            Mark.QSO: "Q",
        }[self]

    @property
    def meaning(self) -> str:
        """The badge in words."""
        return {
            Mark.DOUBTFUL: "proposed as false",
            Mark.BLENDED: "light of a second galaxy was found; K shows it",
            Mark.DISAGREES: "disagrees with the redshift of the catalogue",
            Mark.MASKED: "scanned under masks, limits of z or another weighting",
            Mark.CONFLICT: "the votes of the inspectors disagree",
            Mark.STAR: "proposed as a star; Enter takes it",
            Mark.QSO: "proposed as a quasar; Enter takes it",
        }[self]


USUAL = (
    ("MAG", "magnitude", ".2f"),
    ("ZCAT", "redshift", ".5f"),
    ("RA", "ra", ".6f"),
    ("DEC", "dec", ".6f"),
)  # of a catalogue: heading, field of `Source`, form
CONFLICT = "CONFLICT"  # column with why inspectors disagree, while they are reconciled


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a source beyond its catalogue; where nothing is, many share one.

    Parameters
    ----------
    state : QueueState
    redshift : float
        The assigned or drafted z, else the proposal; nan without any.
    zconf : int or None
    relative_depth, robustness : float
        Δχ² and R of the best solution; nan before the scan.
    flags : str
        The expert's flags in words, separated by spaces.
    problem : str
        Why the scan could not show it; empty where that is known of the list already.
    comment : str
    marks : frozenset of Mark
    conflict : str or None
        Why inspectors disagree, empty where they do not; None while nobody is reconciled.
    verdict : Verdict or None
        In force.
    summary : ScanSummary or None
        What the scan found.
    """

    state: QueueState = QueueState.UNREVIEWED
    redshift: float = float("nan")
    zconf: int | None = None
    relative_depth: float = float("nan")
    robustness: float = float("nan")
    flags: str = ""
    problem: str = ""
    comment: str = ""
    marks: frozenset[Mark] = frozenset()
    conflict: str | None = None
    verdict: Verdict | None = field(default=None, repr=False, compare=False)
    summary: ScanSummary | None = field(default=None, repr=False, compare=False)


UNTOUCHED = Standing()
UNREADABLE = Standing(QueueState.PROBLEM)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One source as the queue shows it: the source of the list, and how it stands.

    What is shown of it is made when it is asked for, so that a hundred thousand rows are light.
    """

    source: Source
    standing: Standing

    @property
    def key(self) -> str:
        """The key of the source."""
        return self.source.key

    @property
    def source_id(self) -> str:
        """The ID in the catalogue."""
        return self.source.source_id

    @property
    def state(self) -> QueueState:
        """Where it stands."""
        return self.standing.state

    @property
    def redshift(self) -> float:
        """The assigned or drafted z, else the proposal; nan without any."""
        return self.standing.redshift

    @property
    def zconf(self) -> int | None:
        """The confidence; None where nobody inspected it."""
        return self.standing.zconf

    @property
    def flags(self) -> str:
        """The expert's flags in words."""
        return self.standing.flags

    @property
    def problem(self) -> str:
        """Why it cannot be shown; empty when it can."""
        return self.standing.problem or self.source.problem

    @property
    def comment(self) -> str:
        """The comment of the inspector."""
        return self.standing.comment

    @property
    def marks(self) -> frozenset[Mark]:
        """What an expert should know before it is opened."""
        return self.standing.marks

    @property
    def summary(self) -> ScanSummary | None:
        """What the scan found."""
        return self.standing.summary

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """The catalogue's columns that filters may name, the usual ones under one name."""
        source, conflict = self.source, self.standing.conflict
        usual = ((name, getattr(source, attribute), form) for name, attribute, form in USUAL)
        found = tuple((name, f"{value:{form}}") for name, value, form in usual if isfinite(value))
        told = () if conflict is None else ((CONFLICT, conflict),)
        return found + source.values + told

    @property
    def n_values(self) -> int:
        """How many `values` there are."""
        one, is_known = self.source, isfinite
        n_usual = (
            is_known(one.magnitude) + is_known(one.redshift) + is_known(one.ra) + is_known(one.dec)
        )
        return n_usual + len(one.values) + (self.standing.conflict is not None)

    @property
    def glyphs(self) -> str:
        """The badges of the marks, always in the same order, and that there are flags."""
        marks, flags = self.standing.marks, self.standing.flags
        glyphs = "".join(mark.glyph for mark in Mark if mark in marks) if marks else ""
        return f"{glyphs}⚑" if flags else glyphs

    @property
    def tip(self) -> str:
        """What a tool tip says of it, a line each."""
        meanings = (mark.meaning for mark in Mark if mark in self.marks)
        flags = f"flags: {self.flags}" if self.flags else ""
        lines = (self.problem, *meanings, flags, self.comment)
        return "\n".join(line for line in lines if line) or self.state.value


UNDECIDED = frozenset({QueueState.UNREVIEWED, QueueState.DRAFT, QueueState.PROBLEM})


class Chip(enum.StrEnum):
    """The ready-made filters."""

    ALL = "all"
    UNREVIEWED = "unreviewed"
    DRAFT = "draft"
    FLAGGED = "flagged"
    ZCONF0 = "0"
    ZCONF1 = "1"
    ZCONF2 = "2"
    ZCONF3 = "3"
    FALSE = "false"
    DOUBTFUL = "doubtful"
    DISAGREES = "disagrees"
    BLENDED = "blended"
    STAR = "star"
    QSO = "qso"
    CONFLICT = "conflict"

    def accepts(self, row: QueueRow) -> bool:
        """Whether `row` belongs under this chip; a draft is still unreviewed."""
        match self:
            case Chip.ALL:
                return True
            case Chip.UNREVIEWED:
                return row.state in UNDECIDED
            case Chip.DRAFT:
                return row.state is QueueState.DRAFT
            case Chip.FALSE:
                return row.state is QueueState.FALSE
            case Chip.FLAGGED:
                return bool(row.flags)
            case Chip.ZCONF0 | Chip.ZCONF1 | Chip.ZCONF2 | Chip.ZCONF3:
                return row.state is QueueState.ASSIGNED and row.zconf == int(self.value)
            case _:
                return Mark(self.value) in row.marks
