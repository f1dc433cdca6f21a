"""The options that say how to scan, one record each: arguments, setting, and card of the table.

What is added to `SETTINGS` becomes an option of every command that scans, a field of the
`ScanSettings` that the engine gets, and a card in the header of a table and in its journal.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import WEIGHTINGS, ScanSettings
from moosegui.errors import InputError


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of the command line.

    Parameters
    ----------
    flag : str
        As it is typed: `--zmin`.
    terms : mapping of str to object
        What `argparse` is told of it.
    """

    flag: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of `ScanSettings`, from the command line to the header of a table.

    Parameters
    ----------
    name : str
        The field.
    arguments : tuple of Argument
        What an expert types; several may make one setting.
    parsed : callable
        The value, from the parsed options; a ValueError says why it makes none.
    card : str
        Keyword in the header and in the journal of a scan; empty where something else tells.
    words : callable
        The value as the card says it.
    advice : str
        What to do about a ValueError, in the imperative.
    """

    name: str
    arguments: tuple[Argument, ...]
    parsed: Callable[[argparse.Namespace], Any]
    card: str = ""
    words: Callable[[Any], str] = field(default=str)
    advice: str = ""


_TRIALS = RedshiftGrid()

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ensemble",
        (
            Argument(
                "--single",
                {
                    "action": "store_true",
                    "help": "scan with the first basis of the file alone, as published, instead "
                    "of averaging the curves of its ensemble",
                },
            ),
        ),
        lambda options: not options.single,  # RANK names the members of the ensemble
    ),
    Setting(
        "inflates_variances",
        (
            Argument(
                "--plain-variances",
                {
                    "action": "store_true",
                    "help": "take the variances as they are, as published, also at the ends and "
                    "on sky lines",
                },
            ),
        ),
        lambda options: not options.plain_variances,
        card="VARIANCE",
        words=lambda inflates: "discounted" if inflates else "as given",
    ),
    Setting(
        "trials",
        (
            Argument("--zmin", {"type": float, "default": _TRIALS.zmin}),
            Argument("--zmax", {"type": float, "default": _TRIALS.zmax}),
            Argument("--dz", {"type": float, "default": _TRIALS.dz}),
        ),
        lambda options: RedshiftGrid(options.zmin, options.zmax, options.dz),
        card="TRIALS",
        words=lambda trials: f"{trials.zmin:g}:{trials.zmax:g}:{trials.dz:g}",
        advice="check --zmin, --zmax and --dz",
    ),
    Setting(
        "weighting",
        (
            Argument(
                "--weighting",
                {
                    "choices": WEIGHTINGS,
                    "default": "ivar",
                    "help": "unweighted is the published method",
                },
            ),
        ),
        lambda options: options.weighting,
        card="WEIGHTS",
    ),
    Setting(
        "classes",
        (
            Argument(
                "--galaxies-only",
                {"action": "store_true", "help": "let no stars and quasars compete"},
            ),
        ),
        lambda options: not options.galaxies_only,
        card="CLASSES",
        words=lambda classes: "galaxy star quasar" if classes else "galaxy",
    ),
)


def add_settings(command: argparse._ActionsContainer, flags: Collection[str] | None = None) -> None:
    """Add arguments of the settings to a command, those of `flags` or all."""
    for setting in SETTINGS:
        for argument in setting.arguments:
            if flags is None or argument.flag in flags:
                command.add_argument(argument.flag, **argument.terms)


def settings_from(
    options: argparse.Namespace, names: Collection[str] | None = None
) -> ScanSettings:
    """Return the settings that the options ask for, those of `names` or all.

    Raises
    ------
    InputError
        If a value makes no setting, as trial redshifts that make no grid.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        if names is not None and setting.name not in names:
            continue
        try:
            values[setting.name] = setting.parsed(options)
        except ValueError as error:
            raise InputError(f"There are {error}; {setting.advice}.") from error
    return ScanSettings(**values)


def setting_cards(chosen: ScanSettings) -> dict[str, str]:
    """Return what the header of a table says of settings, keyword to text."""
    return {
        setting.card: setting.words(getattr(chosen, setting.name))
        for setting in SETTINGS
        if setting.card
    }
