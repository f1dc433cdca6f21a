"""The search for a second galaxy in one spectrum, in the vacuum convention."""

from __future__ import annotations

from dataclasses import replace

from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.spectrum import Spectrum
from moosegui.fit.deblend import deblend
from moosegui.fit.embed import embed
from moosegui.fit.known_sources import fit_known, join
from moosegui.fit.normal_equations import correlate
from moosegui.pipeline import Engine, from_vacuum_redshift, to_vacuum_redshift


def deblend_spectrum(spectrum: Spectrum, engine: Engine, redshift: float) -> Deblending:
    """Search for a second galaxy beside the one at a redshift.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    engine : Engine
    redshift : float
        z1, vacuum convention.

    Returns
    -------
    Deblending
        Redshifts in the vacuum convention, wavelengths in vacuum.
    """
    basis = engine.basis
    fitted = spectrum.in_medium(basis.medium)
    equations = correlate(embed(fitted, basis), engine.prepared)
    known = (from_vacuum_redshift(redshift, basis),)
    found = deblend(fitted, equations, known, scan_settings=engine.settings)
    return replace(
        found,
        known=(redshift,),
        redshifts=(1.0 + found.redshifts) * (1.0 + to_vacuum_redshift(0.0, basis)) - 1.0,
        candidates=tuple(_in_vacuum(candidate, engine) for candidate in found.candidates),
        wave=spectrum.wave,
    )


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
    fitted = fit_known(spectrum.in_medium(basis.medium), basis, known)
    joined = join(fitted, from_vacuum_redshift(candidate.redshift, basis))
    return replace(deblending, first=joined.first, second=joined.second, single=fitted.model)


def _in_vacuum(candidate: SecondSource, engine: Engine) -> SecondSource:
    return replace(candidate, redshift=to_vacuum_redshift(candidate.redshift, engine.basis))
