"""What an expert types for a redshift: `0.7342`, `5007@8682`, `Ha@9000`, `v+120`."""

from __future__ import annotations

import re

from moosegui.data.grids import shifted_redshift
from moosegui.data.lines import LINES, Line
from moosegui.data.medium import vacuum_to_air

NEAR = 2.5  # Angstrom between a typed rest wavelength and the line that is meant
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_VELOCITY = re.compile(rf"v\s*({_NUMBER})(?:\s*km/s)?", re.IGNORECASE)
_LINE = re.compile(rf"([^@]+)@\s*({_NUMBER})")
ALIASES = {
    "LYA": "LYA",
    "LYALPHA": "LYA",
    "HA": "HALPHA",
    "HB": "HBETA",
    "HG": "HGAMMA",
    "HD": "HDELTA",
    "OII": "OII3729",
    "OIII": "OIII5007",
    "CIV": "CIV1548",
    "CIII": "CIII1909",
    "MGII": "MGII2796",
    "NII": "NII6584",
    "SII": "SII6717",
    "NAD": "NAD5890",
    "K": "CAK",
    "H": "CAH",
}
_GREEK = str.maketrans({"α": "A", "β": "B", "γ": "G", "δ": "D"})


def parse_redshift(text: str, current: float) -> float:
    """Understand a typed redshift.

    Parameters
    ----------
    text : str
        A number; `line@wave` with a line's name or rest wavelength (air or vacuum, within 2.5
        Angstrom of a known line, else taken as vacuum) at an observed vacuum wavelength in
        Angstrom; or `v+120`, a velocity in km/s relative to `current`.
    current : float
        The redshift on screen.

    Returns
    -------
    float
        Redshift, vacuum convention.

    Raises
    ------
    ValueError
        With a sentence for the user when the text is none of these, or z <= -1.
    """
    entry = text.strip()
    if velocity := _VELOCITY.fullmatch(entry):
        redshift = shifted_redshift(current, float(velocity.group(1)))
    elif line := _LINE.fullmatch(entry):
        redshift = float(line.group(2)) / _rest_wavelength(line.group(1)) - 1.0
    else:
        try:
            redshift = float(entry.replace(",", "."))
        except ValueError:
            raise ValueError(
                f"“{text}” is not a redshift; type 0.7342, 5007@8682 or v+120."
            ) from None
    if not -0.1 < redshift < 30.0:
        raise ValueError(f"“{text}” gives z = {redshift:.5g}, which is no galaxy's redshift.")
    return redshift


def line_typed(text: str) -> str:
    """Return the name of the line of `line@wave`, else its rest wavelength; empty without one."""
    found = _LINE.fullmatch(text.strip())
    if found is None:
        return ""
    line = find_line(found.group(1).strip())
    return f"{found.group(1).strip()} Å" if line is None else line.name


def find_line(text: str) -> Line | None:
    """Return the line meant by a name (`OIII5007`, `[O II]`, `Hα`) or a rest wavelength, if any."""
    try:
        wave = float(text)
    except ValueError:
        wanted = re.sub(r"[^A-Z0-9]", "", text.translate(_GREEK).upper())
        wanted = ALIASES.get(wanted, wanted)
        return next((line for line in LINES if line.name == wanted), None)
    nearest = min(LINES, key=lambda line: _distance(line, wave))
    return nearest if _distance(nearest, wave) <= NEAR else None


def _distance(line: Line, wave: float) -> float:
    return min(abs(line.wave - wave), abs(float(vacuum_to_air(line.wave)) - wave))


def _rest_wavelength(text: str) -> float:
    line = find_line(text.strip())
    if line is not None:
        return line.wave
    try:
        wave = float(text)
    except ValueError:
        raise ValueError(f"“{text.strip()}” is not a line that is known here.") from None
    if not wave > 0:
        raise ValueError(f"a rest wavelength of {wave:g} Å is impossible.")
    return wave
