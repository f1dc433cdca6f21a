"""Units of flux densities and of wavelengths, as real files spell them."""

from __future__ import annotations

import re
from functools import lru_cache

from astropy import units as u

FLUX_DENSITY = u.Unit("erg s-1 cm-2 Angstrom-1")
MUSE_SCALE = 1e-20  # erg/s/cm2/Angstrom, the unit in which every flux is delivered

_SCALE = re.compile(
    r"^\s*(?:10\s*(?:\*\*|\^)\s*\(?\s*([+-]?\d+)\s*\)?|(\d+(?:\.\d*)?[eE][+-]?\d+))\s*\*?\s*"
)
_SPELLINGS = (
    (re.compile(r"\bergs\b"), "erg"),
    (re.compile(r"\b(?:sec|seconds?)\b"), "s"),
    # "A" alone is the ampere for astropy; in a flux unit it never is.
    (re.compile(r"(?<![A-Za-z])(?:angstroms?|ang|a|å|Å)(?![A-Za-z])", re.IGNORECASE), "Angstrom"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\*"), " "),
    (re.compile(r"\^\s*\(\s*([+-]?\d+)\s*\)"), r"\1"),
    (re.compile(r"\^"), ""),
)
_WAVE_FACTORS = {
    "angstrom": 1.0, "angstroms": 1.0, "ang": 1.0, "a": 1.0, "å": 1.0, "0.1 nm": 1.0,
    "nm": 10.0, "nanometer": 10.0, "nanometers": 10.0, "nanometre": 10.0,
    "um": 1e4, "mum": 1e4, "micron": 1e4, "microns": 1e4, "micrometer": 1e4, "µm": 1e4,
    "mm": 1e7, "m": 1e10, "meter": 1e10, "metre": 1e10,
}  # fmt: skip


@lru_cache(maxsize=256)
def flux_factor(text: str) -> float | None:
    """Return what turns fluxes in the unit `text` into 1e-20 erg/s/cm2/Angstrom.

    Parameters
    ----------
    text : str
        A unit as `10**(-20)*erg/s/cm**2/Angstrom` or `1E-17 erg/cm^2/s/Ang`.

    Returns
    -------
    float or None
        None when the unit is unknown or is not a flux per wavelength.
    """
    scale, rest = 1.0, text.strip()
    if rest.startswith("(") and rest.endswith(")") and rest.count("(") - rest.count("(-") == 1:
        rest = rest[1:-1]
    found = _SCALE.match(rest)
    if found:
        scale = 10.0 ** int(found[1]) if found[1] else float(found[2])
        rest = rest[found.end() :]
    for pattern, replacement in _SPELLINGS:
        rest = pattern.sub(replacement, rest)
    if rest.count("/") > 1 and "(" not in rest:  # a/b/c means a/(b c), and is frowned upon
        first, *others = rest.split("/")
        rest = f"{first.strip() or 1} / ({' '.join(others)})"
    try:
        factor = u.Unit(rest).to(FLUX_DENSITY)
    except (ValueError, TypeError, u.UnitsError):
        return None
    return float(f"{scale * factor / MUSE_SCALE:.12g}")


def wave_factor(text: str) -> float | None:
    """Return how many Angstrom the wavelength unit `text` is, or None when it is unknown."""
    return _WAVE_FACTORS.get(text.strip().lower())
