"""Nouns are immutable, checked at birth, and convert without loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid, RedshiftGrid, shifted_redshift, velocity_difference
from moosegui.data.line_relations import CONFUSABLE
from moosegui.data.lines import LINES, LINES_BY_NAME
from moosegui.data.medium import air_to_vacuum, vacuum_to_air
from moosegui.data.spectrum import Spectrum


@given(wave=st.floats(2001, 12000))
def test_that_air_and_vacuum_are_inverse(wave: float) -> None:
    assert float(vacuum_to_air(air_to_vacuum(wave))) == pytest.approx(wave, abs=1e-6)


@pytest.mark.parametrize(("air", "vacuum"), [(5000.0, 5001.3948), (6562.79, 6564.603)])
def test_that_published_pairs_of_air_and_vacuum_agree(air: float, vacuum: float) -> None:
    assert float(air_to_vacuum(air)) == pytest.approx(vacuum, abs=2e-3)


def test_that_far_ultraviolet_wavelengths_are_vacuum_already() -> None:
    assert float(air_to_vacuum(1215.67)) == 1215.67


def test_that_the_default_trials_are_the_published_13401() -> None:
    assert RedshiftGrid().n_z == 13401
    assert RedshiftGrid().redshifts[-1] == pytest.approx(6.7)


@given(z=st.floats(0, 6.7))
def test_that_a_shift_is_within_half_a_sample_of_its_redshift(z: float) -> None:
    grid = LogGrid(2.776, 2.215525e-5, 53937)

    back = float(grid.redshift_of(grid.shift_of(z)))

    assert abs(velocity_difference(back, z)) <= 0.5001 * grid.velocity_step


@given(z=st.floats(0, 6.7), velocity=st.floats(-1000, 1000))
def test_that_velocities_and_redshifts_are_inverse(z: float, velocity: float) -> None:
    assert velocity_difference(shifted_redshift(z, velocity), z) == pytest.approx(
        velocity, abs=1e-6
    )


def test_that_a_spectrum_cannot_be_written_to() -> None:
    spectrum = Spectrum(np.arange(1.0, 5.0), np.ones(4), np.ones(4))

    with pytest.raises(ValueError, match="read-only"):
        spectrum.flux[0] = 2.0


def test_that_bad_pixels_have_zero_weight_and_flux() -> None:
    flux = np.array([1.0, np.nan, np.inf, 1.0, 1.0])
    ivar = np.array([1.0, 1.0, 1.0, -1.0, np.inf])

    spectrum = Spectrum(np.arange(1.0, 6.0), flux, ivar)

    assert spectrum.ivar.tolist() == [1, 0, 0, 0, 0]
    assert np.isfinite(spectrum.flux).all()


def test_that_wavelengths_that_do_not_increase_are_refused() -> None:
    with pytest.raises(ValueError, match="increase"):
        Spectrum(np.array([2.0, 1.0]), np.ones(2), np.ones(2))


def test_that_a_mask_leaves_the_original_alone() -> None:
    spectrum = Spectrum(np.arange(1.0, 6.0), np.ones(5), np.ones(5))

    masked = spectrum.masked(((2.0, 3.0),))

    assert masked.ivar.tolist() == [1, 0, 0, 1, 1]
    assert spectrum.ivar.all()


def test_that_a_negative_basis_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Basis(-np.ones((2, 10)), LogGrid(3.0, 1e-4, 10))


def test_that_fingerprints_tell_bases_apart() -> None:
    grid = LogGrid(3.0, 1e-4, 10)

    one, other = Basis(np.ones((2, 10)), grid), Basis(np.full((2, 10), 1.1), grid)

    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == Basis(np.ones((2, 10)), grid).fingerprint


def test_that_the_line_list_is_sorted_unique_and_its_partners_are_mutual() -> None:
    waves = [line.wave for line in LINES]

    assert waves == sorted(waves)
    assert len(LINES_BY_NAME) == len(LINES)
    for line in LINES:
        if line.partner:
            assert LINES_BY_NAME[line.partner].partner == line.name
    assert all(name in LINES_BY_NAME for name in CONFUSABLE)
