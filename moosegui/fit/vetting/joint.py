"""Both redshifts of a blend together (docs/method.md, section 8e).

The scan takes the redshift that explains most when there is one galaxy. In a blend that may be the
second galaxy's, whose light carries the continuum, or one that imitates both. Beside the second
galaxy every reading of the first is weighed again, on the same weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moosegui.data.basis import Basis
from moosegui.data.deblending import SecondSource
from moosegui.data.grids import SAME_GALAXY, is_same_redshift
from moosegui.data.spectrum import Spectrum
from moosegui.fit.vetting.gain import Judge
from moosegui.fit.vetting.known_sources import fit_known

# Gain of A beside B over that of B beside A below which B is the first galaxy: on odd rows of the
# blends survey at most 0.70 for seven of eight pairs that were swapped, and at least 0.74 for all
# others but one
SWAPPED = 0.72


@dataclass(frozen=True, slots=True)
class Pair:
    """Redshifts of the two galaxies of a blend, the one with the stronger features first."""

    first: float
    second: float


def solve_jointly(
    spectrum: Spectrum,
    bases: Sequence[Basis],
    first: float,
    second: SecondSource,
    *,
    readings: Iterable[float] = (),
) -> Pair | None:
    """Find the first galaxy again beside the second one, and which of them is the first.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the bases.
    bases : sequence of Basis
        The first one joins for each reading; the known galaxy mixes the components of all.
    first : float
        Redshift of the first galaxy, in the convention of the bases.
    second : SecondSource
        What was found beside it.
    readings : iterable of float
        What the first galaxy may be instead. One of them takes its place that explains more
        beside the second, both with and without what lies on sky lines and shared lines.

    Returns
    -------
    Pair or None
        None where the first is no other galaxy than the second one.
    """
    if _is_one(first, second):
        return None
    judge = Judge(fit_known(spectrum, bases[0], (second.redshift,), companions=bases[1:]))
    gain, _ = judge.judge(first)
    best, redshift = gain, first
    for reading in readings:
        other = gain if _is_one(reading, second) else judge.judge(reading)[0]
        if other.clean > best.clean and other.total > gain.total:
            best, redshift = other, reading
    if redshift == first and gain.clean < SWAPPED * second.clean_evidence:
        return Pair(second.redshift, first)
    return Pair(redshift, second.redshift)


def _is_one(redshift: float, second: SecondSource) -> bool:
    return bool(is_same_redshift(redshift, [second.redshift], SAME_GALAXY).any())
