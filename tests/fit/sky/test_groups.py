"""Sources that are one, and sources that belong together."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.fit.sky.groups import find_groups, find_pairs

ARCSECOND = 1.0 / 3600.0


def field(n: int, seed: int = 1):
    """Sources far from each other, at redshifts of their own."""
    rng = np.random.default_rng(seed)
    ra, dec = 150.0 + 0.1 * np.arange(n), rng.uniform(-60.0, 60.0, n)
    return ra, dec, 0.1 + 0.01 * np.arange(n)


def test_that_two_detections_of_one_object_are_a_pair() -> None:
    ra, dec, z = field(10)
    dec[7], ra[7] = dec[3], ra[3] + ARCSECOND / np.cos(np.radians(dec[3]))
    z[7] = z[3] + 100.0 / SPEED_OF_LIGHT * (1 + z[3])

    (pair,) = find_pairs(ra, dec, z)

    assert (pair.first, pair.second) == (3, 7)
    assert pair.distance == pytest.approx(1.0, rel=1e-3)
    assert pair.velocity == pytest.approx(100.0, rel=1e-3)


@pytest.mark.parametrize(
    ("arcseconds", "velocity", "is_pair"),
    [(1.9, 290.0, True), (2.1, 0.0, False), (0.5, 310.0, False), (0.0, 0.0, True)],
)
def test_that_both_distance_and_redshift_decide(arcseconds, velocity, is_pair) -> None:
    ra, dec, z = field(2)
    ra[1], dec[1] = ra[0], dec[0] + arcseconds * ARCSECOND
    z[1] = z[0] + velocity / SPEED_OF_LIGHT * (1 + z[0])

    assert bool(find_pairs(ra, dec, z)) == is_pair


def test_that_pairs_across_the_origin_of_right_ascension_are_found() -> None:
    ra, dec, z = np.array([359.9999, 0.0001]), np.zeros(2), np.full(2, 0.5)

    (pair,) = find_pairs(ra, dec, z)

    assert pair.distance == pytest.approx(0.72, rel=1e-3)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_that_unknown_places_and_redshifts_belong_to_nobody(n: int) -> None:
    ra, dec, z = np.full(n, 10.0), np.zeros(n), np.full(n, 0.5)
    z[::2] = np.nan
    ra[1::2] = np.nan

    assert find_pairs(ra, dec, z) == ()
    assert find_groups(ra, dec, z) == ()


def test_that_friends_of_friends_are_one_group_with_its_dispersion() -> None:
    rng = np.random.default_rng(5)
    n = 400
    ra, dec, z = field(500)
    speeds = rng.normal(0.0, 250.0, n)
    ra[:n] = 200.0 + rng.normal(0.0, 20.0, n) * ARCSECOND
    dec[:n] = rng.normal(0.0, 20.0, n) * ARCSECOND
    z[:n] = 0.7 + speeds / SPEED_OF_LIGHT * 1.7

    group, *others = find_groups(ra, dec, z)

    assert others == []
    assert group.members == tuple(range(n))
    assert group.redshift == pytest.approx(0.7, abs=1e-3)
    assert group.dispersion == pytest.approx(250.0, rel=0.1)
    assert 40.0 < group.radius < 120.0


def test_that_two_are_no_group_and_the_largest_comes_first() -> None:
    ra, dec, z = field(12)
    for members, place in ((slice(0, 2), 10.0), (slice(2, 5), 20.0), (slice(5, 9), 30.0)):
        ra[members], dec[members], z[members] = place, 1.0, 0.3

    groups = find_groups(ra, dec, z)

    assert [group.members for group in groups] == [(5, 6, 7, 8), (2, 3, 4)]


def test_that_a_brute_search_finds_the_same_pairs() -> None:
    rng = np.random.default_rng(8)
    ra, dec = rng.uniform(0.0, 0.01, 150), rng.uniform(0.0, 0.01, 150)
    z = rng.choice([0.5, 0.5005, 0.6], 150)

    found = {(pair.first, pair.second) for pair in find_pairs(ra, dec, z)}

    expected = set()
    for i in range(150):
        for j in range(i + 1, 150):
            cosine = np.cos(np.radians(0.5 * (dec[i] + dec[j])))
            apart = 3600.0 * np.hypot((ra[i] - ra[j]) * cosine, dec[i] - dec[j])
            speed = SPEED_OF_LIGHT * abs(z[i] - z[j]) / (1 + 0.5 * (z[i] + z[j]))
            if apart <= 2.0 and speed <= 300.0:
                expected.add((i, j))
    assert found == expected
    assert expected
