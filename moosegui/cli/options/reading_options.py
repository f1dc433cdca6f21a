"""Options of the commands that read spectra: what files do not say themselves."""

from __future__ import annotations

import argparse
import math

from moosegui.data.catalogue import ReadingChoice
from moosegui.files.tables.meanings import MEANINGS


def add_reading_options(command: argparse.ArgumentParser) -> None:
    """Add the options that answer what a file leaves open."""
    command.add_argument(
        "--wave",
        default="",
        metavar="NAME",
        help="column of the wavelengths, where its name does not tell it",
    )
    command.add_argument(
        "--wave-unit",
        default="",
        metavar="UNIT",
        help="of wavelengths whose file writes no unit: Angstrom, nm, um, GHz, cm-1, eV, "
        "log10(Angstrom) ...",
    )
    command.add_argument(
        "--medium",
        choices=("air", "vacuum"),
        default="",
        help="of wavelengths whose file does not say it (default: air)",
    )
    command.add_argument(
        "--flux", default="", metavar="NAME", help="column or extension of the flux to take"
    )
    command.add_argument(
        "--error", default="", metavar="NAME", help="column or extension of the errors to take"
    )
    command.add_argument(
        "--sigma-factor",
        type=parse_factor,
        default=1.0,
        metavar="X",
        help="multiply every sigma, as where resampled variances are too small (default: 1)",
    )


def parse_factor(text: str) -> float:
    """Return a factor above zero.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    try:
        factor = float(text)
    except ValueError:
        factor = math.nan
    if not 0.0 < factor < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no factor above 0")
    return factor


def add_columns_option(command: argparse.ArgumentParser) -> None:
    """Add the option that says which columns of a catalogue mean what."""
    command.add_argument(
        "--columns",
        nargs="+",
        default=(),
        type=parse_column,
        metavar="MEANING=NAME",
        help="columns of the catalogue, as ID=source Z=z_best, kept with the session; meanings: "
        f"{', '.join(MEANINGS)}",
    )


def parse_column(text: str) -> tuple[str, str]:
    """Return the meaning and the name in `Z=z_true`.

    Raises
    ------
    argparse.ArgumentTypeError
        If one is missing.
    """
    meaning, _, name = text.partition("=")
    if not meaning or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form Z=z_true")
    return meaning, name


def choice_from(options: argparse.Namespace) -> ReadingChoice:
    """Return what the options say of silent files."""
    return ReadingChoice(
        wave_unit=getattr(options, "wave_unit", ""),
        medium=getattr(options, "medium", ""),
        flux=getattr(options, "flux", ""),
        error=getattr(options, "error", ""),
        wave=getattr(options, "wave", ""),
        sigma_factor=getattr(options, "sigma_factor", 1.0),
    )
