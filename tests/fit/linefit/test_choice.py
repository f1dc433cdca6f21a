"""Emission and absorption of one doublet are fitted together only where both are seen."""

from __future__ import annotations

import numpy as np
import pytest
from injected import WAVE, Injected, spectrum_of

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.line_table import LineFitOptions
from moosegui.files.models.basis import read_basis
from moosegui.fit.linefit.choice import without_overlaps
from moosegui.fit.linefit.families import lay_out
from moosegui.fit.linefit.fit import fit_lines
from moosegui.fit.linefit.profiles import VELOCITY
from moosegui.fit.linefit.shapes import ABSORPTION, RESONANT, LineData, usual_shapes

Z = 1.2
MGII = (2796.354, 2803.532)


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(resource("basis", DEFAULT_BASIS))


def doublet(flux: float, velocity: float) -> tuple[Injected, ...]:
    return tuple(Injected(wave, flux, velocity, width=80.0) for wave in MGII)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("lines", "families"),
    [
        (doublet(900.0, 0.0), {"resonant"}),
        (doublet(-900.0, 0.0), {"interstellar"}),
        (doublet(1200.0, 250.0) + doublet(-1000.0, -250.0), {"resonant", "interstellar"}),
    ],
)
def test_that_the_side_that_is_seen_is_fitted(
    basis: Basis, *, lines: tuple[Injected, ...], families: set[str], seed: int
) -> None:
    fit = fit_lines(spectrum_of(lines, Z, seed), basis, Z)

    rows = [line for line in fit.lines if line.name == "MGII2796"]
    assert {line.family for line in rows} == families


def test_that_noise_has_one_side_without_flux(basis: Basis) -> None:
    fit = fit_lines(spectrum_of((), Z, 5), basis, Z)

    rows = [line for line in fit.lines if line.name == "MGII2796"]
    assert len(rows) == 1
    assert abs(rows[0].flux) < 4.5 * rows[0].flux_error


@pytest.mark.parametrize(
    ("apart", "families"), [(40.0, {ABSORPTION}), (400.0, {RESONANT, ABSORPTION})]
)
def test_that_sides_that_lie_on_one_another_become_one(apart: float, families: set[int]) -> None:
    spectrum = spectrum_of(doublet(-900.0, 0.0), Z, 1, continuum=0.0)
    layout = lay_out(spectrum, Z, LineFitOptions())
    shapes = usual_shapes()
    shapes.values[RESONANT, VELOCITY] = apart

    kept = without_overlaps(LineData(WAVE, spectrum.flux, spectrum.ivar), layout, shapes)

    is_mgii = np.array([line.name.startswith("MGII") for line in kept.lines])
    assert set(kept.families[is_mgii].tolist()) == families
