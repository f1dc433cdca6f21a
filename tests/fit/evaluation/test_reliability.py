"""On simulated spectra the probabilities of P(z) come true, and the suggested ZCONF is modest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.fit.evaluation.calibrate import first_probabilities
from moosegui.fit.evaluation.suggest import reach
from moosegui.pipeline.calibration import Example, features_at, make_examples
from moosegui.pipeline.engine import make_engine
from moosegui.pipeline.models import default_confidence

pytestmark = pytest.mark.shared_data
N_OF_EACH = 60  # of ZCONF 0 to 3; those of 1 and 2 are where probabilities are put to the test


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> list[Example]:
    """Scans of the survey on which nothing was calibrated."""
    survey = read_survey_arrays(shared_data / "validation_survey.fits")
    rows = np.concatenate([np.flatnonzero(survey.zconf == k)[:N_OF_EACH] for k in range(4)])
    leading, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    engine = make_engine(leading, companions=others)
    return [made[0] for made in make_examples(survey, rows, engine)]


@pytest.fixture(scope="module")
def real(examples: list[Example]) -> list[Example]:
    return [example for example in examples if example.zconf > 0]


def test_that_the_first_mode_is_right_as_often_as_stated(real: list[Example]) -> None:
    stated = first_probabilities([e.depths for e in real], default_confidence().temperature)

    found = np.array([e.is_right for e in real])
    expected_scatter = np.sqrt(np.sum(stated * (1 - stated))) / len(real)
    assert abs(stated.mean() - found.mean()) < 4 * expected_scatter + 0.01


def test_that_wrong_redshifts_are_stated_as_doubtful(real: list[Example]) -> None:
    stated = first_probabilities([e.depths for e in real], default_confidence().temperature)

    found = np.array([e.is_right for e in real])
    assert stated[~found].mean() < 0.6
    assert stated[found].mean() > 0.9


def test_that_most_suggestions_are_within_one_of_the_label(examples: list[Example]) -> None:
    model = default_confidence()

    suggested = np.count_nonzero(
        reach(features_at(examples, model.temperature, model.trust), model) >= 0.5, 1
    )

    labels = np.array([e.zconf for e in examples])
    assert np.mean(np.abs(suggested - labels) <= 1) > 0.9
    assert np.mean(suggested == labels) > 0.6


def test_that_no_wrong_redshift_and_no_false_source_is_called_secure(
    examples: list[Example],
) -> None:
    model = default_confidence()

    reached = reach(features_at(examples, model.temperature, model.trust), model)

    wrong = np.array([not e.is_right for e in examples])
    assert np.count_nonzero(reached[wrong, 2] >= 0.5) <= 1
