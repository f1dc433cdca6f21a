"""Maps of a scanned cube: images with directions in one FITS file, and the journal of the scan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.maps import FAMILIES, MAPS, NAMES, Regions
from moosegui.data.sky.sky_image import SkyImage
from moosegui.errors import ExportError, InputError
from moosegui.files.closing import Closing
from moosegui.files.cubes.cube import BOX, Cube, celestial_header
from moosegui.files.safe_write import replacing

FORMAT = "moosegui cube journal"
LAYERS = {  # of the maps that the window shows, and their titles
    "Z": "z of each spaxel",
    "DCHI2": "Δχ² of each spaxel",
    "R": "R of each spaxel",
    **{f"SNR_{name.upper()}": f"S/N of {name} lines" for name in FAMILIES},
}
_RECORD = np.dtype([("region", "<i4"), ("numbers", "<f8", (len(NAMES),))])


class MapJournal(Closing):
    """What is done of a cube, beside its maps in `<maps>.part`: a run that was stopped resumes.

    A line of JSON says with what it is made; then one record of fixed length a region.

    Attributes
    ----------
    done : mapping of int to ndarray
        Numbers of the regions that are finished.
    """

    def __init__(self, path: Path, stream: IO[bytes], done: dict[int, FloatArray]) -> None:
        self._path, self._stream = path, stream
        self.done: Mapping[int, FloatArray] = done
        self._done = done

    @classmethod
    def open(cls, maps: Path, settings: Mapping[str, str]) -> Self:
        """Begin a journal, or take up the one that was left.

        Raises
        ------
        ExportError
            If it was made with other settings, or cannot be written.
        """
        path = maps.with_name(f"{maps.name}.part")
        head = (json.dumps({"format": FORMAT, "settings": dict(settings)}) + "\n").encode()
        try:
            content = path.read_bytes() if path.exists() else b""
            if content and not content.startswith(head):
                raise ExportError(
                    f"{path} is from an unfinished scan with other settings; delete it, or name "
                    "another file."
                )
            records = content[len(head) :]
            records = records[: len(records) // _RECORD.itemsize * _RECORD.itemsize]
            stream = path.open("r+b" if content else "w+b")
            stream.write(head)
            stream.truncate(len(head) + len(records))
            stream.seek(0, 2)
        except OSError as error:
            raise ExportError(f"{path} cannot be written ({error.strerror or error}).") from error
        table = np.frombuffer(records, dtype=_RECORD)
        done = {int(one["region"]): np.array(one["numbers"]) for one in table}
        return cls(path, stream, done)

    def append(self, region: int, numbers: FloatArray) -> None:
        """Keep the numbers of one region.

        Raises
        ------
        ExportError
            If the disk is full.
        """
        try:
            self._stream.write(np.array((region, numbers), dtype=_RECORD).tobytes())
            self._stream.flush()
        except OSError as error:
            raise ExportError(
                f"{self._path} cannot be written ({error.strerror or error}); make room and start "
                "again: it resumes where it stopped."
            ) from error
        self._done[region] = numbers

    def close(self) -> None:
        """Close it and leave it for the next run."""
        self._stream.close()

    def remove(self) -> None:
        """Close and delete it: what it holds is in the maps now."""
        self.close()
        self._path.unlink(missing_ok=True)


def read_map_images(
    path: Path, position: tuple[float, float], *, side: float = BOX
) -> tuple[SkyImage, ...]:
    """Read what the maps of a scanned cube show around a position.

    Parameters
    ----------
    path : Path
        As `write_maps` makes it.
    position : (float, float)
        RA and Dec in degrees.
    side : float
        Arcseconds.

    Returns
    -------
    tuple of SkyImage
        Of z, Delta chi2, R and S/N of each family that is there; empty where the maps do not reach.

    Raises
    ------
    InputError
        If the file holds no maps.
    """
    from astropy.wcs import WCS  # slow to import, and few lists have maps

    try:
        with fits.open(path) as hdus:
            found = {hdu.name: np.array(hdu.data, dtype=np.float64) for hdu in hdus[1:]}
            wcs = WCS(hdus["Z"].header).celestial
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"{path} holds no maps of a cube ({error}); make them with `moosegui cube`."
        ) from error
    x, y = (float(value) for value in wcs.all_world2pix(*position, 0))
    offsets = np.array(wcs.pixel_scale_matrix, dtype=np.float64) * 3600.0
    half = 0.5 * side / float(np.sqrt(abs(np.linalg.det(offsets))))
    n_y, n_x = found["Z"].shape
    left, right = max(round(x - half), 0), min(round(x + half) + 1, n_x)
    low, high = max(round(y - half), 0), min(round(y + half) + 1, n_y)
    if right - left < 2 or high - low < 2:
        return ()
    centre = x - left, y - low
    return tuple(
        SkyImage(title, found[name][low:high, left:right], centre, offsets)
        for name, title in LAYERS.items()
        if name in found
    )


def write_maps(
    path: Path,
    cube: Cube,
    regions: Regions,
    done: Mapping[int, FloatArray],
    *,
    cards: Mapping[str, str],
) -> None:
    """Write an image with directions for each map, and one of the regions.

    Parameters
    ----------
    path : Path
    cube : Cube
        Gives the directions.
    regions : Regions
    done : mapping of int to ndarray of shape (n_maps,)
    cards : mapping of str to str
        Facts for the primary header.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    numbers = np.full((regions.n, len(NAMES)), np.nan)
    for region, values in done.items():
        numbers[region] = values
    header = celestial_header(cube)
    primary = fits.PrimaryHDU()
    for name, value in cards.items():
        primary.header[name] = value
    hdus: list[fits.PrimaryHDU | fits.ImageHDU] = [primary]
    for column, (name, meaning) in enumerate(MAPS):
        image = regions.paint(numbers[:, column]).astype(np.float32)
        hdus.append(fits.ImageHDU(image, header, name=name))
        hdus[-1].header["OBJECT"] = (name, meaning)
    hdus.append(fits.ImageHDU(regions.labels.astype(np.int32), header, name="REGION"))
    with replacing(path) as temporary:
        fits.HDUList(hdus).writeto(temporary, overwrite=True)
