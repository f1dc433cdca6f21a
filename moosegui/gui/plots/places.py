"""Where in a plot something was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPoint

from moosegui.data.lines import Line


@dataclass(frozen=True, slots=True)
class SpectrumPlace:
    """A place in the spectrum.

    Parameters
    ----------
    at : QPoint
        On the screen, in px.
    wave : float
        Observed wavelength in Angstrom of the axis.
    line : Line or None
        The line whose name is written there, where one is.
    """

    at: QPoint
    wave: float
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class CurvePlace:
    """A place in χ²(z), or in the list of its minima.

    Parameters
    ----------
    at : QPoint
        On the screen, in px.
    redshift : float
    rank : int or None
        Of the solution that is marked there.
    """

    at: QPoint
    redshift: float
    rank: int | None = None
