"""The ZCONF that the scan suggests for a redshift, with its reasons; never assigned by itself.

The thresholds were read off 500 spectra of a labelled simulated survey: half of ZCONF 3 has
Delta chi2 above 0.8 and 95 % above 0.23; half of ZCONF 2 lies above 0.14 and 95 % above 0.035;
three quarters of the false sources lie below 0.032. Of what is called 3, every redshift was right.
"""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.grids import velocity_difference
from moosegui.data.results import Analysis, LineEvidence, Solution

SECURE = 0.3  # Delta chi2
SECURE_WITH_LINES = 0.15
PROBABLE = 0.045
POSSIBLE = 0.015
DETECTED = 5.0  # sigma
MANY_LINES = 4
SAME = 300.0  # km/s between the z on screen and the solution that it stands for


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ZCONF and why, in words for a tool tip."""

    zconf: int
    reasons: tuple[str, ...]


def suggest_zconf(analysis: Analysis, redshift: float) -> Suggestion:
    """Suggest a ZCONF for a redshift.

    Parameters
    ----------
    analysis : Analysis
        With the line evidence of its first solutions.
    redshift : float
        On screen, vacuum convention.

    Returns
    -------
    Suggestion
        At most 1 for a redshift that is no solution of the scan, at most 2 for one that is not
        the first.
    """
    solution = _solution_at(analysis, redshift)
    if solution is None:
        return Suggestion(1, ("this z is no minimum of the scan",))
    detected = _detected(solution.lines)
    reasons = [f"Δχ² = {solution.significance:.3f}", _in_words(detected)]
    zconf = _from_scores(solution.significance, len(detected))
    if solution.rank > 1:
        zconf = min(zconf, 2)
        reasons.append(f"solution 1 fits better (R = {solution.robustness:.1f})")
    return Suggestion(zconf, tuple(reasons))


def _solution_at(analysis: Analysis, redshift: float) -> Solution | None:
    for solution in analysis.solutions:
        if abs(float(velocity_difference(redshift, solution.redshift))) < SAME:
            return solution
    return None


def _detected(lines: tuple[LineEvidence, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.label for line in lines if abs(line.snr) >= DETECTED))


def _in_words(detected: tuple[str, ...]) -> str:
    return f"above {DETECTED:.0f} σ: {', '.join(detected)}" if detected else "no line above 5 σ"


def _from_scores(significance: float, n_detected: int) -> int:
    if significance >= SECURE or (significance >= SECURE_WITH_LINES and n_detected >= MANY_LINES):
        return 3
    if significance >= PROBABLE:
        return 2
    return 1 if significance >= POSSIBLE else 0
