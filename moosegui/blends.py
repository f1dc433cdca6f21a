"""The light of each of two galaxies in one spectrum, in the vacuum convention."""

from __future__ import annotations

from dataclasses import replace

from moosegui.data.deblending import Deblending
from moosegui.data.spectrum import Spectrum
from moosegui.fit.known_sources import fit_known, join
from moosegui.pipeline import Engine, from_vacuum_redshift


def separate(
    spectrum: Spectrum, engine: Engine, deblending: Deblending, i_candidate: int
) -> Deblending:
    """Fit the known galaxies together with another candidate.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, the one that was searched.
    engine : Engine
    deblending : Deblending
    i_candidate : int

    Returns
    -------
    Deblending
        With the components of that candidate.

    Raises
    ------
    IndexError
        If there is no such candidate.
    """
    basis = engine.basis
    known = tuple(from_vacuum_redshift(z, basis) for z in deblending.known)
    candidate = deblending.candidates[i_candidate]
    fitted = fit_known(
        spectrum.in_medium(basis.medium),
        basis,
        known,
        companions=[member.basis for member in engine.members[1:]],
    )
    joined = join(fitted, from_vacuum_redshift(candidate.redshift, basis))
    return replace(deblending, first=joined.first, second=joined.second, single=fitted.model)
