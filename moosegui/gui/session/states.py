"""How states are told: a word and a shape for each, so that colour never stands alone."""

from __future__ import annotations

import enum
from typing import Literal

RedshiftState = Literal["proposal", "trial", "assigned"]

REDSHIFT_GLYPHS: dict[RedshiftState, str] = {"proposal": "○", "trial": "◆", "assigned": "●"}


class QueueState(enum.StrEnum):
    """Where a source stands in the queue; the value is the word that filters and tips use."""

    UNREVIEWED = "unreviewed"
    DRAFT = "draft"
    ASSIGNED = "assigned"
    FALSE = "false"
    PROBLEM = "problem"

    @property
    def glyph(self) -> str:
        """The badge that stands for the state in a narrow column."""
        return _QUEUE_GLYPHS[self]


_QUEUE_GLYPHS: dict[QueueState, str] = {
    QueueState.UNREVIEWED: "·",
    QueueState.DRAFT: "◆",
    QueueState.ASSIGNED: "●",
    QueueState.FALSE: "✕",
    QueueState.PROBLEM: "!",
}
