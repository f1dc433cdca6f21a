"""The `extract` command: spectra of the sources of a catalogue out of a cube."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from astropy.table import Table
from tqdm import tqdm

from moosegui import __version__
from moosegui.data.catalogue import Source
from moosegui.errors import ExportError, InputError
from moosegui.files.cubes.cube import open_cube, read_segments
from moosegui.files.cubes.survey import CUBE_CARD, write_survey
from moosegui.files.tables.columns import as_floats, as_ids, map_columns
from moosegui.files.tables.read import read_table
from moosegui.fit.sky.extraction import WEIGHTS, ExtractionOptions
from moosegui.fit.sky.line_image import PSF_FWHM
from moosegui.pipeline.cubes.extraction import Extracted, extract_sources


def add_extract(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `extract` command."""
    command = commands.add_parser(
        "extract",
        help="take the spectra of a catalogue out of a cube",
        description="Take the spectrum of every source of a catalogue out of a cube, and write a "
        "stacked survey that `moosegui open` and `scan` read; the window shows line images of its "
        "sources. The variance knows nothing of the covariance between neighbouring spaxels.",
    )
    command.add_argument("cube", type=Path, help="a cube with DATA, STAT (and DQ)")
    command.add_argument("catalogue", type=Path, help="a table with ID, RA and Dec")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="SURVEY.fits")
    command.add_argument(
        "--weights",
        choices=WEIGHTS,
        default="white",
        help="how spaxels are weighed: white light (default; where it is too faint an unresolved "
        "source), an unresolved source, all of an aperture or all of a segment alike",
    )
    command.add_argument(
        "--radius", type=float, default=1.0, help="arcsec of the aperture (default: 1.0)"
    )
    command.add_argument(
        "--fwhm",
        type=float,
        default=PSF_FWHM,
        help=f"arcsec of an unresolved source (default: {PSF_FWHM})",
    )
    command.add_argument(
        "--segmap", type=Path, metavar="FILE", help="segmentation map whose numbers are the IDs"
    )
    command.add_argument(
        "--no-sky", action="store_true", help="do not subtract the sky from 2 to 4 arcsec around"
    )
    command.add_argument("--overwrite", action="store_true", help="replace an existing file")
    command.set_defaults(run=run_extract)


def run_extract(options: argparse.Namespace) -> int:
    """Extract and write; 1 if there is a source without a spectrum."""
    if options.output.exists() and not options.overwrite:
        raise ExportError(f"{options.output} exists; choose another name, or --overwrite.")
    if options.weights == "segment" and options.segmap is None:
        raise InputError("--weights segment needs a segmentation map: --segmap FILE.")
    try:
        how = ExtractionOptions(
            options.weights, options.radius, options.fwhm, has_sky=not options.no_sky
        )
    except ValueError as error:
        raise InputError(f"{error}; lengths are positive.") from error
    cube = open_cube(options.cube)
    segments = None if options.segmap is None else read_segments(options.segmap, cube)
    table = read_table(options.catalogue)
    sources = _sources(table, options.catalogue)
    found: list[Extracted] = []
    for one in tqdm(extract_sources(cube, sources, how, segments), total=len(sources)):
        found.append(one)
        if one.spectrum is None:
            print(f"{one.source.source_id}: {one.problem}", file=sys.stderr)
    rows = [i for i, one in enumerate(found) if one.spectrum is not None]
    if not rows:
        raise InputError(f"No source of {options.catalogue} lies in {options.cube}.")
    write_survey(
        options.output,
        [one.spectrum for one in found if one.spectrum is not None],
        _with_positions(table, sources)[rows],
        cards={
            CUBE_CARD: str(_from(options.output, options.cube)),
            "WEIGHTS": options.weights,
            "RADIUS": f"{options.radius:g} arcsec",
            "SKY": "none" if options.no_sky else "2 to 4 arcsec",
            "ORIGIN": f"moosegui {__version__} extract",
        },
    )
    print(f"wrote {options.output}: {len(rows)} of {len(sources)} sources")
    return int(len(rows) < len(sources))


def _sources(table: Table, path: Path) -> list[Source]:
    columns = map_columns(table)
    if not columns.ra or not columns.dec:
        raise InputError(f"{path} has no columns of RA and Dec; name them RA and DEC.")
    ids = as_ids(table, columns.source_id, len(table))
    ra, dec = as_floats(table, columns.ra), as_floats(table, columns.dec)
    names = [name or str(i) for i, name in enumerate(ids, start=1)]
    return [
        Source(name, name, row, ra=float(a), dec=float(d))
        for row, (name, a, d) in enumerate(zip(names, ra, dec, strict=True))
    ]


def _with_positions(table: Table, sources: list[Source]) -> Table:
    """Return the catalogue with ID, RA and DEC under these names, before all other columns."""
    taken = {"ID", "RA", "DEC"}
    whole = Table()
    whole["ID"] = [source.source_id for source in sources]
    whole["RA"] = [source.ra for source in sources]
    whole["DEC"] = [source.dec for source in sources]
    for name in table.colnames:
        if name.upper() not in taken:
            whole[name] = table[name]
    return whole


def _from(output: Path, cube: Path) -> Path:
    """Return the cube as the survey names it: relative where it lies in the same folder."""
    there, here = cube.absolute(), output.absolute().parent
    return there.relative_to(here) if there.is_relative_to(here) else there
