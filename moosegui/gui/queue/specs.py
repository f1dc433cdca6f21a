"""The fixed columns of the queue, one record each; those of the catalogue follow them.

A column that joins `SPECS` can be shown, chosen, sorted by, named in a filter and kept in the
preferences. Its value may come from any field of the row, and so from any number of the scan or
field of the verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from moosegui.gui.queue.row import QueueRow
from moosegui.gui.style.theme import Colours

Colour = Callable[[QueueRow, Colours], str | None]


def _quiet_if_problem(row: QueueRow, colours: Colours) -> str | None:
    return colours.muted if row.problem else None


def _of_vetting(row: QueueRow, name: str) -> float:
    """A number of the search for blends and false sources; nan before it."""
    vetting = None if row.summary is None else row.summary.vetting
    return float("nan") if vetting is None else float(getattr(vetting, name))


def _of_state(row: QueueRow, colours: Colours) -> str:
    return colours.of_queue(row.state)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column; it has either a number or a text.

    Parameters
    ----------
    name : str
        Lower case; in filters, and by which a choice of columns is kept.
    heading, tip : str
    number : callable, optional
        The number of a row, nan where there is none; sorted by size.
    text : callable, optional
        The text of a row, empty where there is none; sorted as people count.
    glyph : callable, optional
        What is shown in place of the text.
    decimals : int
        Of a number.
    sample : str
        What gives the column its width; empty where something else does.
    aliases : tuple of str
        Further names in filters.
    colour : callable
        Of the writing, from a row and the palette; None for the usual one.
    is_centred : bool
    is_searched : bool
        Whether a bare word of the filter is looked for in it.
    is_first : bool
        Whether it is shown before the expert has chosen columns.
    """

    name: str
    heading: str
    tip: str
    number: Callable[[QueueRow], float] | None = None
    text: Callable[[QueueRow], str] | None = None
    glyph: Callable[[QueueRow], str] | None = None
    decimals: int = 0
    sample: str = ""
    aliases: tuple[str, ...] = ()
    colour: Colour = _quiet_if_problem
    is_centred: bool = False
    is_searched: bool = False
    is_first: bool = True

    def shown(self, row: QueueRow) -> str:
        """Return what stands in the cell of a row."""
        if self.number is not None:
            value = self.number(row)
            text = f"{value:.{self.decimals}f}" if np.isfinite(value) else ""
            return text.replace("-", "−")
        shown = self.glyph or self.text
        return "" if shown is None else shown(row)


SPECS: tuple[ColumnSpec, ...] = (
    ColumnSpec(
        *("id", "ID", "Identifier in the catalogue"),
        text=lambda row: row.source_id,
        is_searched=True,
    ),
    ColumnSpec(
        *("state", "", "· unreviewed, ◆ draft, ● assigned, ✕ false source, ! problem"),
        text=lambda row: row.state.value,
        glyph=lambda row: row.state.glyph,
        sample="●",
        colour=_of_state,
        is_centred=True,
    ),
    ColumnSpec(
        *("z", "z", "The assigned redshift, else the proposal"),
        number=lambda row: row.redshift,
        decimals=5,
        sample="−0.00000",
        colour=lambda row, colours: colours.muted if row.problem or row.zconf is None else None,
    ),
    ColumnSpec(
        *("zconf", "Q", "ZCONF, the confidence from 0 to 3; empty is not inspected"),
        number=lambda row: float("nan") if row.zconf is None else float(row.zconf),
        sample="Q",
        aliases=("q",),
        colour=_of_state,
        is_centred=True,
    ),
    ColumnSpec(
        *("marks", ""),
        "? perhaps false, ≠ not the catalogue's z, B perhaps a blend, M masks, V votes, ⚑ flags",
        text=lambda row: row.glyphs,
        sample="?≠B",
        colour=lambda _row, colours: colours.trial,
        is_centred=True,
    ),
    ColumnSpec(
        *("r", "R", "How far the best solution is ahead of the next"),
        number=lambda row: row.standing.robustness,
        decimals=1,
        sample="−00.0",
        is_first=False,
    ),
    ColumnSpec(
        *("dchi2", "Δχ²", "How much better the best solution fits than most redshifts"),
        number=lambda row: row.standing.relative_depth,
        decimals=3,
        sample="−0.000",
        aliases=("δχ²",),
        is_first=False,
    ),
    ColumnSpec(
        *("p_blend", "P(blend)", "How probable it is that a second galaxy is in the spectrum"),
        number=lambda row: _of_vetting(row, "blend_score"),
        decimals=2,
        sample="P(blend)",
        is_first=False,
    ),
    ColumnSpec(
        *("z2", "z₂", "Redshift of the best candidate for a second galaxy"),
        number=lambda row: _of_vetting(row, "redshift"),
        decimals=4,
        sample="0.00000",
        aliases=("z₂",),
        is_first=False,
    ),
    ColumnSpec(
        *("p_false", "P(false)", "How probable it is that it is no source"),
        number=lambda row: _of_vetting(row, "false_score"),
        decimals=2,
        sample="P(false)",
        is_first=False,
    ),
    ColumnSpec(
        *("flags", "Flags", "Flags of the inspector"),
        text=lambda row: row.flags,
        sample="interesting",
        is_searched=True,
        is_first=False,
    ),
    ColumnSpec(
        *("comment", "Comment", "Comment of the inspector"),
        text=lambda row: row.comment,
        sample="Lyα, asymmetric",
        is_searched=True,
        is_first=False,
    ),
    ColumnSpec(
        *("problem", "Problem", "Why a source cannot be shown"),
        text=lambda row: row.problem,
        sample="unreadable",
        is_searched=True,
        is_first=False,
    ),
)


def specs() -> tuple[ColumnSpec, ...]:
    """Return the fixed columns in their order on screen."""
    return SPECS


def column_place(name: str) -> int:
    """Return the place of a fixed column on screen, from 0."""
    return [spec.name for spec in SPECS].index(name)
