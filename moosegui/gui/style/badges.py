"""What is worth knowing of a scan, in a word and a sentence: on screen and on sheets."""

from __future__ import annotations

from moosegui.data.conditions import ScanConditions
from moosegui.data.grids import is_same_redshift
from moosegui.data.results import Analysis, ScanFlag
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.evidence import share_heard
from moosegui.fit.noise_ratio import doubt_of_errors

HEARD = 0.5  # of what r(z) of a whole spectrum is worth in P(z), from which it is told of unasked

BADGES: dict[ScanFlag, tuple[str, str]] = {
    ScanFlag.NO_DATA: ("no data", "Not one unmasked pixel inside the range of the basis."),
    ScanFlag.LOW_COVERAGE: (
        "short coverage",
        "It covers little of the range of the basis.",
    ),
    ScanFlag.EDGE: ("edge", "The best solution lies at the first or last trial redshift."),
    ScanFlag.ALL_NEGATIVE: ("no model", "Nothing positive could be fitted."),
    ScanFlag.NEGATIVE_MEDIAN: ("negative flux", "The median flux is negative: distrust the scan."),
    ScanFlag.CLIPPED: (
        "ends not fitted",
        "Pixels beyond the range of the basis were left out.",
    ),
    ScanFlag.TRIALS_SKIPPED: ("z range cut", "Not every trial redshift could be tried."),
    ScanFlag.VARIANCE_ESTIMATED: ("σ estimated", "The file has no variance; it was estimated."),
    ScanFlag.FLAT: ("flat", "Every redshift fits alike."),
    ScanFlag.BAD_PIXELS: ("bad pixels", "Pixels that cannot be real were left out of the fit."),
}


def error_badges(spectrum: Spectrum) -> list[tuple[str, str]]:
    """Say where the errors of a spectrum contradict its noise."""
    words = doubt_of_errors(spectrum)
    tip = (
        "So much do neighbouring pixels scatter, in units of the errors of the file. χ², the σ of "
        "lines and P(z) take the errors at their word."
    )
    return [(words, tip)] if words else []


def cross_badges(analysis: Analysis, redshift: float) -> list[tuple[str, str]]:
    """Say that the cross-correlation of a galaxy clearly speaks for another redshift than this.

    Broad lines are much of a quasar's continuum, and r(z) knows little of them.
    """
    cross = analysis.cross
    if cross is None or analysis.other_class is not None:
        return []
    is_same = bool(is_same_redshift(cross.redshift, redshift))
    if is_same or not cross.is_clear or not share_heard(analysis.spectrum) >= HEARD:
        return []
    tip = (
        f"The cross-correlation with the basis is highest at z {cross.redshift:.4f}, drawn over "
        "χ²(z). P(z) knows of it."
    )
    return [(f"r(z) says z {cross.redshift:.4f}", tip)]


def condition_badges(conditions: ScanConditions) -> list[tuple[str, str]]:
    """Return in words what distinguishes the scan on screen from the automatic one."""
    badges = []
    if n_masks := len(conditions.masks):
        ranges = ", ".join(f"{start:.1f} to {stop:.1f} Å" for start, stop in conditions.masks)
        tip = f"Left out of the fit: {ranges}. Ctrl+click removes a mask, Shift+Q everything."
        badges.append((f"{n_masks} mask{'s' if n_masks > 1 else ''}", tip))
    if conditions.redshift_limits is not None:
        low, high = conditions.redshift_limits
        tip = "Solutions are looked for between these redshifts; Ctrl+click on χ² removes them."
        badges.append((f"z {low:g}–{high:g}", tip))
    if conditions.prior is not None:
        tip = (
            "P(z) knows of this redshift beside the spectrum, one time in ten wrong; χ² does not. "
            "Ctrl+Shift+P changes it, Shift+Q removes everything."
        )
        badges.append((f"prior {conditions.prior.words}", tip))
    if conditions.weighting is not None:
        words = "weighted" if conditions.weighting == "ivar" else conditions.weighting
        badges.append((words, "The weighting of the fit was switched; G switches it back."))
    return badges
