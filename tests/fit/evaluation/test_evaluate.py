from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import observed_wave

from moosegui.data.arrays import FloatArray
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.fit.evaluation.evaluate import Predictions, continuum_snr, evaluate, line_snr
from moosegui.fit.evaluation.metrics import (
    bin_good_fraction,
    count_mistakes,
    is_good,
    measure_accuracy,
    measure_pulls,
    name_mistake,
    select,
    wilson_interval,
)


def predictions(redshift: FloatArray, truth: FloatArray, zconf: FloatArray) -> Predictions:
    n = len(redshift)
    return Predictions(
        redshift=redshift,
        truth=truth,
        zconf=np.asarray(zconf, dtype=np.int64),
        error=np.full(n, 1e-4),
        relative_depth=np.linspace(0.001, 0.5, n),
        robustness=np.ones(n),
        kind=tuple("lae" if i % 2 else "sf" for i in range(n)),
        quantities=(("magnitude", np.arange(n, dtype=np.float64)),),
    )


def test_that_good_means_within_half_a_percent_of_one_plus_z() -> None:
    redshift = np.array([1.0099, 1.0101, np.nan])

    good = is_good(redshift, np.ones(3))

    np.testing.assert_array_equal(good, [True, False, False])


def test_that_the_wilson_interval_agrees_with_a_known_value() -> None:
    lower, upper = wilson_interval(81, 263, 0.95)  # Newcombe 1998, Stat. Med. 17, 857, table I

    assert (lower, upper) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))


@given(n=st.integers(1, 2000), share=st.floats(0, 1))
def test_that_the_wilson_interval_holds_the_fraction_and_stays_within_0_and_1(
    n: int, share: float
) -> None:
    n_good = round(n * share)

    lower, upper = wilson_interval(n_good, n)

    assert 0.0 <= lower <= n_good / n + 1e-12 and n_good / n - 1e-12 <= upper <= 1.0


def test_that_no_source_has_no_interval() -> None:
    assert np.isnan(wilson_interval(0, 0)).all()


def test_that_outliers_beyond_five_mad_do_not_count_for_the_mae(
    rng: np.random.Generator,
) -> None:
    truth = rng.uniform(0.0, 5.0, 1001)
    redshift = truth + 1e-4 * rng.standard_normal(1001) * (1.0 + truth)
    redshift[:50] += 2.0

    accuracy = measure_accuracy(redshift, truth)

    assert accuracy.mae < 1e-4 and 850 < accuracy.n_used <= 951


def test_that_the_bias_has_the_sign_of_the_predictions() -> None:
    truth = np.linspace(0.0, 5.0, 100)

    accuracy = measure_accuracy(truth - 3e-4 * (1.0 + truth), truth)

    assert accuracy.bias == pytest.approx(-3e-4)


def test_that_bins_hold_every_finite_source_once(rng: np.random.Generator) -> None:
    values = np.concatenate([rng.exponential(1.0, 500), [np.nan, np.inf]])
    good = rng.random(502) < 0.9

    binned = bin_good_fraction(good, values, "magnitude", n_bins=7)

    assert sum(fraction.n for fraction in binned.fractions) == 500
    assert sum(fraction.n_good for fraction in binned.fractions) == np.count_nonzero(good[:500])


def test_that_equal_values_share_one_bin() -> None:
    binned = bin_good_fraction(np.array([True, False]), np.zeros(2), "line S/N")

    assert [(f.n_good, f.n) for f in binned.fractions] == [(1, 2)]


@pytest.mark.parametrize(
    ("true_line", "taken_for"), [("OII3726", "LYA"), ("HALPHA", "OII3726"), ("LYA", "OIII5007")]
)
def test_that_a_line_taken_for_another_is_named(true_line: str, taken_for: str) -> None:
    truth = 3.5
    observed = LINES_BY_NAME[true_line].observed(truth)
    predicted = observed / LINES_BY_NAME[taken_for].wave - 1.0

    assert name_mistake(predicted, truth) == (true_line, taken_for)


def test_that_a_mistake_without_a_line_pair_is_counted_without_names() -> None:
    mistakes = count_mistakes(np.array([5.9, 1.0]), np.array([0.31, 1.0]))

    assert [(m.true_line, m.taken_for, m.n) for m in mistakes] == [("", "", 1)]


def test_that_a_higher_threshold_never_completes(rng: np.random.Generator) -> None:
    zconf = rng.integers(0, 4, 300)
    relative_depth = np.where(zconf > 0, rng.uniform(0, 0.5, 300), rng.uniform(0, 0.05, 300))

    selection = select(relative_depth, zconf)

    assert np.all(np.diff(selection.completeness) <= 0)


def test_that_completeness_and_purity_are_those_of_the_default_threshold() -> None:
    relative_depth = np.array([0.5, 0.2, 0.005, 0.02, 0.001, np.nan, 0.9])
    zconf = np.array([3, 2, 1, 0, 0, 1, -1])

    completeness, purity = select(relative_depth, zconf).at(0.01)

    assert (completeness, purity) == (pytest.approx(2 / 4), pytest.approx(2 / 3))


def test_that_pulls_of_honest_errors_scatter_by_one(rng: np.random.Generator) -> None:
    truth, error = rng.uniform(0, 5, 4000), rng.uniform(1e-5, 1e-4, 4000)
    redshift = truth + error * rng.standard_normal(4000)

    pulls = measure_pulls(redshift, truth, error)

    assert pulls.scatter == pytest.approx(1.0, abs=0.05)
    assert pulls.within_one == pytest.approx(0.683, abs=0.03)


def test_that_false_and_unlabelled_sources_do_not_enter_the_good_fraction() -> None:
    truth = np.array([1.0, 2.0, 3.0, np.nan, 4.0])
    redshift = np.array([1.0, 2.0, 0.5, 1.0, 4.0])

    evaluation = evaluate(predictions(redshift, truth, np.array([3, 2, 1, 0, -1])))

    assert (evaluation.overall.n_good, evaluation.overall.n) == (2, 3)
    assert (evaluation.secure.n_good, evaluation.secure.n) == (2, 2)
    assert [f.label for f in evaluation.by_zconf] == ["ZCONF 1", "ZCONF 2", "ZCONF 3"]


def test_that_an_evaluation_bins_redshift_and_every_quantity() -> None:
    truth = np.linspace(0.1, 5.0, 40)

    evaluation = evaluate(predictions(truth, truth, np.full(40, 3)))

    assert [binned.quantity for binned in evaluation.binned] == ["redshift", "magnitude"]


def test_that_there_is_no_selection_without_false_sources() -> None:
    truth = np.linspace(0.1, 5.0, 10)

    assert evaluate(predictions(truth, truth, np.full(10, 3))).selection is None


def test_that_predictions_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="columns of"):
        predictions(np.zeros(3), np.zeros(2), np.zeros(3))


def test_that_the_continuum_is_measured_in_its_own_range() -> None:
    wave = np.arange(7000.0, 8500.0, 1.25)
    flux = np.where((wave > 7650) & (wave < 7850), 6.0, 100.0)

    assert continuum_snr(Spectrum(wave, flux, np.full(wave.size, 0.25))) == pytest.approx(3.0)
    assert np.isnan(continuum_snr(Spectrum(wave[:100], flux[:100], np.ones(100))))


def test_that_the_line_signal_counts_detected_lines_only(rng: np.random.Generator) -> None:
    wave = observed_wave()
    flux = rng.normal(0.0, 1.0, wave.size)
    line = LINES_BY_NAME["HALPHA"]
    redshift = 6000.0 / line.wave - 1.0
    bright = flux + 60.0 * np.exp(-0.5 * ((wave - 6000.0) / 2.5) ** 2)

    with_line = line_snr(Spectrum(wave, bright, np.ones(wave.size)), redshift)
    without = line_snr(Spectrum(wave, 0.3 * flux, np.ones(wave.size)), redshift)

    assert with_line > 50.0 and without == 0.0
