"""Masks, limits and weighting: what they make of the settings of a scan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.conditions import ScanConditions, limited, merged_intervals
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings

WAVES = st.floats(4000.0, 10000.0)
INTERVALS = st.lists(st.tuples(WAVES, WAVES), max_size=8)


@given(INTERVALS)
def test_that_masks_in_any_order_make_conditions(intervals: list[tuple[float, float]]) -> None:
    conditions = ScanConditions().with_masks(intervals)

    edges = np.ravel(conditions.masks)
    assert np.all(np.diff(edges) > 0)


@given(INTERVALS, WAVES)
def test_that_merging_masks_covers_what_they_covered(
    intervals: list[tuple[float, float]], wave: float
) -> None:
    def covers(masks: object, margin: float) -> bool:
        return any(min(m) - margin <= wave <= max(m) + margin for m in masks)

    merged = merged_intervals(intervals)

    if any(
        abs(a - b) > 0.02 and min(a, b) + 0.01 <= wave <= max(a, b) - 0.01 for a, b in intervals
    ):
        assert covers(merged, 0.0)
    if covers(merged, 0.0):
        assert covers(intervals, 0.011)


def test_that_merging_again_changes_nothing() -> None:
    once = merged_intervals([(5580.0, 5570.0), (4800.0, 4810.0), (5575.0, 5590.004)])

    assert once == ((4800.0, 4810.0), (5570.0, 5590.0))
    assert merged_intervals(once) == once


@given(st.floats(-1.0, 8.0), st.floats(-1.0, 8.0))
def test_that_limited_trials_are_trials(low: float, high: float) -> None:
    trials = RedshiftGrid(0.0, 6.7, 0.0005)

    few = limited(trials, (min(low, high), max(low, high)))

    nearest = np.rint(few.redshifts / trials.dz) * trials.dz
    assert few.n_z >= 2
    assert np.allclose(few.redshifts, nearest, rtol=0.0, atol=1e-9)
    assert few.redshifts[0] >= -1e-9
    assert few.redshifts[-1] <= 6.7 + 1e-9


def test_that_limits_keep_every_trial_between_them() -> None:
    conditions = ScanConditions().with_limits((4.0, 2.0))

    trials = conditions.settings(ScanSettings()).trials.redshifts

    assert (trials[0], trials[-1]) == pytest.approx((2.0, 4.0))
    assert trials.size == 4001


def test_that_limits_upon_each_other_are_none() -> None:
    assert ScanConditions().with_limits((2.00001, 2.00002)).redshift_limits is None


def test_that_conditions_that_ask_for_nothing_leave_the_settings() -> None:
    usual = ScanSettings(weighting="unweighted")

    assert ScanConditions().is_default
    assert ScanConditions().settings(usual) == usual


def test_that_the_weighting_asked_for_wins() -> None:
    settings = ScanConditions(weighting="unweighted").settings(ScanSettings())

    assert settings.weighting == "unweighted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"masks": ((5000.0, 4900.0),)},
        {"masks": ((5000.0, 5100.0), (5050.0, 5200.0))},
        {"masks": ((5000.0, float("nan")),)},
        {"redshift_limits": (3.0, 3.0)},
        {"weighting": "equal"},
    ],
)
def test_that_impossible_conditions_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"masks|limits|weighting"):
        ScanConditions(**wrong)
