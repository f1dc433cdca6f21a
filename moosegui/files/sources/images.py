"""Images in MPDAF Source files: white light, one narrow band and HST, as they are there."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.sky.sky_image import SkyImage
from moosegui.errors import InputError
from moosegui.files.content import Content, Hdu, Unreadable, card_value, open_content

if TYPE_CHECKING:
    from astropy.wcs import WCS

MAX_PIXELS = 1000  # along a side; larger ones are no cut-outs
_IMAGE = re.compile(r"^IMA_(?P<name>.+)_DATA$")
# In the order in which they are shown; masks, segmentations and exposure maps are not
_KINDS = (
    re.compile(r"^(MUSE_)?WHITE"),
    re.compile(r"^(NB|ORI_NB)"),
    re.compile(r"^(HST|JWST|ACS|WFC3)"),
)


def read_images(ref: SpectrumRef, position: tuple[float, float]) -> tuple[SkyImage, ...]:
    """Read the images of a source that lie beside its spectrum: at most one of each kind.

    Parameters
    ----------
    ref : SpectrumRef
    position : (float, float)
        Right ascension and declination in degrees; where they are nan, what the file says, and
        without that the middle of the image.

    Returns
    -------
    tuple of SkyImage
        White light, narrow band, HST; empty when the file has none. Images that are damaged or
        without directions are left out: they are an aid, and the spectrum is the source.
    """
    if ref.row is not None or not ref.path.is_file():
        return ()
    try:
        content = open_content(ref.path)
    except InputError:
        return ()
    images = []
    for kind in _KINDS:
        hdu = next((h for h in content.hdus if _is_of(h, kind)), None)
        if hdu is not None:
            try:
                images.append(_read(content, hdu, position))
            except (Unreadable, ValueError):  # those of WCS are values, too
                continue
    return tuple(images)


def _is_of(hdu: Hdu, kind: re.Pattern[str]) -> bool:
    match = _IMAGE.match(hdu.name)
    is_small = len(hdu.shape) == 2 and max(hdu.shape) <= MAX_PIXELS and min(hdu.shape) > 1
    return match is not None and is_small and kind.match(match["name"]) is not None


def _read(content: Content, hdu: Hdu, position: tuple[float, float]) -> SkyImage:
    wcs = _wcs(hdu.header)
    pixels = content.image(hdu)
    ra, dec = _position(content, position)
    centre = ((pixels.shape[1] - 1) / 2, (pixels.shape[0] - 1) / 2)
    if math.isfinite(ra) and math.isfinite(dec):
        x, y = wcs.all_world2pix(ra, dec, 0)
        centre = (float(x), float(y))
    offsets = np.array(wcs.pixel_scale_matrix, dtype=np.float64) * 3600.0
    match = _IMAGE.match(hdu.name)
    return SkyImage(_words(match["name"] if match else hdu.name), pixels, centre, offsets)


def _wcs(header: fits.Header) -> WCS:
    from astropy.wcs import WCS  # slow to import, and few files have images

    wcs = WCS(header, fix=False).celestial
    if wcs.naxis != 2:
        raise ValueError("an image without directions on the sky")
    return wcs


def _position(content: Content, position: tuple[float, float]) -> tuple[float, float]:
    if all(math.isfinite(angle) for angle in position):
        return position
    cards = [card_value(content.hdus[0].header, name) for name in ("RA", "DEC")]
    ra, dec = (float(c) if isinstance(c, int | float) else math.nan for c in cards)
    return ra, dec


def _words(name: str) -> str:
    """Return `MUSE_WHITE` as "white" and `HST_F606W` as "HST F606W"."""
    return "white" if "WHITE" in name else name.replace("ORI_", "").replace("_", " ")
