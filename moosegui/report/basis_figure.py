"""The vectors of a basis one above the other, with the names of the lines in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from moosegui.data.basis import Basis
from moosegui.data.lines import LINES, Line
from moosegui.data.medium import convert
from moosegui.fit.basis.envelope import cut_height, envelope
from moosegui.report.canvas import BLUE, GREEN, VERMILION, drawing, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_STRETCHES = 1200  # about what a printer resolves
SHOWN_GAP = 0.012  # in log10 of the wavelength, between two names


def plot_basis(basis: Basis) -> str:
    """Every component against rest wavelength, peaks cut; strong lines named at the top."""
    with drawing(9.0, 0.9 * basis.n_components + 0.9) as figure:
        panels = figure.subplots(basis.n_components, 1, sharex=True, squeeze=False).ravel()
        wave = basis.grid.wave
        lines = shown_lines(basis)
        for i, (axes, component) in enumerate(zip(panels, basis.components, strict=True)):
            x, y = envelope(wave, component, N_STRETCHES)
            limit = cut_height(component)
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
                fontsize=5.5,
                color=colour,
                ha="center",
                va="bottom",
            )
