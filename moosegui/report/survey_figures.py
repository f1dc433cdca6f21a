"""The plots of a survey: N(z), how far the inspection is by magnitude, and example spectra."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.lines import LINES
from moosegui.data.spectrum import Spectrum
from moosegui.pipeline.survey_account import SurveyAccount, is_false
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

PENDING, FALSE = "#e4e4e4", "#c9a0b8"
CLASSES = (
    ("ZCONF 3", BLUE),
    ("ZCONF 2", GREEN),
    ("ZCONF 1", ORANGE),
    ("ZCONF 0", GREY),
    ("false", FALSE),
    ("not inspected", PENDING),
)
MAX_BINS, MIN_BINS = 40, 12
BINNED = 4  # pixels that are drawn as one
HIGHEST = 99.7  # percent of the flux that an example shows
MIN_APART = 230.0  # Angstrom between two labels of lines


def plot_redshift_histogram(account: SurveyAccount) -> str:
    """N(z), the sure redshifts below the less sure ones."""
    with drawing(9.0, 3.1) as figure:
        axes = figure.subplots()
        by_zconf = {zconf: account.redshifts(zconf) for zconf in (3, 2, 1)}
        every = [z for found in by_zconf.values() for z in found]
        n_bins = int(np.clip(2 * math.sqrt(len(every)), MIN_BINS, MAX_BINS))
        edges = np.linspace(min(0.0, *every), 1.02 * max(*every, 0.1), n_bins + 1)
        _stack(
            axes,
            edges,
            [
                (f"ZCONF {zconf} ({len(z)})", ZCONF_COLOURS[zconf], z)
                for zconf, z in by_zconf.items()
            ],
        )
        axes.set(xlabel="redshift", ylabel="sources", xlim=(edges[0], edges[-1]))
        axes.legend(loc="upper right")
        return to_svg(figure, "redshift-histogram")


def plot_shares(account: SurveyAccount) -> str:
    """All sources as one bar, by what became of them."""
    counts = _counts(account)
    with drawing(9.0, 0.95) as figure:
        axes = figure.subplots()
        left = 0
        for name, colour in CLASSES:
            n = counts[name]
            if n:
                axes.barh(0, n, left=left, color=colour, label=f"{name} ({n})")
            left += n
        axes.set(xlim=(0, max(left, 1)), yticks=[], ylim=(-0.5, 0.5))
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(CLASSES), fontsize=8)
        return to_svg(figure, "shares")


def plot_magnitudes(account: SurveyAccount) -> str:
    """What became of the sources of each magnitude; empty where few have one."""
    groups: dict[str, list[float]] = {name: [] for name, _ in CLASSES}
    names = _classes(account)
    for source in account.sources:
        if math.isfinite(source.magnitude):
            groups[names.get(source.key, "not inspected")].append(source.magnitude)
    every = [magnitude for found in groups.values() for magnitude in found]
    if len(every) < MIN_BINS:
        return ""
    with drawing(9.0, 2.6) as figure:
        axes = figure.subplots()
        low, high = np.percentile(every, (0.5, 99.5))
        edges = np.linspace(low, max(high, low + 0.1), MIN_BINS + 1)
        inside = {
            name: np.clip(found, edges[0], edges[-1]).tolist() for name, found in groups.items()
        }
        _stack(axes, edges, [(name, colour, inside[name]) for name, colour in CLASSES])
        axes.set(xlabel="magnitude", ylabel="sources", xlim=(edges[0], edges[-1]))
        return to_svg(figure, "magnitudes")


def plot_example(spectrum: Spectrum, redshift: float, model: FloatArray | None, name: str) -> str:
    """One spectrum with its model and the strong lines at its redshift."""
    with drawing(9.0, 2.0) as figure:
        axes = figure.subplots()
        wave, flux = _binned(spectrum)
        axes.plot(wave, flux, color="#333333", linewidth=0.7, drawstyle="steps-mid")
        if model is not None:
            axes.plot(spectrum.wave[::2], model[::2], color=VERMILION, linewidth=0.8)
        finite = flux[np.isfinite(flux)]
        low, high = np.percentile(finite, (100 - HIGHEST, HIGHEST)) if finite.size else (0.0, 1.0)
        room = max(high - low, 1e-3)
        axes.set(
            xlim=(spectrum.wave[0], spectrum.wave[-1]),
            ylim=(low - 0.08 * room, high + 0.22 * room),
            xlabel="wavelength (Å, vacuum)",
            ylabel="flux",
        )
        _mark_lines(axes, spectrum, redshift)
        return to_svg(figure, name)


def _mark_lines(axes: Axes, spectrum: Spectrum, redshift: float) -> None:
    """Mark the strong lines, with a label where there is room for it."""
    last = -math.inf
    for line in LINES:
        wave = line.observed(redshift)
        if not line.is_strong or not spectrum.wave[0] < wave < spectrum.wave[-1]:
            continue
        axes.axvline(wave, color="#9db8d2", linewidth=0.7, zorder=0)
        if wave - last > MIN_APART:
            axes.text(
                wave,
                0.99,
                line.label,
                transform=axes.get_xaxis_transform(),
                fontsize=7,
                color="#4a6b8a",
                ha="left",
                va="top",
            )
            last = wave


def _binned(spectrum: Spectrum) -> tuple[FloatArray, FloatArray]:
    """Average pixels by their inverse variances, so that a page of many spectra stays light."""
    n = len(spectrum.wave) // BINNED * BINNED
    wave, flux, ivar = (
        values[:n].reshape(-1, BINNED) for values in (spectrum.wave, spectrum.flux, spectrum.ivar)
    )
    weight = ivar.sum(axis=1)
    safe = np.where(weight > 0, weight, 1.0)
    mean = np.where(weight > 0, (np.where(ivar > 0, flux, 0.0) * ivar).sum(axis=1) / safe, np.nan)
    return wave.mean(axis=1), mean


def _stack(axes: Axes, edges: FloatArray, groups: list[tuple[str, str, list[float]]]) -> None:
    axes.hist(
        [values for _, _, values in groups],
        edges.tolist(),
        stacked=True,
        color=[colour for _, colour, _ in groups],
        label=[name for name, _, _ in groups],
    )


def _classes(account: SurveyAccount) -> dict[str, str]:
    return {
        source.key: "false" if is_false(event.verdict) else f"ZCONF {event.verdict.zconf or 0}"
        for source, event in account.judged
    }


def _counts(account: SurveyAccount) -> dict[str, int]:
    found = list(_classes(account).values())
    counts = {name: found.count(name) for name, _ in CLASSES}
    counts["not inspected"] = len(account.sources) - len(found)
    return counts
