"""Figures as SVG inside a page: matplotlib, imported only when a report is asked for."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from moosegui.errors import MooseError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, GREEN, ORANGE, VERMILION, GREY = "#0072B2", "#009E73", "#E69F00", "#D55E00", "#888888"
ZCONF_COLOURS = {0: GREY, 1: ORANGE, 2: GREEN, 3: BLUE}  # Okabe & Ito (2008)
DOTS = 150  # per inch, of scatter plots, which would be heavy as vectors

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#777777",
    "axes.labelcolor": "#222222",
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "svg.fonttype": "none",
}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_IDENTIFIER = re.compile(r'(?<=\bid=")|(?<=url\(#)|(?<=href="#)')


def require_matplotlib() -> None:
    """Say before a long computation that the report cannot be drawn after it.

    Raises
    ------
    MooseError
        If matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise MooseError(
            "The report needs matplotlib; install it with `pip install 'moosegui[report]'`, or "
            "ask for the numbers alone."
        )


@contextlib.contextmanager
def drawing(width: float, height: float) -> Iterator[Figure]:
    """Give an empty figure of so many inches, in the style of the report.

    Raises
    ------
    MooseError
        If matplotlib is not installed.
    """
    require_matplotlib()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        yield Figure(figsize=(width, height), layout="constrained")


def to_svg(figure: Figure, name: str) -> str:
    """Return a figure as an SVG element whose identifiers begin with `name`.

    Several of them share one page, so that identifiers must differ, and must not change from run
    to run.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", dpi=DOTS, metadata=NO_METADATA)
    element = _PROLOGUE.sub("", buffer.getvalue(), count=1)
    return _IDENTIFIER.sub(f"{name}-", element)
