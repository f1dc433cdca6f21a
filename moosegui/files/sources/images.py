"""Images in MPDAF Source files: white light, narrow bands, HST, masks, as they are there."""

from __future__ import annotations

import math
import re
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import BoolArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.sky.sky_image import SkyImage
from moosegui.data.sky.sky_outline import SkyOutline
from moosegui.errors import InputError
from moosegui.files.content import Content, Hdu, Unreadable, card_value, open_content

if TYPE_CHECKING:
    from astropy.wcs import WCS

MAX_PIXELS = 1000  # along a side; larger ones are no cut-outs
MAX_IMAGES = 9
_IMAGE = re.compile(r"^IMA_(?P<name>.+)_DATA$")
# In the order in which they are shown; exposure maps are not
_KINDS = (
    re.compile(r"^(MUSE_)?WHITE"),
    re.compile(r"^(NB|ORI_NB)"),
    re.compile(r"^(HST|JWST|ACS|WFC3|NIRCAM)"),
    re.compile(r"^[A-Z]+[-_]BAND$"),
)
# Of the object; those of the sky are the rest of the field
_OUTLINES = (
    (re.compile(r"^(ORI_)?MASK_(OBJ|UNION)"), "object"),
    (re.compile(r"^(ORI_)?SEG"), "segment"),
)


def read_images(ref: SpectrumRef, position: tuple[float, float]) -> tuple[SkyImage, ...]:
    """Read the images of a source that lie beside its spectrum.

    Parameters
    ----------
    ref : SpectrumRef
    position : (float, float)
        Right ascension and declination in degrees; where they are nan, what the file says, and
        without that the middle of the image.

    Returns
    -------
    tuple of SkyImage
        White light, narrow band, HST, other bands: one of each, then the second of each, nine at
        most; empty when the file has none. Images that are damaged or without directions are left
        out: they are an aid, and the spectrum is the source.
    """
    content = _content(ref)
    if content is None:
        return ()
    found = [[hdu for hdu in content.hdus if _is_of(hdu, kind)] for kind in _KINDS]
    in_turn = [hdu for of_one_rank in zip_longest(*found) for hdu in of_one_rank if hdu is not None]
    images = []
    for hdu in in_turn[:MAX_IMAGES]:
        try:
            images.append(_read(content, hdu, position))
        except (Unreadable, ValueError):  # those of WCS are values, too
            continue
    return tuple(images)


def read_outlines(ref: SpectrumRef, position: tuple[float, float]) -> tuple[SkyOutline, ...]:
    """Read what the file of a source says of the shape of the object: its mask, its segment.

    Parameters
    ----------
    ref, position
        As of `read_images`.

    Returns
    -------
    tuple of SkyOutline
        One of each kind at most: pixels above zero of a mask, and those of a segmentation with the
        label at the place of the source; without any pixel inside, none.
    """
    content = _content(ref)
    if content is None:
        return ()
    outlines = []
    for kind, name in _OUTLINES:
        hdu = next((hdu for hdu in content.hdus if _is_of(hdu, kind)), None)
        if hdu is None:
            continue
        try:
            image = _read(content, hdu, position)
        except (Unreadable, ValueError):
            continue
        inside = _inside(image, is_labelled=name == "segment")
        if inside.any():
            outlines.append(SkyOutline(name, inside, image.centre, image.offsets))
    return tuple(outlines)


def _inside(image: SkyImage, *, is_labelled: bool) -> BoolArray:
    pixels = np.nan_to_num(image.pixels, nan=0.0)
    if not is_labelled:
        return np.asarray(pixels > 0)
    n_y, n_x = pixels.shape
    column, row = (round(place) for place in image.centre)
    if not (0 <= row < n_y and 0 <= column < n_x):
        return np.zeros(pixels.shape, dtype=bool)
    return np.asarray((pixels == pixels[row, column]) & (pixels > 0))


def _content(ref: SpectrumRef) -> Content | None:
    if ref.row is not None or not ref.path.is_file():
        return None
    try:
        return open_content(ref.path)
    except InputError:
        return None


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
