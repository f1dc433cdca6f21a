"""The order of the queue: next and previous, whatever is filtered away."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from moosegui.gui.session.order import AHEAD, BEHIND, QueueOrder

ALL = tuple("abcdefgh")


def order_at(key: str, keys: tuple[str, ...] = ALL) -> QueueOrder:
    order = QueueOrder()
    order.set(keys)
    order.enter(key)
    return order


def test_that_steps_lead_to_the_neighbours() -> None:
    order = order_at("c")

    assert (order.step(1), order.step(-1), order.step(3)) == ("d", "b", "f")


def test_that_there_is_nothing_beyond_the_ends() -> None:
    assert order_at("h").step(1) is None
    assert order_at("a").step(-1) is None


def test_that_an_empty_order_leads_nowhere() -> None:
    order = QueueOrder()
    order.set(())

    assert (order.step(1), order.step(-1), order.around()) == (None, None, ())


def test_that_another_sort_keeps_the_current_source() -> None:
    order = order_at("c")

    order.set(ALL[::-1])

    assert (order.step(1), order.step(-1)) == ("b", "d")


def test_that_after_a_filter_that_hides_the_current_source_its_neighbours_are_next() -> None:
    order = order_at("c")

    order.set(tuple("abefh"))

    assert (order.step(1), order.step(-1)) == ("e", "b")


def test_that_a_hidden_source_at_the_end_has_no_next() -> None:
    order = order_at("h")

    order.set(tuple("abc"))

    assert (order.step(1), order.step(-1)) == (None, "c")


def test_that_the_place_is_kept_through_a_filter_that_hides_everything() -> None:
    order = order_at("c")

    order.set(())
    order.set(tuple("aefh"))

    assert (order.step(1), order.step(-1)) == ("e", "a")


def test_that_the_place_is_kept_while_a_filter_is_written_and_removed() -> None:
    order = order_at("e")

    for keys in ("abgh", "ah", "", "h", "abgh"):
        order.set(tuple(keys))

    assert (order.step(1), order.step(-1)) == ("g", "b")


def test_that_a_hidden_source_that_is_entered_leads_back_to_where_the_expert_was() -> None:
    order = order_at("f", tuple("adfh"))

    order.enter("b")

    assert order.step(1) == "f"


def test_that_the_next_few_and_the_previous_are_around() -> None:
    assert order_at("c").around() == (*tuple("defg"), "b")
    assert (AHEAD, BEHIND) == (4, 1)


def test_that_around_a_hidden_source_are_its_neighbours() -> None:
    order = order_at("c")

    order.set(tuple("abefh"))

    assert order.around() == (*tuple("efh"), "b")


def test_that_a_sort_of_a_filtered_queue_decides_what_is_next_when_its_source_is_hidden() -> None:
    order = order_at("d")
    order.set(tuple("bdf"))
    order.set(tuple("fdb"))

    order.set(tuple("fb"))

    assert (order.step(1), order.step(-1)) == ("b", "f")


@given(st.lists(st.sets(st.sampled_from(ALL)), max_size=6), st.sampled_from(ALL))
@example([{"b", "d"}, {"c", "d"}], "b")
def test_that_the_next_source_is_the_first_later_one_that_is_shown(
    filters: list[set[str]], current: str
) -> None:
    order = order_at(current)

    for shown in filters:
        order.set(tuple(key for key in ALL if key in shown))

    shown = filters[-1] if filters else set(ALL)
    assert order.step(1) == min((key for key in shown if key > current), default=None)
    assert order.step(-1) == max((key for key in shown if key < current), default=None)
