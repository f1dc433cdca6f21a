"""Progress by confidence and the proposals that wait, above the queue."""

from __future__ import annotations

from collections import Counter

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QToolButton

from moosegui.gui.queue.chips import QueueChips
from moosegui.gui.queue.progress import ProgressBar
from moosegui.gui.queue.row import Chip

COUNTS = Counter(
    {
        Chip.ALL: 100,
        Chip.UNREVIEWED: 50,
        Chip.ZCONF3: 25,
        Chip.ZCONF1: 25,
        Chip.BLENDED: 7,
    }
)


@pytest.fixture
def chips(qtbot) -> QueueChips:
    widget = QueueChips()
    qtbot.addWidget(widget)
    widget.resize(400, 100)
    widget.show()
    qtbot.waitExposed(widget)
    widget.display(COUNTS)
    return widget


def shown(chips: QueueChips) -> set[str]:
    return {button.text() for button in chips.findChildren(QToolButton) if button.isVisible()}


def test_that_only_what_has_something_under_it_is_offered(chips):
    assert shown(chips) == {"all 100", "to do 50", "Q3 25", "Q1 25", "blend? 7"}


def test_that_a_chip_that_is_pressed_stays_when_nothing_is_left_under_it(chips):
    chips.choose(Chip.BLENDED)

    chips.display(Counter({Chip.ALL: 100, Chip.UNREVIEWED: 50}))

    assert "blend?" in shown(chips)


def test_that_conflicts_are_offered_while_somebody_is_reconciled(chips):
    before = "≠ vote" in shown(chips)
    chips.show_conflicts(are_shown=True)

    assert (before, "≠ vote" in shown(chips)) == (False, True)


def test_that_every_share_of_the_bar_is_as_wide_as_it_is_large(chips):
    bar = chips.findChild(ProgressBar)

    widths = {chip: (stop - start) / bar.width() for chip, start, stop in bar.shares()}

    assert widths == {Chip.ZCONF3: 0.25, Chip.ZCONF1: 0.25, Chip.UNREVIEWED: 0.5}


def test_that_a_click_on_a_share_shows_its_sources(chips, qtbot):
    bar = chips.findChild(ProgressBar)
    place = QPoint(round(0.3 * bar.width()), bar.height() // 2)

    with qtbot.waitSignal(chips.chip_chosen) as caught:
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)

    assert caught.args == [Chip.ZCONF1]
