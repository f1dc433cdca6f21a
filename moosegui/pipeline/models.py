"""The models that come with the application: calibration, classes, blends, false sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from moosegui.config import resource
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.logistic import LogisticModel
from moosegui.files.models.basis import read_basis
from moosegui.files.models.confidence import read_confidence
from moosegui.files.models.logistic import read_logistic
from moosegui.fit.classes.templates import ClassTemplates, prepare_templates
from moosegui.pipeline.prepared_bases import prepare_bases

BLEND_MODEL, FALSE_MODEL = "blends_v4.json", "false_sources_v1.json"
SPATIAL_BLEND_MODEL, SPATIAL_FALSE_MODEL = "spatial_blends_v2.json", "spatial_false_v2.json"
SPATIAL_OWN_MODEL = "spatial_own_v1.json"
DEFAULT_CONFIDENCE = "moose_v2.json"
STAR_BASES = {  # by type of star
    "M": "star_m.h5",
    "K": "star_k.h5",
    "FG": "star_fg.h5",
    "AB": "star_ab.h5",
    "WD": "star_wd.h5",
    "CV": "star_cv.h5",
}
QUASAR_BASIS = "quasar.h5"
STAR_MODEL, QUASAR_MODEL = "stars_v1.json", "quasars_v1.json"

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


def spatial_blend_model() -> LogisticModel:
    """Return the model of blends that have a place on the sky.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return _shipped(read_logistic, "screening", SPATIAL_BLEND_MODEL)


def spatial_own_model() -> LogisticModel:
    """Return the model of whether the light of a redshift is the source's own.

    Raises
    ------
    MooseError
        If the file is missing or damaged.
    """
    return _shipped(read_logistic, "screening", SPATIAL_OWN_MODEL)


def spatial_false_model() -> LogisticModel:
    """Return the model of false sources that have a place on the sky.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return _shipped(read_logistic, "screening", SPATIAL_FALSE_MODEL)


def default_confidence() -> ConfidenceModel:
    """Return the calibration that comes with the application.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    return _shipped(read_confidence, "confidence", DEFAULT_CONFIDENCE)


def default_classes() -> ClassTemplates:
    """Return the bases of stars and quasars that come with the application, prepared.

    Raises
    ------
    MooseError
        If the installation has lost them.
    """
    return _shipped(_read_classes, "classes", STAR_MODEL)


def _read_classes(star_model: Path) -> ClassTemplates:
    stars = {label: read_basis(resource("basis", name)) for label, name in STAR_BASES.items()}
    quasar = read_basis(resource("basis", QUASAR_BASIS))
    quasar_model = read_logistic(resource("classes", QUASAR_MODEL))
    models = read_logistic(star_model), quasar_model
    return prepare_templates(stars, quasar, models, prepare=prepare_bases)


def _shipped(read: Callable[[Path], Model], folder: str, name: str) -> Model:
    """Return a model of the installation, read once."""
    if (folder, name) not in _read:
        _read[folder, name] = read(resource(folder, name))
    model: Model = _read[folder, name]
    return model
