"""The ZCONF that the scan suggests for a redshift, with its reasons; never assigned by itself.

An ordered logistic model of a few features that an expert would name, calibrated on a labelled
survey: better scores, more lines or a larger probability never suggest less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import FalseReason, SourceFlag
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.deblending import Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.posterior import Evidence, Mode, Posterior
from moosegui.data.results import Analysis, Solution
from moosegui.fit.confidence.decision import disagrees
from moosegui.fit.confidence.evidence import is_seen
from moosegui.fit.confidence.joint_chance import is_of_blend
from moosegui.fit.evaluation.suggest_class import advise

DETECTED = 5.0  # sigma of a line that counts and is named
MEASURED = 3.0  # sigma of a line that adds to the total
MAX_LINES = 6
MIN_DEPTH, MIN_ROBUSTNESS = 1e-3, 1e-2
MIN_ODDS = 1e-3
CLEAR = 10.0  # R above which it is not worth a word
NOT_FIRST, NO_MINIMUM = 2, 1  # most for a solution after the first, and for no solution
# P(z) that a ZCONF needs, however high the other scores are (chosen on the odd rows of the surveys)
MIN_CHANCE = (0.3, 0.88, 0.97)
LONE_CHANCE = 0.95  # that 2 needs on fewer features: what imitates one line may be anything
# FWHM in km/s of a lone Lyman alpha: 2 of 363 right ones of the validation survey are broader, none
# of 19 real ones; an active nucleus would have other lines, and a defect has none
BROADEST = 900.0
SECURE_FEATURES = 2  # independent ones, off the sky's lines, that "several lines" needs
WORTH_NAMING = 0.005  # of the probability of a rival: less is shown as 0 %
OWN = 0.9  # that light is the source's own, below which it is said
MORE_PROBABLE = 0.5  # of a false source: no redshift is suggested


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ZCONF and why, in words for a tool tip; and the probabilities of ZCONF 0, 1, 2 and 3.

    `flag` is what goes with the redshift: that it is a star, or a quasar. With a `false_reason` it
    is suggested to call the detection false for that reason; the ZCONF is 0 then.
    """

    zconf: int
    reasons: tuple[str, ...]
    probabilities: tuple[float, ...] = ()
    flag: SourceFlag | None = None
    false_reason: FalseReason | None = None


def suggest_zconf(
    analysis: Analysis,
    redshift: float,
    model: ConfidenceModel,
    *,
    vetting: Vetting | None = None,
) -> Suggestion:
    """Suggest a ZCONF for a redshift.

    Parameters
    ----------
    analysis : Analysis
        With its posterior and the line detections of its first solutions.
    redshift : float
        On screen, vacuum convention.
    model : ConfidenceModel
    vetting : Vetting, optional
        Where it finds that the source is false, that is suggested for what the scan proposes.

    Returns
    -------
    Suggestion
        The largest ZCONF that is at least as likely to be reached as not, 2 and 3 only where P(z)
        bears them, 3 only with two independent features. For a solution after the first 1 or 2,
        as choosing it says more than its scores; 1 for a redshift that is no solution of the scan.
        A prior lowers what is suggested, and never raises it.
        Where a star or a quasar is more probable than a galaxy, what its probability bears for its
        own redshift, else 1.
    """
    advice = advise(analysis.classes, redshift)
    if advice is not None:
        limited, limits = _heed_false(advice.zconf, vetting)
        flag = advice.flag if limited > 0 else None
        why = (*advice.reasons, *limits)
        # another redshift than that of the class was the expert's choice: Enter keeps it a redshift
        false_reason = None if advice.flag is None else _false_reason(vetting)
        return Suggestion(limited, why, flag=flag, false_reason=false_reason)
    solution = _solution_at(analysis, redshift)
    modes = () if analysis.posterior is None else analysis.posterior.modes
    of_blend = vetting if is_of_blend(redshift, modes, vetting) else None
    if solution is None:
        return Suggestion(NO_MINIMUM, _off_the_minima(of_blend))
    borne = _borne_by_spectrum(modes, analysis.alone)
    probability = _probability_of(borne, solution.rank)
    reached = reach(features_of(solution, analysis.solutions, borne), model)
    zconf = int(np.count_nonzero(reached >= 0.5))
    evidence = analysis.evidence if solution.rank == 1 else None
    reasons = [f"Δχ² = {solution.relative_depth:.3f}", _in_words(solution, evidence)]
    if solution.rank > 1:
        zconf = min(max(zconf, NO_MINIMUM), NOT_FIRST)
        reasons += _beside_first(solution, _probability_of(modes, solution.rank), of_blend)
    else:
        if zconf < len(MIN_CHANCE) and probability >= MIN_CHANCE[zconf]:
            reasons.append(f"not {zconf + 1}: {_too_weak(solution)}")
        zconf, limits = limit_zconf(zconf, analysis.evidence, probability, vetting)
        reasons += [_chance(_probability_of(modes, solution.rank)), *_beside(vetting), *limits]
        if solution.robustness < CLEAR:
            reasons.append(_robustness(solution))
    rival, name = confused_with(solution, analysis.solutions, modes)
    if name and rival >= WORTH_NAMING:
        reasons.append(f"{name} ({_percent(rival)})")
    if analysis.alone is not None:
        alone = _probability_of(analysis.alone.modes, solution.rank)
        reasons.append(f"without the prior {_percent(alone)}")
    edges = np.concatenate(([1.0], reached, [0.0]))
    return Suggestion(
        zconf,
        tuple(reasons),
        tuple((edges[:-1] - edges[1:]).tolist()),
        false_reason=_false_reason(vetting) if solution.rank == 1 else None,
    )


def limit_zconf(
    zconf: int,
    evidence: Evidence | None,
    probability: float,
    vetting: Vetting | None = None,
) -> tuple[int, list[str]]:
    """Return the largest ZCONF up to `zconf` that the evidence bears, and what limits it.

    Parameters
    ----------
    zconf : int
        Of the scores.
    evidence : Evidence or None
        Of the first solution; None where it was not gathered, and then it limits nothing.
    probability : float
        Of the solution in P(z).
    vetting : Vetting, optional
    """
    reasons = []
    if evidence is not None:
        if disagrees(evidence):
            lines = evidence.lines
            reasons.append(f"but {lines.n_matched} lines say z = {lines.redshift:.4f}")
        if zconf == 3 and evidence.n_independent < SECURE_FEATURES:
            zconf = 2
            count = ("no feature", "one feature")[evidence.n_independent]
            reasons.append(f"not 3: it rests on {count} off the sky's lines")
        if zconf == 2 and evidence.n_independent < SECURE_FEATURES and probability < LONE_CHANCE:
            zconf = 1
            reasons.append("not 2: on one feature or none P(z) must be 95 %")
        if zconf >= 2 and evidence.lone_width > BROADEST:
            zconf = 1
            reasons.append(f"not 2: Lyα of {evidence.lone_width:,.0f} km/s and no other line")
    of_scores = zconf
    while zconf > 0 and probability < MIN_CHANCE[zconf - 1]:
        zconf -= 1
    if zconf < of_scores:
        reasons.append(f"not {zconf + 1}: P(z) must be {100 * MIN_CHANCE[zconf]:.0f} %")
    zconf, limits = _heed_false(zconf, vetting)
    return zconf, reasons + limits


def _heed_false(zconf: int, vetting: Vetting | None) -> tuple[int, list[str]]:
    """Return 0 and why, where a false source is the more probable."""
    if vetting is None or not is_probably_false(vetting):
        return zconf, []
    why = f" ({vetting.false_reason})" if vetting.false_reason else ""
    return 0, [f"false source{why} is more probable: {_percent(vetting.false_score)}"]


def is_probably_false(vetting: Vetting) -> bool:
    """Whether a detection is probably no source, which is suggested then and marked."""
    return vetting.is_false or vetting.false_score > MORE_PROBABLE


def false_reason_of(vetting: Vetting | None) -> FalseReason:
    """Return why a detection would be no source: noise, where nothing else was found."""
    is_known = vetting is not None and vetting.false_reason in list(FalseReason)
    return FalseReason(vetting.false_reason) if vetting and is_known else FalseReason.NOISE


def _false_reason(vetting: Vetting | None) -> FalseReason | None:
    """Return why a detection is probably no source; None where it probably is one."""
    return None if vetting is None or not is_probably_false(vetting) else false_reason_of(vetting)


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
            confused_with(solution, solutions, modes)[0],
        ]
    )


def reach(features: FloatArray, model: ConfidenceModel) -> FloatArray:
    """Return the probabilities of ZCONF 1, 2 and 3 or more, shape (..., 3)."""
    score = features @ np.array(model.coefficients)
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * (score[..., None] - np.array(model.thresholds)))))


def _solution_at(analysis: Analysis, redshift: float) -> Solution | None:
    for solution in analysis.solutions:
        if is_within_velocity(redshift, solution.redshift, SAME_ON_SCREEN):
            return solution
    return None


def _borne_by_spectrum(modes: Sequence[Mode], alone: Posterior | None) -> Sequence[Mode]:
    """Return the modes without what a prior adds: confidence is in the spectrum alone."""
    if alone is None:
        return modes
    return [
        replace(mode, probability=min(mode.probability, _probability_of(alone.modes, mode.rank)))
        for mode in modes
    ]


def _probability_of(modes: Sequence[Mode], rank: int) -> float:
    return next((mode.probability for mode in modes if mode.rank == rank), 0.0)


def confused_with(
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


def _beside_first(solution: Solution, probability: float, of_blend: Vetting | None) -> list[str]:
    """Say how probable a later solution is, and why it is not the first one.

    The z1 of a blend stands and falls with z2: P(z) of one galaxy says nothing of it.
    """
    if of_blend is not None:
        return [_with_second(of_blend)]
    fits = f"your choice: solution 1 fits better ({_robustness(solution)})"
    return [_chance(probability), fits]


def _robustness(solution: Solution) -> str:
    return f"R = {solution.robustness:.1f}".replace("-", "−")


def _off_the_minima(of_blend: Vetting | None) -> tuple[str, ...]:
    words = "your choice: this z is no minimum of the scan"
    return (words,) if of_blend is None else (f"{words} of one galaxy", _with_second(of_blend))


def _with_second(vetting: Vetting) -> str:
    words = f"with z₂ {vetting.redshift:.4f} it explains more than solution 1"
    if math.isnan(vetting.blend_score):
        return words
    return f"{words}: P(blend) {_equals(vetting.blend_score)}"


def _percent(probability: float) -> str:
    """Return a probability in whole percent; nothing is certain."""
    return "> 99 %" if probability > 0.995 else f"{100 * probability:.0f} %"


def _equals(probability: float) -> str:
    percent = _percent(probability)
    return percent if percent.startswith(">") else f"= {percent}"


def _chance(probability: float) -> str:
    if probability > 0.999:
        return "P(z) > 99.9 %"
    return f"P(z) = {100 * probability:.1f} %"


def _beside(vetting: Vetting | None) -> list[str]:
    """Say that the light of the redshift may be a neighbour's, which P(z) knows already."""
    if vetting is None or not vetting.map_own < OWN:
        return []
    return [f"{100 * vetting.map_own:.0f} % that this light is the source's own"]


def _labels(solution: Solution, sigma: float) -> list[str]:
    """Return the names of the lines that are seen above so many sigma, each once."""
    return list(dict.fromkeys(one.label for one in solution.lines if is_seen(one, sigma)))


def _in_words(solution: Solution, evidence: Evidence | None) -> str:
    """Say on which lines a solution rests; where they are few, on what else."""
    detected = _labels(solution, DETECTED)
    words = f"above {DETECTED:.0f} σ: {', '.join(detected)}" if detected else ""
    if len(detected) >= SECURE_FEATURES:
        return words
    weaker = [label for label in _labels(solution, MEASURED) if label not in detected]
    if detected and weaker:
        words += f", above {MEASURED:.0f} σ: {', '.join(weaker[:SECURE_FEATURES])}"
    n_seen = sum(is_seen(line, MEASURED) for line in solution.lines)
    if evidence is not None and evidence.n_independent > n_seen:
        words += f"{', and ' if words else ''}a break of the continuum"
    return words or f"no single line above {DETECTED:.0f} σ"


def _too_weak(solution: Solution) -> str:
    """Say what the scores lack, without a word against lines that are strong."""
    if not _labels(solution, DETECTED):
        return "its depth, R and lines are too weak"
    return "its depth and R are too small for so few lines"
