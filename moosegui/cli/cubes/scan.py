"""The `cube` command: scan every spaxel, and write maps."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from moosegui import __version__
from moosegui.cli.options.engine_options import add_scan_options, make_engine_from
from moosegui.cli.options.machine_options import add_machine_options
from moosegui.cli.options.scan_settings import setting_cards
from moosegui.data.arrays import FloatArray
from moosegui.data.sky.maps import Regions, boxes, segments
from moosegui.errors import ExportError, InputError
from moosegui.files.cubes.cube import Cube, open_cube, read_segments
from moosegui.files.cubes.maps import MapJournal, write_maps
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.cubes.spaxels import scan_regions
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.machines.processes import WORTH_IT_FOR_REGIONS, scan_regions_in_processes


def add_cube(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the `cube` command."""
    command = commands.add_parser(
        "cube",
        help="scan every spaxel of a cube and write maps",
        description="Scan every spaxel of a cube, boxes or segments, with the first basis at half "
        "of its sampling (30 km/s), and write maps of z, its error, Δχ², R, P, the class and the "
        "S/N of families of lines: images with directions in one FITS file. A run that was "
        "stopped resumes.",
    )
    command.add_argument("cube", type=Path, help="a cube with DATA, STAT (and DQ)")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="MAPS.fits")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--spaxels", action="store_true", help="every spaxel alone (default)")
    which.add_argument("--boxes", type=int, metavar="N", help="boxes of N x N spaxels")
    which.add_argument("--segmap", type=Path, metavar="FILE", help="segments of a map")
    add_machine_options(command)
    command.add_argument(
        "--competing", action="store_true", help="let stars and quasars compete (slower)"
    )
    command.add_argument("--overwrite", action="store_true", help="replace existing maps")
    add_scan_options(command)
    command.set_defaults(run=run_cube)


def run_cube(options: argparse.Namespace) -> int:
    """Scan and write."""
    if options.output.exists() and not options.overwrite:
        raise ExportError(f"{options.output} exists; choose another name, or --overwrite.")
    if options.boxes is not None and options.boxes < 1:
        raise InputError(f"A box of {options.boxes} spaxels is none; --boxes 3 is three a side.")
    cube, engine = open_cube(options.cube), make_engine_from(options)
    settings = replace(engine.settings, classes=options.competing and engine.settings.classes)
    engine = engine.with_settings(settings)
    regions = _regions(cube, options)
    if not regions.n:
        raise InputError(f"{options.segmap} has no segment on {options.cube}.")
    cards = _cards(options, engine, regions)
    with MapJournal.open(options.output, cards) as journal:
        n_done, started = len(journal.done), time.perf_counter()
        if n_done:
            print(f"note: {n_done} of {regions.n} were scanned by an earlier run", file=sys.stderr)
        bar = tqdm(total=regions.n, initial=n_done, unit="spectrum")
        with bar as progress, _scanned(cube, regions, engine, journal, options) as found:
            for region, numbers in found:
                journal.append(region, numbers)
                progress.update()
        write_maps(options.output, cube, regions, journal.done, cards=cards)
        n_new, seconds = len(journal.done) - n_done, time.perf_counter() - started
        journal.remove()
    print(f"wrote {options.output}: {regions.n} spectra, {n_new / max(seconds, 1e-9):.0f} a second")
    return 0


@contextmanager
def _scanned(
    cube: Cube,
    regions: Regions,
    engine: Engine,
    journal: MapJournal,
    options: argparse.Namespace,
) -> Iterator[Iterator[tuple[int, FloatArray]]]:
    """Give what is scanned as it comes: from threads or processes here, or from a cluster."""
    is_done: Callable[[int], bool] = journal.done.__contains__
    n_workers = options.workers or cpu_count()
    n_left = regions.n - len(journal.done)
    if options.scheduler is None and n_workers > 1 and n_left >= WORTH_IT_FOR_REGIONS:
        yield scan_regions_in_processes(options.cube, regions, engine, n_workers, is_done=is_done)
        return
    if options.scheduler is None:
        yield scan_regions(cube, regions, engine, is_done=is_done, n_workers=options.workers)
        return
    from moosegui.pipeline.machines.cube import scan_regions_on
    from moosegui.pipeline.machines.pool import Pool

    with Pool.open(options.scheduler) as pool:
        yield scan_regions_on(pool, options.cube, regions, engine, is_done=is_done)


def _regions(cube: Cube, options: argparse.Namespace) -> Regions:
    if options.segmap is not None:
        return segments(read_segments(options.segmap, cube))
    return boxes(cube.shape[1:], options.boxes or 1)


def _cards(options: argparse.Namespace, engine: Engine, regions: Regions) -> dict[str, str]:
    return {
        "CUBE": options.cube.name,
        "REGIONS": regions.kind,
        "SEGMAP": "" if options.segmap is None else options.segmap.name,
        "BASIS": engine.name,
        "SCANSHA": engine.fingerprint,
        "SAMPLING": "whole" if engine.at_half().prepared is engine.prepared else "half",
        **setting_cards(engine.settings),
        "ORIGIN": f"moosegui {__version__} cube",
    }
