"""MPDAF Source files: the reference spectrum among the many of one source."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.fits_columns import numbers_of, open_table
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.formats.image import read_image_pair

REDSHIFTS = (-0.5, 20.0)  # between which a number of the table Z is one
PREFERRED = ("MUSE_PSF_SKYSUB", "MUSE_WHITE_SKYSUB", "MUSE_TOT_SKYSUB")

_EXTENSION = re.compile(r"^(SPE|IMA|CUB|TAB)_")
# Correlations, cut-outs around one line and the sky are not spectra of the source.
_NOT_THE_SOURCE = re.compile(r"^(ORI_SPEC|ORI_CORR|CROSS_CORRELATION|MUSE_SKY$|SKY$)|CONTSUB")


def sniff(content: Content) -> Score:
    """Whether extension names are those of a Source file."""
    is_source = any(_EXTENSION.match(hdu.name) for hdu in content.hdus)
    return Score.SIGNATURE if is_source else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the source, once for all its spectra.

    Raises
    ------
    Unreadable
        If the file holds no spectrum of the source.
    """
    reference_name(content)
    found = header_of(content.path, content.hdus[0].header)
    return (found if np.isfinite(found.redshift) else replace(found, redshift=_redshift(content)),)


def list_notes(content: Content) -> tuple[str, ...]:
    """Name the redshifts in the table Z, and which of them was taken."""
    given = _redshifts(content)
    if not given:
        return ()
    named = ", ".join(f"{kind} {value:.5f}" for kind, value in given.items())
    is_taken = "MUSE" in given and not np.isfinite(
        header_of(content.path, content.hdus[0].header).redshift
    )
    return (f"Table Z has {named}; {'MUSE' if is_taken else 'none'} was taken.",)


def _redshift(content: Content) -> float:
    """Return what the experts of MUSE gave, of the redshifts in the table Z; nan without."""
    return _redshifts(content).get("MUSE", float("nan"))


def _redshifts(content: Content) -> dict[str, float]:
    hdu = content.named("Z")
    if hdu is None or not hdu.is_table or not {"Z_DESC", "Z"} <= set(hdu.columns):
        return {}
    with open_table(content, hdu) as table:
        kinds = [str(kind).strip() for kind in table.values(hdu.columns.index("Z_DESC"))]
        values = numbers_of(table.values(hdu.columns.index("Z")))
    low, high = REDSHIFTS
    pairs = zip(kinds, values.tolist(), strict=True)
    return {kind: value for kind, value in pairs if low < value < high}


def spectrum_names(content: Content) -> tuple[str, ...]:
    """Return the names of all spectra of the source, as `MUSE_TOT_SKYSUB`."""
    return tuple(
        hdu.name[4:-5]
        for hdu in content.hdus
        if hdu.name.startswith("SPE_") and hdu.name.endswith("_DATA") and hdu.length > 1
    )


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum `ref.name`, or the reference spectrum.

    Raises
    ------
    Unreadable
        If the file holds no spectrum of the source.
    """
    wanted = (ref.choice.flux or ref.name or "").upper()  # the user before the catalogue
    name = reference_name(content, wanted)
    facts = (
        (f"There is no spectrum {wanted}; {name} is shown.",) if wanted not in ("", name) else ()
    )
    reference = str(card_value(content.hdus[0].header, "REFSPEC") or "").upper()
    if reference not in ("", name) and not wanted:
        told = "which is not there or no spectrum of the source"
        facts = (f"REFSPEC names {reference}, {told}; {name} is shown.",)
    flux = content.named(f"SPE_{name}_DATA")
    if flux is None:
        raise Unreadable(f"has no spectrum {name}")
    variance = content.named(f"SPE_{name}_STAT")
    spectrum = read_image_pair(content, flux, variance, name=name, facts=facts, choice=ref.choice)
    others = [other for other in spectrum_names(content) if other != name]
    if not others:
        return spectrum
    told = f"Other spectra of the source: {', '.join(others)}."
    provenance = replace(spectrum.provenance, left_out=(*spectrum.provenance.left_out, told))
    return replace(spectrum, provenance=provenance)


def reference_name(content: Content, wanted: str = "") -> str:
    """Choose the spectrum to show (docs/formats.md, section 1.2).

    The one that was asked for, REFSPEC, the PSF-, white- and unweighted MUSE spectra, then the
    longest other with a variance; never correlations, line cut-outs or the sky unless asked for.

    Raises
    ------
    Unreadable
        If there is none.
    """
    names = spectrum_names(content)
    if wanted.upper() in names:
        return wanted.upper()
    usable = [name for name in names if shows_source(name)]
    reference = str(card_value(content.hdus[0].header, "REFSPEC") or "").upper()
    for name in (reference, *PREFERRED):
        if name in usable:
            return name
    if not usable:
        what = f"only {', '.join(names)}" if names else "none"
        raise Unreadable(
            f"is a Source file without a spectrum of its source ({what} found); "
            "extract one into an SPE_ extension"
        )
    return max(usable, key=lambda name: _rank(content, name))


def shows_source(name: str) -> bool:
    """Whether a spectrum of this name is one of the source, no correlation, cut-out or sky."""
    return not _NOT_THE_SOURCE.search(name.upper())


def _rank(content: Content, name: str) -> tuple[bool, int]:
    flux: Hdu | None = content.named(f"SPE_{name}_DATA")
    has_variance = content.named(f"SPE_{name}_STAT") is not None
    return has_variance, flux.length if flux else 0
