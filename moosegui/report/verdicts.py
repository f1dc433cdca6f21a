"""What was learned from verdicts, as lines of text: reliability before and after."""

from __future__ import annotations

from moosegui.fit.evaluation.recalibrate import Learned
from moosegui.pipeline.verdict_calibration import VerdictCalibration


def reliability_lines(found: VerdictCalibration) -> tuple[str, ...]:
    """Return what verdicts make of each probability, before and after, as lines of text."""
    lines: list[str] = []
    for name, learned in found.learned:
        lines += _lines_of(name, learned)
    before, after = found.zconf_losses
    state = "new thresholds" if after < before else "as before: new ones predict no better"
    lines.append(f"suggested ZCONF: mean surprise {before:.3f}, after {after:.3f} ({state})")
    return tuple(lines)


def _lines_of(name: str, learned: Learned) -> list[str]:
    state = "adopted" if learned.is_adopted else "as before, it would predict no better"
    change = learned.change
    lines = [
        f"{name}, {learned.n} verdicts: mean surprise {learned.loss_before:.3f}, of verdicts left "
        f"out {learned.loss_after:.3f}",
        f"  {state}: log-odds {change.shift:+.2f}, times {change.slope:.2f}",
    ]
    for title, bins in (("before", learned.before), ("after", learned.after)):
        lines += [
            f"  {title:6} stated {one.stated:.3f}  came true {one.found.fraction:.3f}  "
            f"of {one.found.n}"
            for one in bins
        ]
    return lines
