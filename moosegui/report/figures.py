"""The plots of an evaluation, as they were published for the method (docs/method.md, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from moosegui.data.arrays import BoolArray
from moosegui.data.grids import SAME_SOLUTION
from moosegui.data.line_relations import DRAWN_CONFUSIONS
from moosegui.data.lines import LINES_BY_NAME
from moosegui.fit.basis.rank import RankSelection
from moosegui.fit.evaluation.evaluate import Predictions
from moosegui.fit.evaluation.metrics import DEFAULT_THRESHOLD, Binned, Pulls, Selection
from moosegui.fit.evaluation.reliability import ReliabilityBin
from moosegui.report.canvas import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
    ZCONF_COLOURS,
    drawing,
    to_svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Delta chi2 and R below which nearly all failures lie (docs/method.md, section 5)
DOUBTFUL = (0.05, 3.0)
SMALLEST_OFFSET, SMALLEST_SCORE = 1e-6, 1e-4
LOGARITHMIC = frozenset(("continuum S/N", "line S/N"))


def plot_ranks(selection: RankSelection) -> str:
    """Good Fraction and MAE against the rank, with their spread; the chosen one marked."""
    with drawing(9.0, 3.2) as figure:
        left, right = figure.subplots(1, 2)
        ranks = [score.rank for score in selection.scores]
        fractions = [score.pooled.fraction for score in selection.scores]
        errors = [score.spread for score in selection.scores]
        left.errorbar(ranks, fractions, errors, fmt="o-", color=BLUE, capsize=3)
        left.set_ylabel("Good Fraction")
        maes = [score.mae for score in selection.scores]
        spreads = [score.mae_spread for score in selection.scores]
        right.errorbar(ranks, maes, spreads, fmt="o-", color=VERMILION, capsize=3)
        right.set_ylabel("MAE of δz")
        for axes in (left, right):
            axes.axvline(selection.chosen, color=GREY, linestyle=":")
            axes.set_xlabel("rank")
            axes.xaxis.get_major_locator().set_params(integer=True)
        return to_svg(figure, "ranks")


def plot_redshifts(predictions: Predictions) -> str:
    """Predicted against true redshift, with the lines on which known confusions lie."""
    with drawing(5.6, 5.2) as figure:
        axes = figure.subplots()
        finite = np.isfinite(predictions.redshift) & predictions.is_labelled
        top = float(
            np.max(np.stack((predictions.redshift, predictions.truth))[:, finite], initial=1)
        )
        ends = np.array([0.0, 1.05 * top])
        axes.plot(ends, ends, color=GREY, linewidth=0.8)
        for true, taken in DRAWN_CONFUSIONS:
            ratio = LINES_BY_NAME[true].wave / LINES_BY_NAME[taken].wave
            label = f"{LINES_BY_NAME[true].label} as {LINES_BY_NAME[taken].label}"
            axes.plot(ends, ratio * (1 + ends) - 1, color="#cccccc", linewidth=0.8, zorder=0)
            _name_line(axes, ratio, float(ends[1]), label)
        for zconf in (3, 2, 1):
            chosen = finite & (predictions.zconf == zconf)
            axes.plot(
                predictions.truth[chosen],
                predictions.redshift[chosen],
                "o",
                color=ZCONF_COLOURS[zconf],
                label=f"ZCONF {zconf}",
                markersize=2.5 if zconf > 1 else 3.5,
                markeredgewidth=0,
                alpha=0.7,
                rasterized=True,
            )
        axes.set(xlim=ends, ylim=ends, xlabel="true redshift", ylabel="predicted redshift")
        axes.legend(loc="lower right")
        return to_svg(figure, "redshifts")


def _name_line(axes: Axes, ratio: float, end: float, label: str) -> None:
    """Write what a line of confusion means where it leaves the plot."""
    at_end = ratio * (1 + end) - 1
    x, y = (end, at_end) if at_end < end else ((1 + end) / ratio - 1, end)
    axes.annotate(label, (x, y), fontsize=6, color="#999999", ha="right", va="top", rotation=0)


def plot_offsets(predictions: Predictions) -> str:
    """The offset δz against Δχ² and against R: failures have small ones."""
    with drawing(9.0, 3.8) as figure:
        offsets = np.abs(predictions.redshift - predictions.truth) / (1 + predictions.truth)
        for i, (axes, name, values, limit) in enumerate(
            zip(
                figure.subplots(1, 2, sharey=True),
                ("Δχ²", "R"),
                (predictions.relative_depth, predictions.robustness),
                DOUBTFUL,
                strict=True,
            )
        ):
            for zconf in (3, 2, 1):
                chosen = predictions.is_labelled & (predictions.zconf == zconf)
                axes.plot(
                    np.maximum(values[chosen], SMALLEST_SCORE),
                    np.maximum(offsets[chosen], SMALLEST_OFFSET),
                    "o",
                    color=ZCONF_COLOURS[zconf],
                    label=f"ZCONF {zconf}",
                    markersize=2.5,
                    markeredgewidth=0,
                    alpha=0.7,
                    rasterized=True,
                )
            axes.set(xscale="log", yscale="log", xlabel=name)
            axes.axhline(SAME_SOLUTION, color=GREY, linewidth=0.8)
            axes.axvline(limit, color=GREY, linewidth=0.8, linestyle=":")
            if i == 0:
                axes.set_ylabel("δz = |z − z true| / (1 + z true)")
                axes.legend(loc="upper right")
        return to_svg(figure, "offsets")


def plot_fractions(binned: Sequence[Binned]) -> str:
    """The Good Fraction in bins of each quantity, with 68 % Wilson intervals."""
    n_rows = -(-len(binned) // 2)
    with drawing(9.0, 2.9 * n_rows) as figure:
        panels = figure.subplots(n_rows, 2, squeeze=False).ravel()
        for axes, one in zip(panels, binned, strict=False):
            edges = np.array(one.edges)
            middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
            values = np.array([f.fraction for f in one.fractions])
            below = values - np.array([f.lower for f in one.fractions])
            above = np.array([f.upper for f in one.fractions]) - values
            errors = np.maximum(np.stack((below, above)), 0.0)
            if one.quantity in LOGARITHMIC and edges[-1] > 30:
                axes.set_xscale("symlog", linthresh=1.0)
            axes.errorbar(middle, values, errors, half, fmt="o", color=BLUE, capsize=2)
            axes.set(xlabel=one.quantity, ylabel="Good Fraction")
            axes.set_ylim(top=1.02)
        for axes in panels[len(binned) :]:
            axes.set_visible(False)
        return to_svg(figure, "fractions")


def plot_relative_depths(predictions: Predictions) -> str:
    """How Δχ² is distributed for each ZCONF."""
    with drawing(6.5, 3.4) as figure:
        axes = figure.subplots()
        values = np.log10(np.maximum(np.nan_to_num(predictions.relative_depth), SMALLEST_SCORE))
        edges = np.linspace(np.log10(SMALLEST_SCORE), 0.0, 41)
        for zconf, colour in ZCONF_COLOURS.items():
            chosen: BoolArray = predictions.zconf == zconf
            if chosen.any():
                shares = np.full(np.count_nonzero(chosen), 1.0 / np.count_nonzero(chosen))
                axes.hist(
                    values[chosen],
                    edges.tolist(),
                    weights=shares,
                    histtype="step",
                    color=colour,
                    linewidth=1.4,
                    label=f"ZCONF {zconf} ({np.count_nonzero(chosen)})",
                )
        axes.axvline(np.log10(DEFAULT_THRESHOLD), color=GREY, linestyle=":")
        axes.set(xlabel="log₁₀ Δχ²", ylabel="fraction")
        axes.legend(loc="upper left")
        return to_svg(figure, "significances")


def plot_reliability(reliability: Sequence[ReliabilityBin]) -> str:
    """How often first solutions are right against the probability that P(z) gives them."""
    with drawing(4.4, 4.0) as figure:
        axes = figure.subplots()
        stated = np.array([one.stated for one in reliability])
        found = np.array([one.found.fraction for one in reliability])
        below = found - np.array([one.found.lower for one in reliability])
        above = np.array([one.found.upper for one in reliability]) - found
        errors = np.maximum(np.stack((below, above)), 0.0)
        axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8)
        axes.errorbar(stated, found, errors, fmt="o", color=BLUE, capsize=2)
        axes.set(xlabel="stated probability", ylabel="fraction that is right")
        return to_svg(figure, "reliability")


def plot_selection(selection: Selection) -> str:
    """Completeness and purity against the threshold on Δχ²."""
    with drawing(6.5, 3.2) as figure:
        axes = figure.subplots()
        axes.plot(selection.thresholds, selection.completeness, color=BLUE, label="completeness")
        axes.plot(selection.thresholds, selection.purity, color=ORANGE, label="purity")
        axes.axvline(DEFAULT_THRESHOLD, color=GREY, linestyle=":")
        axes.set(xscale="log", xlabel="threshold on Δχ²", ylabel="fraction", ylim=(0.0, 1.02))
        axes.legend(loc="lower left")
        return to_svg(figure, "selection")


def plot_pulls(pulls: Pulls) -> str:
    """The errors of good predictions in units of what was claimed, and the normal law."""
    with drawing(5.0, 3.0) as figure:
        axes = figure.subplots()
        edges = np.linspace(-5.0, 5.0, 41)
        inside = np.clip(pulls.values, edges[0], edges[-1])
        axes.hist(inside, edges.tolist(), density=True, color=GREEN, alpha=0.5)
        axes.plot(edges, np.exp(-0.5 * edges**2) / np.sqrt(2 * np.pi), color=GREY)
        axes.set(xlabel="(z − z true) / error", ylabel="density")
        return to_svg(figure, "pulls")
