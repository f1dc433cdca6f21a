"""The models that come with the application: calibration, blends, false sources."""

from __future__ import annotations

from functools import lru_cache

from moosegui.config import resource
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.logistic import LogisticModel
from moosegui.files.models.confidence import read_confidence
from moosegui.files.models.logistic import read_logistic

BLEND_MODEL, FALSE_MODEL = "blends_v1.json", "false_sources_v1.json"


@lru_cache(maxsize=1)
def blend_model() -> LogisticModel:
    """Return the model of blends that comes with the application.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return read_logistic(resource("screening", BLEND_MODEL))


@lru_cache(maxsize=1)
def false_model() -> LogisticModel:
    """Return the model of false sources that comes with the application.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return read_logistic(resource("screening", FALSE_MODEL))


DEFAULT_CONFIDENCE = "moose_v1.json"


@lru_cache(maxsize=1)
def default_confidence() -> ConfidenceModel:
    """Return the calibration that comes with the application, read once.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return read_confidence(resource("confidence", DEFAULT_CONFIDENCE))
