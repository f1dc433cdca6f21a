"""What experts decided, for the tests of updates and tables."""

from __future__ import annotations

from pathlib import Path

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import (
    FalseReason,
    Source,
    SourceFlag,
    SourceList,
    Verdict,
    VerdictEvent,
)
from moosegui.data.conditions import ScanConditions
from moosegui.data.prior import RedshiftPrior
from moosegui.data.results import ScanFlag, ScanSummary

TIME = "2026-03-04T05:06:07.890Z"
COMMENT = 'Lyα, "double"; é\tand\nmore'
COMMENT_WRITTEN = 'Lyα, "double"; é and more'

VERDICTS = {
    "0": Verdict(
        redshift=3.1234567890123,
        redshift_error=1.5e-4,
        zconf=3,
        flags=frozenset({SourceFlag.BLEND, SourceFlag.QSO}),
        comment=COMMENT,
        origin="solution",
        feature="LYA",
        solution_rank=2,
        conditions=ScanConditions(
            ((4800.0, 4810.25), (5577.0, 5580.0)), (2.0, 4.0), "unweighted", RedshiftPrior(2.9, 0.1)
        ),
        blend=BlendVerdict(BlendKind.CONTAMINATION, 0.7342, 2, "00412"),
    ),
    "1": Verdict(redshift=0.7, zconf=0, comment="nothing"),
    "2": Verdict(redshift=0.7, false_reason=FalseReason.WING),
    "3": Verdict(comment="later", flags=frozenset({SourceFlag.REVISIT})),
}
DECISIONS = {
    key: VerdictEvent(i_event, TIME, "ZB", key, verdict)
    for i_event, (key, verdict) in enumerate(VERDICTS.items(), start=1)
}
SUMMARIES = {
    "0": ScanSummary(
        redshift=0.512,
        redshift_error=2e-4,
        relative_depth=0.25,
        robustness=float("inf"),
        chi2=1.01,
        alternatives=((3.1234, 0.125, -4.5), (1.5, 0.0625, -5.5)),
        flags=ScanFlag.EDGE | ScanFlag.CLIPPED,
        engine_fingerprint="abc",
    ),
    "4": ScanSummary(flags=ScanFlag.NO_DATA),
}


def a_source_list(path: Path, n_rows: int = 5, *, has_catalogue: bool = True) -> SourceList:
    """Sources with the keys "0", "1", ... in the rows of a catalogue."""
    sources = tuple(Source(str(i), f"{i:05d}", i, ra=10.0 + i, dec=-5.0) for i in range(n_rows))
    return SourceList(sources, path, has_catalogue)
