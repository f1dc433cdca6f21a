"""MPDAF Source files: the reference spectrum among the many of one source."""

from __future__ import annotations

import re
from dataclasses import replace

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.formats.image import read_image_pair

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
    return (header_of(content.path, content.hdus[0].header),)


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
