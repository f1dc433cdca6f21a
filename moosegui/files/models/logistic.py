"""Logistic models in JSON: coefficients that can be read, and how they were found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moosegui.data.logistic import LogisticModel
from moosegui.errors import InputError
from moosegui.files.limits import read_document
from moosegui.files.safe_write import replacing

FORMAT = "moosegui logistic model"
VERSION = 1


def write_logistic(path: Path, model: LogisticModel) -> None:
    """Write a model.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    content = {"format": FORMAT, "version": VERSION, **logistic_content(model)}
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_logistic(path: Path) -> LogisticModel:
    """Read a model.

    Raises
    ------
    InputError
        If the file is no model, or cannot be read.
    """
    try:
        content = json.loads(read_document(path))
        if content["format"] != FORMAT or content["version"] != VERSION:
            raise ValueError("another format")
        return logistic_from(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is no model of blends or false sources ({error}); make it with "
            "`moosegui tune-screening`."
        ) from error


def logistic_content(model: LogisticModel) -> dict[str, Any]:
    """Return a model as JSON holds it."""
    return {
        "coefficients": dict(zip(model.names, model.coefficients, strict=True)),
        "intercept": model.intercept,
        "threshold": model.threshold,
        "provenance": dict(model.provenance),
    }


def logistic_from(content: Mapping[str, Any]) -> LogisticModel:
    """Return the model that JSON holds.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        If it holds none.
    """
    coefficients = content["coefficients"]
    return LogisticModel(
        names=tuple(coefficients),
        coefficients=tuple(float(value) for value in coefficients.values()),
        intercept=float(content["intercept"]),
        threshold=float(content["threshold"]),
        provenance={str(key): str(value) for key, value in content["provenance"].items()},
    )
