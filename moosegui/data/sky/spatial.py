"""What the sky says of a source: where the light of each of its redshifts lies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpatialEvidence:
    """Numbers of the maps of the first galaxy and of the second.

    Parameters
    ----------
    snr : float
        Of the lines, breaks and bands of the first redshift at the source's place, on the map.
    distance : float
        Arcseconds between the source and the best place of that; nan below 4 sigma.
    compactness : float
        log10 of the fall of chi2 by an unresolved source there over that by one spaxel.
    agreement : float
        Share of the lines that should be seen, which are, and at that place; nan without any.
    second_redshift : float
        Of the candidate whose light has a place of its own most clearly.
    second_snr : float
        S/N of its best place within 2 arcsec.
    second_east, second_north : float
        Arcseconds from the source to that place; nan below 4 sigma.
    noise : float
        By which noise that neighbouring spaxels share every S/N was divided.
    apart : float
        Fall of chi2 if the second galaxy has a place of its own.
    away : float
        Fall of chi2 if the first galaxy's light lies beside the source.
    away_east, away_north : float
        Where that is, in arcseconds from the source.
    white : float
        S/N of white light at the source's place.
    line, line_compactness : float
        S/N of the strongest line at the source, at any redshift, and its compactness.
    line_apart : float
        Fall of chi2 by a line within 1 arcsec that has another place than the first galaxy.
    line_east, line_north : float
        That place.
    other_east, other_north : float
        Where the light of another galaxy is most clearly: the second one's, such a line's, or that
        of the first redshift itself where it lies beside the source; nan where nothing is clear.
    """

    snr: float = float("nan")
    distance: float = float("nan")
    compactness: float = float("nan")
    agreement: float = float("nan")
    second_redshift: float = float("nan")
    second_snr: float = float("nan")
    second_east: float = float("nan")
    second_north: float = float("nan")
    noise: float = float("nan")
    apart: float = float("nan")
    away: float = float("nan")
    white: float = float("nan")
    line: float = float("nan")
    line_compactness: float = float("nan")
    line_apart: float = float("nan")
    away_east: float = float("nan")
    away_north: float = float("nan")
    line_east: float = float("nan")
    line_north: float = float("nan")
    other_east: float = float("nan")
    other_north: float = float("nan")
