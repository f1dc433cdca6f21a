"""Images whose rows are one spectrum: SDSS-I spSpec, LAMOST, UVES_popler, and rows with labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.assemble import RawSpectrum, assemble, shown_cards
from moosegui.files.spectra.elements.axis import (
    has_axis,
    medium_of,
    stored_medium,
    wave_from_header,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.joined import continues, join
from moosegui.files.spectra.elements.names import ErrorKind, error_kind_of
from moosegui.files.spectra.elements.quality import left_out
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.uncertainty import as_variance
from moosegui.files.spectra.elements.wave_units import Axis, AxisHints, settle_axis

MAX_ROWS = 20
EMISSION_LINE = 0x40000000  # bit of SDSS-I masks that marks a line, and no defect


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the rows of an image mean, counted from 0; None where there is no such row."""

    kind: str
    flux: int = 0
    error: int | None = None
    error_kind: ErrorKind = "sigma"
    mask: int | None = None
    wave: int | None = None
    medium: str = ""
    left_out: tuple[str, ...] = ()
    hdu: int = 0
    wave_unit: str = "Angstrom"
    unit: str = ""


def sniff(content: Content) -> Score:
    """Whether the first image has rows whose meaning is known."""
    return Score.SIGNATURE if _rows(content) is not None else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum; SDSS-I names it by plate, date and fibre."""
    header, rows = content.hdus[0].header, _rows(content)
    told = (content.hdus[rows.hdu].header,) if rows is not None and rows.hdu else ()
    described = header_of(content.path, header, *told)
    plate, mjd, fiber = (card_value(header, key) for key in ("PLATEID", "MJD", "FIBERID"))
    if isinstance(plate, int) and isinstance(mjd, int) and isinstance(fiber, int):
        described = replace(described, source_id=f"{plate:04d}-{mjd}-{fiber:04d}")
    return (described,)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths or damaged data.
    """
    rows = _rows(content)
    if rows is None:
        raise Unreadable("has no image whose rows are known")
    hdu = content.hdus[rows.hdu]
    pixels = content.image(hdu)
    if pixels.ndim == 2:
        return assemble(_raw(hdu, pixels, rows, ref))
    return assemble(_of_orders(hdu, [_raw(hdu, one, rows, ref) for one in pixels], rows.kind))


def _of_orders(hdu: Hdu, orders: Sequence[RawSpectrum], kind: str) -> RawSpectrum:
    """Return the spectrum of several orders, which overlap little, under their numbers."""
    named = str(card_value(hdu.header, "ORDERS") or "").replace(" ", "").split(",")
    names = named if len(named) == len(orders) else [str(i + 1) for i in range(len(orders))]
    parts: list[RawSpectrum] = []
    left: list[str] = []
    for order, name in zip(orders, names, strict=True):
        if np.isfinite(order.wave).any() and (not parts or continues(order, parts)):
            parts.append(replace(order, name=f"order {name}"))
        else:
            left.append(name)
    if not parts:
        raise Unreadable("has no wavelengths")
    joined = join(parts, [part.name for part in parts])
    if not left:
        return replace(joined, name=kind)
    told = f"Orders not used, without wavelengths or of the same ones: {', '.join(left)}."
    provenance = replace(joined.provenance, left_out=(*joined.provenance.left_out, told))
    return replace(joined, name=kind, provenance=provenance)


def _raw(hdu: Hdu, pixels: FloatArray, rows: _Rows, ref: SpectrumRef) -> RawSpectrum:
    """Return the spectrum of one set of rows, shape (n_rows, n_wave)."""
    flux, header = pixels[rows.flux], hdu.header
    axis = (
        wave_from_header(header, hdu.shape[-1], chosen=ref.choice.wave_unit)
        if rows.wave is None
        else _own_axis(pixels[rows.wave], rows, ref)
    )
    where = "primary header" if rows.hdu == 0 else f"header of {hdu.name}"
    wave, wave_from = axis.wave, f"{where} ({axis.unit})"
    if rows.wave is not None:
        wave_from = f"row {rows.wave + 1} ({axis.unit})"
    variance = None if rows.error is None else as_variance(pixels[rows.error], rows.error_kind)
    bad = None if rows.mask is None else _is_bad(pixels[rows.mask])
    error = "" if rows.error is None else f"row {rows.error + 1} ({rows.error_kind})"
    return RawSpectrum(
        wave=wave,
        flux=flux,
        variance=variance,
        bad=bad,
        stored_medium=stored_medium(header) or rows.medium,
        unit=rows.unit or str(card_value(header, "BUNIT") or "").strip(),
        name=rows.kind,
        header=shown_cards(header),
        facts=() if bad is None else left_out(bad, f"row {(rows.mask or 0) + 1}"),
        provenance=Provenance(
            kind=rows.kind,
            wave=wave_from,
            flux=f"row {rows.flux + 1}",
            error=error,
            assumed=axis.assumed,
            left_out=rows.left_out,
        ),
        choice=ref.choice,
    )


def _own_axis(values: FloatArray, rows: _Rows, ref: SpectrumRef) -> Axis:
    """Return the wavelengths that stand in a row of their own."""
    if rows.wave_unit == "Angstrom":
        return Axis(values, "Angstrom")
    hints = AxisHints("row 1", unit=rows.wave_unit, chosen=ref.choice.wave_unit)
    return settle_axis(values, hints)


def _rows(content: Content) -> _Rows | None:
    if not content.hdus:
        return None
    if (of_survey := _of_2df_or_6df(content)) is not None:
        return of_survey
    hdu = content.hdus[0]
    header, shape = hdu.header, hdu.shape
    if (of_spextool := _of_spextool(hdu)) is not None:
        return of_spextool
    if len(shape) != 2 or not 2 <= shape[0] <= MAX_ROWS or not has_axis(header):
        return None
    telescope = str(card_value(header, "TELESCOP") or "").upper()
    is_log = card_value(header, "COEFF0") is not None
    if telescope.startswith("SDSS") and is_log and shape[0] >= 4:
        left = ("Rows not used: 2 (continuum subtracted), 5 and beyond.",)
        return _Rows("SDSS-I spSpec", error=2, mask=3, medium="vacuum", left_out=left)
    if telescope.startswith("LAMOST") and is_log and shape[0] >= 4:
        return _Rows(
            "LAMOST spectrum", error=1, error_kind="inverse variance", wave=2, mask=3,
            medium="vacuum", left_out=("Rows not used: 5 (mask of any exposure).",),
        )  # fmt: skip
    return _labelled(content, hdu)


def _of_2df_or_6df(content: Content) -> _Rows | None:
    """Return the rows of 6dFGS (Jones et al. 2009) and 2dFGRS (Colless et al. 2001).

    Both write counts, their variance and the sky; 6dF wavelengths too, in the joined `SPECTRUM VR`.
    """
    left = ("Row not used: 3 (sky).",)
    joined = content.named("SPECTRUM VR")
    if joined is not None and len(joined.shape) == 2 and joined.shape[0] >= 4:
        return _Rows("6dFGS spectrum", error=1, error_kind="variance", wave=3, left_out=left,
                     hdu=joined.index)  # fmt: skip
    spectrum = content.named("SPECTRUM")
    is_2df = card_value(content.hdus[0].header, "SEQNUM") is not None
    if is_2df and spectrum is not None and len(spectrum.shape) == 2 and spectrum.shape[0] == 3:
        return _Rows("2dFGRS spectrum", error=1, error_kind="variance", left_out=left,
                     hdu=spectrum.index)  # fmt: skip
    return None


def _of_spextool(hdu: Hdu) -> _Rows | None:
    """Return the rows of Spextool (Cushing et al. 2004): wavelengths, fluxes, sigma, flags.

    Of several orders there is such an image for each.
    """
    units = [str(card_value(hdu.header, key) or "").strip() for key in ("XUNITS", "YUNITS")]
    if len(hdu.shape) not in (2, 3) or not all(units):
        return None
    n_rows = hdu.shape[-2]
    if n_rows not in (2, 3, 4) or (len(hdu.shape) == 3 and not 1 < hdu.shape[0] <= MAX_ROWS):
        return None
    said = " ".join(str(card_value(hdu.header, key) or "") for key in ("WAVETYPE", "XTITLE"))
    return _Rows(
        "Spextool spectrum",
        flux=1,
        error=2 if n_rows > 2 else None,
        wave=0,
        wave_unit=units[0],
        unit=units[1],
        medium=medium_of(said) or _medium_of_history(hdu),
        left_out=("Row not used: 4 (flags, most of which are remarks).",) * (n_rows > 3),
    )


def _medium_of_history(hdu: Hdu) -> str:
    """Return the medium that the history names in a line on wavelengths, as Spextool's does."""
    lines = [str(line) for line in hdu.header.get("HISTORY", ())]
    found = (medium_of(line) for line in lines if "wave" in line.lower())
    return next(filter(None, found), "")


def _labelled(content: Content, hdu: Hdu) -> _Rows | None:
    """Return the meaning of rows that ARRAYn cards name, as those of UVES_popler are."""
    del content
    labels = [
        str(card_value(hdu.header, f"ARRAY{i + 1}", f"ROW{i + 1}") or "")
        for i in range(hdu.shape[0])
    ]
    flux = next((i for i, label in enumerate(labels) if _is_flux(label)), None)
    if flux is None:
        return None
    errors = [i for i, label in enumerate(labels) if "error" in label.lower()]
    kind = error_kind_of(labels[errors[0]].split()[-1]) if errors else None
    is_popler = str(card_value(hdu.header, "CTYPE1") or "").upper().startswith("LOGLIN")
    used = {flux, *errors[:1]}
    rest = [label or f"row {i + 1}" for i, label in enumerate(labels) if i not in used]
    told = [f"Rows not used: {', '.join(rest)}."] if rest else []
    if "normal" in labels[flux].lower():
        told.insert(0, "The flux is divided by its continuum; no calibrated one was taken.")
    return _Rows(
        "UVES_popler spectrum" if is_popler else "image with labelled rows",
        flux=flux,
        error=errors[0] if errors else None,
        error_kind=kind or "sigma",
        medium="vacuum" if is_popler else "",  # UVES_popler writes vacuum heliocentric
        left_out=tuple(told),
    )


def _is_flux(label: str) -> bool:
    lower = label.lower().lstrip("* ")
    is_other = any(word in lower for word in ("error", "nocal", "sky", "variance"))
    return ("flux" in lower or lower.startswith("spec")) and not is_other


def _is_bad(mask: FloatArray) -> BoolArray:
    """Return what a mask marks as bad; a line that it marks is none."""
    bits = np.nan_to_num(mask, nan=1.0).astype(np.int64)
    return np.asarray(bits & ~EMISSION_LINE, dtype=bool)
