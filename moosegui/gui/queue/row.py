"""One source as the queue shows it: its state, its marks, and the chips that it belongs under."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from moosegui.data.catalogue import Verdict
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


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One source as the queue shows it.

    Parameters
    ----------
    key, source_id : str
    state : QueueState
    redshift : float
        The assigned or drafted z, else the proposal; nan without any.
    zconf : int or None
    relative_depth, robustness : float
        Δχ² and R of the best solution; nan before the scan.
    flags : str
        The expert's flags in words, separated by spaces.
    problem : str
        Why it cannot be shown; empty when it can.
    comment : str
    marks : frozenset of Mark
    values : tuple of (column, text)
        Further columns of the catalogue.
    verdict : Verdict or None
        In force.
    summary : ScanSummary or None
        What the scan found.
    """

    key: str
    source_id: str
    state: QueueState = QueueState.UNREVIEWED
    redshift: float = float("nan")
    zconf: int | None = None
    relative_depth: float = float("nan")
    robustness: float = float("nan")
    flags: str = ""
    problem: str = ""
    comment: str = ""
    marks: frozenset[Mark] = frozenset()
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    verdict: Verdict | None = field(default=None, repr=False, compare=False)
    summary: ScanSummary | None = field(default=None, repr=False, compare=False)

    @property
    def glyphs(self) -> str:
        """The badges of the marks, always in the same order, and that there are flags."""
        glyphs = "".join(mark.glyph for mark in Mark if mark in self.marks)
        return f"{glyphs}⚑" if self.flags else glyphs

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
