"""A cube as MPDAF and the MUSE pipeline write them: DATA and STAT, linear in air."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.cube import Float32Array
from moosegui.files.cubes.survey import UNIT
from moosegui.files.safe_write import replacing


def write_cube(
    path: Path,
    cube: tuple[Float32Array, Float32Array],
    wave_in_air: FloatArray,
    *,
    centre: tuple[float, float],
    pixel: float,
) -> None:
    """Write a cube whose north is up and whose east is left.

    Parameters
    ----------
    path : Path
    cube : (ndarray, ndarray) of shape (n_wave, n_y, n_x)
        Flux density in 1e-20 erg/s/cm2/Angstrom, and its variance.
    wave_in_air : ndarray of shape (n_wave,)
        Angstrom, linear.
    centre : (float, float)
        RA and Dec of the middle in degrees.
    pixel : float
        Arcseconds of a spaxel.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    data, variance = cube
    header = plane_header(data.shape[1:], centre, pixel)
    header["CTYPE3"], header["CUNIT3"], header["CRPIX3"] = "AWAV", "Angstrom", 1.0
    header["CRVAL3"], header["CD3_3"] = float(wave_in_air[0]), float(np.diff(wave_in_air).mean())
    header["BUNIT"] = UNIT
    squared = header.copy()
    squared["BUNIT"] = f"({UNIT})**2"
    with replacing(path) as temporary:
        fits.HDUList(
            [
                fits.PrimaryHDU(),
                fits.ImageHDU(data, header, name="DATA"),
                fits.ImageHDU(variance, squared, name="STAT"),
            ]
        ).writeto(temporary, overwrite=True)


def plane_header(shape: tuple[int, int], centre: tuple[float, float], pixel: float) -> fits.Header:
    """Return the directions of a plane of square spaxels, north up and east left."""
    header = fits.Header()
    header["CTYPE1"], header["CTYPE2"] = "RA---TAN", "DEC--TAN"
    header["CUNIT1"], header["CUNIT2"] = "deg", "deg"
    header["CRVAL1"], header["CRVAL2"] = centre
    header["CRPIX1"], header["CRPIX2"] = (shape[1] + 1) / 2.0, (shape[0] + 1) / 2.0
    header["CD1_1"], header["CD1_2"] = -pixel / 3600.0, 0.0
    header["CD2_1"], header["CD2_2"] = 0.0, pixel / 3600.0
    return header
