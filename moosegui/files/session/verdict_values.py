"""The values of a verdict, to JSON and back, and as cells of a table; see `verdict_fields`."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import SourceFlag, Verdict
from moosegui.data.conditions import ScanConditions
from moosegui.data.prior import RedshiftPrior
from moosegui.data.votes import CastVote

Cell = float | int | str
BLEND_CODES = {BlendKind.SINGLE: 0, BlendKind.BLEND: 1, BlendKind.CONTAMINATION: 2}


def number_to_json(number: float) -> float | str | None:
    """Null for nan, text for infinite."""
    if math.isnan(number):
        return None
    return float(number) if math.isfinite(number) else str(float(number))


def integer_to_json(number: int | None) -> int | None:
    """Numpy's integers as Python's, which JSON knows."""
    return None if number is None else int(number)


def unchanged(value: Any) -> Any:
    """What JSON holds as it is."""
    return value


def held_once(value: Any) -> Any:
    """A text that many events repeat is held once.

    Not for texts that differ: thousands of them make the interpreter's table of such texts grow
    and be made anew, megabytes at a time, whenever a history is read.
    """
    return sys.intern(value) if type(value) is str else value


def with_redshift(name: str) -> Callable[[Verdict], Cell | None]:
    """Return what gives a field of verdicts that have a redshift, and nothing of the others."""

    def cell(verdict: Verdict) -> Cell | None:
        has_redshift = verdict.false_reason is None and bool(verdict.zconf)
        value: Cell | None = getattr(verdict, name) if has_redshift else None
        return value

    return cell


def zconf_cell(verdict: Verdict) -> Cell | None:
    """0 is inspected without a redshift, which a false source is too."""
    if not verdict.is_inspected:
        return None
    return 0 if verdict.false_reason is not None else verdict.zconf


def conditions_to_json(conditions: ScanConditions) -> dict[str, object] | None:
    """Null for those of the automatic scan."""
    return None if conditions.is_default else asdict(conditions)


def conditions_from_json(payload: Mapping[str, Any]) -> ScanConditions:
    """Lists become tuples again; ValueError for limits that make none."""
    limits = payload.get("redshift_limits")
    return _conditions(
        tuple((float(start), float(stop)) for start, stop in payload.get("masks", ())),
        None if limits is None else (float(limits[0]), float(limits[1])),
        payload.get("weighting"),
        None if (prior := payload.get("prior")) is None else RedshiftPrior(**prior),
    )


_conditions = lru_cache(maxsize=512)(ScanConditions)


def masks_cell(verdict: Verdict) -> str:
    """Pairs of wavelengths: `5577-5580;6300-6304`."""
    return ";".join(f"{start:.8g}-{stop:.8g}" for start, stop in verdict.conditions.masks)


def limit_cell(i_limit: int) -> Callable[[Verdict], Cell | None]:
    """Return what gives one of the limits of z."""

    def cell(verdict: Verdict) -> Cell | None:
        limits = verdict.conditions.redshift_limits
        return None if limits is None else limits[i_limit]

    return cell


def prior_cell(name: str) -> Callable[[Verdict], Cell | None]:
    """Return what gives the redshift of a prior, or its error."""

    def cell(verdict: Verdict) -> Cell | None:
        prior = verdict.conditions.prior
        value: Cell | None = None if prior is None else getattr(prior, name)
        return value

    return cell


def blend_to_json(blend: BlendVerdict | None) -> dict[str, object] | None:
    """Null where nobody judged a second galaxy."""
    return None if blend is None else asdict(blend) | {"redshift": number_to_json(blend.redshift)}


def blend_from_json(payload: Mapping[str, Any]) -> BlendVerdict:
    """Raises ValueError for a kind or confidence that does not exist."""
    redshift = payload["redshift"]
    return BlendVerdict(
        BlendKind(payload["kind"]),
        math.nan if redshift is None else float(redshift),
        payload["zconf"],
        payload["neighbour"],
    )


@lru_cache(maxsize=512)  # most verdicts have the same few
def shared_flags(flags: tuple[str, ...]) -> frozenset[SourceFlag]:
    """Return the flags of a list in JSON; ValueError for one that does not exist."""
    return frozenset(SourceFlag(flag) for flag in flags)


def blend_code(verdict: Verdict) -> int | None:
    """A bare flag is a blend; nothing is told of where nobody judged, also of inspected sources."""
    if verdict.blend is not None:
        return BLEND_CODES[verdict.blend.kind]
    return 1 if SourceFlag.BLEND in verdict.flags else None


def of_second_galaxy(name: str) -> Callable[[Verdict], Cell | None]:
    """Return what gives a field of the second galaxy where it has a redshift."""

    def cell(verdict: Verdict) -> Cell | None:
        has_redshift = verdict.blend is not None and verdict.blend.zconf is not None
        value: Cell | None = getattr(verdict.blend, name) if has_redshift else None
        return value

    return cell


def _vote_to_json(vote: CastVote) -> dict[str, object]:
    redshift = float(vote.redshift)
    return asdict(vote) | {"redshift": redshift if math.isfinite(redshift) else None}


def _vote_from_json(payload: Mapping[str, Any]) -> CastVote:
    redshift = payload["redshift"]
    return CastVote(
        payload["inspector"],
        payload["time"],
        math.nan if redshift is None else float(redshift),
        payload["zconf"],
        payload["words"],
        payload["comment"],
    )


def votes_to_json(votes: Iterable[CastVote]) -> list[dict[str, object]]:
    """The votes that a verdict reconciles, each whole."""
    return [_vote_to_json(vote) for vote in votes]


def votes_from_json(payloads: Iterable[Mapping[str, Any]]) -> tuple[CastVote, ...]:
    """The contrary."""
    return tuple(_vote_from_json(payload) for payload in payloads)
