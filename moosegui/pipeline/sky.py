"""Where the lines of a redshift lie on the sky: the images that window and command line show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import Source, SpectrumRef
from moosegui.data.sky.cube import CubeBox
from moosegui.data.sky.sky_image import SkyImage
from moosegui.data.sky.words import direction
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.content import card_value, open_content
from moosegui.files.cubes.cube import has_cube, open_cube
from moosegui.files.cubes.survey import CUBE_CARD
from moosegui.fit.sky.expected import expected_lines
from moosegui.fit.sky.line_image import Band, LineImage, line_image, stack, white_light
from moosegui.fit.sky.moments import velocity_map
from moosegui.fit.sky.noise import noise_factor

APART = 0.5  # arcsec from which a line is said to lie beside its source
OF_WIDTH = 3.0  # times the uncertainty of the place, also
ON_NEIGHBOUR = 0.6  # arcsec within which a line lies on a neighbour
MIN_SEEN = 4  # spaxels of a map of velocities
MIN_REACH = 20.0  # km/s, what a map of velocities shows at least
TYPICAL_FWHM = 0.75  # arcsec; a place is known to this over 2.35 and S/N


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A redshift whose lines are looked for on the sky.

    Parameters
    ----------
    name : str
        As people call it where it is not the one on screen: `solution 2`; else empty.
    redshift : float
    model : ndarray of shape (n_wave,)
        Of the spectrum at this redshift.
    """

    name: str
    redshift: float
    model: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LineViews:
    """What is seen of one redshift: the strongest line that is expected, and all of them."""

    candidate: Candidate
    strongest: LineImage | None
    together: LineImage | None

    @property
    def bands(self) -> tuple[Band, ...]:
        """The wavelengths of the lines that are seen in these images."""
        image = self.together or self.strongest
        return () if image is None else image.bands


def cube_of(ref: SpectrumRef | None, named: Path | None = None) -> Path | None:
    """Return the cube in which a source is seen; None where there is none.

    That of its own Source file; the one that is named; the one that its survey names beside
    itself (`moosegui extract`), which is followed into the survey's folder only.
    """
    if ref is not None and ref.row is None and ref.path.is_file() and has_cube(ref.path):
        return ref.path
    if named is not None:
        return named
    if ref is None or ref.row is None:
        return None
    try:
        header = open_content(ref.path).hdus[0].header
    except (InputError, IndexError):
        return None
    card = card_value(header, CUBE_CARD)
    if not isinstance(card, str) or not card:
        return None
    folder = ref.path.parent.resolve()
    path = (folder / card).resolve()
    return path if path.is_relative_to(folder) and path.is_file() and has_cube(path) else None


def read_box(source: Source, named: Path | None = None) -> CubeBox | None:
    """Read what a cube has around a source, and the noise that its spaxels share.

    None where there is no cube.

    Raises
    ------
    InputError
        If the cube that was named cannot be read, or does not reach the source.
    """
    path = cube_of(source.spectrum, named)
    if path is None:
        return None
    box = open_cube(path).box(source.ra, source.dec)
    return replace(box, noise=noise_factor(box))


def box_or_none(source: Source, named: Path | None = None) -> CubeBox | None:
    """Do as `read_box`; None also where the cube does not reach, as a survey goes on without."""
    try:
        return read_box(source, named)
    except InputError:
        return None


def line_views(
    box: CubeBox, spectrum: Spectrum, candidates: Sequence[Candidate], widened: float = 1.0
) -> tuple[LineViews, ...]:
    """Return the images of the lines that each candidate expects, in their order.

    `widened` is as in `moosegui.fit.sky.line_image.band_of`.
    """
    return tuple(_views(box, spectrum, candidate, widened) for candidate in candidates)


def white_image(box: CubeBox) -> SkyImage:
    """Return the white light of a box."""
    return SkyImage("white light", white_light(box), box.centre, box.offsets)


def as_sky_image(box: CubeBox, image: LineImage, of: str = "") -> SkyImage:
    """Return a line image as one that is shown, with the place of its light, and whose it is."""
    has_place = bool(np.isfinite(image.distance))
    return SkyImage(
        f"{of}: {image.title}" if of else image.title,
        image.pixels,
        box.centre,
        box.offsets,
        mark=(image.east, image.north) if has_place else None,
    )


def velocity_image(box: CubeBox, image: LineImage) -> SkyImage | None:
    """Return the velocities of a line as an image that is shown; None where it is not seen."""
    found = velocity_map(box, image)
    seen = np.abs(found[np.isfinite(found)])
    if seen.size < MIN_SEEN:
        return None
    reach = max(float(np.percentile(seen, 95.0)), MIN_REACH)
    name = f"velocity of {image.label} ±{reach:.0f} km/s"
    return SkyImage(name, found, box.centre, box.offsets, reach=reach)


def place_in_words(image: LineImage, neighbours: Sequence[tuple[str, float, float]] = ()) -> str:
    """Say where the light of a line lies if that is not on the source; else an empty text.

    Parameters
    ----------
    image : LineImage
    neighbours : sequence of (ID, east, north)
        In arcseconds from the source.

    Returns
    -------
    str
        As `Lyα is centred 1.8″ east, on 0943`.
    """
    uncertain = TYPICAL_FWHM / 2.35 / max(image.peak_snr, 1.0)
    if not image.distance > max(APART, OF_WIDTH * uncertain):
        return ""
    towards = direction(image.east, image.north)
    where = f"{image.label} is centred {image.distance:.1f}″ {towards}"
    near = [
        (float(np.hypot(image.east - east, image.north - north)), source_id)
        for source_id, east, north in neighbours
    ]
    distance, source_id = min(near, default=(np.inf, ""))
    return f"{where}, on {source_id}" if distance <= ON_NEIGHBOUR else where


def _views(box: CubeBox, spectrum: Spectrum, candidate: Candidate, widened: float) -> LineViews:
    redshift = candidate.redshift
    lines = expected_lines(spectrum, candidate.model, redshift, widened=widened)
    images = [line_image(box, one.band, one.line.label) for one in lines]
    if not images:
        return LineViews(candidate, None, None)
    together = stack(box, images, "all lines", expected=[one.flux for one in lines])
    return LineViews(candidate, images[0], together if len(images) > 1 else None)
