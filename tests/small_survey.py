"""A small survey on disk and an engine for it, so that the window can be driven in seconds."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table
from synthetic import small_basis, spectrum_at

from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.pipeline.engine import Engine, make_engine

TRUTHS = (0.31, 0.84, 1.27, 1.66, 0.52, 0.95)
IDS = ("0007", "0012", "0100", "0101", "0200", "0300")
FIRST, SECOND, THIRD = IDS[:3]


def small_engine() -> Engine:
    """An engine that scans a spectrum in two milliseconds."""
    return make_engine(small_basis(step=5e-5), ScanSettings(RedshiftGrid(0.0, 2.0, 0.001)))


def write_spectra(folder: Path, *, snr: float = 12.0) -> Path:
    """Write one MPDAF-like file a source into `folder`, vacuum wavelengths."""
    folder.mkdir(exist_ok=True)
    for name, content in _spectra(snr).items():
        (folder / name).write_bytes(content)
    return folder


@cache
def _spectra(snr: float) -> dict[str, bytes]:
    """The files by their names, made once: a thousand tests write them."""
    basis, rng, files = small_basis(step=5e-5), np.random.default_rng(11), {}
    for source_id, truth in zip(IDS, TRUTHS, strict=True):
        spectrum = spectrum_at(basis, truth, rng, snr=snr)
        header = fits.Header()
        header["CRVAL1"], header["CDELT1"] = spectrum.wave[0], spectrum.wave[1] - spectrum.wave[0]
        header["CRPIX1"], header["CTYPE1"], header["CUNIT1"] = 1.0, "WAVE", "Angstrom"
        primary = fits.PrimaryHDU()
        primary.header["OBJECT"] = source_id
        hdus = [primary]
        for name, values in (("DATA", spectrum.flux), ("STAT", 1.0 / spectrum.ivar)):
            hdus.append(fits.ImageHDU(values, header, name))
        content = io.BytesIO()
        fits.HDUList(hdus).writeto(content)
        files[f"spectrum_{source_id}.fits"] = content.getvalue()
    return files


def write_catalogue(path: Path) -> Path:
    """Write the catalogue of those spectra, in the format of the ending, with paths."""
    folder = write_spectra(path.parent / "spectra")
    table = Table()
    table["ID"] = list(IDS)
    table["RA"] = 53.0 + 0.001 * np.arange(len(IDS))
    table["DEC"] = -27.0 - 0.001 * np.arange(len(IDS))
    table["MAG"] = np.linspace(22.0, 27.0, len(IDS))
    table["FILE"] = [f"{folder.name}/spectrum_{source_id}.fits" for source_id in IDS]
    table.write(path, overwrite=True)
    return path
