"""Columns and images of quality: what they mark as bad, or as good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.files.content import Content, Hdu

QUALITY_IMAGES = ("DQ", "QUAL", "QUALITY", "MASK", "FLAGS", "BADPIX")
# Of bits, most of which are remarks and no faults
BIT_IMAGES = ("ANDMASK", "AND_MASK", "ORMASK", "OR_MASK", "MASKBITS")
MAX_BAD = 0.8  # a mask of 0 and 1 that marks more marks the good pixels, as that of PypeIt


def bad_pixels(values: FloatArray, what: str) -> tuple[BoolArray | None, tuple[str, ...]]:
    """Return what a quality marks as bad, and a sentence that says so, or why it was not used.

    Parameters
    ----------
    values : ndarray of shape (n_wave,)
        Zero is good; also nan is bad.
    what : str
        What holds them, for the sentence: "Column mask".
    """
    bad = np.asarray(values != 0, dtype=bool)
    if bad.all():
        return None, (f"{what} marks every pixel as bad and was not used.",)
    if np.isin(values, (0.0, 1.0)).all() and bad.mean() > MAX_BAD:
        n_marked = int(np.count_nonzero(bad))
        said = f"{what} marks {n_marked} of {len(bad)} pixels with 1, which were taken as good."
        return ~bad, (said,)
    return bad, left_out(bad, what)


def serious_bits(values: FloatArray, header: Mapping[str, Any]) -> tuple[FloatArray, str]:
    """Return the bits of a quality that its header calls serious, and a sentence on them.

    The calibrations of the spectrographs of HST mark much that is no fault, as a low response, and
    name the bits that count in SDQFLAGS (STIS Data Handbook 2.5, COS Data Handbook 2.7).

    Parameters
    ----------
    values : ndarray of shape (n_wave,)
    header : mapping
        Without SDQFLAGS every bit counts and nothing is said.
    """
    serious = header.get("SDQFLAGS")
    if not isinstance(serious, int) or serious <= 0:
        return values, ""
    bits = np.nan_to_num(values, nan=float(serious)).astype(np.int64) & serious
    return bits.astype(np.float64), f"Of the quality the bits of SDQFLAGS ({serious}) count."


def left_out(bad: BoolArray, what: str) -> tuple[str, ...]:
    """Say how many pixels are left out as a quality marks them; nothing where there is none."""
    n_bad = int(np.count_nonzero(bad))
    pixels = "1 pixel is" if n_bad == 1 else f"{n_bad} pixels are"
    return (f"{what} marks pixels as bad; {pixels} left out.",) if n_bad else ()


def bad_in_row(content: Content, flux: Hdu, row: int) -> tuple[BoolArray | None, tuple[str, ...]]:
    """Return what the images of quality beside an image of fluxes mark as bad in one row."""
    beside = (content.named(name) for name in QUALITY_IMAGES)
    fitting = [hdu for hdu in beside if hdu and not hdu.is_table and hdu.shape == flux.shape]
    bad, said = all_bad(
        bad_pixels(content.image_row(hdu, row), f"Extension {hdu.name}") for hdu in fitting
    )
    bits = [name for name in BIT_IMAGES if (hdu := content.named(name)) and hdu.shape == flux.shape]
    if bits:
        said = (*said, f"Not used, as most of their bits are remarks: {', '.join(bits)}.")
    return bad, said


def all_bad(
    found: Iterable[tuple[BoolArray | None, tuple[str, ...]]],
) -> tuple[BoolArray | None, tuple[str, ...]]:
    """Return what any of several qualities marks as bad, with all that is said of them."""
    bad: BoolArray | None = None
    said: tuple[str, ...] = ()
    for marked, words in found:
        said += words
        if marked is not None:
            bad = marked if bad is None else bad | marked
    return bad, said
