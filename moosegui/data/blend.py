"""What an expert decided about a second galaxy in a spectrum."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass


class BlendKind(enum.StrEnum):
    """How many galaxies a spectrum holds, and whose light the second one is."""

    SINGLE = "single"
    BLEND = "blend"
    CONTAMINATION = "contamination"


@dataclass(frozen=True, slots=True)
class BlendVerdict:
    """The verdict on a blend candidate.

    Parameters
    ----------
    kind : BlendKind
    redshift : float
        Of the second galaxy, vacuum convention; nan when the kind is single, or it is unknown.
    zconf : int or None
        Confidence of that redshift, as the first one's; None without a redshift.
    neighbour : str
        ID of the source whose light contaminates the spectrum, if the expert named one.

    Raises
    ------
    ValueError
        If a single galaxy has a second redshift, or a redshift and its confidence are not given
        together, or the confidence is not 1 to 3.
    """

    kind: BlendKind
    redshift: float = math.nan
    zconf: int | None = None
    neighbour: str = ""

    def __post_init__(self) -> None:
        has_redshift = math.isfinite(self.redshift)
        if self.kind is BlendKind.SINGLE and (has_redshift or self.neighbour):
            raise ValueError("a single galaxy has no second redshift and no neighbour's light")
        if has_redshift != (self.zconf is not None):
            raise ValueError("a second redshift has a confidence, and the other way round")
        if self.zconf is not None and self.zconf not in (1, 2, 3):
            raise ValueError(f"the confidence of a second redshift is 1, 2 or 3, not {self.zconf}")

    @property
    def is_blend(self) -> bool:
        """Whether there is light of a second galaxy."""
        return self.kind is not BlendKind.SINGLE
