"""The comments on a source as a thread: who wrote what, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from moosegui.data.catalogue import VerdictEvent

JOINTS = " \n;,."  # what stands between an earlier comment and what was added to it


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment.

    Parameters
    ----------
    inspector : str
    time : str
        ISO 8601 UTC.
    text : str
        Empty where an earlier comment was deleted.
    """

    inspector: str
    time: str
    text: str


def remarks_of(decisions: Iterable[VerdictEvent]) -> tuple[Remark, ...]:
    """Return what one inspector wrote about a source, oldest first.

    Parameters
    ----------
    decisions : iterable of VerdictEvent
        On one source, in their order, without those that were undone. A verdict repeats the
        comment of the one before, so only changes are remarks; of a comment that was continued,
        the remark is what was added.

    Returns
    -------
    tuple of Remark
    """
    remarks, before = [], ""
    for event in decisions:
        comment = event.verdict.comment
        if comment != before:
            remarks.append(Remark(event.inspector, event.time, _added(before, comment)))
        before = comment
    return tuple(remarks)


def threaded(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return the remarks of several inspectors in the order in which they were written."""
    return tuple(sorted(remarks, key=lambda remark: remark.time))


def _added(before: str, comment: str) -> str:
    if not before or not comment.startswith(before):
        return comment
    return comment.removeprefix(before).lstrip(JOINTS)
