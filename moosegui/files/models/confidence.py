"""The calibration of P(z) and of the suggested ZCONF as JSON, to be read by people too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moosegui.data.confidence import FEATURES, ConfidenceModel, TrustModel
from moosegui.data.logistic import UNCHANGED, Recalibration
from moosegui.errors import InputError
from moosegui.files.limits import read_document
from moosegui.files.models.logistic import logistic_content, logistic_from
from moosegui.files.safe_write import replacing

FORMAT = "moosegui confidence"
VERSION = 1
OTHER_MODEL = "another"  # of blends, in files that do not name it: there was another one then


def write_confidence(path: Path, model: ConfidenceModel) -> None:
    """Write a calibration as JSON.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "temperature": model.temperature,
        "coefficients": dict(zip(FEATURES, model.coefficients, strict=True)),
        "thresholds": list(model.thresholds),
        "provenance": dict(model.provenance),
    }
    if model.trust is not None:
        content["trust"] = {
            "first": logistic_content(model.trust.first),
            "other": logistic_content(model.trust.other),
        }
    if model.error_terms:
        content["error_terms"] = {name: [scale, floor] for name, scale, floor in model.error_terms}
    for name, change in (("blends", model.blends), ("false_sources", model.false_sources)):
        if change != UNCHANGED:
            content[name] = {"shift": change.shift, "slope": change.slope, "model": change.model}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_confidence(path: Path) -> ConfidenceModel:
    """Read a calibration that `write_confidence` wrote.

    Raises
    ------
    InputError
        If it cannot be read, is something else, or of a newer version.
    """
    try:
        content = json.loads(read_document(path))
        if content["format"] != FORMAT or content["version"] != VERSION:
            raise InputError(f"{path} is no calibration of version {VERSION}; calibrate again.")
        return ConfidenceModel(
            temperature=float(content["temperature"]),
            coefficients=tuple(float(content["coefficients"][name]) for name in FEATURES),
            thresholds=tuple(float(value) for value in content["thresholds"]),
            provenance=tuple((str(k), str(v)) for k, v in content["provenance"].items()),
            trust=_trust(content.get("trust")),
            error_terms=tuple(
                (str(name), float(scale), float(floor))
                for name, (scale, floor) in content.get("error_terms", {}).items()
            ),
            blends=_recalibration(content.get("blends"), OTHER_MODEL),
            false_sources=_recalibration(content.get("false_sources"), ""),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is no calibration of the confidence ({error}); calibrate again."
        ) from error


def _trust(content: Mapping[str, Any] | None) -> TrustModel | None:
    if content is None:
        return None
    return TrustModel(logistic_from(content["first"]), logistic_from(content["other"]))


def _recalibration(content: Mapping[str, Any] | None, unnamed: str) -> Recalibration:
    if content is None:
        return UNCHANGED
    model = str(content.get("model", unnamed))
    return Recalibration(float(content["shift"]), float(content["slope"]), model)
