"""What a plot is given of a rival of the model on screen."""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.results import Reconstruction
from moosegui.fit.lines.rivals import DecidingRange


@dataclass(frozen=True, slots=True, eq=False)
class RivalView:
    """What is on screen against its rival.

    Parameters
    ----------
    model : Reconstruction
        Of the rival, on the pixels of the spectrum.
    ranges : tuple of DecidingRange
    words : tuple of (str, str)
        What speaks for the model on screen, and for the rival.
    """

    model: Reconstruction
    ranges: tuple[DecidingRange, ...]
    words: tuple[str, str]
