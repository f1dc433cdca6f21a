"""The numbers of an evaluation as JSON, for scripts that compare bases."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from moosegui.files.safe_write import replacing
from moosegui.fit.evaluation.evaluate import Evaluation
from moosegui.fit.evaluation.evaluate_vetting import VettingEvaluation
from moosegui.report.vetting import vetting_numbers

FORMAT = "moosegui evaluation"
VERSION = 1


def write_evaluation(
    path: Path,
    evaluation: Evaluation,
    provenance: Mapping[str, str],
    vetting: VettingEvaluation | None = None,
) -> None:
    """Write an evaluation as JSON; what is undefined is null.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    pulls = evaluation.pulls
    content = {
        "format": FORMAT,
        "version": VERSION,
        "provenance": dict(provenance),
        "overall": asdict(evaluation.overall),
        "secure": asdict(evaluation.secure),
        "by_zconf": [asdict(one) for one in evaluation.by_zconf],
        "by_kind": [asdict(one) for one in evaluation.by_kind],
        "binned": [asdict(one) for one in evaluation.binned],
        "accuracy": asdict(evaluation.accuracy),
        "mistakes": [asdict(one) for one in evaluation.mistakes],
        "pulls": {"mean": pulls.mean, "scatter": pulls.scatter, "within_one": pulls.within_one},
        "reliability": [asdict(one) for one in evaluation.reliability],
        "selection": None if evaluation.selection is None else asdict(evaluation.selection),
        "screening": vetting_numbers(vetting),
    }
    text = json.dumps(_plain(content), indent=1, ensure_ascii=False, allow_nan=False)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return a value with lists for arrays and null for nan, as JSON has neither."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
