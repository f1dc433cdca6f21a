"""Windows that a test has left, and that may be deleted."""

from __future__ import annotations

from PyQt6 import sip
from PyQt6.QtWidgets import QApplication, QWidget


def left_windows() -> list[QWidget]:
    """Return the windows that Python has made.

    Each layout of a plot owns an empty widget, which Qt asks for its style and which counts as a
    window. Deleted by somebody else it is deleted twice: the memory is another's by then, and the
    crash comes later, anywhere.
    """
    return [window for window in QApplication.topLevelWidgets() if sip.ispycreated(window)]
