"""The scores of a cross-validation as JSON, written by `moosegui rank` and read by the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from moosegui.errors import InputError
from moosegui.files.safe_write import replacing
from moosegui.fit.basis.rank import RankScore, RankSelection
from moosegui.fit.evaluation.metrics import Accuracy, GoodFraction

FORMAT = "moosegui rank"
VERSION = 1


@dataclass(frozen=True, slots=True)
class RankReport:
    """A cross-validation with the data and options that it was made with."""

    selection: RankSelection
    provenance: Mapping[str, str]

    def score_of(self, rank: int) -> RankScore | None:
        """Return the score of a rank, None if it was not tried."""
        return next((s for s in self.selection.scores if s.rank == rank), None)

    def sentence_of(self, rank: int) -> str:
        """Return the score of a rank in one line, empty if it was not tried."""
        score = self.score_of(rank)
        if score is None:
            return ""
        return (
            f"GF {score.pooled.fraction:.4f} ({score.pooled.n_good} of {score.pooled.n}), "
            f"spread {score.spread:.4f} over {len(score.folds)} folds; "
            f"MAE {score.mae:.3g}, spread {score.mae_spread:.2g}"
        )


def write_rank_report(path: Path, report: RankReport) -> None:
    """Write a cross-validation as JSON.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    selection = report.selection
    content = {
        "format": FORMAT,
        "version": VERSION,
        "chosen": selection.chosen,
        "reason": selection.reason,
        "scores": [asdict(score) for score in selection.scores],
        "provenance": dict(report.provenance),
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def read_rank_report(path: Path) -> RankReport:
    """Read what `write_rank_report` wrote; of a folder, its `rank.json`.

    Raises
    ------
    InputError
        If it is missing, damaged or something else.
    """
    path = path / "rank.json" if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content["version"] > VERSION:
            raise ValueError(f"format {content['format']} {content['version']}")
        scores = tuple(_score(values) for values in content["scores"])
        selection = RankSelection(scores, int(content["chosen"]), str(content["reason"]))
        provenance = {str(key): str(value) for key, value in content["provenance"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is no report of moosegui rank ({error}); give the rank.json that it wrote."
        ) from error
    return RankReport(selection, provenance)


def _score(values: dict[str, list[dict[str, float]]]) -> RankScore:
    fields: dict[str, object] = dict(values)
    fields["pooled"] = GoodFraction(**values["pooled"])  # type: ignore[arg-type]
    fields["folds"] = tuple(GoodFraction(**fold) for fold in values["folds"])  # type: ignore[arg-type]
    fields["accuracies"] = tuple(Accuracy(**item) for item in values["accuracies"])  # type: ignore[arg-type]
    return RankScore(**fields)  # type: ignore[arg-type]
