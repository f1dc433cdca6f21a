"""The solutions of a source as lists and sheets show them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.deblending import Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_same_redshift, is_within_velocity
from moosegui.data.results import Analysis, Solution
from moosegui.fit.confidence.evidence import is_seen

HEADINGS = ("", "z", "Δχ²", "R", "P")
SHOWN_LINES = 5
SEEN = 3.0  # sigma from which a line is listed


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """One solution as the list shows it.

    Parameters
    ----------
    rank : int
        0 of a star or a quasar, before the solutions of a galaxy.
    redshift : float
    relative_depth, robustness : float
        Δχ² and R.
    lines : str
        The strong lines that it predicts with their sigma, as "Lyα 34σ  C IV −3σ" in absorption.
    confusions : str
        What it may be taken for, as "[O II]/Lyα with solution 1"; empty without.
    probability : float
        That the redshift is this one; nan when unknown.
    part : str
        Which part of a probable blend it is, as "z₁ of the blend, 97 %", or that it is the
        redshift of the star or the quasar above; empty without.
    """

    rank: int
    redshift: float
    relative_depth: float
    robustness: float
    lines: str = ""
    confusions: str = ""
    probability: float = float("nan")
    part: str = ""

    @property
    def note(self) -> str:
        """What is to be known of it beside its lines."""
        return self.part or (f"≈ {self.confusions}" if self.confusions else "")

    @property
    def columns(self) -> tuple[str, str, str, str, str]:
        """Rank, z, Δχ², R and P as text."""
        return (
            str(self.rank) if self.rank else self.lines[:1],  # of a star or a quasar: ★ or Q
            f"{self.redshift:.5f}".replace("-", "−"),
            _number(self.relative_depth, "{:.3f}"),
            _number(self.robustness, "{:.1f}"),
            percent(self.probability),
        )


def _number(value: float, form: str) -> str:
    if not np.isfinite(value):
        return "–"
    text = form.format(value)
    return text.replace("-", "−" if float(text) else "")  # no −0.0


def percent(probability: float) -> str:
    """Return a probability as text that never claims to be certain; empty when unknown."""
    if not np.isfinite(probability):
        return ""
    if probability < 0.005:
        return "<1 %"
    return ">99 %" if probability > 0.995 else f"{100 * probability:.0f} %"


def solution_rows(
    analysis: Analysis | None, blend: Vetting | None = None
) -> tuple[SolutionRow, ...]:
    """Return the solutions of a source, with their probabilities where P(z) is known.

    P(z) is that of one galaxy: of a probable blend it is said which of them are its two.
    """
    if analysis is None:
        return ()
    rows = tuple(solution_row(solution) for solution in analysis.solutions)
    probabilities = probabilities_of(analysis)
    if len(probabilities) == len(rows):
        pairs = zip(rows, probabilities, strict=True)
        rows = tuple(replace(row, probability=chance) for row, chance in pairs)
    if blend is not None and analysis.other_class is None:
        rows = tuple(replace(row, part=_part_of(blend, row.redshift)) for row in rows)
    other = _other_class(analysis)
    if other:  # whose redshift a galaxy may have too: one redshift, said twice
        same = f"the z of {other[0].columns[0]}"
        rows = tuple(
            replace(row, part=same) if is_same_redshift(row.redshift, other[0].redshift) else row
            for row in rows
        )
    return (*other, *rows)


def _part_of(blend: Vetting, redshift: float) -> str:
    if is_within_velocity(redshift, blend.first, SAME_ON_SCREEN):
        return f"z₁ of the blend, {percent(blend.blend_score)}".rstrip(", ")
    if is_within_velocity(redshift, blend.redshift, SAME_ON_SCREEN):
        return "z₂ of the blend"
    return ""


def _other_class(analysis: Analysis) -> tuple[SolutionRow, ...]:
    """Return the row of a star or a quasar, where it is more probable than a galaxy."""
    solution, found = analysis.other_class, analysis.classes
    if solution is None or found is None:
        return ()
    row = replace(solution_row(solution), lines=found.words, probability=found.p_redshift)
    return (row,)


def probabilities_of(analysis: Analysis) -> tuple[float, ...]:
    """Return P of the solutions in their order; empty when it is unknown."""
    posterior = analysis.posterior
    return () if posterior is None else tuple(mode.probability for mode in posterior.modes)


def solution_row(solution: Solution) -> SolutionRow:
    """Return a solution with the strong lines that are seen at it, the strongest first.

    What is in emission where a line is only known in absorption, or the other way round, is none.
    """
    seen = sorted((e for e in solution.lines if is_seen(e, SEEN)), key=lambda e: -abs(e.snr))
    strongest = {e.label: e for e in reversed(seen)}  # one entry a label: the strongest wins
    best = sorted(strongest.values(), key=lambda e: -abs(e.snr))[:SHOWN_LINES]
    return SolutionRow(
        rank=solution.rank,
        redshift=solution.redshift,
        relative_depth=solution.relative_depth,
        robustness=solution.robustness,
        lines="  ".join(f"{e.label} {e.snr:.0f}σ".replace("-", "−") for e in best),
        confusions="; ".join(one.text_with_rank for one in solution.confusions),
    )
