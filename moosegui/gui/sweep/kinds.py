"""What can be swept through: proposals of one kind, and what accepting one means."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt

KEYS = (
    "{accept}, {keep}, both go on; arrows move, a click changes, Shift means all of the page. "
    "Enter records what is marked and turns the page: one Ctrl+Z takes it back."
)


@dataclass(frozen=True, slots=True)
class SweepKind:
    """A kind of proposals.

    Parameters
    ----------
    title : str
        Of the page.
    keys : str
        What the keys do.
    accepts : Qt.Key
        The key that accepts what is proposed; K keeps it open.
    sign : str
        Stands on what is accepted.
    calls, said : str
        What Enter will do, and has done, with `{n}` for how many.
    nothing : str
        Said where nothing is proposed.
    """

    title: str
    keys: str
    accepts: Qt.Key
    sign: str
    calls: str
    said: str
    nothing: str


FALSE = SweepKind(
    "Sweep through what is proposed as false",
    KEYS.format(accept="X calls a source false", keep="K keeps it"),
    Qt.Key.Key_X,
    "✕ false",
    "Call {n} false and go on",
    "{n} called false; Ctrl+Z takes all of them back.",
    "Nothing is proposed as false.",
)
CLASSES = SweepKind(
    "Sweep through what is proposed as star or quasar",
    KEYS.format(accept="A accepts class, z and ZCONF that are proposed", keep="K keeps it open"),
    Qt.Key.Key_A,
    "✓ accepted",
    "Accept {n} and go on",
    "{n} accepted as proposed; Ctrl+Z takes all of them back.",
    "Nothing is proposed as a star or a quasar.",
)
