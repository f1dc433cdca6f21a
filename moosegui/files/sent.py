"""Files that are made to be handed to another program, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

from moosegui.data.spectrum import Spectrum
from moosegui.errors import ExportError


def write_sent_spectrum(path: Path, spectrum: Spectrum, name: str) -> None:
    """Write a spectrum as a table that SPLAT, Specview and TOPCAT read.

    Parameters
    ----------
    path : Path
        FITS; replaced if it exists.
    spectrum : Spectrum
    name : str
        Of the source.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    good = spectrum.ivar > 0
    error = np.full(spectrum.wave.shape, np.nan)
    error[good] = 1.0 / np.sqrt(spectrum.ivar[good])
    flux = np.where(good, spectrum.flux, np.nan)
    columns = [
        fits.Column("WAVE", "D", unit="Angstrom", array=spectrum.wave),
        fits.Column("FLUX", "D", unit=_ascii(spectrum.unit), array=flux),
        fits.Column("ERR", "D", unit=_ascii(spectrum.unit), array=error),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="SPECTRUM")
    table.header["OBJECT"] = _ascii(name)
    table.header["AIRORVAC"] = "vac" if spectrum.medium == "vacuum" else "air"
    try:
        fits.HDUList([fits.PrimaryHDU(), table]).writeto(path, overwrite=True)
    except OSError as failure:
        raise ExportError(f"{path} cannot be written ({failure.strerror or failure}).") from failure


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
