"""The models on screen, fitted once though several views of one redshift ask for them."""

from __future__ import annotations

from functools import lru_cache

from moosegui.data.results import Reconstruction, ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.pipeline.analyse import model_at
from moosegui.pipeline.engine import Engine

KEPT = 4  # what is on screen and its rival, before and after a step


def shown_model(spectrum: Spectrum, engine: Engine, redshift: float) -> Reconstruction:
    """Return `pipeline.model_at`, or the same as before for what was asked lately."""
    return _fitted(spectrum, engine.prepared, engine.settings, redshift)


@lru_cache(maxsize=KEPT)
def _fitted(
    spectrum: Spectrum, prepared: PreparedBasis, settings: ScanSettings, redshift: float
) -> Reconstruction:
    return model_at(spectrum, Engine(prepared, settings), redshift)
