"""The fields of a verdict, one record each: how a session keeps them, which columns they give.

A field that joins `Verdict` needs its record in `FIELDS`, and no more, to be kept by sessions and
by those who read them, and to be told in the update of a catalogue. Sessions from before it joined
open; it has its default there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.files.session.verdict_values import (
    Cell,
    blend_code,
    blend_from_json,
    blend_to_json,
    conditions_from_json,
    conditions_to_json,
    held_once,
    integer_to_json,
    limit_cell,
    masks_cell,
    number_to_json,
    of_second_galaxy,
    prior_cell,
    shared_flags,
    unchanged,
    votes_from_json,
    votes_to_json,
    with_redshift,
    zconf_cell,
)
from moosegui.files.tables.added_column import plain_text

Place = Literal["decision", "after the scan", "chosen", "reconciled"]


@dataclass(frozen=True, slots=True)
class VerdictColumn:
    """A column of the update.

    Parameters
    ----------
    name : str
    kind : "f8", "i2" or "O"
        Numbers, whole numbers, texts.
    ucd, description : str
    cell : callable
        The value of a verdict; None leaves the cell empty.
    place : "decision", "after the scan", "chosen" or "reconciled"
        Among what was decided, after what the scan found, or after that: only in an update in
        which somebody chose, or which reconciles several inspectors.
    """

    name: str
    kind: str
    ucd: str
    description: str
    cell: Callable[[Verdict], Cell | None]
    place: Place = "decision"


@dataclass(frozen=True, slots=True)
class VerdictField:
    """A field of `Verdict` in files.

    Parameters
    ----------
    name : str
        Of the field, and in the JSON of a session.
    written : callable
        The value as JSON knows it; None stands for the default.
    read : callable
        The value, from JSON that is not null.
    columns : tuple of VerdictColumn
    is_required : bool
        Whether every session has it, also of the first version.
    """

    name: str
    written: Callable[[Any], object]
    read: Callable[[Any], object]
    columns: tuple[VerdictColumn, ...] = ()
    is_required: bool = False


def verdict_to_json(verdict: Verdict) -> str:
    """Write a verdict; undefined numbers are null, infinite ones text, more keys may join."""
    payload = {field.name: field.written(getattr(verdict, field.name)) for field in FIELDS}
    return json.dumps(payload, sort_keys=True)


def verdict_from_json(text: str) -> Verdict:
    """Read a verdict; keys that this version does not know are left alone.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a value cannot be understood, or one that was always there is missing.
    """
    payload: Mapping[str, Any] = json.loads(text)
    values: dict[str, Any] = {}
    for field in FIELDS:
        value = payload[field.name] if field.is_required else payload.get(field.name)
        if value is not None:
            values[field.name] = field.read(value)
    return Verdict(**values)


def verdict_columns(place: Place) -> tuple[VerdictColumn, ...]:
    """Return the columns that an update has in a place, in their order."""
    every = (column for field in FIELDS for column in field.columns)
    return tuple(column for column in every if column.place == place)


FIELDS: tuple[VerdictField, ...] = (  # in the order of the update's columns
    VerdictField(
        *("redshift", number_to_json, float),
        columns=(
            VerdictColumn(
                *("Z_VI", "f8", "src.redshift"),
                "redshift assigned by the inspector, vacuum convention",
                with_redshift("redshift"),
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("redshift_error", number_to_json, float),
        columns=(
            VerdictColumn(
                *("ZERR_VI", "f8", "stat.error;src.redshift", "1 sigma error of Z_VI"),
                with_redshift("redshift_error"),
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("zconf", integer_to_json, unchanged),
        columns=(
            VerdictColumn(
                *("ZCONF_VI", "i2", "meta.code.qual;src.redshift"),
                "0 no z, 1 possible, 2 probable, 3 secure",
                zconf_cell,
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("origin", unchanged, held_once),
        columns=(
            VerdictColumn(
                *("ZFROM_VI", "O", "meta.note;src.redshift"),
                "how Z_VI came to be: auto, solution, line, ...",
                with_redshift("origin"),
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("feature", unchanged, held_once),
        columns=(
            VerdictColumn(
                *("REFZ_VI", "O", "meta.note;src.redshift"),
                "the line that carries Z_VI, as LYA; continuum where none is clear",
                with_redshift("feature"),
            ),
        ),
    ),
    VerdictField("sweep", unchanged, held_once),
    VerdictField(
        *("blend", blend_to_json, blend_from_json),
        columns=(
            VerdictColumn(
                *("Z2_VI", "f8", "src.redshift", "redshift of a second galaxy in the spectrum"),
                of_second_galaxy("redshift"),
            ),
            VerdictColumn(
                *("ZCONF2_VI", "i2", "meta.code.qual;src.redshift"),
                "confidence of Z2_VI, as ZCONF_VI",
                of_second_galaxy("zconf"),
            ),
            VerdictColumn(
                *(
                    "BLEND_VI",
                    "i2",
                    "meta.code",
                    "0 one galaxy, 1 blend, 2 a neighbour; empty: not judged",
                ),
                blend_code,
            ),
            VerdictColumn(
                *("NEIGHBOUR_VI", "O", "meta.id", "whose light it is, where BLEND_VI is 2"),
                lambda verdict: None if verdict.blend is None else verdict.blend.neighbour,
            ),
        ),
    ),
    VerdictField(
        *("false_reason", unchanged, FalseReason),
        columns=(
            VerdictColumn(
                *("FALSE_VI", "O", "meta.code.class", "why the detection is not a source"),
                lambda verdict: verdict.false_reason,
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("flags", sorted, lambda flags: shared_flags(tuple(flags))),
        columns=(
            VerdictColumn(
                *("FLAGS_VI", "O", "meta.code", "marks of the inspector, separated by commas"),
                lambda verdict: ",".join(sorted(verdict.flags)),
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("conditions", conditions_to_json, conditions_from_json),
        columns=(
            VerdictColumn(
                *("MASKS_VI", "O", "em.wl", "masked by the inspector, vacuum Angstrom: a-b;c-d"),
                masks_cell,
            ),
            VerdictColumn(
                *("ZMIN_VI", "f8", "src.redshift;stat.min"),
                "lower limit of z, if the inspector set one",
                limit_cell(0),
            ),
            VerdictColumn(
                *("ZMAX_VI", "f8", "src.redshift;stat.max"),
                "upper limit of z, if the inspector set one",
                limit_cell(1),
            ),
            VerdictColumn(
                *("ZPRIOR_VI", "f8", "src.redshift"),
                "redshift known beside the spectrum, if the inspector gave one",
                prior_cell("redshift"),
            ),
            VerdictColumn(
                *("ZPRIOR_ERR_VI", "f8", "stat.error;src.redshift"),
                "error of ZPRIOR_VI",
                prior_cell("error"),
            ),
            VerdictColumn(
                *("WEIGHT_VI", "O", "meta.code"),
                "weighting of the fit, if the inspector chose one",
                lambda verdict: verdict.conditions.weighting,
            ),
        ),
    ),
    VerdictField(
        *("comment", unchanged, unchanged),
        columns=(
            VerdictColumn(
                *("COMMENT_VI", "O", "meta.note", "remark of the inspector, UTF-8"),
                lambda verdict: plain_text(verdict.comment),
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("solution_rank", integer_to_json, unchanged),
        columns=(
            VerdictColumn(
                *("CAND_VI", "i2", "meta.number"),
                "rank of the solution that Z_VI was taken from",
                with_redshift("solution_rank"),
                place="after the scan",
            ),
        ),
        is_required=True,
    ),
    VerdictField(
        *("extraction", unchanged, held_once),
        columns=(
            VerdictColumn(
                *("SPEC_VI", "O", "meta.id", "spectrum of the source that the inspector chose"),
                lambda verdict: verdict.extraction,
                place="chosen",
            ),
        ),
    ),
    VerdictField("proposal", number_to_json, float, is_required=True),
    VerdictField("basis_fingerprint", unchanged, held_once, is_required=True),
    VerdictField(
        *("votes", votes_to_json, votes_from_json),
        columns=(
            VerdictColumn(
                *("VOTES_VI", "O", "meta.note"),
                "what each inspector had voted, before it was reconciled",
                lambda verdict: plain_text("; ".join(vote.text for vote in verdict.votes)),
                place="reconciled",
            ),
        ),
    ),
    VerdictField(
        *("taken_from", unchanged, held_once),
        columns=(
            VerdictColumn(
                *("VOTE_VI", "O", "meta.id"),
                "whose vote was taken; empty for a new verdict",
                lambda verdict: verdict.taken_from if verdict.votes else None,
                place="reconciled",
            ),
        ),
    ),
)
