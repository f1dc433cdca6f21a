"""The calibration that comes with the application, for P(z) and for the suggested ZCONF."""

from __future__ import annotations

from functools import lru_cache

from moosegui.config import resource
from moosegui.data.confidence import ConfidenceModel
from moosegui.files.models.confidence import read_confidence

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
