"""How lines belong together, and which are taken for one another.

What one line tells of another: the ratios that physics fixes or limits, the lines that a continuum
is bridged over, and the confusions that make wrong redshifts. The lines themselves, with the
partners of their doublets, are in `moosegui.data.lines`.
"""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.lines import LINES_BY_NAME

DENSITY = "Osterbrock & Ferland 2006, ch. 5"
RATES = "Storey & Zeippen 2000"
WEIGHTS = "statistical weights at low densities, radiative rates at high ones"
OPACITY = "oscillator strengths where thin, equal where thick"


@dataclass(frozen=True, slots=True)
class LineRatio:
    """What physics says of two lines, as the flux of the second over that of the first.

    Parameters
    ----------
    first, second : str
        Names of the lines.
    low, high : float
        The limits, whatever the gas; equal where both lines come from one upper level.
    source : str
        Where the limits come from.
    """

    first: str
    second: str
    low: float
    high: float
    source: str

    @property
    def limits(self) -> tuple[float, ...]:
        """The physical limits; one number where they are the same."""
        return tuple(dict.fromkeys((self.low, self.high)))


LINE_RATIOS: tuple[LineRatio, ...] = (
    LineRatio("OIII5007", "OIII4959", 1 / 2.98, 1 / 2.98, RATES),
    LineRatio("NII6584", "NII6548", 1 / 3.05, 1 / 3.05, RATES),
    LineRatio("NEIII3870", "NEIII3969", 1 / 3.32, 1 / 3.32, DENSITY),
    LineRatio("OIII1666", "OIII1661", 0.40, 0.40, DENSITY),
    LineRatio("OII3726", "OII3729", 0.35, 1.50, DENSITY),
    LineRatio("SII6731", "SII6717", 0.44, 1.45, DENSITY),
    LineRatio("CIII1909", "CIII1907", 0.0, 1.60, DENSITY),
    LineRatio("SIIII1892", "SIIII1883", 0.0, 5 / 3, WEIGHTS),
    LineRatio("NI5198", "NI5200", 0.55, 1.50, WEIGHTS),
    LineRatio("CIV1548", "CIV1551", 0.50, 1.00, OPACITY),
    LineRatio("NV1239", "NV1243", 0.50, 1.00, OPACITY),
    LineRatio("OVI1032", "OVI1038", 0.50, 1.00, OPACITY),
    LineRatio("MGII2796", "MGII2804", 0.50, 1.00, OPACITY),
)

# Case B at 10^4 K, over H-beta (Osterbrock & Ferland 2006, ch. 4), and dust that reddens it
BALMER = (("HALPHA", 2.86), ("HBETA", 1.0), ("HGAMMA", 0.468), ("HDELTA", 0.259))
DUSTY = 4.0  # magnitudes of extinction at 5500 Angstrom, the other limit of the Balmer ratios
DUST_SLOPE = -0.9  # of the extinction against wavelength

# Strong emission that the continuum of a basis is bridged over; Balmer lines lie in a trough
BRIDGED: tuple[str, ...] = (
    *("OII3726", "OII3729", "NEIII3870", "OIII4959", "OIII5007", "CIII1907", "CIII1909"),
    *("NII6548", "NII6584", "SII6717", "SII6731"),
)
TROUGHS = ("HALPHA", "HBETA", "HGAMMA", "HDELTA", "H8", "H9", "H10")

# Single lines that are taken for one another, strongest confusions first (docs/method.md,
# section 3).
CONFUSABLE: tuple[str, ...] = (
    "LYA",
    "OII3726",
    "HALPHA",
    "OIII5007",
    "CIII1907",
    "MGII2796",
    "HBETA",
)

# What a report counts: with features in absorption and of active nuclei, one for each doublet
MISTAKEN = (*CONFUSABLE, "CIV1548", "HEII1640", "CAK")

DRAWN_CONFUSIONS = (  # the true line, and what it is taken for, as a report draws them
    ("OII3726", "LYA"),
    ("LYA", "OII3726"),
    ("HALPHA", "OII3726"),
    ("OII3726", "HALPHA"),
)


@dataclass(frozen=True, slots=True)
class LineConfusion:
    """A strong line of one solution that falls on another strong line of another.

    Parameters
    ----------
    line, taken_for : str
        Names of the line here, and of the line there.
    rank : int
        Of the other solution; 0 where it has none.
    """

    line: str
    taken_for: str
    rank: int = 0

    @property
    def text(self) -> str:
        """What people read: `[O II] as Lyα`."""
        return f"{LINES_BY_NAME[self.line].label} as {LINES_BY_NAME[self.taken_for].label}"

    @property
    def text_with_rank(self) -> str:
        """The same with the solution: `[O II] as Lyα of 1`."""
        return f"{self.text} of {self.rank}"


def line_confusion(
    redshift: float,
    other: float,
    wave_range: tuple[float, float],
    *,
    reach: float,
    names: tuple[str, ...] = CONFUSABLE,
) -> LineConfusion | None:
    """Return the strong lines that two redshifts put at the same observed wavelength.

    Parameters
    ----------
    redshift, other : float
    wave_range : (float, float)
        Observed wavelengths in Angstrom (vacuum) that the spectrum covers.
    reach : float
        By how much the redshift may differ from that of the confusion, in z.
    names : tuple of str
        The lines that are taken for one another, strongest confusions first.

    Returns
    -------
    LineConfusion or None
        A line of `redshift` that falls on another line of `other`, the strongest confusion first.
    """
    seen = [(name, LINES_BY_NAME[name].observed(other)) for name in names]
    seen = [(name, wave) for name, wave in seen if wave_range[0] <= wave <= wave_range[1]]
    for name in names:
        rest = LINES_BY_NAME[name].wave
        for other_name, observed in seen:
            if abs(redshift - (observed / rest - 1.0)) <= reach and name != other_name:
                return LineConfusion(name, other_name)
    return None
