"""DESI coadded spectra: cameras B, R and Z, one target a row, joined by inverse variance."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Unreadable, card_value
from moosegui.files.spectra.elements.assemble import RawSpectrum, assemble
from moosegui.files.spectra.elements.headers import (
    SpectrumHeader,
    fibre_kinds,
    fibres_without_source,
    stem_of,
)
from moosegui.files.spectra.elements.quality import left_out
from moosegui.files.spectra.elements.score import Score
from moosegui.files.tables.columns import as_floats, as_ids
from moosegui.files.tables.formats import read_fits_table

SAME_WAVE = 0.01  # Angstrom; cameras share the grid where they overlap

_FLUX = re.compile(r"^([A-Z]+)_FLUX$")


def sniff(content: Content) -> Score:
    """Whether a camera has both its fluxes and its wavelengths."""
    return Score.SIGNATURE if _cameras(content) else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe every target of the FIBERMAP."""
    n_rows = _n_rows(content)
    refs = [SpectrumRef(content.path, row=i) for i in range(n_rows)]
    fibermap = content.named("FIBERMAP")
    if fibermap is None or fibermap.shape != (n_rows,):
        stem = stem_of(content.path)
        return tuple(SpectrumHeader(ref, f"{stem}_{i}") for i, ref in enumerate(refs))
    table = read_fits_table(content, fibermap)
    names = {name: name if name in table.colnames else "" for name in _FIBERMAP}
    ids = as_ids(table, names["TARGETID"], n_rows)
    ra = as_floats(table, names["TARGET_RA"], n_rows).tolist()
    dec = as_floats(table, names["TARGET_DEC"], n_rows).tolist()
    redshifts = _redshifts(content)
    kinds = fibre_kinds(table, "", n_rows)
    return tuple(
        SpectrumHeader(ref, ids[i], ra[i], dec[i], redshifts.get(ids[i], float("nan")), kinds[i])
        for i, ref in enumerate(refs)
    )


def list_notes(content: Content) -> tuple[str, ...]:
    """Tell how many fibres have no source."""
    fibermap = content.named("FIBERMAP")
    if fibermap is None or fibermap.shape != (_n_rows(content),):
        return ()
    return fibres_without_source(read_fits_table(content, fibermap))


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read one target.

    Raises
    ------
    Unreadable
        If no row was named where there are several, or the data are damaged.
    """
    n_rows = _n_rows(content)
    if ref.row is None and n_rows > 1:
        raise Unreadable(f"holds {n_rows} spectra; say which row")
    row = ref.row or 0
    cameras = _cameras(content)
    parts = [_camera(content, camera, row) for camera in cameras]
    wave, flux, ivar = _joined(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    flux_hdu = content.named(f"{cameras[0]}_FLUX")
    variance = np.divide(1.0, ivar, out=np.full_like(ivar, np.inf), where=ivar > 0)
    joined = ("Cameras were joined by their inverse variances.",) if len(parts) > 1 else ()
    return assemble(
        RawSpectrum(
            wave=wave,
            flux=flux,
            variance=variance,
            stored_medium="vacuum",
            unit=str(card_value(flux_hdu.header, "BUNIT") or "") if flux_hdu else "",
            name=f"cameras {' '.join(cameras)}",
            provenance=Provenance(
                kind="DESI spectra",
                wave=f"extensions {_named(cameras, 'WAVELENGTH')} (Angstrom)",
                flux=f"extensions {_named(cameras, 'FLUX')}",
                error=f"extensions {_named(cameras, 'IVAR')} (inverse variance)",
            ),
            choice=ref.choice,
            facts=(*joined, *_masked(content, cameras, row)),
        )
    )


_FIBERMAP = ("TARGETID", "TARGET_RA", "TARGET_DEC")


def _named(cameras: list[str], what: str) -> str:
    return ", ".join(f"{camera}_{what}" for camera in cameras)


def _cameras(content: Content) -> list[str]:
    found = (_FLUX.match(hdu.name) for hdu in content.hdus)
    return [m[1] for m in found if m and content.named(f"{m[1]}_WAVELENGTH") is not None]


def _n_rows(content: Content) -> int:
    flux = content.named(f"{_cameras(content)[0]}_FLUX")
    return flux.shape[0] if flux is not None and len(flux.shape) == 2 else 1


def _camera(content: Content, camera: str, row: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return wavelengths, fluxes and inverse variances of one camera."""
    wave_hdu, flux_hdu = content.named(f"{camera}_WAVELENGTH"), content.named(f"{camera}_FLUX")
    ivar_hdu, mask_hdu = content.named(f"{camera}_IVAR"), content.named(f"{camera}_MASK")
    if wave_hdu is None or flux_hdu is None or ivar_hdu is None:
        raise Unreadable(f"has no {camera}_IVAR beside {camera}_FLUX")
    wave = content.image(wave_hdu).reshape(-1)
    flux, ivar = content.image_row(flux_hdu, row), content.image_row(ivar_hdu, row)
    if mask_hdu is not None:
        ivar = np.where(content.image_row(mask_hdu, row) != 0, 0.0, ivar)
    if not wave.shape == flux.shape == ivar.shape:
        raise Unreadable(f"has {len(flux)} fluxes for {len(wave)} wavelengths of camera {camera}")
    return wave, np.where(ivar > 0, flux, 0.0), ivar


def _masked(content: Content, cameras: Sequence[str], row: int) -> tuple[str, ...]:
    """Say how many pixels the masks of the cameras mark."""
    masks = [(c, hdu) for c in cameras if (hdu := content.named(f"{c}_MASK")) is not None]
    bad = [(camera, content.image_row(hdu, row) != 0) for camera, hdu in masks]
    return tuple(said for camera, marked in bad for said in left_out(marked, f"{camera}_MASK"))


def _joined(
    wave: FloatArray, flux: FloatArray, ivar: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Average pixels of the same wavelength, weighted with their inverse variances."""
    grid, index = np.unique(np.rint(wave / SAME_WAVE), return_inverse=True)
    weight = np.asarray(np.bincount(index, ivar), dtype=np.float64)
    mean = np.bincount(index, ivar * flux) / np.where(weight > 0, weight, 1.0)
    return grid * SAME_WAVE, mean, weight


def _redshifts(content: Content) -> dict[str, float]:
    hdu = next((hdu for hdu in content.tables if {"TARGETID", "Z"} <= set(hdu.columns)), None)
    if hdu is None:
        return {}
    table = read_fits_table(content, hdu)
    return dict(zip(as_ids(table, "TARGETID"), as_floats(table, "Z").tolist(), strict=True))
