"""Calibrating on the verdicts of sessions: what `moosegui calibrate SESSION...` does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from moosegui import __version__
from moosegui.cli.options.engine_options import make_engine_from
from moosegui.files.models.confidence import write_confidence
from moosegui.files.session.calibration import keep_calibration, own_calibration, undo_calibration
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.inspected import read_inspected
from moosegui.pipeline.verdict_calibration import (
    JudgedSource,
    judge_sources,
    learn_from_verdicts,
    require_verdicts,
)
from moosegui.report.verdicts import reliability_lines


def calibrate_sessions(options: argparse.Namespace, sessions: Sequence[Path]) -> int:
    """Learn from the verdicts of sessions, print the reliability, and write the calibration."""
    engine = make_engine_from(options)
    present = own_calibration(sessions[0])
    if present is not None:
        engine = engine.with_confidence(present)
    read = [read_inspected(session) for session in sessions]
    n_verdicts = sum(len(one.sources) for one in read)
    require_verdicts(n_verdicts)
    found: list[JudgedSource | None] = []
    with tqdm(total=n_verdicts, unit="spectrum", file=sys.stderr) as progress:
        for inspected in read:
            for one in judge_sources(inspected, engine, n_workers=options.workers):
                found.append(one)
                progress.update()
    judged = [one for one in found if one is not None]
    n_other = n_verdicts - len(judged)
    if n_other:
        print(f"note: {n_other} are stars, quasars, or cannot be scanned", file=sys.stderr)
    learned = learn_from_verdicts(
        judged, engine.confidence, _provenance(sessions, engine, len(judged))
    )
    for line in reliability_lines(learned):
        print(line)
    if options.output is None:
        path = keep_calibration(sessions[0], learned.model)
    else:
        path = options.output
        write_confidence(path, learned.model)
    print(f"wrote {path}; moosegui calibrate --undo {sessions[0]} takes it back")
    return 0


def undo(sessions: Sequence[Path]) -> int:
    """Go back to the calibration before the last learning of each session."""
    for session in sessions:
        is_there = undo_calibration(session)
        now = "the one learned before" if is_there else "the one of moosegui"
        print(f"{session.name}: the calibration is {now} again")
    return 0


def _provenance(sessions: Sequence[Path], engine: Engine, n_judged: int) -> dict[str, str]:
    return {
        "recalibrated by": f"moosegui {__version__} calibrate",
        "recalibrated on": datetime.now(UTC).date().isoformat(),
        "sessions": ", ".join(session.name for session in sessions),
        "verdicts": str(n_judged),
        "basis of the scans": f"{engine.name} ({engine.basis_fingerprint})",
    }
