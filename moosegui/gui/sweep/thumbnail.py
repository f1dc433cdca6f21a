"""What tells a false source at a glance: its strongest line, the shape of χ²(z), its image."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import Source
from moosegui.data.results import Analysis
from moosegui.errors import MooseError
from moosegui.files.sources.images import read_images
from moosegui.fit.evaluation.suggest import Suggestion, suggest_zconf
from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.fit.lines.sky import sky_intervals
from moosegui.gui.plots.line_window import LineWindow, cut_window
from moosegui.gui.session.shown_redshift import ShownRedshift, from_solution
from moosegui.pipeline.analyse import analyse_source, class_model, model_at
from moosegui.pipeline.engine import Engine

N_CURVE = 160  # points that are left of a curve
NOTHING, NO_IMAGE = np.empty(0), np.empty((0, 0))
CLIPPED = (2.0, 98.0)  # percentiles of an image between which it is drawn


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """One source of a sweep.

    Parameters
    ----------
    key, source_id : str
    words : str
        Why it is proposed, and how sure that is.
    window : LineWindow or None
        On the strongest line at the first solution; None until it is computed.
    curve : ndarray of shape (n,)
        The least χ² in each part of the range of z; empty until it is computed.
    flux, model : ndarray of shape (n,)
        Means of the whole spectrum and of its class in each part, instead of a window; empty for
        galaxies.
    proposal : ShownRedshift or None
        The z that accepting a class assigns, with `suggestion`.
    suggestion : Suggestion or None
    image : ndarray of shape (n_y, n_x)
        From 0 to 1, the first row the lowest; empty without one.
    problem : str
        Why there is nothing to see.
    """

    key: str
    source_id: str
    words: str = ""
    window: LineWindow | None = None
    curve: FloatArray = field(default_factory=lambda: NOTHING)
    flux: FloatArray = field(default_factory=lambda: NOTHING)
    model: FloatArray = field(default_factory=lambda: NOTHING)
    proposal: ShownRedshift | None = None
    suggestion: Suggestion | None = None
    image: FloatArray = field(default_factory=lambda: NO_IMAGE)
    problem: str = ""


def make_thumbnail(source: Source, words: str, engine: Engine) -> Thumbnail:
    """Scan a source, and keep what a thumbnail shows; takes as long as a scan."""
    try:
        analysis = analyse_source(source, engine)
    except MooseError as error:
        return Thumbnail(source.key, source.source_id, words, problem=str(error))
    return Thumbnail(
        source.key,
        source.source_id,
        words,
        strongest_line(analysis, engine),
        thinned(analysis.scan.chi2),
        image=_image(source),
    )


def make_class_thumbnail(source: Source, words: str, engine: Engine) -> Thumbnail:
    """Scan what is proposed as star or quasar: its spectrum, the model, and what is proposed."""
    try:
        analysis = analyse_source(source, engine)
    except MooseError as error:
        return Thumbnail(source.key, source.source_id, words, problem=str(error))
    plain = Thumbnail(
        source.key,
        source.source_id,
        words,
        curve=thinned(analysis.scan.chi2),
        image=_image(source),
    )
    other = analysis.other_class
    if other is None:
        return replace(plain, words="proposed as a galaxy now")
    spectrum, model = analysis.spectrum, class_model(analysis, engine, other.redshift)
    return replace(
        plain,
        flux=averaged(np.where(spectrum.ivar > 0, spectrum.flux, np.nan)),
        model=NOTHING if model is None else averaged(model.flux),
        proposal=from_solution(other, state="proposal"),
        suggestion=suggest_zconf(analysis, other.redshift, engine.confidence),
    )


def averaged(flux: FloatArray) -> FloatArray:
    """Return the mean of each part of a spectrum, shape (at most 160,)."""
    parts = np.array_split(flux, min(N_CURVE, max(flux.size, 1)))
    means = [np.nanmean(part) if np.isfinite(part).any() else np.nan for part in parts]
    return np.array(means, dtype=np.float64)


def strongest_line(analysis: Analysis, engine: Engine) -> LineWindow | None:
    """Return the window on the line that is seen most clearly at the first solution."""
    if not analysis.solutions:
        return None
    redshift, spectrum = analysis.solutions[0].redshift, analysis.spectrum
    model = model_at(spectrum, engine, redshift)
    sky = sky_intervals(spectrum)
    lines = [x for x in rank_lines(spectrum, redshift, model, sky=sky) if np.isfinite(x.snr)]
    if not lines:
        return None
    return cut_window(spectrum, model, max(lines, key=lambda line: abs(line.snr)), sky)


def thinned(chi2: FloatArray) -> FloatArray:
    """Return the least value of each part of a curve, shape (at most 160,); minima stay."""
    parts = np.array_split(chi2, min(N_CURVE, max(chi2.size, 1)))
    least = [np.nanmin(part) if np.isfinite(part).any() else np.nan for part in parts]
    return np.array(least, dtype=np.float64)


def _image(source: Source) -> FloatArray:
    if source.spectrum is None:
        return NO_IMAGE
    found = read_images(source.spectrum, (source.ra, source.dec))
    if not found or not np.isfinite(found[0].pixels).any():
        return NO_IMAGE
    low, high = np.nanpercentile(found[0].pixels, CLIPPED)
    grey = (found[0].pixels - low) / max(high - low, 1e-30)
    return np.asarray(np.clip(np.nan_to_num(grey), 0.0, 1.0))
