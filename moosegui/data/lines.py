"""The line list: rest vacuum wavelengths, what each line is, and where its value comes from.

Interstellar lines follow Morton (2003, ApJS 149, 205); the others are the vacuum (Ritz or
observed) wavelengths of the NIST Atomic Spectra Database; G and Mg b are blends whose air
position is usual in the literature (4304.4 and 5175.3 Angstrom), converted to vacuum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["emission", "absorption", "both"]
Family = Literal["resonant", "balmer", "forbidden", "interstellar", "stellar", "fluorescent"]

MORTON = "Morton 2003"
NIST = "NIST ASD"
BLEND = "blend, literature"


@dataclass(frozen=True, slots=True)
class Line:
    """A spectral line.

    Parameters
    ----------
    name : str
        Unique, ASCII, for tables: `OIII5007`.
    label : str
        What plots show: `[O III]`.
    wave : float
        Rest vacuum wavelength in Angstrom.
    kind : "emission", "absorption" or "both"
    family : Family
        Lines of one family share velocity and width.
    is_strong : bool
        Whether a redshift can rest on it: labelled first, used for confusions.
    partner : str
        Name of the other member of its doublet, or empty.
    source : str
        Where the wavelength comes from.
    """

    name: str
    label: str
    wave: float
    kind: Kind
    family: Family
    is_strong: bool = False
    partner: str = ""
    source: str = NIST

    @property
    def is_forbidden(self) -> bool:
        """Whether it is forbidden or semi-forbidden, as its brackets say: no star has it."""
        return "]" in self.label

    def observed(self, redshift: float) -> float:
        """Observed vacuum wavelength in Angstrom."""
        return self.wave * (1.0 + redshift)


LINES: tuple[Line, ...] = (
    Line("LYB", "Lyβ", 1025.722, "absorption", "interstellar", source=MORTON),
    Line("OVI1032", "O VI", 1031.926, "both", "resonant", False, "OVI1038", MORTON),
    Line("OVI1038", "O VI", 1037.617, "both", "resonant", False, "OVI1032", MORTON),
    Line("LYA", "Lyα", 1215.670, "both", "resonant", True, source=MORTON),
    Line("NV1239", "N V", 1238.821, "both", "resonant", False, "NV1243", MORTON),
    Line("NV1243", "N V", 1242.804, "both", "resonant", False, "NV1239", MORTON),
    Line("SIII1260", "Si II", 1260.422, "absorption", "interstellar", True, source=MORTON),
    Line("OI1302", "O I", 1302.168, "absorption", "interstellar", True, "SIII1304", MORTON),
    Line("SIII1304", "Si II", 1304.370, "absorption", "interstellar", False, "OI1302", MORTON),
    Line("CII1335", "C II", 1334.532, "absorption", "interstellar", True, source=MORTON),
    Line("SIIV1394", "Si IV", 1393.760, "absorption", "interstellar", True, "SIIV1403", MORTON),
    Line("SIIV1403", "Si IV", 1402.773, "absorption", "interstellar", False, "SIIV1394", MORTON),
    Line("NIV1486", "N IV]", 1486.496, "emission", "forbidden"),
    Line("SIII1527", "Si II", 1526.707, "absorption", "interstellar", True, source=MORTON),
    Line("CIV1548", "C IV", 1548.204, "both", "resonant", True, "CIV1551", MORTON),
    Line("CIV1551", "C IV", 1550.781, "both", "resonant", False, "CIV1548", MORTON),
    Line("FEII1608", "Fe II", 1608.451, "absorption", "interstellar", source=MORTON),
    Line("HEII1640", "He II", 1640.420, "emission", "forbidden", True),
    Line("OIII1661", "O III]", 1660.809, "emission", "forbidden", False, "OIII1666"),
    Line("OIII1666", "O III]", 1666.150, "emission", "forbidden", False, "OIII1661"),
    Line("ALII1671", "Al II", 1670.789, "absorption", "interstellar", True, source=MORTON),
    Line("ALIII1855", "Al III", 1854.718, "absorption", "interstellar", False, "ALIII1863", MORTON),
    Line("ALIII1863", "Al III", 1862.791, "absorption", "interstellar", False, "ALIII1855", MORTON),
    Line("SIIII1883", "[Si III]", 1882.707, "emission", "forbidden", False, "SIIII1892"),
    Line("SIIII1892", "Si III]", 1892.029, "emission", "forbidden", False, "SIIII1883"),
    Line("CIII1907", "[C III]", 1906.683, "emission", "forbidden", True, "CIII1909"),
    Line("CIII1909", "C III]", 1908.734, "emission", "forbidden", False, "CIII1907"),
    Line("CII2326", "C II]", 2326.113, "emission", "forbidden"),
    Line("FEII2344", "Fe II", 2344.214, "absorption", "interstellar", True, source=MORTON),
    Line("FEII2365", "Fe II*", 2365.552, "emission", "fluorescent"),
    Line("FEII2374", "Fe II", 2374.461, "absorption", "interstellar", source=MORTON),
    Line("FEII2383", "Fe II", 2382.765, "absorption", "interstellar", True, source=MORTON),
    Line("FEII2396", "Fe II*", 2396.356, "emission", "fluorescent"),
    Line("NEIV2424", "[Ne IV]", 2424.166, "emission", "forbidden"),
    Line("OII2471", "[O II]", 2471.027, "emission", "forbidden"),
    Line("FEII2587", "Fe II", 2586.650, "absorption", "interstellar", source=MORTON),
    Line("FEII2600", "Fe II", 2600.173, "absorption", "interstellar", True, source=MORTON),
    Line("FEII2612", "Fe II*", 2612.654, "emission", "fluorescent"),
    Line("FEII2626", "Fe II*", 2626.451, "emission", "fluorescent"),
    Line("MGII2796", "Mg II", 2796.354, "both", "resonant", True, "MGII2804", MORTON),
    Line("MGII2804", "Mg II", 2803.532, "both", "resonant", False, "MGII2796", MORTON),
    Line("MGI2853", "Mg I", 2852.963, "absorption", "interstellar", source=MORTON),
    Line("HEI3188", "He I", 3188.667, "emission", "forbidden"),
    Line("NEV3427", "[Ne V]", 3426.863, "emission", "forbidden"),
    Line("OII3726", "[O II]", 3727.092, "emission", "forbidden", True, "OII3729"),
    Line("OII3729", "[O II]", 3729.875, "emission", "forbidden", False, "OII3726"),
    Line("H10", "H10", 3798.987, "both", "balmer"),
    Line("H9", "H9", 3836.485, "both", "balmer"),
    Line("NEIII3870", "[Ne III]", 3869.861, "emission", "forbidden", True),
    Line("H8", "H8", 3890.166, "both", "balmer"),
    Line("CAK", "Ca K", 3934.777, "absorption", "stellar", True, "CAH"),
    Line("NEIII3969", "[Ne III]", 3968.593, "emission", "forbidden"),
    Line("CAH", "Ca H", 3969.591, "absorption", "stellar", True, "CAK"),
    Line("HEPSILON", "Hε", 3971.198, "emission", "balmer"),
    Line("HDELTA", "Hδ", 4102.892, "both", "balmer"),
    Line("GBAND", "G", 4305.61, "absorption", "stellar", True, source=BLEND),
    Line("HGAMMA", "Hγ", 4341.692, "both", "balmer", True),
    Line("OIII4363", "[O III]", 4364.436, "emission", "forbidden"),
    Line("HEI4472", "He I", 4472.735, "emission", "forbidden"),
    Line("HBETA", "Hβ", 4862.691, "both", "balmer", True),
    Line("OIII4959", "[O III]", 4960.295, "emission", "forbidden", True, "OIII5007"),
    Line("OIII5007", "[O III]", 5008.240, "emission", "forbidden", True, "OIII4959"),
    Line("MGB", "Mg b", 5176.74, "absorption", "stellar", True, source=BLEND),
    Line("NI5200", "[N I]", 5201.705, "emission", "forbidden"),
    Line("HEI5876", "He I", 5877.249, "emission", "forbidden"),
    Line("NAD5890", "Na D", 5891.583, "absorption", "stellar", True, "NAD5896"),
    Line("NAD5896", "Na D", 5897.558, "absorption", "stellar", False, "NAD5890"),
    Line("OI6300", "[O I]", 6302.046, "emission", "forbidden"),
    Line("NII6548", "[N II]", 6549.86, "emission", "forbidden", False, "NII6584"),
    Line("HALPHA", "Hα", 6564.632, "both", "balmer", True),
    Line("NII6584", "[N II]", 6585.27, "emission", "forbidden", True, "NII6548"),
    Line("SII6717", "[S II]", 6718.295, "emission", "forbidden", True, "SII6731"),
    Line("SII6731", "[S II]", 6732.674, "emission", "forbidden", False, "SII6717"),
    Line("ARIII7136", "[Ar III]", 7137.77, "emission", "forbidden"),
)

LINES_BY_NAME: dict[str, Line] = {line.name: line for line in LINES}

CLOSE = 4.0  # Angstrom at rest between the members of a doublet that is seen as one line

# Shift and a letter name the feature that was clicked; the letters of Marz where it has one.
LINES_BY_LETTER: dict[str, Line] = {
    letter: LINES_BY_NAME[name]
    for letter, name in (
        ("L", "LYA"),
        ("C", "CIV1548"),
        ("V", "CIII1907"),
        ("M", "MGII2796"),
        ("O", "OII3726"),
        ("K", "CAK"),
        ("H", "CAH"),
        ("D", "HDELTA"),
        ("F", "HGAMMA"),
        ("B", "HBETA"),
        ("U", "OIII4959"),
        ("I", "OIII5007"),
        ("N", "NAD5890"),
        ("A", "HALPHA"),
        ("W", "NII6584"),
        ("Z", "SII6717"),
    )
}


def lines_between(redshift: float, wave_range: tuple[float, float]) -> tuple[Line, ...]:
    """Lines whose observed vacuum wavelength at `redshift` lies inside `wave_range` (Angstrom)."""
    start, stop = wave_range
    return tuple(line for line in LINES if start <= line.observed(redshift) <= stop)


def close_partner(line: Line) -> Line | None:
    """Return the other member of a doublet that is seen as one line with this, if any."""
    partner = LINES_BY_NAME.get(line.partner)
    return partner if partner is not None and abs(partner.wave - line.wave) < CLOSE else None


def centroid_wave(line: Line) -> float:
    """Rest vacuum wavelength in Angstrom of what is centroided: the middle of a close doublet."""
    partner = close_partner(line)
    return line.wave if partner is None else 0.5 * (line.wave + partner.wave)
