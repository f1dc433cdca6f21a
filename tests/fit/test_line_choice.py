"""Emission and absorption of one doublet are fitted together only where both are seen."""

from __future__ import annotations

import pytest
from injected import Injected, spectrum_of

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.files.basis_file import read_basis
from moosegui.fit.linefit import fit_lines

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
