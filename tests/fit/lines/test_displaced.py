"""Lines that lie beside their place: found where they are, and only where they are clear."""

from __future__ import annotations

import numpy as np
import pytest
from line_models import model_with, observed

from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.fit.lines.displaced import carried_redshift, offset_of
from moosegui.fit.lines.matched_filter import strong_features

REDSHIFT = 4.1
LYA = LINES_BY_NAME["LYA"]
EMISSION = tuple(line for line in strong_features() if line.kind != "absorption")


def beside(velocity: float) -> float:
    """The redshift of a curve that misses the line by a velocity."""
    return float(shifted_redshift(REDSHIFT, -velocity))


@pytest.mark.parametrize("velocity", [540.0, -400.0, 250.0])
def test_that_a_clear_line_is_found_beside_its_place(velocity: float) -> None:
    spectrum = observed(model_with(REDSHIFT, LYA=15.0))

    found = offset_of(spectrum, LYA, beside(velocity))

    assert found == pytest.approx(velocity, abs=60.0)


@pytest.mark.parametrize(("velocity", "strength"), [(40.0, 15.0), (1200.0, 15.0), (540.0, 2.0)])
def test_that_lines_in_place_far_away_or_faint_are_not_moved(
    velocity: float, strength: float
) -> None:
    spectrum = observed(model_with(REDSHIFT, LYA=strength))

    assert offset_of(spectrum, LYA, beside(velocity)) == 0.0


def test_that_a_line_is_not_taken_for_its_neighbour() -> None:
    spectrum = observed(model_with(0.3, NII6584=20.0))

    halpha = LINES_BY_NAME["HALPHA"]
    nii = LINES_BY_NAME["NII6584"]
    apart = SPEED_OF_LIGHT * (nii.wave / halpha.wave - 1.0)

    assert offset_of(spectrum, halpha, shifted_redshift(0.3, 200.0)) == 0.0
    assert apart > 800.0


def test_that_the_strip_measures_a_line_where_it_is() -> None:
    model = model_with(REDSHIFT, LYA=15.0)

    found = next(x for x in rank_lines(observed(model), beside(540.0)) if x.line is LYA)

    assert found.offset == pytest.approx(540.0, abs=60.0)
    assert found.snr > 12.0


def test_that_one_clear_line_carries_the_redshift() -> None:
    spectrum = observed(model_with(REDSHIFT, LYA=20.0))

    carried = carried_redshift(spectrum, EMISSION, beside(540.0))

    assert carried is not None
    assert carried.line is LYA
    assert abs(carried.redshift - REDSHIFT) * SPEED_OF_LIGHT < 60.0 * (1.0 + REDSHIFT)


def test_that_lines_that_agree_are_not_overruled_by_one_beside_its_place() -> None:
    model = model_with(0.6, OIII5007=20.0, OIII4959=12.0, HBETA=15.0)

    assert carried_redshift(observed(model), EMISSION, 0.6) is None


def test_that_noise_carries_nothing() -> None:
    blank = model_with(REDSHIFT, LYA=0.0)

    carried = [
        carried_redshift(observed(blank, seed), EMISSION, z)
        for seed in range(10)
        for z in np.linspace(0.2, 5.5, 12)
    ]

    assert [found for found in carried if found is not None] == []
