"""Images of the sky that lie beside no spectrum, as those of HST and JWST: read and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits

from moosegui.data.sky.sky_image import SkyImage
from moosegui.errors import ExportError, InputError
from moosegui.files.cubes.cube import BOX
from moosegui.files.safe_write import replacing

if TYPE_CHECKING:
    from astropy.wcs import WCS

MAX_SIDE = 1000  # pixels of a cut-out; of finer images every second, third ... is taken
_NAMES = ("FILTER", "FILTER1", "FILTNAM1", "BAND")  # cards that say in which light


def read_laid_image(
    path: Path, position: tuple[float, float], *, side: float = BOX
) -> SkyImage | None:
    """Read what an image of the sky shows around a position, without the rest of it.

    Parameters
    ----------
    path : Path
        FITS, tile-compressed or not; the first plane with directions is taken.
    position : (float, float)
        RA and Dec in degrees.
    side : float
        Arcseconds.

    Returns
    -------
    SkyImage or None
        None where the image does not reach.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no image with directions.
    """
    try:
        with fits.open(path) as hdus:
            for hdu in hdus:
                if (wcs := _directions(hdu)) is not None:
                    return _cut(hdu, wcs, path, position, side)
    except (OSError, ValueError, TypeError, IndexError, KeyError, fits.VerifyError) as error:
        raise InputError(f"The image {path} cannot be read ({error}); fetch it again.") from error
    raise InputError(f"{path} holds no image with directions on the sky (WCS); give another file.")


def write_sky_image(path: Path, image: SkyImage, position: tuple[float, float]) -> None:
    """Write an image with its directions, as DS9 and Aladin read it.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    image : SkyImage
    position : (float, float)
        RA and Dec of its centre in degrees.

    Raises
    ------
    ExportError
        If the file cannot be written, or the position is not known.
    """
    if not np.isfinite(position).all():
        raise ExportError("The position of this source is not known, nor that of its image.")
    header = fits.Header()
    degrees = image.offsets / 3600.0
    for axis, (kind, value) in enumerate(
        zip(("RA---TAN", "DEC--TAN"), position, strict=True), start=1
    ):
        header[f"CTYPE{axis}"], header[f"CUNIT{axis}"] = kind, "deg"
        header[f"CRVAL{axis}"] = float(value)
        header[f"CRPIX{axis}"] = image.centre[axis - 1] + 1.0
        for column in (1, 2):
            header[f"CD{axis}_{column}"] = float(degrees[axis - 1, column - 1])
    header["OBJECT"] = image.name.encode("ascii", "replace").decode()
    with replacing(path) as temporary:
        fits.PrimaryHDU(image.pixels.astype(np.float32), header).writeto(temporary, overwrite=True)


def _directions(hdu: fits.PrimaryHDU) -> WCS | None:
    from astropy.wcs import WCS  # slow to import, and few lists have images

    if not getattr(hdu, "is_image", False) or len(hdu.shape) != 2 or min(hdu.shape) < 2:
        return None
    wcs = WCS(hdu.header, fix=False)
    return wcs if wcs.has_celestial and wcs.naxis == 2 else None


def _cut(
    hdu: fits.PrimaryHDU, wcs: WCS, path: Path, position: tuple[float, float], side: float
) -> SkyImage | None:
    offsets = np.array(wcs.pixel_scale_matrix, dtype=np.float64) * 3600.0
    half = 0.5 * side / float(np.sqrt(abs(np.linalg.det(offsets))))
    n_y, n_x = hdu.shape
    # without distortions first: far outside an image these have no inverse
    about = np.array(wcs.wcs_world2pix(*position, 0), dtype=np.float64)
    if not (np.isfinite(about).all() and (np.abs(about) < half + 2.0 * max(n_x, n_y)).all()):
        return None
    x, y = (float(value) for value in wcs.all_world2pix(*position, 0, quiet=True))
    if not (np.isfinite([x, y]).all() and -half < x < n_x + half and -half < y < n_y + half):
        return None
    left, right = max(round(x - half), 0), min(round(x + half) + 1, n_x)
    low, high = max(round(y - half), 0), min(round(y + half) + 1, n_y)
    if right - left < 2 or high - low < 2:
        return None
    pixels = np.asarray(hdu.section[low:high, left:right], dtype=np.float64)
    if not np.any(np.nan_to_num(pixels)):
        return None  # outside what was observed
    step = -(-max(pixels.shape) // MAX_SIDE)
    pixels = pixels[::step, ::step]
    centre = (x - left) / step, (y - low) / step
    return SkyImage(_name(hdu, path), pixels, centre, offsets * step)


def _name(hdu: fits.PrimaryHDU, path: Path) -> str:
    """Return the light and the file: `F606W (goods.fits)`."""
    cards = (str(hdu.header.get(name, "")).strip() for name in _NAMES)
    light = next((card for card in cards if card and not card.upper().startswith("CLEAR")), "")
    return f"{light} ({path.name})" if light else path.name
