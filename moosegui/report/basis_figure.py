"""The vectors of a basis one above the other, with the names of the lines in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.lines import LINES, Line
from moosegui.data.medium import convert
from moosegui.report.canvas import BLUE, GREEN, VERMILION, drawing, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_POINTS = 1200  # pairs of smallest and largest, about what a printer resolves
CLIPPED = 99.5  # percentile at which peaks are cut
INNER = (0.07, 0.9)  # of the grid, outside which few spectra reach and noise rules
SHOWN_GAP = 0.012  # in log10 of the wavelength, between two names


def plot_basis(basis: Basis) -> str:
    """Every component against rest wavelength, peaks cut; strong lines named at the top."""
    with drawing(9.0, 0.9 * basis.n_components + 0.9) as figure:
        panels = figure.subplots(basis.n_components, 1, sharex=True, squeeze=False).ravel()
        wave = basis.grid.wave
        lines = shown_lines(basis)
        for i, (axes, component) in enumerate(zip(panels, basis.components, strict=True)):
            x, y = envelope(wave, component)
            limit = _limit(component)
            axes.plot(x, np.minimum(y / limit, 1.2), color=BLUE, linewidth=0.6)
            axes.set(xscale="log", yticks=(), ylim=(-0.04, 1.1))
            axes.set_ylabel(str(i + 1), rotation=0, labelpad=8, va="center")
            _mark(axes, basis, lines, is_named=i == 0)
        bottom = panels[-1]
        ticks = [t for t in (600, 800, 1000, 1500, 2000, 3000, 4000, 5000, 6500, 9000)
                 if wave[0] <= t <= wave[-1]]  # fmt: skip
        bottom.set_xticks(ticks, [str(tick) for tick in ticks])
        bottom.set_xticks((), minor=True)
        bottom.set(xlim=(wave[0], wave[-1]), xlabel=f"rest wavelength in Å, {basis.medium}")
        return to_svg(figure, "basis")


def shown_lines(basis: Basis) -> tuple[Line, ...]:
    """Return the strong lines of the grid whose names do not touch, those in emission first."""
    start, stop = basis.grid.wave_range
    chosen: list[Line] = []
    for line in sorted(LINES, key=lambda line: line.kind == "absorption"):
        is_apart = all(abs(np.log10(line.wave / one.wave)) > SHOWN_GAP for one in chosen)
        if line.is_strong and start < line.wave < stop and is_apart:
            chosen.append(line)
    return tuple(chosen)


def envelope(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a light curve that looks like a heavy one: smallest and largest of each stretch.

    Parameters
    ----------
    x, y : ndarray of shape (n,)

    Returns
    -------
    x, y : ndarray of shape (m,)
        The same when n is at most 2 `N_POINTS`.
    """
    width = x.size // N_POINTS
    if width < 3:
        return x, y
    n = x.size // width
    stretches = y[: n * width].reshape(n, width)
    positions = np.repeat(x[: n * width].reshape(n, width).mean(axis=1), 2)
    return positions, np.column_stack((stretches.min(axis=1), stretches.max(axis=1))).ravel()


def _limit(values: FloatArray) -> float:
    """Return the height at which peaks are cut: continuum and moderate lines stay visible."""
    first, last = (int(share * values.size) for share in INNER)
    inner = values[first:last]
    positive = inner[inner > 0]
    if positive.size == 0:
        return 1.0
    return float(max(np.percentile(positive, CLIPPED), 1e-300))


def _mark(axes: Axes, basis: Basis, lines: Sequence[Line], *, is_named: bool) -> None:
    for line in lines:
        at = float(convert(np.array([line.wave]), "vacuum", basis.medium)[0])
        colour = VERMILION if line.kind == "absorption" else GREEN
        axes.axvline(at, color=colour, linewidth=0.5, alpha=0.45, zorder=0)
        if is_named:
            axes.annotate(
                line.label,
                (at, 1.0),
                (0, 3),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                rotation=90,
                fontsize=6.5,
                color=colour,
                ha="center",
                va="bottom",
            )
