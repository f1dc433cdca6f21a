"""Options of the commands that read spectra: what files do not say themselves."""

from __future__ import annotations

import argparse

from moosegui.data.catalogue import ReadingChoice


def add_reading_options(command: argparse.ArgumentParser) -> None:
    """Add the options that answer what a file leaves open."""
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


def choice_from(options: argparse.Namespace) -> ReadingChoice:
    """Return what the options say of silent files."""
    return ReadingChoice(
        wave_unit=getattr(options, "wave_unit", ""),
        medium=getattr(options, "medium", ""),
        flux=getattr(options, "flux", ""),
        error=getattr(options, "error", ""),
    )
