"""Columns that say by utype or UCD what they are, as the spectral data model of IVOA wants them."""

from __future__ import annotations

from collections.abc import Sequence

from moosegui.files.spectra.elements.names import error_kind_of, is_flux, is_wave

# Endings of utypes; the last one is misspelt in many files of the ESO archive.
UTYPES = (
    ("data.spectralaxis.value", "wave"),
    ("data.fluxaxis.value", "flux"),
    ("data.fluxaxis.accuracy.staterror", "err"),
    ("data.fluxaxis.accurancy.staterror", "err"),
)
# Beginnings of UCDs (UCD1+ list 1.4)
UCDS = (
    ("em.wl", "wave"),
    ("em.freq", "freq"),
    ("em.energy", "energy"),
    ("em.wavenumber", "wavenumber"),
    ("phot.flux", "flux"),
    ("stat.error;phot.flux", "err"),
)


def meant_names(names: Sequence[str], of_model: Sequence[tuple[str, str]]) -> list[str]:
    """Return names of columns, those that say nothing replaced by what the column means.

    Parameters
    ----------
    names : sequence of str
    of_model : sequence of (utype, ucd)
        Of each column; empty where the file gives none.
    """
    found: list[str] = []
    for name, (utype, ucd) in zip(names, of_model, strict=True):
        is_known = is_wave(name) or is_flux(name) or error_kind_of(name) is not None
        meant = "" if is_known else _meaning(utype.lower(), ucd.lower())
        found.append(meant if meant and meant not in (*found, *names) else name)
    return found


def _meaning(utype: str, ucd: str) -> str:
    by_utype = next((meant for ending, meant in UTYPES if utype.endswith(ending)), "")
    return by_utype or next((meant for start, meant in UCDS if ucd.startswith(start)), "")
