"""From the list to its pairs and groups, as the window shows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from moosegui.data.catalogue import Source, Verdict
from moosegui.fit.sky.groups import Group, Pair, find_groups, find_pairs


@dataclass(frozen=True, slots=True)
class Member:
    """A source of a pair or a group."""

    key: str
    source_id: str
    redshift: float
    zconf: int | None
    magnitude: float


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two sources that may be one: the one to keep, and what may be a duplicate of it."""

    kept: Member
    other: Member
    distance: float
    velocity: float

    @property
    def columns(self) -> tuple[str, ...]:
        """As text, in the order of `PAIR_HEADINGS`."""
        return (
            self.kept.source_id,
            _quality(self.kept),
            self.other.source_id,
            _quality(self.other),
            f"{self.kept.redshift:.4f}",
            f"{self.distance:.2f}″",
            f"{self.velocity:+.0f}".replace("-", "−"),
        )


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Sources linked on the sky and in redshift, by rising redshift."""

    members: tuple[Member, ...]
    redshift: float
    dispersion: float
    radius: float

    @property
    def columns(self) -> tuple[str, ...]:
        """As text, in the order of `GROUP_HEADINGS`."""
        return (
            f"{self.redshift:.4f}",
            str(len(self.members)),
            f"{self.dispersion:.0f}",
            f"{self.radius:.0f}″",
            "  ".join(member.source_id for member in self.members),
        )


@dataclass(frozen=True, slots=True)
class GroupsView:
    """What belongs together in a list."""

    pairs: tuple[PairRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()


PAIR_HEADINGS = ("ID", "Q", "duplicate?", "Q", "z", "apart", "km/s")
GROUP_HEADINGS = ("z", "N", "σ (km/s)", "radius", "sources")


def groups_view(
    sources: Sequence[Source],
    redshift: Callable[[Source], float],
    verdict: Callable[[str], Verdict | None],
) -> GroupsView:
    """Find pairs and groups among the sources that nobody called false.

    Parameters
    ----------
    sources : sequence of Source
    redshift : callable
        The best that is known of a source; nan without one.
    verdict : callable
        The verdict on a source by its key.

    Returns
    -------
    GroupsView
    """
    real, members = [], []
    for source in sources:
        given = verdict(source.key)
        if source.is_repeat or (given is not None and given.false_reason is not None):
            continue
        zconf = None if given is None else given.zconf
        real.append(source)
        members.append(
            Member(source.key, source.source_id, redshift(source), zconf, source.magnitude)
        )
    ra = np.array([source.ra for source in real], dtype=np.float64)
    dec = np.array([source.dec for source in real], dtype=np.float64)
    z = np.array([member.redshift for member in members], dtype=np.float64)
    return GroupsView(
        tuple(_pair_row(members, pair) for pair in find_pairs(ra, dec, z)),
        tuple(_group_row(members, group) for group in find_groups(ra, dec, z)),
    )


def _pair_row(members: Sequence[Member], pair: Pair) -> PairRow:
    """Keep the one with the better ZCONF, then the brighter, then the first of the list."""
    first, second = members[pair.first], members[pair.second]
    if _rank(second) < _rank(first):
        return PairRow(second, first, pair.distance, -pair.velocity)
    return PairRow(first, second, pair.distance, pair.velocity)


def _rank(member: Member) -> tuple[int, float]:
    zconf = -1 if member.zconf is None else member.zconf
    return -zconf, member.magnitude if math.isfinite(member.magnitude) else math.inf


def _group_row(members: Sequence[Member], group: Group) -> GroupRow:
    inside = sorted((members[i] for i in group.members), key=lambda member: member.redshift)
    return GroupRow(tuple(inside), group.redshift, group.dispersion, group.radius)


def _quality(member: Member) -> str:
    return "" if member.zconf is None else str(member.zconf)
