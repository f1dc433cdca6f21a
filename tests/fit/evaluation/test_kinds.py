"""Reliability by survey and class, and what a calibration of the others makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moosegui.errors import ExportError
from moosegui.fit.evaluation.evaluate import Predictions
from moosegui.fit.evaluation.kinds import leave_one_out, measure_surveys
from moosegui.report.surveys import reliability_tables, write_reliability_plot

N = 4000


def survey(seed: int, *, boldness: float, n_false: int = 0) -> Predictions:
    """Redshifts right as often as `boldness` times smaller log-odds than those stated say."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(1.5, 2.0, N)
    stated = 1 / (1 + np.exp(-odds))
    right = rng.random(N) < 1 / (1 + np.exp(-odds / boldness))
    truth = rng.uniform(0.2, 1.5, N)
    zconf = np.full(N, 3)
    zconf[:n_false] = 0
    nan = np.full(N, np.nan)
    redshift = np.where(right, truth, truth + 0.3)
    kind = tuple("sf" if i % 2 else "lae" for i in range(N))
    return Predictions(redshift, truth, zconf, nan, nan, nan, kind, probability=stated)


def test_that_true_probabilities_have_a_small_calibration_error() -> None:
    honest = measure_surveys([("honest", survey(1, boldness=1.0))])[0]
    bold = measure_surveys([("bold", survey(2, boldness=2.0))])[0]

    assert honest.calibration_error < 0.02
    assert bold.calibration_error > 0.06
    assert sum(one.found.n for one in honest.bins) == honest.n == N


def test_that_every_class_is_told_apart() -> None:
    found = measure_surveys([("a", survey(1, boldness=1.0))])

    assert [one.kind for one in found] == ["all", "lae", "sf"]


def test_that_false_sources_are_never_right() -> None:
    found = measure_surveys([("a", survey(1, boldness=1.0, n_false=N))])[0]

    assert found.n_sure_wrong == found.n_sure > 0


def test_that_a_calibration_of_the_others_mends_what_they_share() -> None:
    surveys = [(str(seed), survey(seed, boldness=2.0)) for seed in range(3)]

    left_out = leave_one_out(surveys)

    before = [one for one in measure_surveys(surveys) if one.kind == "all"]
    for one, earlier in zip(left_out, before, strict=True):
        assert one.change.slope == pytest.approx(0.5, abs=0.07)
        assert one.reliability.calibration_error < 0.5 * earlier.calibration_error


def test_that_a_survey_unlike_the_others_is_seen() -> None:
    surveys = [("a", survey(1, boldness=1.0)), ("b", survey(2, boldness=3.0))]

    bold = leave_one_out(surveys)[1]

    assert bold.reliability.calibration_error > 0.08


def test_that_one_survey_has_no_others() -> None:
    assert leave_one_out([("a", survey(1, boldness=1.0))]) == ()


def test_that_the_diagram_is_a_picture_and_the_numbers_a_table(tmp_path: Path) -> None:
    surveys = [("a", survey(1, boldness=1.0)), ("b", survey(2, boldness=2.0))]
    measured = measure_surveys(surveys)

    write_reliability_plot(tmp_path / "r.png", measured)
    first, second, *bins = reliability_tables(measured, leave_one_out(surveys))

    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
    assert [row[0] for row in first.rows] == ["a", "a, lae", "a, sf", "b", "b, lae", "b, sf"]
    assert [row[0] for row in second.rows] == ["a", "b"]
    assert len(bins) == 2
    with pytest.raises(ExportError, match="no picture"):
        write_reliability_plot(tmp_path / "r.txt", measured)
