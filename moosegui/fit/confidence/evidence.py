"""The features by which it is told whether the first solution of a scan is right.

Each is something that an expert would look at: how the curve stands, how well the model fits and
in which manner it does not, what stands out of the spectrum and is left over, on how many features
off the sky's lines the redshift rests, what the lines alone say, and r(z) against it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moosegui.data.arrays import BoolArray
from moosegui.data.grids import is_same_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.posterior import CrossCorrelation, Evidence, LineMatch
from moosegui.data.results import LineDetection, Reconstruction, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.carrier import carrier_of
from moosegui.fit.lines.match import Features, best_match, filter_spectrum, find_features, match_at
from moosegui.fit.running_median import running_median
from moosegui.fit.scan.posterior import Cells

DETECTED, MEASURED = 5.0, 3.5  # sigma of the first independent feature, and of the others
BREAKS = ((3850.0, 3950.0, 4000.0, 4100.0, 1.15), (1130.0, 1200.0, 1230.0, 1300.0, 1.3))
BREAK_SNR = 8.0
WINDOW = 25  # pixels of the window that speaks most for a solution
BLOCK = 96  # pixels of the running median of a model
MAX_AGAINST = 1.5  # of r(z), compressed by asinh: a preference by 2 of its scatter
# ln(wavelength) that good pixels cover: below the first r(z) is not heard, from the second wholly.
# It speaks against the right redshift of 55, 47, 45, 37, 12 and 7 % of spectra cut to 0.04, 0.07,
# 0.14, 0.21, 0.32 and 0.46 around a line, and of 0 to 7 % of whole ones (validation survey).
HEARD_FROM, WHOLE_FROM = 0.21, 0.46
RUN = 16  # pixels over which residuals are summed
NAMES = (
    "odds", "gap", "misfit", "runs", "depth", "robustness", "left_emission", "left_absorption",
    "captured", "n_independent", "line_snr", "sky_share", "share", "rival_votes", "lines_agree",
    "short", "brightness", "confusion", "odds_misfit", "no_feature", "one_feature",
    "sky_evidence", "clean_evidence", "breadth", "jackknife", "window_share", "many_lines",
    "overruled", "cross_against",
)  # fmt: skip


def gather_evidence(
    spectrum: Spectrum,
    solutions: Sequence[Solution],
    models: tuple[Reconstruction, Reconstruction | None],
    cells: Cells,
    probability: float,
    *,
    matches: tuple[Features, LineMatch],
    confusion: float = 0.0,
    cross: CrossCorrelation | None = None,
) -> Evidence:
    """Gather what speaks for and against the first solution.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, without impossible pixels.
    solutions : sequence of Solution
        With the line detections of the first.
    models : (Reconstruction, Reconstruction or None)
        Of the first and of the second, on the pixels of the spectrum; None without a second.
    cells : Cells
        Of the curve.
    probability : float
        Of the first solution by its curve alone.
    matches : (Features, LineMatch)
        The features of the spectrum, and the redshift that explains them best.
    confusion : float
        The largest probability of a rival that shares a line with it.
    cross : CrossCorrelation, optional
        A second opinion; without it nothing is said against the first.

    Returns
    -------
    Evidence
    """
    first, (features, lines) = solutions[0], matches
    at_first = match_at(features, first.redshift)
    sky = features.sky
    n_independent = count_independent(spectrum, first, sky)
    strong = [line for line in first.lines if is_seen(line, 3.0)]
    squares = np.array([line.snr**2 for line in strong])
    on_sky = np.array([_is_at(spectrum, sky, line.wave) for line in strong], dtype=bool)
    agree = _agreement(lines, first.redshift)
    good = spectrum.ivar > 0
    odds = np.log(np.clip(probability, 1e-3, 1 - 1e-3) / np.clip(1 - probability, 1e-3, 1.0))
    misfit = np.log10(max(cells.noise_scale, 1.0))
    gaps = np.sort(cells.depths)
    values = {
        "odds": odds,
        "gap": np.log10(1.0 + min(float(gaps[1] - gaps[0]) if gaps.size > 1 else 0.0, 1e4)),
        "misfit": misfit,
        "depth": np.log10(np.fmax(first.relative_depth, 1e-3)),
        "robustness": np.log10(np.fmax(first.robustness, 1e-2)),
        **_residual_features(spectrum, models[0], features, sky),
        **_where_it_rests(spectrum, models, sky, cells.noise_scale),
        "n_independent": float(min(n_independent, 5)),
        "line_snr": np.log10(max(float(np.sqrt(squares.sum())), 1.0)),
        "sky_share": float(squares[on_sky].sum() / max(squares.sum(), 1e-30)),
        "share": 1.0 if np.isnan(at_first.share) else at_first.share,
        "rival_votes": 0.0 if agree > 0 else float(np.clip(lines.votes - at_first.votes, 0, 15)),
        "lines_agree": agree,
        "short": float(np.log10(np.clip(np.count_nonzero(good) / 3000.0, 0.03, 1.0))),
        "brightness": float(np.log10(max(spectrum.median_snr, 0.1))),
        "confusion": confusion,
        "odds_misfit": odds * min(misfit, 1.5),
        "overruled": float(any(other.chi2 < first.chi2 for other in solutions[1:])),
        "many_lines": _many(lines) if agree > 0 else 0.0,
        "no_feature": float(n_independent == 0),
        "one_feature": float(n_independent == 1),
        "cross_against": _against(cross, first.redshift, spectrum),
    }
    named = {name: float(values[name]) for name in NAMES}
    return Evidence(named, n_independent, lines, at_first, carrier_of(first.lines))


def second_opinion(spectrum: Spectrum, limits: tuple[float, float]) -> tuple[Features, LineMatch]:
    """Return the features of a spectrum (vacuum) and the redshift that explains them best."""
    features = find_features(spectrum)
    return features, best_match(features, limits)


def count_independent(spectrum: Spectrum, solution: Solution, sky: BoolArray) -> int:
    """Count lines and breaks on which a solution rests, without what lies on lines of the sky."""
    snrs = [
        abs(line.snr)
        for line in solution.lines
        if is_seen(line, MEASURED) and not _is_at(spectrum, sky, line.wave)
    ]
    n_breaks = sum(_has_break(spectrum, solution.redshift, *one) for one in BREAKS)
    is_borne = n_breaks > 0 or max(snrs, default=0.0) >= DETECTED
    return (len(snrs) if is_borne else 0) + n_breaks


def is_seen(line: LineDetection, sigma: float) -> bool:
    """Whether a line is measured above `sigma`, in emission or absorption as its kind allows."""
    known = LINES_BY_NAME.get(line.name)
    kind = "both" if known is None else known.kind
    if kind == "emission":
        return line.snr >= sigma
    return -line.snr >= sigma if kind == "absorption" else abs(line.snr) >= sigma


def _agreement(lines: LineMatch, redshift: float) -> float:
    if not is_same_redshift(lines.redshift, redshift):
        return 0.0
    return min(float(lines.n_matched), 5.0) / 5.0


def _against(cross: CrossCorrelation | None, redshift: float, spectrum: Spectrum) -> float:
    """Return by how much r(z) prefers another redshift, from 0 to a limit below.

    For a redshift it says little: what imitates lines in chi2(z) imitates them in r(z). And it may
    be wrong itself, by far where the spectrum is short.
    """
    if cross is None:
        return 0.0
    preferred = float(np.clip(cross.agreement(redshift), -MAX_AGAINST, 0.0))
    return preferred * share_heard(spectrum)


def share_heard(spectrum: Spectrum) -> float:
    """Return how much r(z) of a spectrum is worth: less where it covers few wavelengths."""
    if spectrum.wave.size < 2:
        return 0.0
    covered = float(np.sum(np.gradient(np.log(spectrum.wave))[spectrum.ivar > 0]))
    return float(np.clip((covered - HEARD_FROM) / (WHOLE_FROM - HEARD_FROM), 0.0, 1.0))


def _many(lines: LineMatch) -> float:
    """Return 1 for twelve lines at one redshift that are most of what is seen, 0 for few."""
    return min(lines.n_matched, 12) / 12.0 if lines.n_matched >= 6 and lines.share > 0.6 else 0.0


def _has_break(spectrum: Spectrum, redshift: float, start: float, stop: float, *red: float) -> bool:
    """Whether the flux rises over a break by more than a ratio, and significantly."""
    levels = []
    for low, high in ((start, stop), (red[0], red[1])):
        edges = np.searchsorted(spectrum.wave, ((1 + redshift) * low, (1 + redshift) * high))
        ivar = spectrum.ivar[edges[0] : edges[1]]
        good = ivar > 0
        if np.count_nonzero(good) < 10:
            return False
        flux = spectrum.flux[edges[0] : edges[1]][good]
        levels.append((float(np.median(flux)), 1.57 / float(ivar[good].sum())))
    (blue, blue_variance), (level, variance) = levels
    rise = level - blue
    return rise > BREAK_SNR * np.sqrt(blue_variance + variance) and level > red[2] * max(blue, 0)


def _residual_features(
    spectrum: Spectrum, model: Reconstruction, features: Features, sky: BoolArray
) -> dict[str, float]:
    """Return what the model leaves over: strongest line each way, share of lines, runs."""
    good = (spectrum.ivar > 0) & np.isfinite(model.flux)
    residual = np.where(good, spectrum.flux - model.flux, 0.0)
    filtered = np.where(good, filter_spectrum(spectrum, residual), 0.0)
    off_sky = filtered[good & ~sky]
    at = np.searchsorted(spectrum.wave, features.wave).clip(0, spectrum.wave.size - 1)
    near = np.max([filtered[np.clip(at + i, 0, filtered.size - 1)] for i in (-1, 0, 1)], axis=0)
    total = float(np.sum(features.snr**2))
    kept = float(np.sum(np.clip(near, 0.0, features.snr) ** 2))
    pulls = (residual * np.sqrt(spectrum.ivar))[good]
    n_runs = pulls.size // RUN
    sums = pulls[: n_runs * RUN].reshape(n_runs, RUN).sum(axis=1) / np.sqrt(RUN)
    single = max(float(np.mean(np.minimum(pulls**2, 25.0))), 1e-3) if pulls.size else 1.0
    runs = float(np.mean(np.minimum(sums**2, 400.0))) / single if n_runs else 1.0
    return {
        "runs": float(np.log10(max(runs, 0.3))),
        "left_emission": float(np.log10(max(off_sky.max(initial=0.0), 4.0) / 4.0)),
        "left_absorption": float(np.log10(max(-off_sky.min(initial=0.0), 4.0) / 4.0)),
        "captured": 1.0 - kept / total if total > 0 else 1.0,
    }


def _where_it_rests(
    spectrum: Spectrum,
    models: tuple[Reconstruction, Reconstruction | None],
    sky: BoolArray,
    noise_scale: float,
) -> dict[str, float]:
    """Return on how much of the spectrum the first solution rests.

    What its model has beyond a smooth continuum: how much on the sky, how much elsewhere, spread
    over how many pixels. What makes it better than the second: how much of that is left without
    the one window that speaks most for it.
    """
    first, second = models
    good = (spectrum.ivar > 0) & np.isfinite(first.flux)
    values = {"sky_evidence": 0.0, "clean_evidence": 0.0, "breadth": 0.0}
    values |= {"jackknife": 0.0, "window_share": 1.0}
    if np.count_nonzero(good) < RUN:
        return values
    model = first.flux[good]
    power = (model - running_median(model, BLOCK)) ** 2 * spectrum.ivar[good]
    total, on_sky = float(power.sum()), float(power[sky[good]].sum())
    if total > 0:
        values["sky_evidence"] = on_sky / total
        values["clean_evidence"] = float(np.log10(1.0 + (total - on_sky) / noise_scale))
        values["breadth"] = float(np.log10(total**2 / float(np.sum(power**2))))
    if second is None:
        return values
    both = good & np.isfinite(second.flux)
    flux, one, two = spectrum.flux[both], first.flux[both], second.flux[both]
    gain = (two - one) * (two + one - 2.0 * flux) * spectrum.ivar[both] / noise_scale
    windows = np.convolve(gain, np.ones(WINDOW), mode="same")
    decisive = float(windows.max(initial=0.0))
    kept = float(gain.sum()) - decisive
    values["jackknife"] = float(np.sign(kept) * np.log10(1.0 + abs(kept)))
    values["window_share"] = float(np.clip(decisive / max(float(gain.sum()), 1.0), 0.0, 2.0))
    return values


def _is_at(spectrum: Spectrum, mask: BoolArray, wave: float) -> bool:
    i_pixel = int(np.clip(np.searchsorted(spectrum.wave, wave), 1, spectrum.wave.size - 1))
    return bool(mask[i_pixel] or mask[i_pixel - 1])
