"""The continuum of a basis holds neither its lines nor the dips beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.grids import LogGrid
from moosegui.files.models.basis import read_basis
from moosegui.files.spectra.registry import read_spectrum
from moosegui.fit.linefit.continuum import smooth_columns, without_lines
from moosegui.fit.linefit.fit import fit_lines

GRID = LogGrid(float(np.log10(1180.0)), 2.215525e-5, 34400)
OIII, HBETA, CII, AURORAL, LYA = 5008.240, 4862.691, 1334.532, 4364.436, 1215.670


def with_feature(wave: float, depth: float, *, width: float = 100.0) -> Basis:
    """A flat component with a Gaussian of `width` km/s at a line."""
    velocity = (GRID.wave / wave - 1) * 299792.458
    component = 1.0 + depth * np.exp(-0.5 * (velocity / width) ** 2)
    return Basis(component[None], GRID, observed_range=(4750.0, 9350.0), name="one")


def stripped(basis: Basis, *, has_absorption: bool = True) -> FloatArray:
    return np.asarray(without_lines(basis, has_absorption=has_absorption).components[0])


@pytest.mark.parametrize("depth", [3.0, -0.7])
def test_that_a_strong_line_and_a_dip_are_bridged(depth: float) -> None:
    component = stripped(with_feature(OIII, depth))

    np.testing.assert_allclose(component, 1.0, atol=1e-3)


def test_that_emission_in_a_balmer_line_is_cut() -> None:
    assert stripped(with_feature(HBETA, 3.0)).max() < 1.01


def test_that_a_broad_stellar_trough_stays() -> None:
    component = stripped(with_feature(HBETA, -0.3, width=600.0))

    assert component.min() < 0.8


@pytest.mark.parametrize("has_absorption", [True, False])
def test_that_interstellar_absorption_is_bridged_where_it_is_fitted(
    *, has_absorption: bool
) -> None:
    component = stripped(with_feature(CII, -0.5), has_absorption=has_absorption)

    assert (component.min() > 0.99) == has_absorption


def test_that_what_stands_out_between_stellar_troughs_stays() -> None:
    bump = with_feature(AURORAL, 0.2)

    component = stripped(bump)

    np.testing.assert_array_equal(component, bump.components[0])


def test_that_a_weak_line_beside_a_strong_one_is_cut() -> None:
    both = with_feature(AURORAL, 0.2).components + with_feature(OIII, 4.0).components
    basis = Basis(both, GRID, observed_range=(4750.0, 9350.0), name="gas")

    assert stripped(basis).max() < 2.01


def test_that_neighbours_in_emission_and_absorption_are_bridged_together() -> None:
    both = with_feature(1264.738, 0.5).components + with_feature(1260.422, -0.9).components
    basis = Basis(both, GRID, observed_range=(4750.0, 9350.0), name="P Cygni")

    np.testing.assert_allclose(stripped(basis), 2.0, atol=0.01)


def test_that_a_short_spectrum_has_a_stiff_correction() -> None:
    columns = smooth_columns(np.linspace(4750.0, 5000.0, 200), 8)

    np.testing.assert_array_equal(columns, np.ones((1, 200)))


@pytest.mark.parametrize(
    ("depth", "width"), [pytest.param(5.0, 200.0, id="line"), pytest.param(-0.9, 100.0, id="dip")]
)
def test_that_lyman_alpha_leaves_the_step_of_its_forest(depth: float, width: float) -> None:
    basis = with_feature(LYA, depth, width=width)
    forest = np.where(GRID.wave > LYA, 1.0, 0.5)
    stepped = Basis(basis.components * forest, GRID, name="step")

    component = stripped(stepped)

    is_apart = np.abs(GRID.wave - LYA) > 0.1
    np.testing.assert_array_less(component[is_apart], forest[is_apart] + 0.01)
    assert component.min() > 0.45


def test_that_broad_absorption_by_the_galaxy_stays() -> None:
    assert stripped(with_feature(LYA, -0.8, width=1500.0)).min() < 0.4


def test_that_the_smooth_columns_sum_to_one() -> None:
    columns = smooth_columns(np.linspace(4750.0, 9350.0, 500), 8)

    np.testing.assert_allclose(columns.sum(axis=0), 1.0)


@pytest.mark.shared_data
def test_that_a_passive_galaxy_gets_no_strong_false_oiii(shared_data: Path) -> None:
    """The matched filter sees [O III] of this galaxy at S/N 7; with dips it came out at 86."""
    path = next((shared_data / "real" / "spectra").glob("muse_udf10_00005*"))
    basis = read_basis(resource("basis", DEFAULT_BASIS))

    fit = fit_lines(read_spectrum(SpectrumRef(path)), basis, 0.62112)

    (oiii,) = [line for line in fit.lines if line.name == "OIII5007"]
    assert oiii.snr < 20.0
