"""The filter line of the queue: words, and conditions on numbers such as `R<3 z>2.5 mag<=25`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_CONDITION = re.compile(rf"([^\s<>=!]+)\s*(<=|>=|!=|==|<|>|=)\s*({_NUMBER})(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one column with a number; a missing value never fulfils it."""

    name: str
    comparison: str
    value: float

    def holds(self, number: float) -> bool:
        """Whether `number` fulfils the condition."""
        return not isnan(number) and COMPARISONS[self.comparison](number, self.value)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a row must hold: every word and every condition, all in lower case."""

    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def accepts(self, contains: Callable[[str], bool], number: Callable[[str], float]) -> bool:
        """Whether a row passes that `contains` a word and has a `number` of a name."""
        return all(contains(word) for word in self.words) and all(
            condition.holds(number(condition.name)) for condition in self.conditions
        )


def parse_filter(text: str) -> QueueFilter:
    """Return the filter that `text` describes; what is no condition is a word."""
    conditions = tuple(
        Condition(name.lower(), "=" if sign == "==" else sign, float(value))
        for name, sign, value in _CONDITION.findall(text)
    )
    return QueueFilter(tuple(_CONDITION.sub(" ", text).lower().split()), conditions)
