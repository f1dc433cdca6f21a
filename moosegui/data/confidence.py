"""What was learned from labelled surveys about how far a scan can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.logistic import UNCHANGED, LogisticModel, Recalibration

# What the suggested ZCONF rests on, in the order of its coefficients:
# log10 of Delta chi2; log10 of R; number of lines above 5 sigma (at most 6); log10 of the
# quadrature sum of the lines above 3 sigma; log-odds of the solution in P(z); the largest
# probability of a rival that shares a line with it.
FEATURES = ("significance", "robustness", "n_lines", "line_snr", "probability", "confusion")
N_THRESHOLDS = 3


@dataclass(frozen=True, slots=True)
class TrustModel:
    """How probable the first solution is right, from its evidence; and else another solution.

    Parameters
    ----------
    first : LogisticModel
        Of the features of `moosegui.fit.confidence.evidence`: the first solution is right.
    other : LogisticModel
        Of the same: another solution is right, where the first is not. The rest is the
        probability that none is.
    """

    first: LogisticModel
    other: LogisticModel


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A temperature for P(z), and an ordered logistic model of ZCONF.

    The probability of ZCONF k or more is 1 / (1 + exp(thresholds[k - 1] - score)), where score is
    the sum of coefficients times features.

    Parameters
    ----------
    temperature : float
        Divides the log-odds between the solutions of a scan; 1 trusts variances and basis.
    coefficients : tuple of float
        One for each of `FEATURES`, in the same order.
    thresholds : tuple of float
        For ZCONF 1, 2 and 3, increasing.
    provenance : tuple of (key, value)
        How it was made.
    trust : TrustModel or None
        Corrects the probabilities of the curve by the evidence; None takes them as they are.
    error_terms : tuple of (str, float, float)
        Scale and floor in km/s of the redshift's error, by what carries it
        (`moosegui.fit.confidence.carrier`); empty leaves the errors as the curve gives them.
    blends, false_sources : Recalibration
        What verdicts made of the probabilities of blends and of false sources.

    Raises
    ------
    ValueError
        If a number is missing, or the thresholds do not increase.
    """

    temperature: float
    coefficients: tuple[float, ...]
    thresholds: tuple[float, ...]
    provenance: tuple[tuple[str, str], ...] = ()
    trust: TrustModel | None = None
    error_terms: tuple[tuple[str, float, float], ...] = ()
    blends: Recalibration = UNCHANGED
    false_sources: Recalibration = UNCHANGED

    def __post_init__(self) -> None:
        if len(self.coefficients) != len(FEATURES) or len(self.thresholds) != N_THRESHOLDS:
            raise ValueError(
                f"{len(self.coefficients)} coefficients and {len(self.thresholds)} thresholds"
            )
        if list(self.thresholds) != sorted(self.thresholds) or not self.temperature > 0:
            raise ValueError(f"thresholds {self.thresholds}, temperature {self.temperature}")
