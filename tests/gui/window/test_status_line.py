"""What the status bar says of work in the background."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QLabel

from moosegui.gui.window.status_line import StatusLine, time_left


@pytest.mark.parametrize(
    ("seconds", "n_done", "n_left", "told"),
    [
        (0.0, 0, 10, ""),
        (10.0, 10, 20, ", 20 s left"),
        (10.0, 1, 18, ", 3 min left"),
        (3600.0, 1, 3, ", 3.0 h left"),
    ],
)
def test_that_the_time_that_is_left_follows_from_what_was_done(seconds, n_done, n_left, told):
    assert time_left(seconds, n_done, n_left) == told


def test_that_the_search_is_told_while_it_goes_on(qtbot):
    times = iter((0.0, 60.0, 120.0))
    line = StatusLine(clock=lambda: next(times))
    qtbot.addWidget(line)

    told = []
    for n_done in (10, 40, 100):
        line.display_search(n_done, 100)
        told.append([w.text() for w in line.findChildren(QLabel) if "search" in w.text()])

    assert told == [["blend search 10/100"], ["blend search 40/100, 2 min left"], []]
