"""Which image of a file holds the errors of a flux, by name, label, unit or scatter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Guess
from moosegui.files.content import Content, Hdu, card_value, fscale
from moosegui.files.spectra.elements.names import ErrorKind, error_kind_of, stem_of_error
from moosegui.files.spectra.elements.uncertainty import (
    POWER_OF_KIND,
    as_variance,
    guess_of_kind,
    judge,
    kind_by_scatter,
    kind_from_words,
    split_error,
)
from moosegui.files.spectra.elements.units import power_of_flux, relative_scale, without_label

# What ESO's headers call the errors in an image (HDUCLAS3)
CLASSES: dict[str, ErrorKind] = {
    "MSE": "variance",
    "RMSE": "sigma",
    "INVMSE": "inverse variance",
    "INVRMSE": "inverse variance",
}


@dataclass(frozen=True, slots=True)
class ImageError:
    """Errors as variance, of what they were made, and what was assumed or left out."""

    variance: FloatArray | None
    source: str = ""
    assumed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether no file beside this one can know more."""
        return bool(self.source)


def shown_name(hdu: Hdu) -> str:
    """Return the name of an extension, or its number in the file."""
    return hdu.name or str(hdu.index)


def version_of(hdu: Hdu) -> int:
    """Return the number of an extension among those of its name (EXTVER)."""
    found = card_value(hdu.header, "EXTVER")
    return found if isinstance(found, int) else 1


def label_of(content: Content, hdu: Hdu) -> str:
    """Return the name of an extension, with its number where several have it: `SCI,2`."""
    is_one_of_several = hdu.name and sum(other.name == hdu.name for other in content.hdus) > 1
    return f"{hdu.name},{version_of(hdu)}" if is_one_of_several else shown_name(hdu)


def same_version(content: Content, flux: Hdu, beside: Hdu | None) -> Hdu | None:
    """Return the extension of that name that belongs to a flux: the one with its number."""
    if beside is None:
        return None
    named = [hdu for hdu in content.hdus if hdu.name == beside.name]
    return next((hdu for hdu in named if version_of(hdu) == version_of(flux)), beside)


def image_error(
    content: Content,
    flux_hdu: Hdu,
    bands: FloatArray,
    unit: str,
    *,
    chosen: str = "",
    wave: Hdu | None = None,
) -> ImageError:
    """Find the errors of a flux among the other images of its file, or among its own bands.

    Parameters
    ----------
    bands : ndarray of shape (n_bands, n_wave)
        The flux image; its first band is the flux.
    unit : str
        Of the flux.
    chosen : str
        The extension that the user names, and what it is: `ERR`, `2 as variance`.
    wave : Hdu or None
        The image of the wavelengths, which is no error.
    """
    n_wave = flux_hdu.shape[-1]
    others = [
        hdu
        for hdu in content.hdus
        if hdu not in (flux_hdu, wave) and not hdu.is_table
        if hdu.length == n_wave or hdu.shape == flux_hdu.shape
    ]
    wanted, said = split_error(chosen)
    asked = [hdu for hdu in others if wanted and shown_name(hdu).upper() == wanted.upper()]
    named = [hdu for hdu in others if _kind(hdu, unit) is not None]
    # ORIGIN numbers the pairs: STAT2 belongs to DATA2
    digits = _digits(flux_hdu.name)
    named = [hdu for hdu in named if _digits(hdu.name) == digits] or named
    named = [hdu for hdu in named if version_of(hdu) == version_of(flux_hdu)] or named
    stem = stem_of_error(flux_hdu.name)  # BOXCAR_ERR belongs to BOXCAR
    own = [hdu for hdu in named if stem_of_error(hdu.name) == stem]
    named = [*own, *(hdu for hdu in named if hdu not in own)]
    for hdu in (*asked, *named):
        kind = (said if hdu in asked else None) or _kind(hdu, unit)
        left_out = _rest(named, hdu)
        return _from_image(content, hdu, kind, bands[0], of=flux_hdu, unit=unit, left_out=left_out)
    if (band := _band_kind(flux_hdu, len(bands))) is not None:
        index, what = band
        return ImageError(as_variance(bands[index], what), f"band {index + 1} ({what})")
    if found := _nameless_band(flux_hdu, bands):
        return found
    for hdu in others:
        is_later = hdu.index > flux_hdu.index and not hdu.name
        if is_later and math.prod(hdu.shape) >= n_wave and _is_error(content, hdu):
            return _from_image(content, hdu, None, bands[0], of=flux_hdu, unit=unit)
    return _of_other_length(content, flux_hdu, unit)


def _of_other_length(content: Content, flux: Hdu, unit: str) -> ImageError:
    """Say which errors are there and do not fit; they count as errors that cannot be used."""
    n_wave = flux.shape[-1]
    for hdu in content.hdus:
        is_line = hdu.index > flux.index and len(hdu.shape) == 1 and not hdu.is_table
        if is_line and hdu.length > 1 and hdu.length != n_wave and _kind(hdu, unit) is not None:
            said = f"Extension {shown_name(hdu)} has {hdu.length} values for {n_wave} fluxes, and "
            return ImageError(np.full(n_wave, np.nan), left_out=(f"{said}was not used.",))
    return ImageError(None)


def unnamed_sigma(content: Content, flux: Hdu, wave: Hdu) -> ImageError | None:
    """Return the unnamed image between fluxes and wavelengths, which mypython writes as sigma."""
    between = [h for h in content.hdus if flux.index < h.index < wave.index and not h.name]
    if len(between) != 1 or between[0].length != flux.length:
        return None
    values = content.image(between[0]).reshape(-1)
    name = shown_name(between[0])
    said = f"Extension {name} lies between fluxes and wavelengths without a name; sigma was taken."
    return ImageError(as_variance(values, "sigma"), f"extension {name} (sigma)", (said,))


def _from_image(
    content: Content,
    hdu: Hdu,
    kind: ErrorKind | None,
    flux: FloatArray,
    *,
    of: Hdu,
    unit: str,
    left_out: tuple[str, ...] = (),
) -> ImageError:
    own, factor = scales_of_pair(of, hdu)
    values, flux = content.image(hdu).reshape(-1, len(flux))[0] / own, flux / factor
    assumed: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()
    name = shown_name(hdu)
    if kind is None:
        judged, is_clear = judge(values, flux)
        kind = judged if judged and is_clear else "variance"
        why = "as the scatter between pixels says" if is_clear else "as is usual"
        assumed = (f"Extension {name} does not say what it is; {kind} was taken, {why}.",)
        guesses = (guess_of_kind(name, kind),)
    said = str(card_value(hdu.header, "BUNIT") or "").strip()
    scale = relative_scale(said, unit, POWER_OF_KIND[kind])
    variance = as_variance(values * scale, kind) * factor**2
    return ImageError(variance, f"extension {name} ({kind})", assumed, left_out, guesses)


def scales_of_pair(flux: Hdu, error: Hdu) -> tuple[float, float]:
    """Return FSCALE that was applied to an image of errors, and that of the flux it belongs to.

    The flux and its sigma are to be multiplied by the latter, a variance by its square; it may
    stand in one of both headers alone.
    """
    own = fscale(error) or 1.0
    return own, fscale(flux) or own


def _kind(hdu: Hdu, unit: str) -> ErrorKind | None:
    """Return the kind of error that an image says it is, by class, name, label or unit."""
    said = CLASSES.get(str(card_value(hdu.header, "HDUCLAS3") or "").upper())
    if said is not None:
        return said
    label = str(card_value(hdu.header, "LABEL", "OBJECT_TYPE", "ARRAY1") or "")
    own = str(card_value(hdu.header, "BUNIT") or "").strip()
    label = label or own.removesuffix(f"({without_label(own)})").removesuffix(own)
    words = error_kind_of(hdu.name) or error_kind_of(label)
    if words is not None:
        return kind_from_words(hdu.name if error_kind_of(hdu.name) else label, unit=own,
                               flux_unit=unit)  # fmt: skip
    # an unnamed image in the unit of the flux may be another flux
    by_power: dict[int, ErrorKind] = {2: "variance", -2: "inverse variance"}
    return by_power.get(power_of_flux(own, unit)) if not hdu.name else None


def _band_kind(hdu: Hdu, n_bands: int) -> tuple[int, ErrorKind] | None:
    """Return the band of errors among IRAF's bands, which `BANDIDn` names, and its kind."""
    for i in range(1, n_bands):
        label = str(card_value(hdu.header, f"BANDID{i + 1}", f"ARRAY{i + 1}") or "").lower()
        if "sigma" in label or label.startswith("error"):
            return i, "sigma"
        if "variance" in label.split("-")[0]:
            return i, "variance"
    return None


def _nameless_band(hdu: Hdu, bands: FloatArray) -> ImageError | None:
    """Return the band that follows the scatter of the first, where no card names any."""
    if any(card_value(hdu.header, f"{key}1") is not None for key in ("BANDID", "ARRAY", "ROW")):
        return None
    for i in range(1, len(bands)):
        kind = kind_by_scatter(bands[i], bands[0])
        if kind is not None:
            said = f"Band {i + 1} has no name; {kind} was taken, as the scatter says."
            return ImageError(as_variance(bands[i], kind), f"band {i + 1} ({kind})", (said,))
    return None


def _is_error(content: Content, hdu: Hdu) -> bool:
    """Whether an unnamed image can be of errors: not negative, no axis and no mask."""
    values = content.image(hdu).reshape(-1, hdu.shape[-1])[0]
    finite = values[np.isfinite(values)]
    if not finite.size or finite.min() < 0 or not (finite > 0).any():
        return False
    steps = np.diff(values)
    is_axis = bool(np.all(steps > 0) or np.all(steps < 0))
    is_mask = bool(np.isin(np.unique(finite), (0.0, 1.0)).all()) and finite.min() == 0.0
    return not is_axis and not is_mask


def _digits(name: str) -> str:
    return name[len(name.rstrip("0123456789")) :]


def _rest(named: list[Hdu], used: Hdu) -> tuple[str, ...]:
    others = [shown_name(hdu) for hdu in named if hdu is not used]
    return (f"Not used as errors: {', '.join(others)}.",) if others else ()
