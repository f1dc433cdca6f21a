"""Labels in lanes that never collide: who gets which lane, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 4.0  # px between two labels of one lane


@dataclass(frozen=True, slots=True)
class Slot:
    """A label that wants a place: its centre and width in px; the higher priority goes first."""

    centre: float
    width: float
    priority: float


def assign_lanes(slots: Sequence[Slot], n_lanes: int) -> list[int | None]:
    """Give each slot the nearest lane in which it touches no other, or None when all are full.

    Parameters
    ----------
    slots : sequence of Slot
    n_lanes : int
        Lanes, 0 being the one nearest to the data's edge.

    Returns
    -------
    list of int or None, in the order of `slots`
        Equal priorities are served from the left.
    """
    lanes: list[int | None] = [None] * len(slots)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(n_lanes)]
    for i_slot in sorted(range(len(slots)), key=lambda i: (-slots[i].priority, slots[i].centre)):
        slot = slots[i_slot]
        reach = (slot.width + GAP) / 2
        start, stop = slot.centre - reach, slot.centre + reach
        for i_lane, spans in enumerate(taken):
            if all(stop <= left or right <= start for left, right in spans):
                spans.append((start, stop))
                lanes[i_slot] = i_lane
                break
    return lanes
