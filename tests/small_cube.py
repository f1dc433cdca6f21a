"""A small cube as MUSE would see it, with truth: galaxies, a blend, noise, masked spaxels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.medium import air_to_vacuum

RA, DEC = 53.15, -27.78  # of the middle
PIXEL = 0.2  # arcsec
FWHM = 0.7  # arcsec, of unresolved sources
SIDE = 40
START, STEP = 4750.0, 1.25  # Angstrom in air
N_WAVE = 1200  # to 6250 Angstrom
NOISE = 2.0  # sigma of a spaxel, 1e-20 erg/s/cm2/Angstrom
SKY_LEVEL = 3.0  # left by the subtraction of the sky


@dataclass(frozen=True)
class Planted:
    """A source: its place in arcseconds from the middle, its continuum, lines and redshift."""

    source_id: int
    east: float
    north: float
    redshift: float
    lines: dict[str, float]
    continuum: float = 0.0

    @property
    def position(self) -> tuple[float, float]:
        """RA and Dec in degrees."""
        ra = RA + self.east / 3600.0 / np.cos(np.radians(DEC))
        return float(ra), DEC + self.north / 3600.0


SOURCES = (
    Planted(1, 0.0, 0.0, 0.42, {"OII3726": 900.0, "OII3729": 1200.0}, 20.0),
    Planted(2, 1.6, 0.8, 3.60, {"LYA": 1500.0}, 0.0),  # its line lies on the first source's wing
    Planted(3, -2.4, -1.8, 0.10, {"HBETA": 700.0, "OIII4959": 500.0, "OIII5007": 1500.0}, 8.0),
)


def spectrum_of(source: Planted, wave: FloatArray) -> FloatArray:
    """Return the whole flux density of a source at wavelengths in vacuum."""
    flux = np.full(wave.size, source.continuum)
    for name, total in source.lines.items():
        centre, sigma = LINES_BY_NAME[name].observed(source.redshift), 1.3
        profile = np.exp(-0.5 * ((wave - centre) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
        flux += total * profile
    return flux


def write_cube(
    path: Path,
    *,
    sources: tuple[Planted, ...] = SOURCES,
    seed: int = 1,
    noise: float = NOISE,
    angle: float = 30.0,
) -> Path:
    """Write a cube with DATA and STAT whose columns are turned by an angle in degrees."""
    rng = np.random.default_rng(seed)
    wave = air_to_vacuum(START + STEP * np.arange(N_WAVE))
    turn = np.radians(angle)
    matrix = PIXEL * np.array([[-np.cos(turn), np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    y, x = np.indices((SIDE, SIDE)) - (SIDE - 1) / 2.0
    east, north = matrix[0, 0] * x + matrix[0, 1] * y, matrix[1, 0] * x + matrix[1, 1] * y
    sigma = FWHM / np.sqrt(8.0 * np.log(2.0))
    data = np.full((N_WAVE, SIDE, SIDE), SKY_LEVEL)
    for source in sources:
        square = (east - source.east) ** 2 + (north - source.north) ** 2
        shape = np.exp(-0.5 * square / sigma**2)
        data += spectrum_of(source, wave)[:, None, None] * (shape / shape.sum())
    data += rng.normal(0.0, noise, data.shape)
    data[:, 3, 5] = np.nan
    header = fits.Header()
    header["CTYPE1"], header["CTYPE2"], header["CTYPE3"] = "RA---TAN", "DEC--TAN", "AWAV"
    header["CUNIT1"], header["CUNIT2"], header["CUNIT3"] = "deg", "deg", "Angstrom"
    header["CRVAL1"], header["CRVAL2"], header["CRVAL3"] = RA, DEC, START
    header["CRPIX1"] = header["CRPIX2"] = (SIDE + 1) / 2.0
    header["CRPIX3"], header["CD3_3"] = 1.0, STEP
    for i in (0, 1):
        for j in (0, 1):
            header[f"CD{i + 1}_{j + 1}"] = matrix[i, j] / 3600.0
    header["BUNIT"] = "10**(-20)*erg/s/cm**2/Angstrom"
    stat = np.full(data.shape, noise**2, dtype=np.float32)
    fits.HDUList(
        [
            fits.PrimaryHDU(),
            fits.ImageHDU(data.astype(np.float32), header, name="DATA"),
            fits.ImageHDU(stat, header, name="STAT"),
        ]
    ).writeto(path)
    return path
