"""The spectra that a Source file holds of one source, to choose among and to compare."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.files.content import open_content
from moosegui.files.spectra.formats import source_file
from moosegui.files.spectra.registry import read_spectrum


@dataclass(frozen=True, slots=True)
class Extraction:
    """One of the spectra of a source.

    Parameters
    ----------
    name : str
        As in the file, without SPE_: `MUSE_TOT_SKYSUB`.
    choice : ReadingChoice
        With which it is read; that of the reference spectrum names none.
    spectrum : Spectrum
    """

    name: str
    choice: ReadingChoice
    spectrum: Spectrum


def extractions_of(ref: SpectrumRef) -> tuple[Extraction, ...]:
    """Read the spectra of a source, the reference spectrum first; nothing of another file.

    Correlations, cut-outs around a line and the sky are none of the source; what cannot be read
    is left out.
    """
    plain = replace(ref, choice=ref.choice.with_answer("flux", ""))
    try:
        content = open_content(ref.path)
        if not source_file.sniff(content):
            return ()
        first = read_spectrum(plain).name
        names = [n for n in source_file.spectrum_names(content) if source_file.shows_source(n)]
    except MooseError:
        return ()
    found = []
    for name in (first, *(name for name in names if name != first)):
        choice = plain.choice if name == first else plain.choice.with_answer("flux", name)
        try:
            found.append(Extraction(name, choice, read_spectrum(replace(ref, choice=choice))))
        except MooseError:
            continue
    return tuple(found)


def scale_to(shown: Spectrum, other: Spectrum) -> float:
    """Return the factor with which one spectrum lies over another: least squares, where both are.

    1 where they have nothing in common, or are of opposite sign.
    """
    good = other.ivar > 0
    flux = np.interp(shown.wave, other.wave[good], other.flux[good], np.nan, np.nan)
    weight = np.where(np.isfinite(flux), shown.ivar, 0.0)
    flux = np.nan_to_num(flux)
    below = float(np.sum(weight * flux**2))
    factor = float(np.sum(weight * flux * shown.flux)) / below if below > 0 else 1.0
    return factor if factor > 0 else 1.0
