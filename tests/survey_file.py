"""A tiny labelled survey on disk, drawn from a small basis, for training and evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table
from synthetic import small_basis, spectrum_at

KINDS = ("sf", "passive")
N_SPECTRA = 24
ZRANGE = (0.1, 1.5)


def make_table(n: int = N_SPECTRA, seed: int = 3) -> Table:
    """The catalogue of `write_survey`: ZCONF 2 and 3, redshifts that differ."""
    rng = np.random.default_rng(seed)
    table = Table()
    table["ID"] = np.arange(1, n + 1)
    table["Z"] = np.linspace(*ZRANGE, n) + rng.uniform(-0.01, 0.01, n)
    table["ZCONF"] = 2 + np.arange(n) % 2
    table["KIND"] = [KINDS[i % 2] for i in range(n)]
    table["SNR"] = np.full(n, 15.0)
    table["SNR_LINES"] = np.linspace(5.0, 50.0, n)
    table["MAG"] = np.linspace(21.0, 26.0, n)
    return table


def draw_spectra(redshifts: np.ndarray, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wavelengths (n_wave,), fluxes and variances (n, n_wave) of galaxies at these redshifts."""
    basis, rng = small_basis(3, step=4.43105e-5), np.random.default_rng(seed)
    drawn = [spectrum_at(basis, float(z), rng, snr=15.0) for z in redshifts]
    flux = np.array([spectrum.flux for spectrum in drawn])
    return drawn[0].wave, flux, np.array([1.0 / spectrum.ivar for spectrum in drawn])


def write_survey(
    path: Path,
    table: Table | None = None,
    *,
    flux: np.ndarray | None = None,
    variance: np.ndarray | None = None,
    wave: np.ndarray | None = None,
) -> Path:
    """Write a stacked survey with a CATALOGUE; fluxes and variances are drawn unless given.

    Their axis `wave` is that of the drawn ones unless given.
    """
    table = make_table() if table is None else table
    redshifts = table["Z"] if "Z" in table.colnames else np.full(len(table), np.nan)
    own, drawn, spread = draw_spectra(np.nan_to_num(np.asarray(redshifts, dtype=float), nan=0.5))
    wave = own if wave is None else wave
    header = fits.Header()
    header["CRVAL1"], header["CDELT1"], header["CRPIX1"] = wave[0], wave[1] - wave[0], 1.0
    header["CTYPE1"], header["CUNIT1"] = "WAVE", "Angstrom"
    data = fits.ImageHDU((drawn if flux is None else flux).astype(np.float32), header, "DATA")
    stat = (spread if variance is None else variance).astype(np.float32)
    catalogue = fits.table_to_hdu(table)
    catalogue.name = "CATALOGUE"
    hdus = [fits.PrimaryHDU(), data, fits.ImageHDU(stat, header, "STAT"), catalogue]
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path
