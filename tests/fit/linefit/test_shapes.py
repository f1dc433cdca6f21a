"""Which families have a velocity and a width of their own, and which borrow them."""

from __future__ import annotations

import numpy as np
import pytest
from injected import Injected, spectrum_of

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.line_table import LineFit, LineFitOptions, LineFlag
from moosegui.files.models.basis import read_basis
from moosegui.fit.linefit.fit import fit_lines
from moosegui.fit.linefit.profiles import VARIANCE, VELOCITY
from moosegui.fit.linefit.shapes import (
    BALMER,
    FORBIDDEN,
    RESONANT,
    FamilyShapes,
    usual_shapes,
    without_runaways,
)

Z = 0.35
HBETA, OIII = 4862.691, 5008.240


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(resource("basis", DEFAULT_BASIS))


def fit(basis: Basis, hbeta: float, oiii: float) -> LineFit:
    lines = Injected(HBETA, hbeta, -60.0), Injected(OIII, oiii, 40.0)
    other = Injected(4960.295, oiii / 2.98, 40.0)
    return fit_lines(spectrum_of((*lines, other), Z, 2), basis, Z)


def shape(found: LineFit, name: str) -> tuple[float, float, LineFlag]:
    (row,) = [line for line in found.lines if line.name == name]
    return row.velocity, row.width, row.flags


def shapes_of(widths: dict[int, float], owners: dict[int, int]) -> FamilyShapes:
    usual = usual_shapes()
    values, owned = usual.values.copy(), usual.owners.copy()
    for family, width in widths.items():
        values[family, VARIANCE] = width**2
    for family, owner in owners.items():
        owned[family] = owner
    return FamilyShapes(values, owned)


def test_that_a_weak_family_takes_the_shape_of_the_strong_one(basis: Basis) -> None:
    found = fit(basis, hbeta=450.0, oiii=2000.0)

    assert shape(found, "HBETA")[:2] == shape(found, "OIII5007")[:2]
    assert LineFlag.TIED in shape(found, "HBETA")[2]


def test_that_a_strong_family_keeps_its_own_shape(basis: Basis) -> None:
    found = fit(basis, hbeta=2000.0, oiii=2000.0)

    assert shape(found, "HBETA")[0] < -30.0 < 10.0 < shape(found, "OIII5007")[0]
    assert LineFlag.TIED not in shape(found, "HBETA")[2]


def test_that_without_lines_no_shape_is_claimed(basis: Basis) -> None:
    found = fit(basis, hbeta=0.0, oiii=0.0)

    assert LineFlag.UNCONSTRAINED in shape(found, "HBETA")[2]


def test_that_a_width_at_its_limit_is_replaced_by_that_of_another_family() -> None:
    shapes = shapes_of({BALMER: 399.0, FORBIDDEN: 80.0}, {BALMER: BALMER, FORBIDDEN: FORBIDDEN})

    tied = without_runaways(shapes, LineFitOptions())

    assert tied.owners[BALMER] == FORBIDDEN
    np.testing.assert_array_equal(tied.values[BALMER], tied.values[FORBIDDEN])


def test_that_those_who_borrowed_a_runaway_width_follow() -> None:
    shapes = shapes_of(
        {BALMER: 80.0, FORBIDDEN: 399.0, RESONANT: 399.0},
        {BALMER: BALMER, FORBIDDEN: FORBIDDEN, RESONANT: FORBIDDEN},
    )

    tied = without_runaways(shapes, LineFitOptions())

    assert tied.owners[[BALMER, FORBIDDEN, RESONANT]].tolist() == [BALMER] * 3


def test_that_a_wide_family_alone_keeps_its_width() -> None:
    shapes = shapes_of({BALMER: 399.0}, {BALMER: BALMER})

    tied = without_runaways(shapes, LineFitOptions())

    assert tied.owners[BALMER] == BALMER


def test_that_a_velocity_at_its_limit_is_not_believed() -> None:
    shapes = shapes_of({BALMER: 80.0}, {BALMER: BALMER, FORBIDDEN: BALMER})
    shapes.values[[BALMER, FORBIDDEN], VELOCITY] = 499.0

    tied = without_runaways(shapes, LineFitOptions())

    assert tied.owners[[BALMER, FORBIDDEN]].tolist() == [-1, -1]
    np.testing.assert_array_equal(tied.values, usual_shapes().values)
