"""Both redshifts of a blend are found together: swapped pairs and a confused z1 are repaired."""

from __future__ import annotations

import pytest
from blended import FIRST, SECOND, blend, make_basis

from moosegui.data.deblending import SecondSource
from moosegui.fit.vetting.gain import Judge
from moosegui.fit.vetting.joint import Pair, solve_jointly
from moosegui.fit.vetting.known_sources import fit_known

WRONG = 0.31


def found_beside(known: float, redshift: float) -> SecondSource:
    """What a search beside a galaxy says of another one."""
    gain, _ = Judge(fit_known(blend(), make_basis(), (known,))).judge(redshift)
    return SecondSource(redshift, 0.1, gain.total, gain.clean, gain.line_share, gain.sky_share)


def solve(known: float, second: float, *, readings: tuple[float, ...] = ()) -> Pair | None:
    basis = make_basis()
    return solve_jointly(blend(), [basis], known, found_beside(known, second), readings=readings)


def test_that_a_right_pair_stays() -> None:
    assert solve(FIRST, SECOND, readings=(WRONG,)) == Pair(FIRST, SECOND)


def test_that_a_swapped_pair_is_repaired() -> None:
    assert solve(SECOND, FIRST, readings=(WRONG,)) == Pair(FIRST, SECOND)


def test_that_a_confused_first_redshift_is_repaired() -> None:
    assert solve(WRONG, SECOND, readings=(0.7, FIRST)) == Pair(FIRST, SECOND)


@pytest.mark.parametrize("reading", [SECOND, SECOND + 0.005])
def test_that_a_galaxy_is_no_pair_with_itself(reading: float) -> None:
    basis = make_basis()

    found = solve_jointly(blend(), [basis], reading, found_beside(FIRST, SECOND))

    assert found is None
