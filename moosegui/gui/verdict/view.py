"""What the decision panel shows of one source: nouns and their words, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.catalogue import FalseReason, SourceFlag
from moosegui.data.grids import SPEED_OF_LIGHT, velocity_difference
from moosegui.data.team.remarks import Remark
from moosegui.gui.session.states import RedshiftState

SMALL_ERROR = 1e-5  # in z
VELOCITY_LIMIT = 10_000  # km/s; beyond, the difference in z says more
SMALL_CHANCE = 0.005
# Numbers that stand among the solutions already, and at the end here
SCORES = ("Δχ² =", "R =")
# What keeps a suggestion down, or lets another one be considered: said first
DECIDING = ("not ", "but ", "false ", "a star ", "a quasar ", "your choice", "it leads ")


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What is held of one source, and what Enter would do.

    Parameters
    ----------
    key : str
        Of the source; comes back with its comment.
    redshift, redshift_error : float
        What is on screen; nan when there is none.
    state : "proposal", "trial" or "assigned"
    origin : str
        Where the z comes from, as "solution 2" or "typed".
    rests_on : str
        The strongest lines that are seen at it.
    systemic : str
        The systemic redshift that Lyα suggests, in words; empty where another feature carries z.
    zconf : int or None
        The confidence in force.
    suggested_zconf : int or None
        What Enter assigns while nothing is assigned.
    suggested_false : FalseReason or None
        Why Enter calls it false, where that is what it does instead.
    reasons : tuple of str
        Why it is suggested.
    chances : tuple of (class, probability)
        Of a galaxy, a star and a quasar; empty when unknown or hidden.
    false_reason : FalseReason or None
    flags : frozenset of SourceFlag
    blend : str
        What was decided of a second galaxy, in words; empty where nothing was.
    comment : str
    remarks : tuple of Remark
        What was written about the source, by all whose comments may be seen.
    inspector : str
        Whose `comment` it is.
    catalogue_redshift : float
        Nan when unknown or hidden.
    badges : tuple of (text, explanation)
        Flags of the scan.
    is_blind : bool
        Whether the catalogue's redshift is hidden.
    """

    key: str
    redshift: float = float("nan")
    redshift_error: float = float("nan")
    state: RedshiftState = "proposal"
    origin: str = ""
    rests_on: str = ""
    systemic: str = ""
    zconf: int | None = None
    suggested_zconf: int | None = None
    suggested_false: FalseReason | None = None
    reasons: tuple[str, ...] = ()
    chances: tuple[tuple[str, float], ...] = ()
    false_reason: FalseReason | None = None
    flags: frozenset[SourceFlag] = frozenset()
    blend: str = ""
    comment: str = ""
    remarks: tuple[Remark, ...] = ()
    inspector: str = ""
    catalogue_redshift: float = float("nan")
    badges: tuple[tuple[str, str], ...] = ()
    is_blind: bool = False

    @property
    def has_redshift(self) -> bool:
        """Whether there is a z to decide on."""
        return bool(np.isfinite(self.redshift))

    @property
    def is_decided(self) -> bool:
        """Whether a verdict is in force for what is on screen."""
        has_verdict = self.zconf is not None or self.false_reason is not None
        return has_verdict and self.state != "trial"

    @property
    def error(self) -> str:
        """The error in z, with one decimal more where it would be zero."""
        if not np.isfinite(self.redshift_error):
            return ""
        error = self.redshift_error
        return f"± {error:.5f}" if error >= SMALL_ERROR else f"± {error:.6f}"

    @property
    def velocity_error(self) -> str:
        """The error in km/s."""
        if not np.isfinite(self.redshift_error):
            return ""
        velocity = SPEED_OF_LIGHT * self.redshift_error / (1.0 + self.redshift)
        return f"± {velocity:.0f} km/s" if velocity >= 1 else "< 1 km/s"

    @property
    def to_catalogue(self) -> str:
        """How far the redshift is from that of the catalogue."""
        if not np.isfinite(self.catalogue_redshift):
            nothing = "catalogue hidden" if self.is_blind else "no z in the catalogue"
            return nothing if self.key else ""
        text = f"catalogue {self.catalogue_redshift:.5f}"
        if not self.has_redshift:
            return text
        velocity = round(float(velocity_difference(self.redshift, self.catalogue_redshift)))
        if abs(velocity) < VELOCITY_LIMIT:
            difference = f"{velocity:+d} km/s"
        else:
            difference = f"Δz {self.redshift - self.catalogue_redshift:+.3f}"
        return f"{difference} to {text}".replace("-", "−")

    @property
    def why(self) -> str:
        """Why what Enter assigns is suggested, in a line; what limits it comes first."""
        if self.is_decided or (self.suggested_zconf is None and self.suggested_false is None):
            return ""
        words = [reason for reason in self.reasons if not reason.startswith(SCORES)]
        words.sort(key=lambda reason: not reason.startswith(DECIDING))
        if self.suggested_false is not None:
            words.sort(key=lambda reason: not reason.startswith("false source"))
        said = ", ".join(words)
        if self.suggested_false is not None:
            return f"False {said.removeprefix('false source ')}" if words else ""
        return f"{self.suggested_zconf}: {said}" if words else ""


def chance_in_words(probability: float) -> str:
    """Return a probability in per cent, that never claims to be certain."""
    if probability < SMALL_CHANCE:
        return "<1"
    return ">99" if probability > 1.0 - SMALL_CHANCE else f"{100 * probability:.0f}"
