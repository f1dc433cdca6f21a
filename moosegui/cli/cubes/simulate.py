"""The `simulate-cube` command: a small cube with truth, to try things on and to measure."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.data.sky.scene import Truth
from moosegui.errors import ExportError, InputError
from moosegui.files.cubes.write import write_cube
from moosegui.files.tables.write import write_table
from moosegui.fit.simulation.field import FieldOptions
from moosegui.fit.simulation.scene import simulate

CENTRE = (53.15, -27.78)  # degrees


def add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `simulate-cube` command."""
    command = commands.add_parser(
        "simulate-cube",
        help="make a small cube with truth",
        description="Make a small cube as MUSE would see it (PSF, LSF, noise that neighbouring "
        "spaxels share, residuals of the sky, cosmic rays) with blends, Lyman alpha haloes and "
        "detections that are none; beside it a catalogue with the truth, CUBE_catalogue.fits.",
    )
    command.add_argument("output", type=Path, metavar="CUBE.fits")
    command.add_argument("--seed", type=int, default=1, help="of the random numbers (default: 1)")
    command.add_argument("--sources", type=int, default=30, help="in the catalogue (default: 30)")
    command.add_argument("--side", type=float, default=20.0, help="arcsec (default: 20)")
    command.add_argument("--fwhm", type=float, default=0.7, help="arcsec of the PSF (default: 0.7)")
    command.add_argument("--overwrite", action="store_true", help="replace existing files")
    command.set_defaults(run=run_simulate)


def run_simulate(options: argparse.Namespace) -> int:
    """Simulate, and write cube and catalogue."""
    catalogue = options.output.with_name(f"{options.output.stem}_catalogue.fits")
    for path in (options.output, catalogue):
        if path.exists() and not options.overwrite:
            raise ExportError(f"{path} exists; choose another name, or --overwrite.")
    if options.side < 6.0 or options.sources < 1:
        raise InputError("A cube needs a side of 6 arcsec at least, and one source.")
    try:
        field = FieldOptions(side=options.side, fwhm=options.fwhm)
    except ValueError as error:
        raise InputError(f"{error}; lengths are positive.") from error
    scene = simulate(options.seed, field, n_sources=options.sources)
    write_cube(
        options.output,
        (scene.data, scene.variance),
        scene.wave_in_air,
        centre=CENTRE,
        pixel=field.pixel,
    )
    write_table(catalogue, truth_table(scene.truths), layout="fits")
    print(f"wrote {options.output} and {catalogue}: {len(scene.truths)} sources")
    return 0


def truth_table(truths: tuple[Truth, ...]) -> Table:
    """Return the catalogue of a simulated cube.

    ZCONF is 3 for galaxies and 0 for what is none, Z2 is -1 without a second galaxy, as in
    simulated surveys of spectra.
    """
    table = Table()
    table["ID"] = [one.source_id for one in truths]
    stretch = np.cos(np.radians(CENTRE[1]))
    table["RA"] = [CENTRE[0] + one.east / 3600.0 / stretch for one in truths]
    table["DEC"] = [CENTRE[1] + one.north / 3600.0 for one in truths]
    table["Z"] = [one.redshift for one in truths]
    table["ZCONF"] = [0 if one.is_false else 3 for one in truths]
    table["KIND"] = [one.kind for one in truths]
    table["SNR"] = [one.snr for one in truths]
    table["Z2"] = [one.second if np.isfinite(one.second) else -1.0 for one in truths]
    table["SNR2"] = [one.second_snr for one in truths]
    table["SEPARATION"] = [one.separation for one in truths]
    table["TRUE_NEIGHBOUR"] = [one.neighbour for one in truths]
    return table
