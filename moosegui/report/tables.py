"""The numbers of an evaluation as tables: rows of text, for the page and for the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from moosegui.data.lines import LINES_BY_NAME
from moosegui.fit.evaluation.evaluate import Evaluation
from moosegui.fit.evaluation.metrics import (
    DEFAULT_THRESHOLD,
    Binned,
    GoodFraction,
    Mistake,
)
from moosegui.report.rank_file import RankReport

SHOWN_THRESHOLDS = (0.002, 0.005, DEFAULT_THRESHOLD, 0.02, 0.05, 0.1)
OTHER = "other"


@dataclass(frozen=True, slots=True)
class NumberTable:
    """A titled table; the first column is text, the others are numbers as text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_text(self) -> str:
        """Return the table for a terminal."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.head))]
        text = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join((self.title, *text))


def evaluation_tables(evaluation: Evaluation) -> tuple[NumberTable, ...]:
    """Return everything of an evaluation but the mistakes."""
    groups = (evaluation.overall, evaluation.secure, *evaluation.by_zconf)
    tables = [
        fraction_table("Good Fraction", groups),
        fraction_table("Good Fraction by class, ZCONF 2 and 3", evaluation.by_kind),
        _accuracy_table(evaluation),
        *(binned_table(one) for one in evaluation.binned),
    ]
    if evaluation.selection is not None:
        rows = []
        for threshold in SHOWN_THRESHOLDS:
            completeness, purity = evaluation.selection.at(threshold)
            rows.append((f"{threshold:g}", _number(completeness, ".4f"), _number(purity, ".4f")))
        head = ("threshold on Δχ²", "completeness", "purity")
        tables.append(NumberTable("True and false sources", head, tuple(rows)))
    tables.append(_reliability_table(evaluation))
    return tuple(table for table in tables if table.rows)


def fraction_table(title: str, fractions: Sequence[GoodFraction]) -> NumberTable:
    """Return fractions with their 68 % Wilson intervals."""
    rows = tuple(
        (
            one.label,
            f"{one.n_good}",
            f"{one.n}",
            _number(one.fraction, ".4f"),
            f"{_number(one.lower, '.4f')} to {_number(one.upper, '.4f')}",
        )
        for one in fractions
    )
    return NumberTable(title, ("", "good", "of", "fraction", "68 % interval"), rows)


def binned_table(binned: Binned) -> NumberTable:
    """Return the fractions in bins of one quantity."""
    return fraction_table(f"Good Fraction by {binned.quantity}", binned.fractions)


def _accuracy_table(evaluation: Evaluation) -> NumberTable:
    accuracy, pulls = evaluation.accuracy, evaluation.pulls
    rows = (
        ("MAE of δz without outliers", _number(accuracy.mae, ".3e")),
        ("MAD of δz", _number(accuracy.mad, ".3e")),
        ("bias of (z − z true) / (1 + z true)", _number(accuracy.bias, "+.3e")),
        ("predictions that count for it", f"{accuracy.n_used} of {accuracy.n}"),
        ("median of (z − z true) / error", _number(pulls.mean, "+.3f")),
        ("its scatter, ideally 1", _number(pulls.scatter, ".3f")),
        ("within one error, ideally 0.683", _number(pulls.within_one, ".3f")),
    )
    return NumberTable("Accuracy", ("", "value"), rows)


def _reliability_table(evaluation: Evaluation) -> NumberTable:
    rows = tuple(
        (
            one.found.label,
            _number(one.stated, ".4f"),
            _number(one.found.fraction, ".4f"),
            f"{_number(one.found.lower, '.4f')} to {_number(one.found.upper, '.4f')}",
            f"{one.found.n}",
        )
        for one in evaluation.reliability
    )
    head = ("P(z) of the first solution", "stated", "right", "68 % interval", "of")
    return NumberTable("Reliability of P(z), ZCONF 1 to 3", head, rows)


def mistake_table(mistakes: Sequence[Mistake]) -> NumberTable:
    """Return which line (row) was taken for which other (column), how often."""
    seen = {name for one in mistakes for name in (one.true_line, one.taken_for)}
    names = sorted(seen - {""}, key=lambda name: LINES_BY_NAME[name].wave)
    counts = {(one.true_line, one.taken_for): one.n for one in mistakes}
    rows = [
        (label_of(true), *(str(counts.get((true, taken), "")) for taken in names), "")
        for true in names
        if any(one.true_line == true for one in mistakes)
    ]
    if counts.get(("", "")):
        rows.append((OTHER, *("" for _ in names), str(counts["", ""])))
    head = ("true line \\ taken for", *(label_of(name) for name in names), OTHER)
    return NumberTable("Which line was taken for which", head, tuple(rows))


def rank_table(report: RankReport) -> NumberTable:
    """Return the scores of all ranks."""
    rows = tuple(
        (
            f"{score.rank}{' (chosen)' if score.rank == report.selection.chosen else ''}",
            _number(score.pooled.fraction, ".4f"),
            f"{_number(score.pooled.lower, '.4f')} to {_number(score.pooled.upper, '.4f')}",
            _number(score.spread, ".4f"),
            _number(score.mae, ".3e"),
            _number(score.mae_spread, ".1e"),
        )
        for score in report.selection.scores
    )
    head = ("rank", "good fraction", "68 % interval", "spread", "MAE", "spread of MAE")
    return NumberTable("Cross-validation", head, rows)


def label_of(name: str) -> str:
    """Return how plots call a line."""
    return LINES_BY_NAME[name].label if name in LINES_BY_NAME else name


def _number(value: float, layout: str) -> str:
    return "–" if math.isnan(value) else format(value, layout)
