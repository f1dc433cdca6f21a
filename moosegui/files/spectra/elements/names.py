"""What the names of columns and extensions mean: wavelengths, fluxes, errors, quality.

Only the name is looked at here, with the unit that it may carry: `wavelength (nm)`, `FLUX[Jy]`,
`wave_um`. What a number can be is settled elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from moosegui.files.spectra.elements.wave_units import axis_unit

ErrorKind = Literal["sigma", "variance", "inverse variance"]

FLUX_NAMES = ("flux", "f_lambda", "flam", "flux_density", "fluxdensity", "f_nu", "fnu", "flambda",
              "data", "sci", "spec", "spectrum", "signal", "intensity", "counts", "flx", "calflux",
              "obs_flux", "total_flux")  # fmt: skip
QUALITY_NAMES = ("qual", "quality", "dq", "mask", "flags", "flag", "badpix", "bad",
                 "andmask", "badpixel", "badpixels", "bad pixel", "bad pixels", "bad_pixel",
                 "bad_pixels", "bpm")  # fmt: skip
GOOD_NAMES = ("good", "goodpix", "good_pixels", "goodmask", "is_good", "isgood", "valid")
# Tables of emission lines have wavelengths and fluxes too, but of many sources.
CATALOGUE_NAMES = frozenset(("id", "ra", "dec", "name", "targetid", "raj2000", "line", "source_id",
                             "sourceid", "objid", "object_id", "catalogid"))  # fmt: skip

GRISM_NAMES = frozenset(("cont", "line", "contam"))  # grizli's model of the lines is a column too
JANSKYS = {"jy": "Jy", "mjy": "mJy", "ujy": "uJy", "njy": "nJy"}

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

AXES = frozenset(("wave", "freq", "energy", "wavenumber"))  # of what UCDS and UTYPES mean

_BRACKETS = re.compile(r"^\s*(.*?)\s*[(\[{]\s*(.*?)\s*[)\]}]\s*$")
_WAVE = re.compile(
    r"^(obs|observed|rest|vac|vacuum|air|log|log10|ln|opt|box)?"
    r"(wave|waves|wavelength|wavelengths|wavel|wvl|lambda|lambdas|lam|lbda|wl|wav|wavelen|wlen|wln|awav|"
    r"wellenl(?:a?e)?nge|longueurdonde|lunghezzadonda|longituddeonda|comprimentodeonda)"
    r"(obs|vac|vacuum|air)?$"
)
_OTHER_AXES = frozenset(("freq", "frequency", "frequencies", "wavenumber", "wavenumbers", "energy",
                         "spectralaxis", "spectralaxisvalue", "loglam", "loglambda"))  # fmt: skip
_FLUX = re.compile(r"^(f\d*$|flux|fluss|flujo|flam|flambda|fnu|spec|counts|intensity)")
_INVERSE = re.compile(r"ivar|invvar|inversevar|^weights?$|^wht$|weight$")
_VARIANCE = re.compile(r"variance|var(?!iab)|^stat\d*$|(sig|sigma|err|error)(2|sq|squared)$")
_SIGMA = re.compile(
    r"err|unc|sig(ma)?($|_|f)|sig$|std|stdev|stddev|noise|rms$|^d(elta)?_?f|^e_?f|flux_?e$|_e$|"
    r"uncert|incert|fehler|^sigma|^(?:e|d|delta)_?(?:spec|counts?|intens|signal|data|(?:cal|obs|total)_?flux)"
)
_F_LAMBDA = re.compile(
    r"(?<![a-z])([de]?)f(?:lux)?_?(?:lambda|lam(?=[^a-z]|$|err|unc|sig|std|var|ivar))"
)
_OF_ERRORS = re.compile(r"(^|_)(err|error|errors|unc|sigma|ivar|variance)(_|$)")
_NO_FLUX_ERROR = re.compile(
    r"wave|lambda|(^|_)lam(_|$)|^z|redshift|sky|back|bkg|cont|model|lsf|fwhm|disp|resol|mag|snr|"
    r"s2n|time|pos|ra_|dec_|vel|(^|_)rel(_|$)|relative|frac|percent|(^|_)log(_|$)"
)
_NOT_THE_FLUX = re.compile(
    r"sky|back|bkg|cont|model|tell|norm|corr|fit|resid|bg|smooth|calib(?!rated)|ref"
)


@lru_cache(maxsize=4096)
def split_unit(text: str) -> tuple[str, str]:
    """Return a name and the unit behind it: `wavelength (nm)`, `flux[Jy]`, `wave_um`.

    Parameters
    ----------
    text : str
        A header word.
    """
    found = _BRACKETS.match(text)
    if found and found[1]:
        return found[1].strip(), found[2]
    if "/" in text and not text.startswith("/"):
        name, unit = text.split("/", 1)
        if is_wave(name) and axis_unit(unit) is not None:
            return name.strip(), unit.strip()
    name, mark, unit = text.strip().rpartition("_")
    if mark and is_wave(name) and axis_unit(unit) is not None:
        return name, unit
    if mark and unit.lower() in JANSKYS and (is_flux(name) or error_kind_of(name)):
        return name, JANSKYS[unit.lower()]
    return text.strip(), ""


@lru_cache(maxsize=4096)
def is_wave(name: str) -> bool:
    """Whether a name is that of wavelengths, or of frequencies and their like."""
    plain = _plain(name)
    if _WAVE.match(plain) or plain in _OTHER_AXES:
        return True
    stem, unit = name.strip().rpartition("_")[::2]
    return bool(stem) and axis_unit(unit) is not None and bool(_WAVE.match(_plain(stem)))


def is_rest(name: str) -> bool:
    """Whether a name of wavelengths says that they are those of the rest frame."""
    return _plain(name).startswith("rest")


@lru_cache(maxsize=4096)
def is_log(name: str) -> Literal["log10", "ln", ""]:
    """Say of which kind the logarithms are that a name of wavelengths promises."""
    plain = _plain(name)
    if not is_wave(name) or plain.startswith(("long", "lnwl_")):
        return ""
    return "log10" if plain.startswith("log") else "ln" if plain.startswith("ln") else ""


@lru_cache(maxsize=4096)
def is_flux(name: str) -> bool:
    """Whether a name is that of fluxes or counts of a source, and not of their errors."""
    lower = name.strip().lower()
    if error_kind_of(name) or is_wave(name) or _NOT_THE_FLUX.search(lower.removeprefix("cal")):
        return False
    if _OF_ERRORS.search(lower):  # also of relative ones, which are neither
        return False
    plain = _plain(without_prefix(name))
    return lower in FLUX_NAMES or bool(_FLUX.match(plain) and len(plain) > 1)


def is_beside(name: str) -> bool:
    """Whether a word names what spectra have beside fluxes: sky, continuum, model, quality."""
    lower = name.strip().lower()
    is_known = lower in (*QUALITY_NAMES, *GOOD_NAMES) or bool(_NOT_THE_FLUX.search(lower))
    return is_known and lower.isidentifier()


def without_prefix(name: str) -> str:
    """Return a name in lower case without the kind of extraction before it: `OPT_FLAM`."""
    return re.sub(r"^(opt|box)_", "", name.strip().lower())


@lru_cache(maxsize=4096)
def error_kind_of(name: str) -> ErrorKind | None:
    """Return what kind of error of a flux a name promises, None for any other name."""
    lower = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower()
    lower = re.sub(r"[\s.\-]+", "_", lower)
    lower = _F_LAMBDA.sub(r"\1flux", lower)  # a flux, and no wavelength
    if _NO_FLUX_ERROR.search(lower) or lower in QUALITY_NAMES:
        return None
    plain = lower.replace("_", "")
    if _INVERSE.search(plain):
        return "inverse variance"
    if _VARIANCE.search(plain):
        return "variance"
    return "sigma" if _SIGMA.search(lower) else None


def stem_of_error(name: str) -> str:
    """Return what remains of a name of fluxes or errors without these words: `reduced`."""
    plain = _plain(name)
    words = r"flux|fluxes|flam|fnu|spec|ivar|invvar|variance|var|staterror|error|errors|err|"
    words += r"uncertainty|unc|sigma|sig|stddev|std|noise|density"
    rest = re.sub(words, "", plain)
    return "" if rest in ("d", "e", "f") else rest


def has_spectrum(names: Iterable[str]) -> bool:
    """Whether names of columns are those of a spectrum: wavelengths and fluxes, and no sources."""
    stems = [split_unit(name)[0] for name in names]
    lower = {stem.lower() for stem in stems}
    if lower & CATALOGUE_NAMES and not lower >= GRISM_NAMES:
        return False
    return any(map(is_wave, stems)) and any(map(is_flux, stems))


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
        meant = _meaning(utype.lower(), ucd.lower())
        if is_known and (is_wave(name) or meant not in AXES):
            meant = ""  # but a column "spectral" whose UCD is em.wl has no fluxes
        found.append(meant if meant and meant not in (*found, *names) else name)
    return found


def _meaning(utype: str, ucd: str) -> str:
    by_utype = next((meant for ending, meant in UTYPES if utype.endswith(ending)), "")
    return by_utype or next((meant for start, meant in UCDS if ucd.startswith(start)), "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
