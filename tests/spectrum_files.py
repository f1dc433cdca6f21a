"""Writes small files of spectra and catalogues, with a known truth, in the formats of others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table

from moosegui.data.arrays import FloatArray

N_WAVE = 400
START, STEP = 4750.0, 1.25
MUSE_UNIT = "10**(-20)*erg/s/cm**2/Angstrom"


def stored_wave(n_wave: int = N_WAVE) -> FloatArray:
    """The wavelengths that `linear_header` describes, as a file would store them."""
    return START + STEP * np.arange(n_wave)


def vacuum_of(air: FloatArray) -> FloatArray:
    """Air to vacuum by N. Piskunov's fit of the inverse (VALD), independent of the package."""
    s2 = (1e4 / air) ** 2
    index = (
        1.0
        + 8.336624212083e-5
        + 2.408926869968e-2 / (130.1065924522 - s2)
        + 1.599740894897e-4 / (38.92568793293 - s2)
    )
    return air * index


def linear_header(kind: str = "AWAV", **cards: object) -> fits.Header:
    """A header with a linear axis of wavelengths."""
    header = fits.Header()
    header["CRVAL1"], header["CRPIX1"], header["CDELT1"] = START, 1.0, STEP
    header["CTYPE1"], header["CUNIT1"], header["BUNIT"] = kind, "Angstrom", MUSE_UNIT
    for keyword, value in cards.items():
        if value is None:
            header.remove(keyword, ignore_missing=True)
        else:
            header[keyword] = value
    return header


def noisy_flux(seed: int = 1, n_wave: int = N_WAVE) -> FloatArray:
    """A continuum of 10 with noise of unit variance."""
    return 10.0 + np.random.default_rng(seed).normal(size=n_wave)


def write_spectrum(
    path: Path,
    *,
    flux: FloatArray | None = None,
    variance: FloatArray | None = None,
    header: fits.Header | None = None,
    primary: dict[str, object] | None = None,
    quality: FloatArray | None = None,
    has_variance: bool = True,
) -> Path:
    """Write an MPDAF Spectrum file: PRIMARY, DATA, STAT and perhaps DQ."""
    flux = noisy_flux() if flux is None else flux
    header = linear_header() if header is None else header
    hdus = [fits.PrimaryHDU(), fits.ImageHDU(flux.astype(">f4"), header, name="DATA")]
    hdus[0].header.update(primary or {})
    if has_variance:
        variance = np.ones(len(flux)) if variance is None else variance
        hdus.append(fits.ImageHDU(variance.astype(">f4"), header, name="STAT"))
    if quality is not None:
        hdus.append(fits.ImageHDU(quality.astype(np.uint8), header, name="DQ"))
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


def write_source(
    path: Path, names: tuple[str, ...], *, primary: dict[str, object] | None = None
) -> Path:
    """Write an MPDAF Source file; the flux of the i-th spectrum is i + 1 everywhere."""
    hdus: list[fits.PrimaryHDU | fits.ImageHDU] = [fits.PrimaryHDU()]
    hdus[0].header.update({"ID": 7, "RA": 53.1, "DEC": -27.8, **(primary or {})})
    for i, name in enumerate(names):
        flux = np.full(N_WAVE, i + 1.0)
        hdus.append(fits.ImageHDU(flux, linear_header(), name=f"SPE_{name}_DATA"))
        hdus.append(fits.ImageHDU(np.ones(N_WAVE), linear_header(), name=f"SPE_{name}_STAT"))
    hdus.append(fits.ImageHDU(np.zeros((5, 5)), name="IMA_MUSE_WHITE_DATA"))
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


def survey_catalogue(n_rows: int) -> Table:
    """A catalogue like those of the stacked surveys."""
    return Table(
        {
            "ID": np.arange(n_rows, dtype=np.int32) + 1,
            "RA": 53.0 + 0.01 * np.arange(n_rows),
            "DEC": np.full(n_rows, -27.8),
            "Z": np.linspace(0.1, 6.0, n_rows),
            "ZCONF": np.arange(n_rows, dtype=np.int16) % 4,
            "KIND": ["sf", "lae"] * (n_rows // 2) + ["agn"] * (n_rows % 2),
            "SNR": np.linspace(0.5, 3.0, n_rows),
        }
    )


def write_survey(
    path: Path,
    n_rows: int = 6,
    *,
    is_compressed: bool = True,
    catalogue: Table | None = None,
    flux: FloatArray | None = None,
) -> Path:
    """Write a stacked survey; without `flux`, row i has a flux of i + 1 and variance of i + 1."""
    rows = np.arange(1.0, n_rows + 1.0)[:, None] * np.ones((n_rows, N_WAVE))
    data = (rows if flux is None else flux).astype(np.float32)
    make = fits.CompImageHDU if is_compressed else fits.ImageHDU
    options = {"compression_type": "GZIP_2", "quantize_level": 0} if is_compressed else {}
    table = survey_catalogue(n_rows) if catalogue is None else catalogue
    fits.HDUList(
        [
            fits.PrimaryHDU(),
            make(data, linear_header(), name="DATA", **options),
            make(rows.astype(np.float32), linear_header(), name="STAT", **options),
            fits.BinTableHDU(table, name="CATALOGUE"),
        ]
    ).writeto(path, overwrite=True)
    return path
