"""A logistic model of a few named features: small enough to be read and judged."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


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


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What other labels make of stated probabilities: log-odds' = shift + slope log-odds.

    Platt (1999), of a model that exists: it keeps its order of what is more probable.

    Parameters
    ----------
    shift, slope : float
        0 and 1 leave everything as it is.
    model : str
        Fingerprint of the model that they were learned for; empty where they serve any.

    Raises
    ------
    ValueError
        If the slope is not positive, or a number is not finite.
    """

    shift: float = 0.0
    slope: float = 1.0
    model: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.shift) and 0.0 < self.slope < math.inf):
            raise ValueError(f"shift {self.shift}, slope {self.slope}")

    def of(self, model: LogisticModel) -> LogisticModel:
        """Return a model that states the probabilities so changed, with the same threshold.

        A model that this was not learned for stays as it is.
        """
        if self.model not in ("", model.fingerprint):
            return model
        return replace(
            model,
            coefficients=tuple(self.slope * value for value in model.coefficients),
            intercept=self.shift + self.slope * model.intercept,
        )

    def after(self, earlier: Recalibration) -> Recalibration:
        """Return what does the same as an earlier one, of the same model, and then this."""
        if self.model != earlier.model and earlier != UNCHANGED:
            return self
        shift, slope = self.shift + self.slope * earlier.shift, self.slope * earlier.slope
        return Recalibration(shift, slope, self.model)


UNCHANGED = Recalibration()
