"""The `scan` command, and the options of a scan that other commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from moosegui import __version__
from moosegui.cli.options.engine_options import (
    add_calibration_option,
    add_scan_options,
    make_engine_from,
)
from moosegui.cli.options.machine_options import add_machine_options, add_resume_options
from moosegui.cli.options.reading_options import (
    add_columns_option,
    add_reading_options,
    choice_from,
)
from moosegui.cli.options.scan_settings import setting_cards
from moosegui.cli.problems import print_problems
from moosegui.config import default_inspector
from moosegui.data.catalogue import Source, SourceList
from moosegui.data.deblending import METHODS
from moosegui.data.results import ScanFlag, ScanSummary
from moosegui.errors import ExportError
from moosegui.files.cubes.cube import open_cube
from moosegui.files.scan.curves import CurveJournal, are_curves_of
from moosegui.files.scan.journal import ScanJournal
from moosegui.files.scan.table import check_place, check_scan_target, is_table_of, write_scan_table
from moosegui.files.session.calibration import own_calibration
from moosegui.files.session.file import session_path
from moosegui.files.session.roots import roots_said
from moosegui.files.sources.source_lists import open_source_list
from moosegui.fit.linefit.alternatives import LINE_FITS, line_fit_named
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.batch import Vetter, scan_sources
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.machines.processes import WORTH_IT, scan_in_processes
from moosegui.pipeline.machines.recipe import Search
from moosegui.pipeline.models import (
    BLEND_MODEL,
    FALSE_MODEL,
    blend_model,
    false_model,
    spatial_blend_model,
    spatial_false_model,
)
from moosegui.pipeline.neighbours import name_neighbours
from moosegui.pipeline.vetting import vet


def add_scan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("scan", help="scan a whole list and write a table")
    command.add_argument("input", type=Path, help="a catalogue, a stacked survey or a folder")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="TABLE")
    command.add_argument("--spectra", type=Path, help="folder or stacked file of its spectra")
    command.add_argument(
        "--curves", type=Path, metavar="FILE.h5", help="keep χ²(z) of every source, as HDF5"
    )
    add_machine_options(command)
    add_resume_options(command)
    add_reading_options(command)
    add_columns_option(command)
    add_blend_options(command)
    add_scan_options(command)
    add_calibration_option(command)
    command.set_defaults(run=run_scan)


def run_scan(options: argparse.Namespace) -> int:
    """Scan a list and write its table; a run that was stopped resumes."""
    check_scan_target(options.output, options.input)
    if options.curves is not None:
        _check_curves(options)
    roots = roots_said(session_path(options.input, default_inspector()))
    source_list = open_source_list(
        options.input, options.spectra, dict(options.columns), roots=roots
    )
    source_list = source_list.with_choice(choice_from(options))
    engine = _calibrated(make_engine_from(options), options)
    described = _described(options, engine)
    if roots:  # an earlier run may not have read these
        described["ROOTS"] = " ".join(map(str, roots))
    for notice in source_list.notices:
        print(f"note: {notice}", file=sys.stderr)
    cards = _cards(engine, options)
    ids = [source.source_id for source in source_list]
    is_whole = options.curves is None or are_curves_of(options.curves, ids, cards)
    if options.resume and is_whole and is_table_of(options.output, len(source_list), cards):
        print(f"{options.output} is finished: {len(source_list)} sources")
        return 0
    if options.restart:
        ScanJournal.drop(options.output)
        if options.curves is not None:
            CurveJournal.drop(options.curves)
    with ScanJournal.open(options.output, described) as journal, ExitStack() as stack:
        kept = _Kept(journal, _curves(options, described, engine, stack))
        problems = _scan(source_list, engine, kept, options)
        rows = name_neighbours([(source, journal.done[source.key]) for source in source_list])
        if kept.curves is not None:
            named = [(source.key, source.source_id) for source in source_list]
            redshifts = np.asarray(engine.to_vacuum(engine.settings.trials.redshifts))
            kept.curves.write(options.curves, redshifts, named, cards)
        write_scan_table(options.output, rows, cards, source_path=options.input)
        kept.remove()
    print_problems(problems)
    sources = "1 source" if len(rows) == 1 else f"{len(rows)} sources"
    print(f"wrote {options.output}: {sources}, {len(problems)} not scanned")
    if rows and all(ScanFlag.NO_DATA in summary.flags for _, summary in rows):
        print(f"moosegui: of {sources} none could be scanned.", file=sys.stderr)
        return 1
    return 0


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """What a scan keeps while it runs."""

    journal: ScanJournal
    curves: CurveJournal | None

    def is_done(self, key: str) -> bool:
        """Whether an earlier run has finished a source, its curve included."""
        summary = self.journal.done.get(key)
        if summary is None or self.curves is None:
            return summary is not None
        return key in self.curves or ScanFlag.NO_DATA in summary.flags

    def remove(self) -> None:
        """Drop both: what they hold is in table and file."""
        self.journal.remove()
        if self.curves is not None:
            self.curves.remove()


def _check_curves(options: argparse.Namespace) -> None:
    """Raise ExportError where curves cannot be written."""
    path: Path = options.curves
    for read in (options.input, options.spectra, options.cube):
        if read is not None:
            check_place(path, "file of curves", read)
    if path.absolute() == options.output.absolute():
        raise ExportError(f"Table and curves cannot both be {path}; give two names.")


def _curves(
    options: argparse.Namespace, described: dict[str, str], engine: Engine, stack: ExitStack
) -> CurveJournal | None:
    if options.curves is None:
        return None
    n_z = engine.settings.trials.redshifts.size
    journal = CurveJournal.open(options.curves, described, n_z)
    stack.callback(journal.close)
    return journal


def _calibrated(engine: Engine, options: argparse.Namespace) -> Engine:
    """Use what was learned from the verdicts of the list's session, unless a file was named."""
    session = session_path(options.input, default_inspector())
    own = None if options.calibration is not None else own_calibration(session)
    if own is None:
        return engine
    print(f"note: calibrated by the verdicts of {session.name}", file=sys.stderr)
    return engine.with_confidence(own)


def _scan(
    source_list: SourceList, engine: Engine, kept: _Kept, options: argparse.Namespace
) -> list[str]:
    """Scan what the journal does not hold yet; return the problems as sentences."""
    problems = []
    n_done = sum(kept.is_done(source.key) for source in source_list)
    if n_done:
        print(f"note: {n_done} sources were scanned by an earlier run", file=sys.stderr)
    bar = tqdm(total=len(source_list), initial=n_done, unit="source")
    with bar as progress, _scanned(source_list, engine, kept, options) as outcomes:
        for source, summary, problem in outcomes:
            kept.journal.append(source.key, summary)
            progress.update()
            if problem:
                problems.append(problem)
    return problems


@contextmanager
def _scanned(
    source_list: SourceList, engine: Engine, kept: _Kept, options: argparse.Namespace
) -> Iterator[Iterator[tuple[Source, ScanSummary, str]]]:
    """Give what is scanned as it comes, from threads of this process or from a cluster."""
    how = {
        "is_done": kept.is_done,
        "cube": options.cube,
        "keep_curve": None if kept.curves is None else kept.curves.append,
    }
    vetter = _vetter(options, engine)
    search = None if vetter is None else Search(options.blend_method, options.line_fit)
    n_todo = sum(not kept.is_done(source.key) for source in source_list)
    n_workers = options.workers or cpu_count()
    if options.scheduler is None and n_workers > 1 and n_todo >= WORTH_IT:
        yield scan_in_processes(source_list, engine, n_workers, search=search, **how)
        return
    if options.scheduler is None:
        yield scan_sources(
            source_list,
            engine,
            vetter=vetter,
            n_workers=options.workers,
            **how,
        )
        return
    from moosegui.pipeline.machines.pool import Pool
    from moosegui.pipeline.machines.scan import scan_on

    with Pool.open(options.scheduler) as pool:
        if not pool.has_workers:
            print(f"note: waiting for a worker of {options.scheduler}", file=sys.stderr)
        yield scan_on(pool, source_list, engine, search=search, **how)


def _described(options: argparse.Namespace, engine: Engine) -> dict[str, str]:
    """Everything that the results depend on, for the journal of a scan."""
    spectra = options.spectra.absolute() if options.spectra else ""
    return {
        "INPUT": str(options.input.absolute()),
        "SPECTRA": str(spectra),
        **{f"COLUMN_{meaning.upper()}": name for meaning, name in options.columns},
        **{f"READ_{key}": str(value) for key, value in asdict(choice_from(options)).items()},
        **_cards(engine, options),
    }


def _cards(engine: Engine, options: argparse.Namespace) -> dict[str, str]:
    return {
        "BASIS": engine.name,
        "BASISSHA": engine.basis_fingerprint,
        "SCANSHA": engine.fingerprint,
        "RANK": "+".join(str(member.n_components) for member in engine.members),
        **setting_cards(engine.settings),
        "PZ_TEMP": f"{engine.confidence.temperature:.3f}",
        "ZMEDIUM": "VAC" if engine.basis.medium == "vacuum" else "VAC from an air basis",
        "VERSION": __version__,
        **(_vetting_cards(engine, options) if options.blends or options.cube else {}),
        **({} if options.cube is None else {"CUBE": options.cube.name}),
    }


def add_blend_options(command: argparse.ArgumentParser) -> None:
    """Add the options of the search for second galaxies and false sources."""
    command.add_argument(
        "--blends", action="store_true", help="search for second galaxies and false sources too"
    )
    command.add_argument(
        "--blend-method",
        choices=METHODS,
        default="fixed",
        help="what stays while the basis slides: the model of the first galaxy, or one copy of "
        "the basis (default: fixed)",
    )
    command.add_argument(
        "--cube",
        type=Path,
        help="judge them by where on the sky their light lies too (implies --blends); surveys of "
        "`moosegui extract` and Source files have theirs already",
    )
    command.add_argument(
        "--line-fit",
        choices=LINE_FITS,
        default="own",
        help="what fits the first galaxy: our own fit, the line fit of the window, or pyPlatefit",
    )


def _vetter(options: argparse.Namespace, engine: Engine) -> Vetter | None:
    if options.cube is not None:
        open_cube(options.cube)  # says what is wrong with it before the scan
    if not options.blends and options.cube is None:
        return None
    line_fit = line_fit_named(options.line_fit, engine.basis)
    return partial(vet, method=options.blend_method, line_fit=line_fit)


def _vetting_cards(engine: Engine, options: argparse.Namespace) -> dict[str, str]:
    """With which models blends and false sources were judged."""
    blends = engine.confidence.blends.of(blend_model())
    false = engine.confidence.false_sources.of(false_model())
    return {
        "BLENDFIT": f"{options.blend_method} {options.line_fit}",
        "BLENDMOD": f"{BLEND_MODEL} {blends.fingerprint}",
        "BLENDTHR": f"{blends.threshold:g}",
        "FALSEMOD": f"{FALSE_MODEL} {false.fingerprint}",
        "FALSETHR": f"{false.threshold:g}",
        "SKYMODEL": f"{spatial_blend_model().fingerprint} {spatial_false_model().fingerprint}",
    }
