"""A prior of z: how it is typed, found in a catalogue, and what it does to P(z)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.posterior import Mode, Posterior
from moosegui.data.prior import OUTLIERS, RedshiftPrior, parse_prior, photometric_prior

TRIALS = np.arange(0.0, 6.0, 0.001)


def two_modes(first: float = 0.6, second: float = 0.2, none: float = 0.15) -> Posterior:
    """Modes at z 1 and 3, and a little of P(z) between them."""
    density = np.full(TRIALS.size, 0.05 / 6.0)
    density[np.abs(TRIALS - 1.0) < 0.004] += first / 0.007
    density[np.abs(TRIALS - 3.0) < 0.004] += second / 0.007
    modes = (Mode(1, 1.0, first), Mode(2, 3.0, second))
    density /= density.sum() * 0.001
    return Posterior(TRIALS, density, modes, 1.0 - first - second, 1.0, none)


@pytest.mark.parametrize(
    ("text", "redshift", "error"),
    [
        ("0.73 0.05", 0.73, 0.05),
        ("0.73 ± 0.05", 0.73, 0.05),
        ("0.73±0.05", 0.73, 0.05),
        ("0.73+-0.05", 0.73, 0.05),
        ("0.73 +/- 0.05", 0.73, 0.05),
        ("z = 0,73 ± 0,05", 0.73, 0.05),
        (" 1.0 ", 1.0, 0.1),
        ("−0.001 ± 0.002", -0.001, 0.002),
    ],
)
def test_that_what_is_typed_is_understood(text: str, redshift: float, error: float) -> None:
    assert parse_prior(text) == RedshiftPrior(redshift, error)


@pytest.mark.parametrize("text", ["", "seven", "0.73 0.05 0.01", "0.7 ± -1", "0.7 0", "40", "nan"])
def test_that_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"“.*”.*\."):
        parse_prior(text)


@given(st.floats(-0.05, 20.0), st.floats(1e-4, 10.0))
def test_that_its_words_are_typed_again(redshift: float, error: float) -> None:
    prior = parse_prior(f"{redshift:.5f} ± {error:.5f}")

    again = parse_prior(prior.words)

    assert again.redshift == pytest.approx(prior.redshift, rel=1e-5, abs=2e-5)
    assert again.error == pytest.approx(prior.error, rel=1e-5, abs=2e-5)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((("z_phot", "0.81"), ("z_phot_err", "0.04")), RedshiftPrior(0.81, 0.04)),
        ((("ZPHOT", "0.81"), ("e_zphot", "0.04")), RedshiftPrior(0.81, 0.04)),
        ((("photo-z", "1.0"), ("mag", "24.1")), RedshiftPrior(1.0, 0.1)),
        ((("zphot", "0.81"), ("zphot_err", "-99")), RedshiftPrior(0.81, 0.0905)),
        ((("zphot", "-99"),), None),
        ((("zphot", ""),), None),
        ((("mag", "0.81"),), None),
    ],
)
def test_that_the_photometric_redshift_of_a_catalogue_is_found(
    values: tuple[tuple[str, str], ...], expected: RedshiftPrior | None
) -> None:
    assert photometric_prior(values) == expected


def test_that_the_odds_are_those_of_a_distribution() -> None:
    odds = RedshiftPrior(2.0, 0.1).odds(TRIALS, (0.0, 6.0))

    assert np.mean(odds) == pytest.approx(1.0, abs=1e-3)
    assert odds.min() == pytest.approx(OUTLIERS)


def test_that_a_prior_moves_the_probability_to_the_mode_it_names() -> None:
    alone = two_modes()

    known = alone.under(RedshiftPrior(3.0, 0.1))

    odds = OUTLIERS + 0.9 * 6.0 / (0.1 * np.sqrt(2.0 * np.pi))
    ratio = known.modes[1].probability / known.modes[0].probability
    assert ratio == pytest.approx(0.2 * odds / (0.6 * OUTLIERS), rel=1e-3)
    assert known.none < alone.none


@given(st.floats(0.0, 5.9), st.floats(0.001, 3.0), st.floats(0.0, 0.19))
def test_that_probabilities_stay_probabilities(redshift: float, error: float, none: float) -> None:
    alone = two_modes(none=none)

    known = alone.under(RedshiftPrior(redshift, error))

    total = sum(mode.probability for mode in known.modes) + known.elsewhere
    assert total == pytest.approx(1.0)
    assert 0.0 <= known.none <= known.elsewhere + 1e-12
    assert known.density.sum() * 0.001 == pytest.approx(1.0)


def test_that_a_prior_that_says_nothing_changes_nothing() -> None:
    alone = two_modes()

    known = alone.under(RedshiftPrior(3.0, 1000.0))

    for before, after in zip(alone.modes, known.modes, strict=True):
        assert after.probability < before.probability  # nothing of the Gaussian lies in the range
    assert known.modes[0].probability / known.modes[1].probability == pytest.approx(3.0, rel=1e-4)


def test_that_a_prior_far_from_all_that_is_seen_doubts_it() -> None:
    alone = two_modes()

    known = alone.under(RedshiftPrior(5.0, 0.02))

    assert known.modes[0].probability < alone.modes[0].probability
    assert known.none > alone.none


@pytest.mark.parametrize(("redshift", "error"), [(float("nan"), 0.1), (1.0, 0.0), (-2.0, 0.1)])
def test_that_no_prior_is_made_of_nonsense(redshift: float, error: float) -> None:
    with pytest.raises(ValueError, match="no "):
        RedshiftPrior(redshift, error)
