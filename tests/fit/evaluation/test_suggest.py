"""The suggested ZCONF: from the scores and the lines, never more than the z on screen deserves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import SourceFlag
from moosegui.data.confidence import FEATURES, ConfidenceModel
from moosegui.data.deblending import Vetting
from moosegui.data.line_relations import LineConfusion
from moosegui.data.posterior import (
    ClassFit,
    Classification,
    Evidence,
    LineMatch,
    Mode,
    Posterior,
)
from moosegui.data.results import Analysis, LineDetection, ScanResult, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.place import at_place
from moosegui.fit.evaluation.suggest import (
    BROADEST,
    DETECTED,
    MIN_CHANCE,
    MORE_PROBABLE,
    SECURE_FEATURES,
    Suggestion,
    features_of,
    is_seen,
    limit_zconf,
    reach,
    suggest_zconf,
)
from moosegui.pipeline.models import default_confidence

BEST, OTHER = 1.0, 2.0
# One unit for each factor of ten in Delta chi2, half a unit for each line
MODEL = ConfidenceModel(1.0, (1.0, 0.0, 0.5, 0.0, 0.0, 0.0), (-2.5, -1.5, -0.5))


def lines(n_detected: int, snr: float = 2 * DETECTED) -> tuple[LineDetection, ...]:
    """Lines of different labels, all seen, and one that is not."""
    seen = [LineDetection(f"L{i}", f"line {i}", 6000.0 + i, snr) for i in range(n_detected)]
    return (*seen, LineDetection("faint", "faint", 7000.0, 0.9 * DETECTED))


def analysis(
    relative_depth: float, *, n_lines: int = 0, other: float = 0.5, chance: float = 0.98
) -> Analysis:
    """Two solutions, the first with this relative depth, these lines and this probability."""
    wave = np.linspace(5000.0, 7000.0, 50)
    found = tuple(
        Solution(rank, z, 1e-4, 1.0, value, 3.0, np.ones(2), lines=evidence)
        for rank, z, value, evidence in (
            (1, BEST, relative_depth, lines(n_lines)),
            (2, OTHER, other, ()),
        )
    )
    scan = ScanResult(np.linspace(0, 3, 5), np.ones(5), 50, 1.0)
    modes = (Mode(1, BEST, chance), Mode(2, OTHER, 1 - chance))
    known = Posterior(scan.redshifts, np.ones(5), modes, 0.0, 1.0)
    return Analysis("1", Spectrum(wave, np.ones(50), np.ones(50)), scan, found, posterior=known)


def confused(chance: float) -> Analysis:
    """The second solution shares a line with the first."""
    found = analysis(0.2, chance=chance)
    first, second = found.solutions
    return replace(
        found,
        solutions=(first, replace(second, confusions=(LineConfusion("OII3726", "LYA", rank=1),))),
    )


@pytest.mark.parametrize(
    ("relative_depth", "n_lines", "zconf"),
    [(0.5, 0, 3), (0.1, 2, 3), (0.1, 0, 2), (0.01, 0, 1), (0.001, 0, 0), (-0.1, 1, 1)],
)
def test_that_the_suggestion_is_the_largest_zconf_that_is_likely_reached(
    relative_depth: float, n_lines: int, zconf: int
) -> None:
    found = suggest_zconf(analysis(relative_depth, n_lines=n_lines), BEST, MODEL)

    assert found.zconf == zconf


def test_that_the_probabilities_of_zconf_add_up_to_one() -> None:
    found = suggest_zconf(analysis(0.2), BEST, MODEL)

    assert len(found.probabilities) == 4
    assert sum(found.probabilities) == pytest.approx(1.0)
    assert min(found.probabilities) >= 0.0


def test_that_reaching_a_zconf_follows_the_logistic_law() -> None:
    features = np.array([-1.0, 0.0, 1.0, 0.0, 0.0, 0.0])

    expected = 1 / (1 + np.exp(np.array(MODEL.thresholds) - (-1.0 + 0.5)))
    assert reach(features, MODEL) == pytest.approx(expected)


def test_that_two_components_of_a_doublet_are_one_line() -> None:
    doublet = tuple(LineDetection(n, "[O II]", 6000.0, 20.0) for n in "abcd")
    found = replace(analysis(0.2).solutions[0], lines=doublet)

    features = features_of(found, (found,), ())

    assert features[FEATURES.index("n_lines")] == 1


@pytest.mark.parametrize(
    ("name", "snr", "seen"),
    [
        ("OIII5007", 6.0, True),
        ("OIII5007", -6.0, False),
        ("CAK", -6.0, True),
        ("CAK", 6.0, False),
        ("HBETA", -6.0, True),
        ("HBETA", 4.0, False),
    ],
)
def test_that_a_line_counts_in_its_own_direction(name: str, snr: float, seen: bool) -> None:
    assert is_seen(LineDetection(name, name, 6000.0, snr), DETECTED) == seen


def test_that_another_than_the_first_solution_is_at_most_probable() -> None:
    suggestion = suggest_zconf(analysis(0.6, other=0.5), OTHER, MODEL)

    assert suggestion.zconf == 2
    assert any("solution 1 fits better" in reason for reason in suggestion.reasons)


def test_that_a_chosen_alternative_is_at_least_possible() -> None:
    assert suggest_zconf(analysis(0.6, other=-0.5), OTHER, MODEL).zconf == 1


@pytest.mark.parametrize(("chance", "zconf"), [(0.98, 3), (0.96, 2), (0.8, 1), (0.2, 0)])
def test_that_a_secure_redshift_needs_its_probability(chance: float, zconf: int) -> None:
    assert suggest_zconf(analysis(0.9, chance=chance), BEST, MODEL).zconf == zconf


@pytest.mark.parametrize(("n_independent", "zconf"), [(0, 2), (1, 2), (2, 3)])
def test_that_several_lines_are_two_at_least(n_independent: int, zconf: int) -> None:
    found = replace(analysis(0.9), evidence=Evidence(n_independent=n_independent))

    assert suggest_zconf(found, BEST, MODEL).zconf == zconf


def test_that_nothing_is_suggested_for_what_is_more_probably_false() -> None:
    false = Vetting(false_score=0.8, is_false=True, false_reason="sky residual")

    suggestion = suggest_zconf(analysis(0.9), BEST, MODEL, vetting=false)

    assert suggestion.zconf == 0
    assert "false source (sky residual) is more probable: 80 %" in suggestion.reasons


def test_that_light_of_a_neighbour_is_no_secure_redshift() -> None:
    beside, found = Vetting(map_own=0.2), analysis(0.9)

    suggestion = suggest_zconf(at_place(found, 0.2), BEST, MODEL, vetting=beside)

    assert suggest_zconf(found, BEST, MODEL).zconf == 3
    assert suggestion.zconf == 0
    assert "P(z) = 19.6 %" in suggestion.reasons
    assert "20 % that this light is the source's own" in suggestion.reasons


def test_that_the_place_takes_from_the_first_redshift_alone() -> None:
    known = analysis(0.9).posterior
    assert known is not None

    placed = known.at_place(0.25)

    assert [mode.probability for mode in placed.modes] == pytest.approx([0.245, 0.02])
    assert placed.none == placed.elsewhere == pytest.approx(0.735)


def test_that_an_unknown_place_changes_nothing() -> None:
    found = analysis(0.9)

    assert at_place(found, float("nan")) is found


def test_that_it_says_where_the_lines_disagree() -> None:
    lines = Evidence(n_independent=3, lines=LineMatch(0.0472, 9, 0.9, 20.0))

    suggestion = suggest_zconf(replace(analysis(0.9), evidence=lines), BEST, MODEL)

    assert "but 9 lines say z = 0.0472" in suggestion.reasons


def test_that_a_redshift_that_is_no_solution_is_at_most_possible() -> None:
    suggestion = suggest_zconf(analysis(0.6), 1.5, MODEL)

    assert suggestion == Suggestion(1, ("your choice: this z is no minimum of the scan",))


@pytest.mark.parametrize(("velocity", "zconf"), [(290.0, 3), (-290.0, 3), (310.0, 1)])
def test_that_a_redshift_nudged_within_300_km_s_stands_for_its_solution(
    velocity: float, zconf: int
) -> None:
    moved = (1 + BEST) * (1 + velocity / 299792.458) - 1

    assert suggest_zconf(analysis(0.6), moved, MODEL).zconf == zconf


def test_that_the_reasons_name_scores_and_lines() -> None:
    reasons = " ".join(suggest_zconf(analysis(0.6, n_lines=2), BEST, MODEL).reasons)

    assert "Δχ² = 0.600" in reasons
    assert "R = 3.0" in reasons
    assert "P(z) = 98.0 %" in reasons
    assert "line 0, line 1" in reasons
    assert "faint" not in reasons


@pytest.mark.parametrize(("redshift", "rival"), [(BEST, "solution 2"), (OTHER, "solution 1")])
def test_that_the_reasons_name_a_confusion_from_both_sides(redshift: float, rival: str) -> None:
    reasons = " ".join(suggest_zconf(confused(0.7), redshift, MODEL).reasons)

    assert f"may be confused with {rival}: [O II] as Lyα" in reasons


def test_that_a_confusion_of_no_probability_is_not_worth_a_word() -> None:
    reasons = " ".join(suggest_zconf(confused(0.999), BEST, MODEL).reasons)

    assert "confused" not in reasons


def test_that_the_confusion_weighs_as_much_as_its_rival_is_likely() -> None:
    found = confused(0.7)
    assert found.posterior is not None

    features = features_of(found.solutions[0], found.solutions, found.posterior.modes)

    assert features[FEATURES.index("confusion")] == pytest.approx(0.3)


def test_that_undefined_scores_suggest_no_redshift() -> None:
    assert suggest_zconf(analysis(float("nan")), BEST, MODEL).zconf == 0


@given(st.floats(-1, 1), st.floats(0, 1), st.integers(0, 6), st.floats(0.01, 0.99))
def test_that_a_better_fit_never_suggests_less_in_use(
    low: float, more: float, n_lines: int, chance: float
) -> None:
    model = default_confidence()

    worse = suggest_zconf(analysis(low, n_lines=n_lines, chance=chance), BEST, model)
    better = suggest_zconf(analysis(low + more, n_lines=n_lines, chance=chance), BEST, model)

    assert better.zconf >= worse.zconf


@given(
    zconf=st.integers(0, 3),
    n_independent=st.integers(0, 6),
    probability=st.floats(0.0, 1.0),
    false_score=st.floats(0.0, 1.0),
    is_false=st.booleans(),
)
def test_that_no_limited_zconf_contradicts_what_is_seen(
    zconf: int, n_independent: int, probability: float, false_score: float, is_false: bool
) -> None:
    evidence = Evidence(n_independent=n_independent)
    vetting = Vetting(false_score=false_score, is_false=is_false)

    limited, _ = limit_zconf(zconf, evidence, probability, vetting)

    assert limited <= zconf
    assert limited == 0 or not (is_false or false_score > MORE_PROBABLE)
    assert limited < 3 or n_independent >= SECURE_FEATURES
    assert limited == 0 or probability >= MIN_CHANCE[limited - 1]


@pytest.mark.parametrize(
    ("zconf", "width", "limited"),
    [(3, BROADEST + 50, 1), (2, BROADEST + 50, 1), (1, 2000.0, 1), (2, BROADEST - 50, 2)],
)
def test_that_a_lone_line_is_no_broader_than_that_of_a_galaxy(
    zconf: int, width: float, limited: int
) -> None:
    evidence = Evidence(n_independent=3, lone_width=width)

    found, why = limit_zconf(zconf, evidence, 0.99)

    assert found == limited
    assert any("km/s" in words for words in why) == (limited < zconf)


@given(
    p_star=st.floats(0.0, 1.0),
    share=st.floats(0.0, 1.0),
    redshift=st.sampled_from([-1e-4, BEST, 2.3]),
    false_score=st.floats(0.0, 1.0),
)
def test_that_no_class_contradicts_the_suggestion(
    p_star: float, share: float, redshift: float, false_score: float
) -> None:
    p_quasar = (1.0 - p_star) * share
    found = Classification(
        galaxy=ClassFit(BEST, 1e-4, 3000.0),
        star=ClassFit(-1e-4, 1e-5, 3000.0, label="M"),
        quasar=ClassFit(2.3, 1e-3, 3000.0),
        n_pixels=3000,
        signal=5.0,
        p_galaxy=1.0 - p_star - p_quasar,
        p_star=p_star,
        p_quasar=p_quasar,
    )
    judged = replace(analysis(0.6, n_lines=3), classes=found)

    vetting = Vetting(false_score=false_score, is_false=false_score > 0.5)
    suggestion = suggest_zconf(judged, redshift, MODEL, vetting=vetting)

    assert suggestion.flag is None or suggestion.zconf > 0
    own = {"STAR": -1e-4, "QSO": 2.3, "GALAXY": BEST}[found.source_class]
    # another redshift is the inspector's own
    assert redshift != own or suggestion.zconf == 0 or false_score <= 0.5
    assert suggestion.zconf <= 1 or redshift == own
    flags = {"STAR": SourceFlag.STAR, "QSO": SourceFlag.QSO, "GALAXY": None}
    assert suggestion.flag in (None, flags[found.source_class])


@pytest.mark.parametrize("redshift", [OTHER, 1.5])
def test_that_the_first_redshift_of_a_blend_is_told_with_the_probability_of_the_blend(
    redshift: float,
) -> None:
    blend = Vetting(redshift=BEST, blend_score=0.97, is_blend=True, first=redshift)

    reasons = " ".join(suggest_zconf(analysis(0.6), redshift, MODEL, vetting=blend).reasons)

    assert "with z₂ 1.0000 it explains more than solution 1: P(blend) = 97 %" in reasons
    assert "P(z)" not in reasons
    assert "fits better" not in reasons


def test_that_the_scan_keeps_its_own_probability_beside_a_second_galaxy() -> None:
    blend = Vetting(redshift=OTHER, blend_score=0.97, is_blend=True, first=BEST)

    reasons = suggest_zconf(analysis(0.6, chance=0.8), BEST, MODEL, vetting=blend).reasons

    assert "P(z) = 80.0 %" in reasons


def test_that_a_single_galaxy_knows_nothing_of_a_blend() -> None:
    single = Vetting(redshift=BEST, blend_score=0.2, is_blend=False, first=float("nan"))

    reasons = suggest_zconf(analysis(0.6), OTHER, MODEL, vetting=single).reasons

    assert "P(z) = 2.0 %" in reasons


@pytest.mark.parametrize(
    ("zconf", "probability", "expected", "why"),
    [
        (3, 0.80, 1, ["not 2: P(z) must be 88 %"]),
        (3, 0.95, 2, ["not 3: P(z) must be 97 %"]),
        (1, 0.07, 0, ["not 1: P(z) must be 30 %"]),
        (3, 0.99, 3, []),
        (0, 0.99, 0, []),
    ],
)
def test_that_what_p_does_not_bear_is_said(
    zconf: int, probability: float, expected: int, why: list[str]
) -> None:
    assert limit_zconf(zconf, None, probability) == (expected, why)


@pytest.mark.parametrize(
    ("n_lines", "lack"), [(0, "R and lines are too weak"), (1, "so few lines")]
)
def test_that_a_strong_line_is_not_called_weak(n_lines: int, lack: str) -> None:
    said = suggest_zconf(analysis(1e-3, n_lines=n_lines), BEST, MODEL).reasons

    assert any(lack in reason for reason in said)


def test_that_the_second_feature_is_named_where_it_is_a_break() -> None:
    found = replace(analysis(10.0, n_lines=1, chance=0.999), evidence=Evidence(n_independent=3))

    said = suggest_zconf(found, BEST, MODEL).reasons

    assert "above 5 σ: line 0, above 3 σ: faint, and a break of the continuum" in said
