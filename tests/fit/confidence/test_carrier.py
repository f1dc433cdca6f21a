"""What carries a redshift, and which error it deserves."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import LineDetection, Solution
from moosegui.fit.confidence.carrier import GROUPS, ON_LYALPHA, error_group, with_honest_error

Z = 4.0
UNIT = (1.0 + Z) / SPEED_OF_LIGHT


def line(name: str, snr: float) -> LineDetection:
    return LineDetection(name, name, 6000.0, snr)


def solution(
    redshift: float = Z, error: float = 10.0 * UNIT, lines: tuple[LineDetection, ...] = ()
) -> Solution:
    return Solution(
        *(1, redshift, error, 1.0, 0.5, 3.0, np.ones(2)),
        lines=lines,
        error_sides=(0.5 * error, 2.0 * error),
    )


@pytest.mark.parametrize(
    ("lines", "redshift", "group"),
    [
        ((line("OII3726", 9.0), line("CAK", -6.0)), 0.7, "emission"),
        ((line("OII3726", 4.0), line("CAK", -9.0)), 0.7, "absorption_lines"),
        ((line("OII3726", 2.0), line("CAK", -12.0)), 0.7, "absorption"),
        ((line("OII3726", 2.0), line("CAK", -9.0)), 0.7, "absorption_weak"),
        ((line("HBETA", -9.0), line("MGB", -9.0)), 0.1, "no_break"),
        ((line("CAK", -3.0),), 0.7, "all"),
        ((line("NEIII3870", 9.0), line("OII3726", 8.0)), 0.7, "active"),
        ((line("CIII1907", 9.0),), 2.0, "resonant"),
        ((line("CIII1907", 9.0), line("FEII2600", -6.0)), 2.0, "resonant_absorption"),
        ((line("FEII2600", -9.0),), 2.0, "interstellar"),
        ((line("SIII1260", -9.0), line("LYA", 1.0)), 3.0, "interstellar_lya"),
        ((line("LYA", 9.0),), 4.0, "lyalpha"),
        ((line("LYA", 9.0), line("SIII1260", -6.0)), 4.0, "lya_absorption"),
        ((), 0.1, "all_no_break"),
        ((), 4.0, "far"),
    ],
)
def test_that_each_carrier_has_its_own_error(
    lines: tuple[LineDetection, ...], redshift: float, group: str
) -> None:
    found = error_group(lines, redshift)

    assert found == group
    assert found in GROUPS


def test_that_the_larger_statistical_error_counts() -> None:
    terms = {"lyalpha": (2.0, 15.0)}
    known = solution(lines=(line("LYA", 9.0),))

    small = with_honest_error(known, terms, 70.0, group="lyalpha", at_least=5.0)
    large = with_honest_error(known, terms, 70.0, group="lyalpha", at_least=40.0)

    assert small.redshift_error == pytest.approx(np.hypot(20.0, 15.0) * UNIT)
    assert large.redshift_error == pytest.approx(np.hypot(80.0, 15.0) * UNIT)
    assert large.error_sides[0] == pytest.approx(np.hypot(40.0, 15.0) * UNIT)
    assert large.error_sides[1] == pytest.approx(np.hypot(160.0, 15.0) * UNIT)


def test_that_residuals_that_tell_nothing_leave_the_error_of_the_curve() -> None:
    known = solution(lines=(line("LYA", 9.0),))

    found = with_honest_error(known, {"lyalpha": (1.0, 0.0)}, 70.0, group="lyalpha")

    assert found.redshift_error == pytest.approx(known.redshift_error)


def test_that_a_redshift_off_its_curve_has_one_error_to_both_sides() -> None:
    found = with_honest_error(solution(), {ON_LYALPHA: (1.0, 30.0)}, 70.0, group=ON_LYALPHA)

    assert found.redshift_error == pytest.approx(np.hypot(10.0, 30.0) * UNIT)
    assert found.error_sides == (found.redshift_error, found.redshift_error)


def test_that_the_width_of_lyman_alpha_tells_emitters_from_galaxies_that_absorb() -> None:
    lines = (line("LYA", 9.0), line("SIII1260", -9.0))

    assert error_group(lines, 4.0, 15.0) == "lyalpha"
    assert error_group(lines, 4.0, -2.0) == "lya_absorption"
