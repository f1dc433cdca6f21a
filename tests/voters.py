"""Sessions of two inspectors on the small survey, and what they voted."""

from __future__ import annotations

from pathlib import Path

from small_survey import IDS, TRUTHS

from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.files.session.store import SessionStore

# they agree on the first, and disagree on the second, third and fourth; of the fifth one has a view
FIRST_VOTES = {
    IDS[0]: Verdict(TRUTHS[0], 1e-4, zconf=3, comment="fine"),
    IDS[1]: Verdict(TRUTHS[1], 1e-4, zconf=3, comment="[O II] doublet"),
    IDS[2]: Verdict(TRUTHS[2], 1e-4, zconf=1),
    IDS[3]: Verdict(TRUTHS[3], 1e-4, zconf=2),
    IDS[4]: Verdict(TRUTHS[4], 1e-4, zconf=2),
}
SECOND_VOTES = {
    IDS[0]: Verdict(TRUTHS[0] + 1e-4, 1e-4, zconf=2),
    IDS[1]: Verdict(0.4, 1e-4, zconf=1, comment="Hα?"),
    IDS[2]: Verdict(false_reason=FalseReason.NOISE, comment="only a bump"),
    IDS[3]: Verdict(1.1, 1e-4, zconf=2),
}
CONFLICTS = IDS[1:4]


def write_votes(catalogue: Path) -> tuple[Path, Path]:
    """Write the sessions of AW and TK beside the catalogue."""
    paths = []
    for inspector, votes in (("AW", FIRST_VOTES), ("TK", SECOND_VOTES)):
        path = catalogue.with_name(f"{catalogue.name}.{inspector}.moose")
        with SessionStore.open(path, inspector=inspector, source_path=catalogue) as store:
            for key, verdict in votes.items():
                store.record(key, verdict)
        paths.append(path)
    return paths[0], paths[1]
