"""Do P(z) and the suggested ZCONF keep what they promise on a labelled survey?

    python tests/benchmarks/reliability.py SURVEY [MOST]

Printed are: how often the first mode of P(z) is right against its stated probability, for sources
with a redshift; how often ZCONF k or more is deserved against its stated probability; and the
suggested ZCONF against the label. A first solution that is wrong deserves ZCONF 0.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.confidence import ConfidenceModel
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.fit.evaluation.calibrate import first_probabilities, log_loss
from moosegui.fit.evaluation.reliability import measure_reliability
from moosegui.fit.evaluation.suggest import limit_zconf, reach
from moosegui.pipeline.calibration import Example, features_at, make_examples
from moosegui.pipeline.engine import make_engine
from moosegui.pipeline.models import default_confidence


def main(arguments: Sequence[str]) -> None:
    """Scan the survey and print the tables."""
    survey = read_survey_arrays(Path(arguments[0]))
    rows = np.flatnonzero(survey.zconf >= 0)
    if len(arguments) > 1:
        rows = np.random.default_rng(1).permutation(rows)[: int(arguments[1])]
    leading, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    engine = make_engine(leading, companions=others)
    examples = [made[0] for made in make_examples(survey, rows, engine) if made]
    zconf = np.array([example.zconf for example in examples])
    is_right = np.array([example.is_right for example in examples])
    model = default_confidence()
    first = _stated(examples, model)
    real = zconf > 0
    _print_reliability("the first mode of P(z) is right", first[real], is_right[real])
    _print_zconf(examples, zconf, np.where(is_right, zconf, 0))


def _stated(examples: Sequence[Example], model: ConfidenceModel) -> FloatArray:
    """Return P(z) of the first solutions, corrected by the evidence where the model can."""
    if model.trust is None:
        return first_probabilities([one.depths for one in examples], model.temperature)
    features = [one.evidence.features for one in examples if one.evidence is not None]
    return np.array([model.trust.first.probability(values) for values in features])


def _print_zconf(examples: Sequence[Example], zconf: IntArray, deserved: IntArray) -> None:
    model = default_confidence()
    first = _stated(examples, model)
    reached = reach(features_at(examples, model.temperature, model.trust), model)
    for k in (1, 2, 3):
        _print_reliability(f"ZCONF {k} or more", reached[:, k - 1], deserved >= k)
    suggested = np.count_nonzero(reached >= 0.5, axis=1)
    suggested = np.array(
        [
            limit_zconf(int(k), example.evidence, float(chance))[0]
            for k, example, chance in zip(suggested, examples, first, strict=True)
        ]
    )
    for title, labels in (("label", zconf), ("deserved", deserved)):
        print(f"\n{title} \\ suggested   0     1     2     3")
        for k in range(4):
            counts = np.bincount(suggested[labels == k], minlength=4)
            print(f"{k:>16} " + "".join(f"{n:6d}" for n in counts))
        same, near = suggested == labels, np.abs(suggested - labels) <= 1
        print(f"the same: {same.mean():.3f}, within one: {near.mean():.3f}")


def _print_reliability(title: str, stated: FloatArray, happened: BoolArray) -> None:
    print(f"\n{title}: stated {stated.mean():.4f}, found {happened.mean():.4f}, ", end="")
    print(f"log loss {log_loss(stated, happened):.4f}")
    for one in measure_reliability(stated, happened):
        found = one.found
        interval = f"{found.lower:.3f} to {found.upper:.3f}"
        print(f"  {one.stated:.4f}  {found.fraction:.4f} ({interval}) of {found.n}")


if __name__ == "__main__":
    main(sys.argv[1:])
