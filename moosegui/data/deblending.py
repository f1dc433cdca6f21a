"""What the search for a second galaxy in a spectrum yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from moosegui.data.arrays import FloatArray, frozen
from moosegui.data.line_relations import LineConfusion

Method = Literal["fixed", "two-bases"]
METHODS: tuple[Method, ...] = ("fixed", "two-bases")


@dataclass(frozen=True, slots=True)
class SecondSource:
    """One redshift at which the light that is left may come from another galaxy.

    Parameters
    ----------
    redshift : float
    relative_depth : float
        1 - chi2 / Q1 of the minimum in the augmented scan.
    evidence : float
        By how much the statistical chi2 falls when the basis at this redshift joins the fit of the
        known galaxies, all of them fitted again.
    clean_evidence : float
        The same without what comes from sky lines and half of what comes from the lines of a known
        galaxy, per unit of the reduced chi2 that is left.
    line_share, sky_share : float
        Fractions of the gain beside the strong lines of the known galaxies, and on sky lines.
    confusion : LineConfusion or None
        Which line falls on which line of a known galaxy.
    known_share : float
        Fraction of the clean gain near any line of the known galaxies.
    strongest_at : float
        Wavelength (Angstrom) around which most of the clean gain lies; nan where that is unknown.
    """

    redshift: float
    relative_depth: float
    evidence: float
    clean_evidence: float
    line_share: float
    sky_share: float
    confusion: LineConfusion | None = None
    known_share: float = 0.0
    strongest_at: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Deblending:
    """The search for one more galaxy beside those that are known.

    Parameters
    ----------
    known : tuple of float
        Redshifts of the galaxies that are known: z1, or z1 and z2.
    redshifts, chi2 : ndarray of shape (n_z,)
        The curve chi2_2 of the augmented scan; nan where a trial was not tried.
    candidates : tuple of SecondSource
        The best first; empty when nothing could be tried.
    wave : ndarray of shape (n_wave,)
        The spectrum's own wavelengths in Angstrom.
    first, second : ndarray of shape (n_wave,)
        Flux densities of the known galaxies and of the best candidate, fitted together.
    single : ndarray of shape (n_wave,)
        Flux density of the known galaxies, fitted alone.
    misfit : float
        chi2 a pixel (from the median) that both galaxies leave, at least 1: a basis that describes
        neither well finds galaxies in what it cannot describe.
    runs : float
        The same of the sums of sixteen neighbouring residuals (their mean): lines and bends that
        neither galaxy has.
    score : float
        Probability that there is one more galaxy; nan before it is scored.
    is_blend : bool
        Whether the score is above the calibrated threshold.
    """

    known: tuple[float, ...]
    redshifts: FloatArray = field(repr=False)
    chi2: FloatArray = field(repr=False)
    candidates: tuple[SecondSource, ...]
    wave: FloatArray = field(repr=False)
    first: FloatArray = field(repr=False)
    second: FloatArray = field(repr=False)
    single: FloatArray = field(repr=False)
    misfit: float = 1.0
    runs: float = 1.0
    score: float = float("nan")
    is_blend: bool = False

    def __post_init__(self) -> None:
        for name in ("redshifts", "chi2", "wave", "first", "second", "single"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def best(self) -> SecondSource | None:
        """The best candidate; None without any."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True, slots=True)
class Vetting:
    """What persists of the search for blends and false sources, one row of a table.

    Parameters
    ----------
    redshift : float
        z2, the best candidate, whether flagged or not.
    relative_depth : float
        Delta chi2 of z2 in the augmented scan.
    blend_score : float
        Probability of a blend.
    is_blend : bool
        Whether it is above the calibrated threshold.
    false_score : float
        Probability that the detection is false.
    false_alarm : float
        How probable noise makes a solution as good as the first one.
    is_false : bool
        Whether the false score is above the calibrated threshold.
    false_reason : str
        What it probably is instead, in the words of `FalseReason`; empty where it is not false.
    third, third_score : float
        z3 and its probability, where one more galaxy is flagged beside z1 and z2.
    neighbour : str
        ID of the nearest source of the list around that has the redshift z2; empty without one.
    neighbour_distance : float
        Arcseconds.
    first : float
        z1 of a flagged blend, found together with z2: it may be another than that of the scan,
        which knows of one galaxy only; nan otherwise.
    spectrum_blend_score, spectrum_false_score : float
        The probabilities by the spectrum alone, where a cube had its say too; nan otherwise.
    map_snr, map_distance, map_compactness, map_agreement, map_noise : float
        Of the first redshift on the sky, as in `moosegui.data.sky.spatial.SpatialEvidence`; nan
        without a cube.
    map_own : float
        The probability that the light of the first redshift is the source's own, by its place.
    second_snr, second_east, second_north : float
        Of the other galaxy on the sky: S/N of z2's best place, and arcseconds from the source to
        where the other's light is most clearly, of whatever redshift; nan where nowhere.
    """

    redshift: float = float("nan")
    relative_depth: float = float("nan")
    blend_score: float = float("nan")
    is_blend: bool = False
    false_score: float = float("nan")
    false_alarm: float = float("nan")
    is_false: bool = False
    false_reason: str = ""
    third: float = float("nan")
    third_score: float = float("nan")
    neighbour: str = ""
    neighbour_distance: float = float("nan")
    first: float = float("nan")
    spectrum_blend_score: float = float("nan")
    spectrum_false_score: float = float("nan")
    map_snr: float = float("nan")
    map_distance: float = float("nan")
    map_compactness: float = float("nan")
    map_agreement: float = float("nan")
    map_noise: float = float("nan")
    map_own: float = float("nan")
    second_snr: float = float("nan")
    second_east: float = float("nan")
    second_north: float = float("nan")

    @property
    def both(self) -> str:
        """Both redshifts of a flagged blend, the first galaxy's first, for a line of text."""
        return f"{self.first:.4f} + {self.redshift:.4f}"
