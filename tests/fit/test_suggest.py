"""The suggested ZCONF: from the scores and the lines, never more than the z on screen deserves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.results import Analysis, LineEvidence, ScanResult, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.suggest import DETECTED, Suggestion, suggest_zconf

BEST, OTHER = 1.0, 2.0


def lines(n_detected: int, snr: float = 2 * DETECTED) -> tuple[LineEvidence, ...]:
    """Lines of different labels, all seen, and one that is not."""
    seen = [LineEvidence(f"L{i}", f"line {i}", 6000.0 + i, snr) for i in range(n_detected)]
    return (*seen, LineEvidence("faint", "faint", 7000.0, 0.9 * DETECTED))


def analysis(significance: float, *, n_lines: int = 0, other: float = 0.5) -> Analysis:
    """Two solutions, the first with this significance and these lines."""
    wave = np.linspace(5000.0, 7000.0, 50)
    found = tuple(
        Solution(rank, z, 1e-4, 1.0, value, 3.0, np.ones(2), lines=evidence)
        for rank, z, value, evidence in (
            (1, BEST, significance, lines(n_lines)),
            (2, OTHER, other, ()),
        )
    )
    scan = ScanResult(np.linspace(0, 3, 5), np.ones(5), 50, 1.0)
    return Analysis("1", Spectrum(wave, np.ones(50), np.ones(50)), scan, found)


@pytest.mark.parametrize(
    ("significance", "n_lines", "zconf"),
    [
        (0.5, 0, 3),
        (0.2, 4, 3),
        (0.2, 3, 2),
        (0.1, 9, 2),
        (0.03, 0, 1),
        (0.001, 0, 0),
        (-0.1, 9, 0),
    ],
)
def test_that_the_suggestion_follows_the_scores_and_the_lines(
    significance: float, n_lines: int, zconf: int
) -> None:
    assert suggest_zconf(analysis(significance, n_lines=n_lines), BEST).zconf == zconf


def test_that_two_components_of_a_doublet_are_one_line() -> None:
    doublet = tuple(LineEvidence(n, "[O II]", 6000.0, 20.0) for n in "abcd")
    found = analysis(0.2)
    object.__setattr__(found.solutions[0], "lines", doublet)

    assert suggest_zconf(found, BEST).zconf == 2


def test_that_absorption_counts_as_much_as_emission() -> None:
    found = analysis(0.2)
    object.__setattr__(found.solutions[0], "lines", lines(4, snr=-2 * DETECTED))

    assert suggest_zconf(found, BEST).zconf == 3


def test_that_another_than_the_first_solution_is_at_most_probable() -> None:
    suggestion = suggest_zconf(analysis(0.6, other=0.5), OTHER)

    assert suggestion.zconf == 2
    assert any("solution 1 fits better" in reason for reason in suggestion.reasons)


def test_that_a_redshift_that_is_no_solution_is_at_most_possible() -> None:
    suggestion = suggest_zconf(analysis(0.6), 1.5)

    assert suggestion == Suggestion(1, ("this z is no minimum of the scan",))


@pytest.mark.parametrize(("velocity", "zconf"), [(290.0, 3), (-290.0, 3), (310.0, 1)])
def test_that_a_redshift_nudged_within_300_km_s_stands_for_its_solution(
    velocity: float, zconf: int
) -> None:
    moved = (1 + BEST) * (1 + velocity / 299792.458) - 1

    assert suggest_zconf(analysis(0.6), moved).zconf == zconf


def test_that_the_reasons_name_the_lines() -> None:
    reasons = " ".join(suggest_zconf(analysis(0.6, n_lines=2), BEST).reasons)

    assert "line 0, line 1" in reasons
    assert "faint" not in reasons


def test_that_undefined_scores_suggest_no_redshift() -> None:
    assert suggest_zconf(analysis(float("nan")), BEST).zconf == 0


@given(st.floats(-1, 1), st.floats(0, 1), st.integers(0, 6))
def test_that_a_better_fit_never_suggests_less(low: float, more: float, n_lines: int) -> None:
    worse = suggest_zconf(analysis(low, n_lines=n_lines), BEST)
    better = suggest_zconf(analysis(low + more, n_lines=n_lines), BEST)

    assert better.zconf >= worse.zconf
