"""Data cubes of MPDAF and the MUSE pipeline, and the sub-cubes of Source files, read by boxes.

DATA, STAT (variance) and DQ, or `CUB_<name>_DATA` and `_STAT` of a Source (docs/formats.md,
section 1.10). Of a file of several gigabytes only the spaxels that somebody asks for are read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.medium import air_to_vacuum
from moosegui.data.sky.cube import CubeBox
from moosegui.errors import InputError
from moosegui.files.content import (
    Content,
    Hdu,
    Unreadable,
    card_value,
    open_content,
    open_fits,
    same_image,
)
from moosegui.files.cubes.planes import read_planes
from moosegui.files.limits import excess
from moosegui.files.spectra.elements.axis import stored_medium, wave_from_header
from moosegui.files.spectra.elements.units import flux_factor
from moosegui.files.spectra.elements.unknown import is_cube

if TYPE_CHECKING:
    from astropy.wcs import WCS

AnyFloats = NDArray[np.float32] | NDArray[np.float64]
PLANES = 256  # that are scaled at once
PLAIN = b"SIMPLE  ="  # how a FITS file begins that is not packed
BOX = 8.0  # arcsec, the side of what is read around a source
# Cards of the spectral axis of a cube, and where those of a spectrum have them
_AXIS_3 = {
    "CTYPE3": "CTYPE1",
    "CUNIT3": "CUNIT1",
    "CRVAL3": "CRVAL1",
    "CRPIX3": "CRPIX1",
    "CDELT3": "CDELT1",
    "CD3_3": "CD1_1",
    "PC3_3": "PC1_1",
}
_KEPT = ("VACUUM", "AIRORVAC", "WAVEMED", "MEDIUM", "DC-FLAG", "LOGSCALE")
# Sub-cubes of a Source that hold no fluxes
_NOT_FLUX = ("SNCUBE", "CORR", "MASK", "PROFIL")


@dataclass(frozen=True, slots=True)
class Cube:
    """A cube whose headers were read.

    Parameters
    ----------
    path : Path
    data : Hdu
    variance, quality : Hdu or None
        Of the same shape as the data; without variances those of the box are estimated.
    wave : ndarray of shape (n_wave,)
        Angstrom in vacuum.
    factor : float
        From the unit of the file to 1e-20 erg/s/cm2/Angstrom; 1 where there is no unit.
    """

    path: Path
    data: Hdu
    variance: Hdu | None
    quality: Hdu | None
    wave: FloatArray = field(repr=False)
    factor: float = 1.0

    @property
    def shape(self) -> tuple[int, int, int]:
        """(n_wave, n_y, n_x)."""
        n_wave, n_y, n_x = self.data.shape
        return n_wave, n_y, n_x

    def place(self, ra: float, dec: float) -> tuple[float, float]:
        """Return x and y in pixels, from 0, of a position in degrees."""
        x, y = _wcs(self.data.header).all_world2pix(ra, dec, 0)
        return float(x), float(y)

    def box(self, ra: float, dec: float, *, side: float = BOX) -> CubeBox:
        """Read the spaxels around a position.

        Parameters
        ----------
        ra, dec : float
            Degrees; nan is the middle of the cube, as of a Source's own.
        side : float
            Arcseconds.

        Raises
        ------
        InputError
            If the position lies outside the cube, or the data are damaged.
        """
        offsets = _offsets(self.data.header)
        _, n_y, n_x = self.shape
        x, y = (n_x - 1) / 2.0, (n_y - 1) / 2.0
        if math.isfinite(ra) and math.isfinite(dec):
            x, y = self.place(ra, dec)
        half = max(0.5 * side / float(np.sqrt(abs(np.linalg.det(offsets)))), 1.0)
        columns, rows = _cut(x, half, n_x), _cut(y, half, n_y)
        inside = -0.5 <= x <= n_x - 0.5 and -0.5 <= y <= n_y - 0.5
        if not inside or min(columns.stop - columns.start, rows.stop - rows.start) < 2:
            raise InputError(
                f"{self.path.name} does not reach RA {ra:.5f}, Dec {dec:.5f}; "
                "give the cube of this field."
            )
        flux, ivar = self.region(rows, columns)
        return CubeBox(self.wave, flux, ivar, (x - columns.start, y - rows.start), offsets)

    def region(
        self, rows: slice, columns: slice
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Read flux and inverse variance of some rows and columns, shape (n_wave, n_y, n_x).

        Raises
        ------
        InputError
            If the data are damaged.
        """
        try:
            flux = _section(self.path, self.data, rows, columns)
            variance = (
                _estimated(flux)
                if self.variance is None
                else _section(self.path, self.variance, rows, columns)
            )
            quality = None
            if self.quality is not None:
                quality = _section(self.path, self.quality, rows, columns)
        except Unreadable as reason:
            raise InputError(f"{self.path} {reason}.") from reason
        scaled, ivar = _room_of(flux), _room_of(variance)
        for first in range(0, len(flux), PLANES):  # of a large box not everything twice
            part = slice(first, first + PLANES)
            bad = None if quality is None else quality[part] != 0
            scaled[part], ivar[part] = self._weighed(flux[part], variance[part], bad)
        return scaled, ivar

    def _weighed(
        self, flux: AnyFloats, variance: AnyFloats, bad: NDArray[np.bool_] | None
    ) -> tuple[FloatArray, FloatArray]:
        """Return flux and inverse variance in the unit of this program, zero without data."""
        flux, variance = flux.astype(np.float64), variance.astype(np.float64)
        without = ~np.isfinite(flux) | ~np.isfinite(variance) | (variance <= 0)
        if bad is not None:
            without |= bad
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ivar = np.where(without, 0.0, 1.0 / (variance * self.factor**2))
            return np.where(without, 0.0, flux * self.factor), ivar


def open_cube(path: Path) -> Cube:
    """Open the cube of a file, or the sub-cube of a Source; a second call is free.

    Raises
    ------
    InputError
        If the file holds none, it has no wavelengths or no directions, or it is damaged.
    """
    content = open_content(path)
    status = path.stat()
    return _open_version(content, status.st_mtime_ns, status.st_size)


def has_cube(path: Path) -> bool:
    """Whether a file holds a cube with directions on the sky."""
    try:
        open_cube(path)
    except InputError:
        return False
    return True


def read_segments(path: Path, cube: Cube) -> IntArray:
    """Read a segmentation map on the spaxels of a cube: the number of the source of each.

    Parameters
    ----------
    path : Path
        An image of whole numbers with directions; 0 is the background.
    cube : Cube

    Returns
    -------
    ndarray of int, shape (n_y, n_x)
        0 where the map does not reach; the nearest pixel elsewhere.

    Raises
    ------
    InputError
        If there is no such image, or it has no directions.
    """
    content = open_content(path)
    hdu = next((h for h in content.hdus if _is_segments(h)), None)
    if hdu is None:
        raise InputError(
            f"{path} holds no segmentation map; it needs an image of whole numbers on the sky."
        )
    try:
        pixels = content.image(hdu)
        _, n_y, n_x = cube.shape
        y, x = np.indices((n_y, n_x))
        ra, dec = _wcs(cube.data.header).all_pix2world(x.ravel(), y.ravel(), 0)
        column, row = _wcs(hdu.header).all_world2pix(ra, dec, 0)
    except (Unreadable, ValueError) as reason:
        raise InputError(f"{path} has no directions that can be used ({reason}).") from reason
    column, row = np.rint(column).astype(int), np.rint(row).astype(int)
    inside = (column >= 0) & (row >= 0) & (column < hdu.shape[1]) & (row < hdu.shape[0])
    found = np.zeros(n_x * n_y, dtype=np.int64)
    found[inside] = pixels[row[inside], column[inside]]
    return found.reshape(n_y, n_x)


@lru_cache(maxsize=8)
def _open_version(content: Content, modified: int, size: int) -> Cube:
    """Open one version of a file; the time and size are only there to tell versions apart."""
    del modified, size
    data = _data_hdu(content)
    if data is None:
        raise InputError(
            f"{content.path} holds no cube; it needs an image DATA of three dimensions."
        )
    others = (_beside(content, data, kind) for kind in ("STAT", "DQ"))
    variance, quality = others
    try:
        axis = _spectral_header(data.header)
        found = wave_from_header(axis, data.shape[0])
        medium = found.medium or stored_medium(axis) or "air"  # as MUSE writes them
        _offsets(data.header)
    except Unreadable as reason:
        raise InputError(f"{content.path} {reason}.") from reason
    except ValueError as error:
        raise InputError(
            f"{content.path} has a cube without directions on the sky ({error})."
        ) from error
    wave = air_to_vacuum(found.wave) if medium == "air" else found.wave
    unit = str(card_value(data.header, "BUNIT") or "").strip()
    factor = (flux_factor(unit) if unit else None) or 1.0
    return Cube(content.path, data, variance, quality, wave, float(factor))


def _data_hdu(content: Content) -> Hdu | None:
    cubes = [hdu for hdu in content.hdus if is_cube(hdu)]
    named = content.named("DATA")
    if named in cubes:
        return named
    of_source = [
        hdu
        for hdu in cubes
        if hdu.name.startswith("CUB_")
        and hdu.name.endswith("_DATA")
        and not any(word in hdu.name for word in _NOT_FLUX)
    ]
    if of_source:
        return of_source[0]
    plain = [hdu for hdu in cubes if hdu.name not in ("STAT", "DQ") and hdu.name[:4] != "CUB_"]
    return plain[0] if plain else None


def _beside(content: Content, data: Hdu, kind: str) -> Hdu | None:
    name = f"{data.name[:-5]}_{kind}" if data.name.startswith("CUB_") else kind
    hdu = content.named(name)
    return hdu if hdu is not None and hdu.shape == data.shape else None


def _spectral_header(header: fits.Header) -> fits.Header:
    """Return a header whose axis 1 is the third of a cube."""
    axis = fits.Header()
    for card, of_spectrum in _AXIS_3.items():
        if (value := card_value(header, card)) is not None:
            axis[of_spectrum] = value
    for card in _KEPT:
        if (value := card_value(header, card)) is not None:
            axis[card] = value
    return axis


def _is_segments(hdu: Hdu) -> bool:
    is_image = not hdu.is_table and len(hdu.shape) == 2 and min(hdu.shape) > 1
    return is_image and str(card_value(hdu.header, "BITPIX")) in ("8", "16", "32", "64")


def _wcs(header: fits.Header) -> WCS:
    from astropy.wcs import WCS  # slow to import, and few files have images

    wcs = WCS(header, fix=False).celestial
    if wcs.naxis != 2:
        raise ValueError("no axes of right ascension and declination")
    return wcs


def celestial_header(cube: Cube) -> fits.Header:
    """Return the directions of a plane of a cube, for an image of its spaxels."""
    return _wcs(cube.data.header).to_header()


def _offsets(header: fits.Header) -> FloatArray:
    return np.array(_wcs(header).pixel_scale_matrix, dtype=np.float64) * 3600.0


def _cut(centre: float, half: float, n_pixels: int) -> slice:
    start, stop = int(np.floor(centre - half)), int(np.ceil(centre + half)) + 1
    return slice(min(max(start, 0), n_pixels), min(max(stop, 0), n_pixels))


def _section(path: Path, hdu: Hdu, rows: slice, columns: slice) -> AnyFloats:
    """Read a box; of a plain file nothing else comes from the disk."""
    n_pixels = (rows.stop - rows.start) * (columns.stop - columns.start)
    if problem := excess("max_bytes", 8 * hdu.shape[0] * n_pixels):
        raise Unreadable(problem)
    with open_fits(path) as hdus:
        image = same_image(hdus, hdu)
        if not _is_plain(path, hdu):
            return np.array(image.section[:, rows, columns], dtype=np.float64)
        start, bitpix = int(image.fileinfo()["datLoc"]), int(image.header["BITPIX"])
        n_wave, n_y, n_x = hdu.shape
        return read_planes(path, start, bitpix, (n_wave, n_y, n_x), (rows, columns))


def _is_plain(path: Path, hdu: Hdu) -> bool:
    """Whether the pixels of an image lie in the file as they are meant."""
    if card_value(hdu.header, "BSCALE", "BZERO", "BLANK", "ZCMPTYPE") is not None:
        return False
    with path.open("rb") as stream:
        return stream.read(len(PLAIN)) == PLAIN


def _room_of(values: AnyFloats) -> NDArray[np.float32]:
    """Return where what is made of some pixels goes: over them, if they are of its type."""
    if values.dtype == np.float32 and values.flags.writeable:
        return np.asarray(values, dtype=np.float32)
    return np.empty(values.shape, dtype=np.float32)


def _estimated(flux: AnyFloats) -> AnyFloats:
    """Return one variance a plane, from the scatter of its spaxels; shape of `flux`."""
    middle = np.nanmedian(flux, axis=(1, 2), keepdims=True)
    scatter = 1.4826 * np.nanmedian(np.abs(flux - middle), axis=(1, 2), keepdims=True)
    return np.broadcast_to(scatter**2, flux.shape)
