"""The models that come with the application: calibration, blends, false sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from moosegui.config import resource
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.logistic import LogisticModel
from moosegui.files.models.confidence import read_confidence
from moosegui.files.models.logistic import read_logistic

BLEND_MODEL, FALSE_MODEL = "blends_v1.json", "false_sources_v1.json"
DEFAULT_CONFIDENCE = "moose_v2.json"

Model = TypeVar("Model")
_read: dict[tuple[str, str], Any] = {}


def blend_model() -> LogisticModel:
    """Return the model of blends that comes with the application.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return _shipped(read_logistic, "screening", BLEND_MODEL)


def false_model() -> LogisticModel:
    """Return the model of false sources that comes with the application.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return _shipped(read_logistic, "screening", FALSE_MODEL)


def default_confidence() -> ConfidenceModel:
    """Return the calibration that comes with the application.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return _shipped(read_confidence, "confidence", DEFAULT_CONFIDENCE)


def _shipped(read: Callable[[Path], Model], folder: str, name: str) -> Model:
    """Return a model of the installation, read once."""
    if (folder, name) not in _read:
        _read[folder, name] = read(resource(folder, name))
    model: Model = _read[folder, name]
    return model
