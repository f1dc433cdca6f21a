"""The reliability of several surveys: tables, and a diagram as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from moosegui.errors import ExportError
from moosegui.fit.evaluation.kinds import ALL, LeftOut, Reliability
from moosegui.report.canvas import BLUE, GREEN, GREY, ORANGE, VERMILION, drawing
from moosegui.report.tables import NumberTable

COLOURS = (BLUE, VERMILION, GREEN, ORANGE, "#CC79A7", "#56B4E9", "#000000")
PICTURES = (".png", ".svg", ".pdf")


def reliability_tables(
    measured: Sequence[Reliability], left_out: Sequence[LeftOut]
) -> tuple[NumberTable, ...]:
    """Return what is told of the reliability of P(z) by survey and class."""
    head = ("", "calibration error", "of", "above 0.99", "wrong of these")
    tables = [
        NumberTable(
            "Reliability of P(z) by survey and class, false sources included",
            head,
            tuple(_row(one) for one in measured),
        )
    ]
    if left_out:
        rows = tuple(
            (*_row(one.reliability), f"{one.change.shift:+.2f}", f"{one.change.slope:.2f}")
            for one in left_out
        )
        tables.append(
            NumberTable(
                "The same with a calibration learned on the other surveys",
                (*head, "log-odds shifted", "times"),
                rows,
            )
        )
    tables += [_bins_table(one) for one in measured if one.kind == ALL]
    return tuple(tables)


def _row(one: Reliability) -> tuple[str, ...]:
    name = one.survey if one.kind == ALL else f"{one.survey}, {one.kind}"
    error = "" if np.isnan(one.calibration_error) else f"{one.calibration_error:.3f}"
    return name, error, f"{one.n}", f"{one.n_sure}", f"{one.n_sure_wrong}"


def _bins_table(one: Reliability) -> NumberTable:
    rows = tuple(
        (
            entry.found.label,
            f"{entry.stated:.3f}",
            f"{entry.found.fraction:.3f}",
            f"{entry.found.lower:.3f} to {entry.found.upper:.3f}",
            f"{entry.found.n}",
        )
        for entry in one.bins
    )
    head = ("P(z)", "stated", "right", "68 % interval", "of")
    return NumberTable(f"Stated and right, {one.survey}", head, rows)


def write_reliability_plot(path: Path, measured: Sequence[Reliability]) -> None:
    """Draw the fraction that is right against what was stated, a line for each survey.

    Raises
    ------
    ExportError
        If the file cannot be written, or its ending is none of a picture.
    """
    if path.suffix not in PICTURES:
        raise ExportError(f"{path} is no picture; name it {', '.join(PICTURES)}.")
    whole = [one for one in measured if one.kind == ALL]
    with drawing(5.2, 4.8) as figure:
        axes = figure.subplots()
        axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8)
        for i, one in enumerate(whole):
            stated = np.array([entry.stated for entry in one.bins])
            right = np.array([entry.found.fraction for entry in one.bins])
            lower = right - np.array([entry.found.lower for entry in one.bins])
            upper = np.array([entry.found.upper for entry in one.bins]) - right
            axes.errorbar(
                stated,
                right,
                np.maximum(np.stack((lower, upper)), 0.0),
                fmt="o-",
                markersize=4,
                color=COLOURS[i % len(COLOURS)],
                capsize=2,
                label=f"{one.survey} ({one.n})",
            )
        axes.set(xlabel="stated probability", ylabel="fraction that is right")
        axes.legend(loc="upper left")
        try:
            figure.savefig(path, dpi=150)
        except OSError as error:
            raise ExportError(f"{path} cannot be written ({error.strerror}).") from error
