"""Options that say when two verdicts disagree."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace

from moosegui.data.team.reconciliation import ConflictRule

RULE = ConflictRule()


def add_rule(command: argparse.ArgumentParser) -> None:
    """Register the options of the rule."""
    command.add_argument(
        "--velocity",
        type=float,
        metavar="KM/S",
        help=f"redshifts so far apart disagree (default: {RULE.velocity:g})",
    )
    command.add_argument(
        "--velocity-lya",
        type=float,
        metavar="KM/S",
        help=f"the same at z > 2.9, where Lyα is seen (default: {RULE.velocity_lya:g})",
    )
    command.add_argument(
        "--zconf-step",
        type=int,
        help=f"so different ZCONF disagree (default: {RULE.zconf_step})",
    )
    command.add_argument(
        "--confident",
        type=int,
        metavar="ZCONF",
        help=f"a ZCONF from here on disagrees with one below (default: {RULE.confident})",
    )


def rule_from(options: argparse.Namespace) -> ConflictRule | None:
    """Return the rule that the options say; None if they say nothing."""
    names = [one.name for one in fields(ConflictRule)]
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    return replace(RULE, **given) if given else None
