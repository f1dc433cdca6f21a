"""A second opinion: the continuum-subtracted spectrum correlated with the components of a basis.

The way of AUTOZ (Baldry et al. 2014, MNRAS 441, 2440) and MARZ (Hinton et al. 2016), written anew
for a learned basis: a running mean is taken from spectrum and components, what towers above the
noise is clipped so that one line or one bad pixel decides nothing, and

    r(s)^2 = sum_i max(b_i(s), 0)^2 / a_i(s),   b_i = sum w d H_i,   a_i = sum w H_i^2

adds up what each component explains alone at the shift s. It knows nothing of the continuum, and
no combination of components that fits by chance; so it errs on other spectra than chi2(z) does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid, is_same_redshift
from moosegui.data.posterior import CrossCorrelation
from moosegui.fit.running_median import median_of
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.prepared import find_spikes
from moosegui.fit.transforms.rows import (
    Factors,
    TransformedRows,
    correlate_rows,
    transform_rows,
)

STEP = 8.9e-5  # dex, 60 km/s: narrower lines than the instrument's are not needed
CONTINUUM = 0.012  # dex of the running mean; wider ones find fewer galaxies, and fewer quasars too
CLIP = 30.0  # of the scatter, as AUTOZ does
MIN_SAMPLES = 50
N_BASES = 10  # that are kept transformed: two of galaxies, quasars and six types of stars
SCATTER = 1.4826  # of a normal distribution, from the median of the absolute deviations


@dataclass(frozen=True, slots=True, eq=False)
class _Templates:
    """Transforms of the continuum-subtracted components and of their squares."""

    n_merged: int
    width: int
    n_wave: int
    rows: TransformedRows
    largest: FloatArray


def cross_correlate(
    embedded: EmbeddedSpectrum, basis: Basis, trials: RedshiftGrid
) -> CrossCorrelation | None:
    """Correlate a spectrum with the components of a basis.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
        On the grid of the basis.
    basis : Basis
    trials : RedshiftGrid

    Returns
    -------
    CrossCorrelation or None
        Redshifts as those at which the basis fits; None with too few samples, or where nothing
        can be tried.
    """
    templates = _templates(basis)
    start, data, weight = _continuum_subtracted(embedded, templates)
    redshifts, shifts = _places(trials, basis.grid.log10_step * templates.n_merged)
    starts = start - shifts
    tried = (starts >= 0) & (starts + data.size <= templates.n_wave)
    if np.count_nonzero(weight) < MIN_SAMPLES or np.count_nonzero(tried) < 3:
        return None
    height = np.full(redshifts.size, np.nan)
    height[tried] = _standardised(_explained(data, weight, templates, starts[tried]))
    return _peak_of(redshifts, height)


@lru_cache(maxsize=N_BASES)
def _places(trials: RedshiftGrid, step: float) -> tuple[FloatArray, IntArray]:
    """Return the trial redshifts and their shifts in steps (dex), read-only."""
    redshifts = trials.redshifts
    shifts = np.round(np.log10(1.0 + redshifts) / step).astype(np.int64)
    redshifts.setflags(write=False)
    shifts.setflags(write=False)
    return redshifts, shifts


@lru_cache(maxsize=N_BASES)
def _templates(basis: Basis) -> _Templates:
    n_merged = max(1, round(STEP / basis.grid.log10_step))
    n_wave = basis.grid.n_wave // n_merged
    merged = basis.components[:, : n_wave * n_merged].reshape(-1, n_wave, n_merged).mean(axis=2)
    width = max(3, round(CONTINUUM / (basis.grid.log10_step * n_merged))) | 1
    merged[:, find_spikes(merged)] = 0.0  # they would round away all else
    components = merged - scipy.ndimage.uniform_filter1d(merged, width, axis=1, mode="nearest")
    return _Templates(
        n_merged,
        width,
        n_wave,
        transform_rows(components, [components**2], width),
        np.max(components**2, axis=1),
    )


def _continuum_subtracted(
    embedded: EmbeddedSpectrum, templates: _Templates
) -> tuple[int, FloatArray, FloatArray]:
    """Return the first sample, the flux without its running mean, and the weights."""
    n_merged, width = templates.n_merged, templates.width
    n_samples = embedded.n_samples // n_merged
    flux = embedded.flux[: n_samples * n_merged].reshape(n_samples, n_merged)
    weights = embedded.weight[: n_samples * n_merged].reshape(n_samples, n_merged)
    weight = weights.sum(axis=1)
    seen = weight > 0
    mean = np.sum(flux * weights, axis=1) / np.where(seen, weight, 1.0)
    share = scipy.ndimage.uniform_filter1d(seen.astype(np.float64), width, mode="constant")
    level = scipy.ndimage.uniform_filter1d(np.where(seen, mean, 0.0), width, mode="constant")
    data = np.where(seen, mean - level / np.maximum(share, 1.0 / width), 0.0)
    significance = data * np.sqrt(weight)
    scatter = median_of(np.abs(significance[seen])) * SCATTER if seen.any() else 0.0
    limit = CLIP * scatter / np.sqrt(np.where(seen, weight, 1.0))
    return round(embedded.start / n_merged), np.clip(data, -limit, limit), weight


def _explained(
    data: FloatArray, weight: FloatArray, templates: _Templates, starts: IntArray
) -> FloatArray:
    """Return the root of what the components explain, each alone, where windows start."""
    n_places = templates.n_wave - data.size + 1
    correlated = correlate_rows(templates.rows, Factors(data * weight, weight), n_places)
    # a component that is nothing in a window must not divide rounding by rounding
    floors = 1e-13 * templates.largest * float(weight.sum())
    return np.asarray(np.sqrt(correlated.explained_at(starts, floors)))


def _standardised(explained: FloatArray) -> FloatArray:
    """Return a curve in units of its own scatter."""
    centre = median_of(explained)
    scatter = SCATTER * median_of(np.abs(explained - centre))
    return (explained - centre) / scatter if scatter > 0 else np.zeros_like(explained)


def _peak_of(redshifts: FloatArray, height: FloatArray) -> CrossCorrelation:
    peak = int(np.nanargmax(height))
    best = float(redshifts[peak])
    others = np.isfinite(height) & ~is_same_redshift(redshifts, best)
    rival = float(np.max(height[others])) if others.any() else 0.0
    return CrossCorrelation(redshifts, height, best, float(height[peak]), rival)
