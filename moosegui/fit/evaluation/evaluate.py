"""Judge the predictions for a labelled survey as docs/method.md, section 5, asks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, IntArray, frozen
from moosegui.data.spectrum import Spectrum
from moosegui.fit.evaluation.metrics import (
    Accuracy,
    Binned,
    GoodFraction,
    Mistake,
    Pulls,
    Selection,
    bin_good_fraction,
    count_mistakes,
    good_fraction,
    is_good,
    measure_accuracy,
    measure_pulls,
    select,
)
from moosegui.fit.evaluation.reliability import ReliabilityBin, measure_reliability
from moosegui.fit.lines.matched_filter import measure_strong_lines

CONTINUUM_RANGE = (7650.0, 7850.0)  # Angstrom, observed
LINE_DETECTION = 3.0  # standard deviations


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predicted redshifts of labelled sources, one entry a source.

    Parameters
    ----------
    redshift, error, relative_depth, robustness : ndarray of shape (n,)
        z_p, its 1 sigma error, Delta chi2 and R; nan where there is none.
    truth : ndarray of shape (n,)
        z_t; nan for false sources and where unknown.
    zconf : ndarray of int, shape (n,)
        Confidence of the truth; 0 counts as a false source, negative as unlabelled.
    kind : tuple of str
        Class of each source; empty strings when unknown.
    quantities : tuple of (name, ndarray of shape (n,))
        In whose bins the Good Fraction is wanted: continuum S/N, line S/N, magnitude.
    probability : ndarray of shape (n,), optional
        Of z_p in P(z); nan where it was not stated.

    Raises
    ------
    ValueError
        If the lengths disagree.
    """

    redshift: FloatArray
    truth: FloatArray
    zconf: IntArray
    error: FloatArray
    relative_depth: FloatArray
    robustness: FloatArray
    kind: tuple[str, ...]
    quantities: tuple[tuple[str, FloatArray], ...] = ()
    probability: FloatArray | None = None

    def __post_init__(self) -> None:
        for name in ("redshift", "truth", "error", "relative_depth", "robustness"):
            object.__setattr__(self, name, frozen(getattr(self, name)))
        arrays = (self.truth, self.zconf, self.error, self.relative_depth, self.robustness)
        sizes = [array.size for array in arrays] + [len(self.kind)]
        sizes += [values.size for _, values in self.quantities]
        sizes += [] if self.probability is None else [self.probability.size]
        if any(size != self.redshift.size for size in sizes):
            raise ValueError(f"{self.redshift.size} predictions but columns of {sizes}")

    @property
    def is_labelled(self) -> BoolArray:
        """Whether a source has a true redshift with some confidence, shape (n,)."""
        return np.isfinite(self.truth) & (self.zconf >= 1)

    @property
    def is_good(self) -> BoolArray:
        """Whether a prediction agrees with the truth, shape (n,)."""
        return is_good(self.redshift, self.truth)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything of docs/method.md, section 5, over sources with ZCONF >= 1 unless it says else.

    Parameters
    ----------
    overall, secure : GoodFraction
        Of ZCONF >= 1, and of ZCONF 2 and 3.
    by_zconf, by_kind : tuple of GoodFraction
        `by_kind` of ZCONF 2 and 3.
    binned : tuple of Binned
        In redshift first, then in every quantity, of ZCONF >= 1.
    accuracy : Accuracy
        Of ZCONF 2 and 3.
    mistakes : tuple of Mistake
        Of wrong predictions of ZCONF >= 1, most frequent first.
    selection : Selection or None
        None without false sources (ZCONF 0).
    pulls : Pulls
    reliability : tuple of ReliabilityBin
        Whether the probabilities of P(z) come true; empty where none were stated.
    """

    overall: GoodFraction
    secure: GoodFraction
    by_zconf: tuple[GoodFraction, ...]
    by_kind: tuple[GoodFraction, ...]
    binned: tuple[Binned, ...]
    accuracy: Accuracy
    mistakes: tuple[Mistake, ...]
    selection: Selection | None
    pulls: Pulls
    predictions: Predictions = field(repr=False)
    reliability: tuple[ReliabilityBin, ...] = ()


def evaluate(predictions: Predictions, *, n_bins: int = 8) -> Evaluation:
    """Judge a table of predictions.

    Parameters
    ----------
    predictions : Predictions
    n_bins : int
        Bins of redshift and of each quantity, with equal numbers of sources.

    Returns
    -------
    Evaluation
    """
    labelled = predictions.is_labelled
    secure = labelled & (predictions.zconf >= 2)
    good, truth = predictions.is_good, predictions.truth
    kinds = np.array(predictions.kind, dtype=object)
    quantities = (("redshift", truth), *predictions.quantities)
    has_false = bool(np.any(predictions.zconf == 0)) and bool(labelled.any())
    return Evaluation(
        overall=good_fraction(good[labelled], "ZCONF >= 1"),
        secure=good_fraction(good[secure], "ZCONF >= 2"),
        by_zconf=tuple(
            good_fraction(good[labelled & (predictions.zconf == zconf)], f"ZCONF {zconf}")
            for zconf in sorted(set(predictions.zconf[labelled].tolist()))
        ),
        by_kind=tuple(
            good_fraction(good[secure & (kinds == kind)], str(kind))
            for kind in sorted(set(kinds[secure]) - {""})
        ),
        binned=tuple(
            bin_good_fraction(good[labelled], np.asarray(values)[labelled], name, n_bins=n_bins)
            for name, values in quantities
            if np.isfinite(np.asarray(values)[labelled]).any()
        ),
        accuracy=measure_accuracy(predictions.redshift[secure], truth[secure]),
        mistakes=count_mistakes(predictions.redshift[labelled], truth[labelled]),
        selection=select(predictions.relative_depth, predictions.zconf) if has_false else None,
        pulls=measure_pulls(
            predictions.redshift[labelled], truth[labelled], predictions.error[labelled]
        ),
        predictions=predictions,
        reliability=()
        if predictions.probability is None
        else measure_reliability(predictions.probability[labelled], good[labelled]),
    )


def continuum_snr(spectrum: Spectrum) -> float:
    """Return the median S/N per pixel in the observed 7650-7850 Angstrom; nan outside it."""
    start, stop = np.searchsorted(spectrum.wave, CONTINUUM_RANGE)
    good = spectrum.ivar[start:stop] > 0
    if not good.any():
        return float("nan")
    ratio = spectrum.flux[start:stop] * np.sqrt(spectrum.ivar[start:stop])
    return float(np.median(ratio[good]))


def line_snr(spectrum: Spectrum, redshift: float) -> float:
    """Return the quadrature sum of the S/N of strong lines detected above 3 sigma."""
    measured = np.array([line.snr for line in measure_strong_lines(spectrum, redshift)])
    return float(np.sqrt(np.sum(measured[np.abs(measured) > LINE_DETECTION] ** 2)))
