"""The ZCONF that the scan suggests for a redshift, with its reasons; never assigned by itself.

An ordered logistic model of a few features that an expert would name, calibrated on a labelled
survey: better scores, more lines or a larger probability never suggest less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.posterior import Mode
from moosegui.data.results import Analysis, LineDetection, Solution

DETECTED = 5.0  # sigma of a line that counts and is named
MEASURED = 3.0  # sigma of a line that adds to the total
MAX_LINES = 6
MIN_DEPTH, MIN_ROBUSTNESS = 1e-3, 1e-2
MIN_ODDS = 1e-3
CLEAR = 10.0  # R above which it is not worth a word
NOT_FIRST, NO_MINIMUM = 2, 1  # most for a solution after the first, and for no solution
# P(z) and R that a secure redshift needs, however high the other scores are: short spectra with one
# line, and bright ones that the basis does not describe, have large Delta chi2 and close rivals
SECURE_CHANCE, SECURE_ROBUSTNESS = 0.95, 0.5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ZCONF and why, in words for a tool tip; and the probabilities of ZCONF 0, 1, 2 and 3."""

    zconf: int
    reasons: tuple[str, ...]
    probabilities: tuple[float, ...] = ()


def suggest_zconf(analysis: Analysis, redshift: float, model: ConfidenceModel) -> Suggestion:
    """Suggest a ZCONF for a redshift.

    Parameters
    ----------
    analysis : Analysis
        With its posterior and the line detections of its first solutions.
    redshift : float
        On screen, vacuum convention.
    model : ConfidenceModel

    Returns
    -------
    Suggestion
        The largest ZCONF that is at least as likely to be reached as not, 3 only with P(z) of
        95 % and R of 0.5 or more. For a solution after the first 1 or 2, as choosing it says more
        than its scores; 1 for a redshift that is no solution of the scan.
    """
    solution = _solution_at(analysis, redshift)
    if solution is None:
        return Suggestion(NO_MINIMUM, ("this z is no minimum of the scan",))
    modes = () if analysis.posterior is None else analysis.posterior.modes
    probability = _probability_of(modes, solution.rank)
    reached = reach(features_of(solution, analysis.solutions, modes), model)
    zconf = int(np.count_nonzero(reached >= 0.5))
    reasons = [f"Δχ² = {solution.relative_depth:.3f}", _in_words(solution), _chance(probability)]
    zconf = limit_zconf(zconf, solution, probability)
    if solution.rank > 1:
        zconf = min(max(zconf, NO_MINIMUM), NOT_FIRST)
        reasons.append(f"solution 1 fits better (R = {solution.robustness:.1f})")
    elif solution.robustness < CLEAR:
        reasons.append(f"R = {solution.robustness:.1f}")
    rival, name = _confused_with(solution, analysis.solutions, modes)
    if name:
        reasons.append(f"{name} ({100 * rival:.0f} %)")
    edges = np.concatenate(([1.0], reached, [0.0]))
    return Suggestion(zconf, tuple(reasons), tuple((edges[:-1] - edges[1:]).tolist()))


def limit_zconf(zconf: int, solution: Solution, probability: float) -> int:
    """Return 2 for a ZCONF of 3 that P(z) or R does not bear."""
    is_borne = probability >= SECURE_CHANCE and solution.robustness >= SECURE_ROBUSTNESS
    return zconf if is_borne else min(zconf, 2)


def features_of(
    solution: Solution, solutions: Sequence[Solution], modes: Sequence[Mode]
) -> FloatArray:
    """Return the features of a solution in the order of `FEATURES`, shape (6,).

    Parameters
    ----------
    solution : Solution
        With its line detections. Scores that are undefined count as the smallest.
    solutions : sequence of Solution
        All of the scan.
    modes : sequence of Mode
        Their probabilities.
    """
    detected = {line.label for line in solution.lines if is_seen(line, DETECTED)}
    total = np.sqrt(sum(line.snr**2 for line in solution.lines if is_seen(line, MEASURED)))
    chance = np.clip(_probability_of(modes, solution.rank), MIN_ODDS, 1.0 - MIN_ODDS)
    return np.array(
        [
            np.log10(np.fmax(solution.relative_depth, MIN_DEPTH)),
            np.log10(np.fmax(solution.robustness, MIN_ROBUSTNESS)),
            min(len(detected), MAX_LINES),
            np.log10(max(total, 1.0)),
            np.log(chance / (1.0 - chance)),
            _confused_with(solution, solutions, modes)[0],
        ]
    )


def reach(features: FloatArray, model: ConfidenceModel) -> FloatArray:
    """Return the probabilities of ZCONF 1, 2 and 3 or more, shape (..., 3)."""
    score = features @ np.array(model.coefficients)
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * (score[..., None] - np.array(model.thresholds)))))


def is_seen(line: LineDetection, sigma: float) -> bool:
    """Whether a line is measured above `sigma`, in emission or absorption as its kind allows."""
    known = LINES_BY_NAME.get(line.name)
    kind = "both" if known is None else known.kind
    if kind == "emission":
        return line.snr >= sigma
    return -line.snr >= sigma if kind == "absorption" else abs(line.snr) >= sigma


def _solution_at(analysis: Analysis, redshift: float) -> Solution | None:
    for solution in analysis.solutions:
        if is_within_velocity(redshift, solution.redshift, SAME_ON_SCREEN):
            return solution
    return None


def _probability_of(modes: Sequence[Mode], rank: int) -> float:
    return next((mode.probability for mode in modes if mode.rank == rank), 0.0)


def _confused_with(
    solution: Solution, solutions: Sequence[Solution], modes: Sequence[Mode]
) -> tuple[float, str]:
    """Return probability and name of the likeliest rival that shares a strong line with it."""
    rivals = [(0.0, "")]
    for other in solutions:
        worse, better = sorted((solution, other), key=lambda one: -one.rank)
        for confusion in worse.confusions if worse is not better else ():
            if confusion.rank == better.rank:
                shown = f"may be confused with solution {other.rank}: {confusion.text}"
                rivals.append((_probability_of(modes, other.rank), shown))
    return max(rivals, key=lambda rival: rival[0])


def _chance(probability: float) -> str:
    if probability > 0.999:
        return "P(z) > 99.9 %"
    return f"P(z) = {100 * probability:.1f} %"


def _in_words(solution: Solution) -> str:
    labels = [line.label for line in solution.lines if is_seen(line, DETECTED)]
    detected = ", ".join(dict.fromkeys(labels))
    return f"above {DETECTED:.0f} σ: {detected}" if detected else "no line above 5 σ"
