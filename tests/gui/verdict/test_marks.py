"""The marks of a scan in the decision panel can be read, and never move the buttons."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from seen import named

from moosegui.gui.style.elided_label import ElidedLines
from moosegui.gui.verdict.panel import VerdictPanel
from moosegui.gui.verdict.view import VerdictView

MARKS = ("QSO? z 2.4894", "ends not fitted", "bad pixels")
PLAIN = VerdictView("17", 3.2711, 1e-4, "trial", "solution 2", suggested_zconf=2)
MARKED = VerdictView(
    "17",
    3.2711,
    1e-4,
    "trial",
    "solution 2",
    suggested_zconf=2,
    badges=tuple((mark, f"What {mark} means.") for mark in MARKS),
)


def test_that_three_marks_are_written_out_and_move_nothing(qtbot: QtBot) -> None:
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    panel.resize(290, 700)
    panel.show()
    qtbot.waitExposed(panel)
    panel.display(PLAIN)
    before = named(panel, "Confirm and go on").geometry()

    panel.display(MARKED)

    drawn = [" ".join(label.lines()) for label in panel.findChildren(ElidedLines)]
    assert " · ".join(MARKS) in drawn
    assert named(panel, "Confirm and go on").geometry() == before
