"""What speaks for a second galaxy: readings of one line, light of the first one's lines."""

from __future__ import annotations

import numpy as np
import pytest
from blended import FIRST, SECOND, blend, make_basis

from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES
from moosegui.data.spectrum import Spectrum
from moosegui.fit.vetting.features import SAME_LIGHT, blend_features
from moosegui.fit.vetting.gain import NEAR_ANY_LINE, WINDOW, Judge
from moosegui.fit.vetting.known_sources import fit_known

NOTHING = np.zeros(3)


def candidate(redshift: float, evidence: float, at: float) -> SecondSource:
    return SecondSource(redshift, 0.1, evidence, evidence, 0.0, 0.0, strongest_at=at)


def features(*candidates: SecondSource) -> dict[str, float]:
    found = Deblending(
        (FIRST,), NOTHING, NOTHING, candidates, NOTHING, NOTHING, NOTHING, NOTHING, misfit=1.0
    )
    return blend_features(found)


def test_that_another_reading_of_the_same_line_is_no_rival() -> None:
    alias = candidate(0.9, 95.0, 6000.0 + SAME_LIGHT / 2)

    found = features(candidate(4.0, 100.0, 6000.0), alias)

    assert found["apart"] == pytest.approx(0.99)
    assert found["lead"] == pytest.approx(0.05)


def test_that_a_redshift_that_rests_on_other_light_is_one() -> None:
    other = candidate(0.9, 95.0, 6000.0 + 2 * SAME_LIGHT)

    found = features(candidate(4.0, 100.0, 6000.0), other)

    assert found["apart"] == found["lead"] == pytest.approx(0.05)


def test_that_it_is_known_where_most_of_the_gain_lies() -> None:
    spectrum = blend()
    judge = Judge(fit_known(spectrum, make_basis(), (FIRST,)))
    gain, joined = judge.judge(SECOND)
    gains = np.zeros(spectrum.wave.size)
    gains[300:310], gains[900:910], gains[905] = 3.0, 2.0, 25.0

    found = judge.judge_again(SECOND, gain, gains)

    assert joined.gains.size == gains.size
    assert found.strongest_at == pytest.approx(spectrum.wave[905], abs=WINDOW / 2)


def test_that_a_spectrum_of_few_pixels_has_a_place_too() -> None:
    spectrum = blend()
    few = Spectrum(spectrum.wave[600:612], spectrum.flux[600:612], spectrum.ivar[600:612])
    judge = Judge(fit_known(few, make_basis(), (FIRST,)))
    gain, joined = judge.judge(SECOND)

    found = judge.judge_again(SECOND, gain, joined.gains)

    assert few.wave[0] <= found.strongest_at <= few.wave[-1]


def test_that_light_near_lines_of_the_first_galaxy_is_counted() -> None:
    spectrum = blend()
    judge = Judge(fit_known(spectrum, make_basis(), (FIRST,)))
    gain, _ = judge.judge(SECOND)
    centres = np.array([line.wave for line in LINES]) * (1 + FIRST)
    offsets = np.abs(spectrum.wave[:, None] / centres - 1).min(axis=1) * SPEED_OF_LIGHT
    far = offsets > NEAR_ANY_LINE

    near_ones = judge.judge_again(SECOND, gain, np.where(far, 0.0, 1.0))
    far_ones = judge.judge_again(SECOND, gain, np.where(far, 1.0, 0.0))

    assert near_ones.known_share == pytest.approx(1.0)
    assert far_ones.known_share == pytest.approx(0.0)


def test_that_the_mean_over_one_basis_is_that_basis() -> None:
    judge = Judge(fit_known(blend(), make_basis(), (FIRST,)))
    gain, joined = judge.judge(SECOND)

    again = judge.judge_again(SECOND, gain, joined.gains)

    assert (again.total, again.clean) == (gain.total, gain.clean)
