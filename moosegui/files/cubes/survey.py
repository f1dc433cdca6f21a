"""A stacked survey out of spectra: DATA, STAT and CATALOGUE, as this program reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table

from moosegui.data.medium import vacuum_to_air
from moosegui.data.spectrum import FLUX_UNIT, Spectrum
from moosegui.errors import ExportError
from moosegui.files.safe_write import replacing
from moosegui.files.tables.write import write_table

UNIT = "10**(-20)*erg/s/cm**2/Angstrom"
CUBE_CARD = "CUBE"  # of the primary header: where the spectra come from


def write_survey(
    path: Path, spectra: Sequence[Spectrum], table: Table, *, cards: Mapping[str, str]
) -> None:
    """Write spectra on one wavelength axis and their catalogue.

    Parameters
    ----------
    path : Path
        Of a FITS file.
    spectra : sequence of Spectrum
        On the same pixels, linear in air or in vacuum, in one unit.
    table : Table
        One row a spectrum.
    cards : mapping of str to str
        Facts for the primary header.

    Raises
    ------
    ExportError
        If there are no spectra, their pixels are neither, or the file cannot be written.
    """
    if not spectra or len(spectra) != len(table):
        raise ExportError(f"There is no spectrum to write to {path}.")
    header = axis_of(spectra[0])
    flux = np.array([spectrum.flux for spectrum in spectra], dtype=np.float32)
    ivar = np.array([spectrum.ivar for spectrum in spectra])
    variance = np.where(ivar > 0, 1.0 / np.where(ivar > 0, ivar, 1.0), np.nan)
    primary = fits.PrimaryHDU()
    for name, value in cards.items():
        primary.header[name] = _ascii(value)
    images = [
        fits.ImageHDU(np.where(ivar > 0, flux, np.nan).astype(np.float32), header, name="DATA"),
        fits.ImageHDU(variance.astype(np.float32), header, name="STAT"),
    ]
    if "BUNIT" in header:
        images[1].header["BUNIT"] = f"({header['BUNIT']})**2"
    with replacing(path) as temporary:
        write_table(temporary, table, layout="fits")
        with fits.open(temporary) as written:
            catalogue = fits.BinTableHDU(written[1].data, written[1].header, name="CATALOGUE")
            whole = fits.HDUList([primary, *images, catalogue])
            content = temporary.with_suffix(".whole")
            try:
                whole.writeto(content, overwrite=True)
                content.replace(temporary)
            finally:
                content.unlink(missing_ok=True)


def axis_of(spectrum: Spectrum) -> fits.Header:
    """Return the header of a linear axis, in air if that is what is linear.

    Raises
    ------
    ExportError
        If the pixels are linear in neither.
    """
    header = fits.Header()
    for kind, wave in (("AWAV", vacuum_to_air(spectrum.wave)), ("WAVE", spectrum.wave)):
        steps = np.diff(wave)
        step = float(steps.mean())
        if np.abs(wave - (wave[0] + step * np.arange(wave.size))).max() < 0.02 * step:
            header["CTYPE1"], header["CUNIT1"] = kind, "Angstrom"
            header["CRPIX1"], header["CRVAL1"], header["CDELT1"] = 1.0, float(wave[0]), step
            if unit := UNIT if spectrum.unit == FLUX_UNIT else spectrum.unit:
                header["BUNIT"] = _ascii(unit)
            return header
    raise ExportError(
        "The wavelengths are linear neither in air nor in vacuum; resample the spectra first."
    )


def _ascii(text: str) -> str:
    """Return a text as a card can hold it."""
    return text.encode("ascii", "replace").decode()
