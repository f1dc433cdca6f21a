"""The models that are drawn, kept: views ask for one again and again, and it is fitted once."""

from __future__ import annotations

from functools import lru_cache

from moosegui.data.results import Analysis, Reconstruction, ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.classes.templates import ClassTemplates
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.pipeline.analyse import class_model, model_at
from moosegui.pipeline.engine import Engine

KEPT = 24  # two of each source around the one on screen, and those of the last steps


def shown_model(analysis: Analysis, engine: Engine, redshift: float) -> Reconstruction:
    """Return `class_model` or else `model_at`; what was asked lately is not fitted again."""
    asked = engine.prepared, engine.settings, redshift
    if analysis.other_class is not None:
        star_or_quasar = _fitted_class(analysis, engine.classes, *asked)
        if star_or_quasar is not None:
            return star_or_quasar
    return _fitted(analysis.spectrum, *asked)


@lru_cache(maxsize=KEPT)
def _fitted(
    spectrum: Spectrum, prepared: PreparedBasis, settings: ScanSettings, redshift: float
) -> Reconstruction:
    return model_at(spectrum, Engine(prepared, settings), redshift)


@lru_cache(maxsize=KEPT)
def _fitted_class(
    analysis: Analysis,
    classes: ClassTemplates | None,
    prepared: PreparedBasis,
    settings: ScanSettings,
    redshift: float,
) -> Reconstruction | None:
    return class_model(analysis, Engine(prepared, settings, classes=classes), redshift)


def fit_ahead(analysis: Analysis, engine: Engine) -> None:
    """Fit what a view will ask for when this source is on screen: its proposal and the rival."""
    for solution in (*analysis.proposals[:1], *analysis.solutions[:2]):
        shown_model(analysis, engine, solution.redshift)
