"""The queue in the real window: what is left to inspect, orders, marks and counts."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from seen import labels_with
from small_survey import FIRST, IDS, SECOND, THIRD

from moosegui.gui.queue.chips import QueueChips
from moosegui.gui.queue.row import Chip, Mark

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_that_p_goes_to_the_next_source_that_is_not_inspected(expert: Expert) -> None:
    expert.press("33bb")

    expert.press("p")

    assert expert.current == THIRD


def test_that_shift_p_goes_back_to_one_that_is_not_inspected(expert: Expert) -> None:
    expert.press("n3")

    expert.press("p", SHIFT)

    assert expert.current == FIRST


def test_that_the_end_of_what_is_left_is_said_and_not_wrapped(expert: Expert) -> None:
    expert.go(IDS[-1])

    expert.press("p")

    assert expert.current == IDS[-1]
    assert any("Nothing is left to inspect after this source; before" in t for t in expert.notices)


def test_that_the_nearest_on_the_sky_come_first(expert: Expert) -> None:
    expert.go(THIRD)

    expert.action("sort_near").trigger()

    order = expert.queue.order()
    assert order[0] == THIRD
    assert set(order[1:3]) == {SECOND, IDS[3]}
    assert order[-1] == IDS[-1]


def test_that_the_order_of_the_catalogue_comes_back(expert: Expert) -> None:
    expert.go(THIRD)
    expert.action("sort_near").trigger()

    expert.action("sort_catalogue").trigger()

    assert expert.queue.order() == IDS


def test_that_uncertain_sources_come_first(expert: Expert) -> None:
    expert.action("sort_uncertain").trigger()

    robustness = [expert.session.summary(key).robustness for key in expert.queue.order()]
    assert robustness == sorted(robustness)


def test_that_sorting_as_the_catalogue_forgets_a_column(expert: Expert) -> None:
    expert.action("sort_uncertain").trigger()

    expert.action("sort_catalogue").trigger()

    assert expert.queue.order() == IDS


def test_that_a_chip_counts_a_decision(expert: Expert) -> None:
    expert.press("3")

    texts = {button.text() for button in expert.queue.findChild(QueueChips)._buttons.buttons()}
    assert {"Q3 1", "to do 5"} <= texts


def test_that_a_filter_that_cannot_be_understood_says_so_and_changes_nothing(
    expert: Expert,
) -> None:
    queue = expert.queue
    queue.set_filter("0100")

    queue.set_filter("0100 & R <")

    assert queue.order() == ("0100",)
    assert len(labels_with(queue, "after “<”")) == 1


def test_that_a_filter_that_is_understood_again_says_nothing(expert: Expert) -> None:
    queue = expert.queue
    queue.set_filter("R <")
    (error,) = labels_with(queue, "<")

    queue.set_filter("R < 1e9")

    assert not error.isVisible()


@pytest.mark.parametrize("shift", [0.0, 0.1])
def test_that_a_source_at_another_redshift_than_the_catalogue_is_marked(
    expert: Expert, shift: float
) -> None:
    source = expert.session.current
    assert source is not None
    object.__setattr__(source, "redshift", expert.session.shown.redshift + shift)

    expert.press("3")

    assert (Mark.DISAGREES in expert.rows[0].marks) == bool(shift)
    assert expert.queue.n_under(Chip.DISAGREES) == bool(shift)
