"""What need not be on screen at once waits until what must be is painted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QObject, QTimer


def after_paint(owner: QObject, do: Callable[[], None]) -> Callable[[], None]:
    """Return what lets `do` be done once what is pending is painted; once, however often asked.

    Parameters
    ----------
    owner : QObject
        With which it is given up.
    do : callable

    Returns
    -------
    callable
    """
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(do)
    return partial(timer.start, 0)
