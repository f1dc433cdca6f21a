"""Where on the sky the light of a source lies, in words."""

from __future__ import annotations

import math

from moosegui.data.deblending import Vetting

DIRECTIONS = (
    "east",
    "north-east",
    "north",
    "north-west",
    "west",
    "south-west",
    "south",
    "south-east",
)
SEEN = 4.0  # sigma from which light has a place
AT_SOURCE = 0.2  # arcsec within which a place is the source's


def direction(east: float, north: float) -> str:
    """Return the direction of an offset in arcseconds, as `north-east`."""
    return DIRECTIONS[round(math.degrees(math.atan2(north, east)) / 45.0) % 8]


def place_in_words(east: float, north: float) -> str:
    """Return a place, as `0.8″ west`, or `at the source`."""
    distance = math.hypot(east, north)
    return "at the source" if distance < AT_SOURCE else f"{distance:.1f}″ {direction(east, north)}"


def second_on_the_sky(vetting: Vetting) -> str:
    """Say where the light of z2 lies, after a sentence; empty without a cube."""
    if not math.isfinite(vetting.second_snr):
        return ""
    if vetting.second_snr < SEEN or not math.isfinite(vetting.second_east):
        where = "it has no place of its own"
    else:
        where = f"it lies {place_in_words(vetting.second_east, vetting.second_north)}"
        where += f" ({vetting.second_snr:.0f}σ)"
        if vetting.neighbour:
            where += f", on {vetting.neighbour}"
    return f" In the cube {where}; by the spectrum alone P is {vetting.spectrum_blend_score:.2f}."


def false_on_the_sky(vetting: Vetting) -> str:
    """Say what a cube shows of a detection that is probably none; empty without a cube."""
    if not math.isfinite(vetting.map_snr):
        return ""
    shown = f"its redshift explains {vetting.map_snr:.1f}σ at the source"
    if vetting.map_compactness < 0:
        shown += ", most of it in one spaxel"
    return f" In the cube {shown}; by the spectrum alone P is {vetting.spectrum_false_score:.2f}."
