"""Blends and false sources in the report: tables, figures, numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from moosegui.fit.evaluation.evaluate_vetting import (
    PUBLISHED_FALSE_RATE,
    BlendEvaluation,
    FalseEvaluation,
    VettingEvaluation,
)
from moosegui.fit.evaluation.vetting_metrics import Roc
from moosegui.report.canvas import BLUE, GREEN, GREY, VERMILION, drawing, to_svg
from moosegui.report.tables import NumberTable, fraction_table


def vetting_tables(vetting: VettingEvaluation) -> tuple[NumberTable, ...]:
    """Return the numbers of blends and false sources."""
    tables: list[NumberTable] = []
    if vetting.blends is not None:
        tables += _blend_tables(vetting.blends)
    if vetting.false is not None:
        tables += _false_tables(vetting.false)
    return tuple(tables)


def _blend_tables(blends: BlendEvaluation) -> tuple[NumberTable, ...]:
    rows = (
        ("area under the ROC", f"{blends.roc.area:.4f}"),
        (f"true rate at a false rate of {PUBLISHED_FALSE_RATE:g}", f"{blends.published:.4f}"),
        ("blends, single galaxies", f"{blends.roc.n_true}, {blends.roc.n_false}"),
    )
    chosen = (blends.flagged, blends.false_flagged, blends.second_right)
    return (
        NumberTable("Blends", ("", "value"), rows),
        fraction_table("Blends at the calibrated threshold", chosen),
        fraction_table("Blends flagged, by what the second galaxy is", blends.groups),
        fraction_table("z2 right of the flagged, by the same", blends.second_groups),
    )


def _false_tables(false: FalseEvaluation) -> tuple[NumberTable, ...]:
    completeness, purity = false.chosen
    rows = (
        ("area under the ROC", f"{false.roc.area:.4f}"),
        ("completeness at the calibrated threshold", f"{completeness:.4f}"),
        ("purity there", f"{purity:.4f}"),
        ("false, true sources", f"{false.roc.n_true}, {false.roc.n_false}"),
    )
    tables = [NumberTable("False sources", ("", "value"), rows)]
    if false.groups:
        tables.append(fraction_table("True sources kept", false.groups))
    return tuple(tables)


def plot_roc(roc: Roc, name: str) -> str:
    """True rate against false rate."""
    with drawing(4.4, 4.0) as figure:
        axes = figure.subplots()
        axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8)
        axes.plot(roc.false_rate, roc.true_rate, color=BLUE)
        axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="false rate", ylabel="true rate", title=name)
        axes.annotate(f"area {roc.area:.3f}", (0.95, 0.05), ha="right")
        return to_svg(figure, f"roc-{name.replace(' ', '-')}")


def plot_keeping(false: FalseEvaluation) -> str:
    """Completeness and purity against the threshold on the score of false sources."""
    with drawing(6.5, 3.2) as figure:
        axes = figure.subplots()
        inside = np.isfinite(false.roc.thresholds)
        thresholds = false.roc.thresholds[inside]
        axes.plot(thresholds, false.completeness[inside], color=GREEN, label="completeness")
        axes.plot(thresholds, false.purity[inside], color=VERMILION, label="purity")
        axes.set(xlim=(0, 1), ylim=(0.6, 1.005), xlabel="FALSE_SCORE above which one is dropped")
        axes.legend(loc="lower right")
        return to_svg(figure, "keeping")


def plot_groups(blends: BlendEvaluation) -> str:
    """Fractions of the blends that are flagged, with 68 % Wilson intervals."""
    with drawing(6.5, 0.9 + 0.2 * len(blends.groups)) as figure:
        axes = figure.subplots()
        places = np.arange(len(blends.groups))[::-1]
        values = np.array([group.fraction for group in blends.groups])
        below = values - np.array([group.lower for group in blends.groups])
        above = np.array([group.upper for group in blends.groups]) - values
        errors = np.maximum(np.stack((below, above)), 0.0)
        axes.errorbar(values, places, xerr=errors, fmt="o", color=BLUE, capsize=2)
        labels = [f"{group.label} ({group.n})" for group in blends.groups]
        axes.set(xlim=(0, 1.02), xlabel="fraction flagged")
        axes.set_yticks(places, labels)
        return to_svg(figure, "blend-groups")


def vetting_numbers(vetting: VettingEvaluation | None) -> dict[str, Any] | None:
    """Return the numbers for the JSON file."""
    if vetting is None:
        return None
    return {
        "blends": None if vetting.blends is None else asdict(vetting.blends),
        "false": None if vetting.false is None else asdict(vetting.false),
    }
