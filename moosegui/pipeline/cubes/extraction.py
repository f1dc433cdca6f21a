"""Spectra of the sources of a catalogue out of a cube, and the survey that they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import IntArray
from moosegui.data.catalogue import Source
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.cubes.cube import Cube
from moosegui.fit.sky.extraction import SKY_OUTER, ExtractionOptions, extract

SEGMENT_MARGIN = 1.0  # arcsec around a segment


@dataclass(frozen=True, slots=True, eq=False)
class Extracted:
    """One spectrum out of a cube, or why there is none."""

    source: Source
    spectrum: Spectrum | None = field(repr=False)
    problem: str = ""


def extract_sources(
    cube: Cube,
    sources: Sequence[Source],
    options: ExtractionOptions,
    segments: IntArray | None = None,
) -> Iterator[Extracted]:
    """Extract the spectrum of every source, one after the other.

    Parameters
    ----------
    cube : Cube
    sources : sequence of Source
        With positions.
    options : ExtractionOptions
    segments : ndarray of int, shape (n_y, n_x), optional
        Of the whole cube, as `read_segments` returns it; the number of a source's segment is its
        ID.

    Yields
    ------
    Extracted
        In the order of the sources; without a spectrum where the cube does not reach, or where
        the segment of a source is missing.
    """
    for source in sources:
        try:
            yield Extracted(source, _extract(cube, source, options, segments))
        except InputError as error:
            yield Extracted(source, None, str(error))


def _extract(
    cube: Cube, source: Source, options: ExtractionOptions, segments: IntArray | None
) -> Spectrum:
    if not (np.isfinite(source.ra) and np.isfinite(source.dec)):
        raise InputError(f"{source.source_id} has no position; give its RA and Dec.")
    side = 2.0 * (max(SKY_OUTER, options.radius) + SEGMENT_MARGIN)
    box = cube.box(source.ra, source.dec, side=side)
    if segments is None or options.weights != "segment":
        return extract(box, options)
    x, y = cube.place(source.ra, source.dec)
    column, row = round(x - box.centre[0]), round(y - box.centre[1])
    n_y, n_x = box.shape
    number = int(source.source_id) if source.source_id.isdecimal() else None
    inside = segments[row : row + n_y, column : column + n_x] == number
    if number is None or not inside.any():
        raise InputError(f"There is no segment {source.source_id} at its place in the map.")
    return extract(box, options, segment=inside)
