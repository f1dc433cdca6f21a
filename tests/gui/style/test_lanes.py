from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moosegui.gui.style.lanes import GAP, Slot, assign_lanes

slots = st.lists(
    st.builds(Slot, st.floats(0, 1000), st.floats(5, 80), st.floats(0, 10)), max_size=40
)


@given(slots=slots, n_lanes=st.integers(0, 4))
def test_that_labels_of_one_lane_never_touch(slots, n_lanes):
    lanes = assign_lanes(slots, n_lanes)

    for i, (first, lane) in enumerate(zip(slots, lanes, strict=True)):
        for second, other in zip(slots[:i], lanes[:i], strict=True):
            if lane is not None and lane == other:
                room = (first.width + second.width) / 2 + GAP
                assert abs(first.centre - second.centre) >= room - 1e-6


@given(slots=slots.filter(bool))
def test_that_the_most_important_label_is_never_dropped(slots):
    lanes = assign_lanes(slots, 1)

    best = max(range(len(slots)), key=lambda i: (slots[i].priority, -slots[i].centre))
    assert lanes[best] == 0


def test_that_a_weak_label_makes_room_for_a_strong_one():
    weak, strong = Slot(100, 50, 1.0), Slot(110, 50, 2.0)

    lanes = assign_lanes([weak, strong], 1)

    assert lanes == [None, 0]
