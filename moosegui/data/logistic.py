"""A logistic model of a few named features: small enough to be read and judged."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """P = 1 / (1 + exp(-(intercept + sum_i coefficient_i feature_i))).

    Parameters
    ----------
    names : tuple of str
        Of the features.
    coefficients : tuple of float
        Per unit of each feature.
    intercept : float
    threshold : float
        Probability above which the answer is yes.
    provenance : mapping of str to str
        How it was made and what it reached.

    Raises
    ------
    ValueError
        If names and coefficients differ in number, or a number is not finite.
    """

    names: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    threshold: float
    provenance: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.names) != len(self.coefficients) or not self.names:
            raise ValueError(f"{len(self.coefficients)} coefficients of {len(self.names)} features")
        if not all(map(math.isfinite, (*self.coefficients, self.intercept, self.threshold))):
            raise ValueError("the numbers of a logistic model must be finite")

    @property
    def fingerprint(self) -> str:
        """Of the numbers: models that judge alike have the same."""
        numbers = f"{self.names} {self.coefficients} {self.intercept} {self.threshold}"
        return hashlib.sha256(numbers.encode()).hexdigest()[:12]

    def probability(self, features: Mapping[str, float]) -> float:
        """Return P; nan if a feature is.

        Raises
        ------
        KeyError
            If a feature is missing.
        """
        exponent = self.intercept + sum(
            coefficient * features[name]
            for name, coefficient in zip(self.names, self.coefficients, strict=True)
        )
        if math.isnan(exponent):
            return float("nan")
        return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, exponent))))
