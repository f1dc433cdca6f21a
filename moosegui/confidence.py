"""The calibration in use, for P(z) and for the suggested ZCONF."""

from __future__ import annotations

from functools import lru_cache

from moosegui.config import resource
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.results import Analysis
from moosegui.files.confidence_file import read_confidence
from moosegui.fit.suggest import Suggestion, suggest_zconf

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


def suggest(analysis: Analysis, redshift: float) -> Suggestion:
    """Suggest a ZCONF for a redshift on screen (vacuum), as `moosegui.fit.suggest` says."""
    return suggest_zconf(analysis, redshift, default_confidence())
