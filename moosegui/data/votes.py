"""What inspectors voted, as it is kept with the verdict that reconciles them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CastVote:
    """The vote of one inspector, in short.

    Parameters
    ----------
    inspector : str
    time : str
        When it was cast, ISO 8601 UTC.
    redshift : float
        Vacuum convention; nan without one.
    zconf : int or None
        None for a false source.
    words : str
        What else was decided: `false: noise`, flags; empty if nothing.
    comment : str
    """

    inspector: str
    time: str
    redshift: float = math.nan
    zconf: int | None = None
    words: str = ""
    comment: str = ""

    @property
    def text(self) -> str:
        """The vote on one line, as `TK 0.73420 ZCONF 3 blend`."""
        redshift = f"{self.redshift:.5f}" if math.isfinite(self.redshift) else ""
        zconf = "" if self.zconf is None else f"ZCONF {self.zconf}"
        return " ".join(part for part in (self.inspector, redshift, zconf, self.words) if part)
