"""Angles written as `03:32:38.1`."""

from __future__ import annotations


def degrees_of(text: str, *, hours: bool) -> float:
    """Return a sexagesimal angle in degrees.

    Parameters
    ----------
    text : str
    hours : bool
        Whether it counts hours (right ascension) and not degrees.

    Raises
    ------
    ValueError
        If it is no angle.
    """
    from astropy.coordinates import Angle  # slow to import, and hardly ever needed

    return float(Angle(text, unit="hourangle" if hours else "deg").deg)
