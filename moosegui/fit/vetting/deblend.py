"""Search for another galaxy in a spectrum (docs/method.md, section 8).

The augmented scan proposes redshifts; the likeliest are fitted together with the galaxies that are
known, with all their lines, and judged by what they explain beyond them. So a line that the first
galaxy has in a ratio that physics allows is never evidence for a second one, and one that it cannot
have is, even where the two share a wavelength.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.deblending import METHODS, Deblending, Method, SecondSource
from moosegui.data.grids import SAME_GALAXY, is_same_redshift, shifted_redshift
from moosegui.data.line_relations import LineConfusion, line_confusion
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.scores import curve_scale, relative_depth
from moosegui.fit.vetting.gain import Gain, Judge
from moosegui.fit.vetting.joint_fits import Joined, Weighed
from moosegui.fit.vetting.known_sources import KnownSources, fit_known
from moosegui.fit.vetting.second_scan import SecondScan, scan_beside
from moosegui.fit.workers import Report, breathe

CONFUSED = 0.01  # in z, as published
MIN_CLEAN = 25.0  # what a confused candidate must explain elsewhere: 5 sigma
N_JUDGED = 8  # candidates on which the other bases of the ensemble are asked
REFINE_STEP = 20.0  # km/s

LineFit = Callable[[Spectrum, float], FloatArray]


@dataclass(frozen=True, slots=True)
class DeblendSettings:
    """How to search.

    Parameters
    ----------
    method : "fixed" or "two-bases"
        What stays while the basis slides: the model of the known galaxies, or one copy of the basis
        at each of their redshifts (Tsalmantza & Hogg 2012, ApJ 753, 122).
    n_candidates : int
        Minima of the augmented scan that are fitted together with the known galaxies.

    Raises
    ------
    ValueError
        If the method is unknown or no candidate is asked for.
    """

    method: Method = "fixed"
    n_candidates: int = 30

    def __post_init__(self) -> None:
        if self.method not in METHODS or self.n_candidates < 1:
            raise ValueError(f"cannot deblend by {self.method!r} with {self.n_candidates}")


def deblend(
    spectrum: Spectrum,
    prepared: PreparedBasis,
    known: tuple[float, ...],
    *,
    companions: Sequence[Basis] = (),
    scan_settings: ScanSettings | None = None,
    settings: DeblendSettings | None = None,
    line_fit: LineFit | None = None,
    executor: Executor | None = None,
    report: Report | None = None,
) -> Deblending:
    """Search for one more galaxy.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    prepared : PreparedBasis
        Slides over the trial redshifts.
    known : tuple of float
        Redshifts of the galaxies that are known, in the convention of the basis; not empty.
    companions : sequence of Basis
        They join in the model of the known galaxies, and in the judgement of the best candidates.
    scan_settings : ScanSettings, optional
        Its trial redshifts are searched.
    settings : DeblendSettings, optional
    line_fit : callable, optional
        Gives the flux density of a galaxy at a redshift on the spectrum's pixels, in place of our
        own fit (docs/method.md, section 8b).
    executor, report
        As in `moosegui.fit.scan.scan.scan`.

    Returns
    -------
    Deblending
        Not scored yet.

    Raises
    ------
    ValueError
        If no galaxy is known, or the media differ.
    Cancelled
        When `report` raised it.
    """
    if not known:
        raise ValueError("deblending starts from the redshift of a galaxy")
    settings, scan_settings = settings or DeblendSettings(), scan_settings or ScanSettings()
    given = None
    if line_fit is not None:
        given = np.sum([np.nan_to_num(line_fit(spectrum, z)) for z in known], axis=0)
    fitted = fit_known(spectrum, prepared.basis, known, companions=companions, given=given)
    scanned = scan_beside(
        fitted,
        prepared,
        scan_settings.trials,
        method=settings.method,
        given=given,
        executor=executor,
        report=report,
    )
    candidates, best = _judge(fitted, scanned, settings.n_candidates, report)
    return Deblending(
        known=known,
        redshifts=scan_settings.trials.redshifts,
        chi2=scanned.chi2,
        candidates=candidates,
        wave=spectrum.wave,
        first=fitted.model if best is None else best.first,
        second=np.zeros(spectrum.wave.size) if best is None else best.second,
        single=fitted.model,
    )


def _judge(
    fitted: KnownSources, scanned: SecondScan, n_candidates: int, report: Report | None
) -> tuple[tuple[SecondSource, ...], Joined | None]:
    """Fit the minima together with the known galaxies; the best first, with its fit."""
    known = np.array(fitted.redshifts)
    judge = Judge(fitted)
    is_known = is_same_redshift(scanned.minima[:, None], known, SAME_GALAXY).any(axis=1)
    tried = np.flatnonzero(~is_known)[:n_candidates]
    weighed: list[Weighed] = []
    for redshift in scanned.minima[tried].tolist():
        weighed.append(judge.weigh(redshift))
        breathe(report, len(weighed) / n_candidates)
    scale = curve_scale(scanned.chi2)
    found = []
    for i, gain, joined in judge.leading(weighed, N_JUDGED):
        redshift, value = joined.redshift, float(scanned.values[tried[i]])
        mean = judge.judge_again(redshift, gain, joined.gains)
        confusion = confusion_with(redshift, fitted)
        if confusion is None or mean.clean > MIN_CLEAN:
            found.append(_candidate(redshift, mean, relative_depth(value, scale), confusion))
        breathe(report)
    found.sort(key=lambda candidate: -candidate.clean_evidence)
    if not found:
        return (), None
    redshift, joined = _refine(judge, found[0].redshift)
    return (replace(found[0], redshift=redshift), *found[1:]), joined


def _candidate(
    redshift: float, evidence: Gain, relative_depth: float, confusion: LineConfusion | None
) -> SecondSource:
    return SecondSource(
        redshift=redshift,
        relative_depth=relative_depth,
        evidence=evidence.total,
        clean_evidence=evidence.clean,
        line_share=evidence.line_share,
        sky_share=evidence.sky_share,
        confusion=confusion,
        known_share=evidence.known_share,
        strongest_at=evidence.strongest_at,
    )


def _refine(judge: Judge, redshift: float) -> tuple[float, Joined]:
    """Follow the gain to the vertex of its parabola, the known galaxies held."""
    velocities = (-REFINE_STEP, 0.0, REFINE_STEP)
    left, here, right = (
        judge.judge(shifted_redshift(redshift, velocity))[0].total for velocity in velocities
    )
    curvature = left + right - 2.0 * here
    if curvature < 0:
        offset = 0.5 * (left - right) / curvature
        redshift = shifted_redshift(redshift, REFINE_STEP * float(np.clip(offset, -1.0, 1.0)))
    return redshift, judge.judge(redshift)[1]


def confusion_with(redshift: float, fitted: KnownSources) -> LineConfusion | None:
    """Return the strong line at `redshift` that falls on one of a known galaxy, if any.

    The redshift is in the convention of the basis, as those of the galaxies.
    """
    wave_range = float(fitted.spectrum.wave[0]), float(fitted.spectrum.wave[-1])
    for known in fitted.redshifts:
        if found := line_confusion(redshift, known, wave_range, reach=CONFUSED):
            return found
    return None
