"""Which lines are fitted, in which families, and with which ratios.

A column of the linear problem is a combination of lines with fixed shares. A doublet whose ratio
physics limits to an interval gets two columns, one at either limit: every non-negative sum of the
two has a ratio inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.line_relations import LINE_RATIOS
from moosegui.data.line_table import LineFitOptions
from moosegui.data.lines import LINES, Line
from moosegui.data.spectrum import Spectrum

# Fluorescence and recombination lines that a basis does not hold (docs/method.md, section 8b)
EXTRA_LINES: tuple[Line, ...] = (
    Line("SIII1265", "Si II*", 1264.738, "emission", "fluorescent"),
    Line("SIII1309", "Si II*", 1309.276, "emission", "fluorescent"),
    Line("CII1336", "C II*", 1335.708, "emission", "fluorescent"),
    Line("SIII1533", "Si II*", 1533.431, "emission", "fluorescent"),
    Line("NIII1750", "N III]", 1749.674, "emission", "forbidden"),
    Line("H11", "H11", 3771.704, "both", "balmer"),
    Line("HEI3889", "He I", 3889.748, "emission", "forbidden"),
    Line("HEI5016", "He I", 5017.077, "emission", "forbidden"),
    Line("NI5198", "[N I]", 5199.349, "emission", "forbidden", partner="NI5200"),
    Line("HEI6678", "He I", 6679.995, "emission", "forbidden"),
    Line("HEI7065", "He I", 7067.198, "emission", "forbidden"),
)

FAMILIES = ("balmer", "forbidden", "resonant", "lya", "lya_blue", "interstellar")
_FAMILY_OF = {
    "balmer": "balmer",
    "forbidden": "forbidden",
    "fluorescent": "forbidden",
    "resonant": "resonant",
}
# The pair of H-epsilon and the line of the list itself; the absorption of the ultraviolet only
ABSORPTION_LIMIT = 3000.0  # Angstrom, rest
LYA_WAVE = 1215.670
# Emission lines that a galaxy may also show in interstellar absorption
P_CYGNI = (("CIV1548", "CIV1551"), ("MGII2796", "MGII2804"))
MIN_COVERED = 3  # unmasked pixels within two widths of a line's centre
MIN_SAMPLING = 1.9  # pixels in the FWHM of any instrument; MUSE has 1.96 to 2.3
FWHM = float(np.sqrt(8.0 * np.log(2.0)))  # in standard deviations


@dataclass(frozen=True, slots=True, eq=False)
class LineLayout:
    """The lines of one fit and the columns that they make.

    Parameters
    ----------
    lines : tuple of Line
    families : ndarray of int, shape (n_lines,)
        Index into `FAMILIES`.
    shares : ndarray of shape (n_columns, n_lines)
        Flux of each line in a column of unit amplitude; negative in absorption.
    centres : ndarray of shape (n_lines,)
        Observed wavelengths in Angstrom at velocity zero.
    spreads : ndarray of shape (n_lines,)
        Standard deviations of the instrument in Angstrom.
    """

    lines: tuple[Line, ...]
    families: IntArray
    shares: FloatArray
    centres: FloatArray
    spreads: FloatArray

    @property
    def column_families(self) -> IntArray:
        """Family of each column, shape (n_columns,)."""
        return np.asarray(self.families[np.argmax(np.abs(self.shares), axis=1)])

    def only(self, is_kept: BoolArray) -> LineLayout:
        """Return the lines of a mask of shape (n_lines,) and the columns made of them alone."""
        is_whole = ~np.any(self.shares[:, ~is_kept] != 0, axis=1)
        return LineLayout(
            tuple(line for line, kept in zip(self.lines, is_kept, strict=True) if kept),
            self.families[is_kept],
            self.shares[np.ix_(is_whole, is_kept)],
            self.centres[is_kept],
            self.spreads[is_kept],
        )


def with_blue_peak(layout: LineLayout) -> LineLayout:
    """Return a layout in which Lyman alpha, which it must hold, has a second peak.

    Returns
    -------
    LineLayout
        The peak is the last line and the last column.
    """
    n_columns, n_lines = layout.shares.shape
    i_lya = int(np.flatnonzero(layout.families == FAMILIES.index("lya"))[0])
    blue = Line("LYA_BLUE", "Lyα", LYA_WAVE, "emission", "resonant")
    shares = np.zeros((n_columns + 1, n_lines + 1))
    shares[:-1, :-1], shares[-1, -1] = layout.shares, 1.0
    return LineLayout(
        (*layout.lines, blue),
        np.append(layout.families, FAMILIES.index("lya_blue")),
        shares,
        np.append(layout.centres, layout.centres[i_lya]),
        np.append(layout.spreads, layout.spreads[i_lya]),
    )


def lay_out(spectrum: Spectrum, redshift: float, options: LineFitOptions) -> LineLayout:
    """Choose the lines that a spectrum covers at a redshift, and their columns.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    redshift : float
        Vacuum convention.
    options : LineFitOptions

    Returns
    -------
    LineLayout
        Empty arrays when no line is covered.
    """
    chosen = [(line, _family_index(line)) for line in (*LINES, *EXTRA_LINES) if _emits(line)]
    if options.has_absorption:
        absorbed = [(line, FAMILIES.index("interstellar")) for line in LINES if _absorbs(line)]
        chosen += absorbed
    centres = np.array([line.observed(redshift) for line, _ in chosen])
    spreads = _spreads(centres, spectrum.wave, options)
    covered = np.flatnonzero(_is_covered(centres, spreads, spectrum))
    lines = tuple(chosen[i][0] for i in covered)
    families = np.array([chosen[i][1] for i in covered], dtype=np.int64)
    return LineLayout(lines, families, _shares(lines, families), centres[covered], spreads[covered])


def stripped_lines() -> tuple[Line, ...]:
    """Emission lines that the continuum of a basis is freed from."""
    return tuple(line for line in (*LINES, *EXTRA_LINES) if _emits(line))


def absorbed_lines() -> tuple[Line, ...]:
    """Interstellar lines that are fitted in absorption."""
    return tuple(line for line in LINES if _absorbs(line))


def _emits(line: Line) -> bool:
    return line.kind != "absorption" and line.family in _FAMILY_OF


def _absorbs(line: Line) -> bool:
    if line.wave > ABSORPTION_LIMIT or line.wave < LYA_WAVE:
        return False
    return line.family == "interstellar" or any(line.name in pair for pair in P_CYGNI)


def _family_index(line: Line) -> int:
    return FAMILIES.index("lya" if line.name == "LYA" else _FAMILY_OF[line.family])


def _spreads(centres: FloatArray, wave: FloatArray, options: LineFitOptions) -> FloatArray:
    """Return the instrument's standard deviations in Angstrom, not finer than its pixels."""
    pixels = np.interp(centres, wave, np.gradient(wave))
    return np.maximum(options.line_spread.sigma(centres), MIN_SAMPLING * pixels / FWHM)


def _is_covered(centres: FloatArray, spreads: FloatArray, spectrum: Spectrum) -> BoolArray:
    counts = np.concatenate(([0], np.cumsum(spectrum.ivar > 0)))
    start = np.searchsorted(spectrum.wave, centres - 2.0 * spreads)
    stop = np.searchsorted(spectrum.wave, centres + 2.0 * spreads)
    return np.asarray(counts[stop] - counts[start] >= MIN_COVERED)


def _shares(lines: tuple[Line, ...], families: IntArray) -> FloatArray:
    """Return the columns: pairs with limited ratios first, then every other line alone."""
    absorption = FAMILIES.index("interstellar")
    index = {line.name: i for i, line in enumerate(lines) if families[i] != absorption}
    rows: list[FloatArray] = []
    paired: set[int] = set()
    for pair in LINE_RATIOS:
        if pair.first not in index or pair.second not in index:
            continue
        first, second = index[pair.first], index[pair.second]
        paired |= {first, second}
        for ratio in pair.limits:
            row = np.zeros(len(lines))
            row[first], row[second] = 1.0 / (1.0 + ratio), ratio / (1.0 + ratio)
            rows.append(row)
    for i in range(len(lines)):
        if i not in paired:
            row = np.zeros(len(lines))
            row[i] = -1.0 if families[i] == absorption else 1.0
            rows.append(row)
    return np.array(rows).reshape(len(rows), len(lines))
