"""The HDF5 files of Moose.jl are known for what they are, and its curves are read."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spectrum_files import stored_wave, vacuum_of

from moosegui.data.grids import RedshiftGrid
from moosegui.errors import InputError
from moosegui.files.moosejl.curves import read_curves
from moosegui.files.moosejl.kinds import moose_kind
from moosegui.files.spectra import list_headers, read_spectrum

CHI2 = 1.0 + np.cos(np.arange(13401) / 500.0)
LAYOUTS = {
    "1": ("chi2", "z_hat", "dchi2", "R"),
    "2": ("curve", "zhat", "dchi2", "R"),
    "3": ("chi2_1", "z_1", "dchi2_1", "R_1"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_each_layout_of_curves_is_read(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "c.h5"
    names = LAYOUTS[layout]
    with h5py.File(path, "w") as file:
        for source in ("00012", "7"):
            group = file.create_group(source)
            for name, value in zip(names, (CHI2, 0.5, 0.1, 0.3), strict=True):
                group[name] = value

    curves = {curve.source_id: curve for curve in read_curves(path)}

    assert moose_kind(path) == "curves"
    assert set(curves) == {"00012", "7"}
    curve = curves["7"]
    np.testing.assert_allclose(curve.chi2, CHI2)
    assert curve.redshifts[[0, -1]].tolist() == pytest.approx([0.0, 6.7])
    assert (curve.redshift, curve.dchi2, curve.robustness) == (0.5, 0.1, 0.3)


@given(
    layout=st.sampled_from(list(LAYOUTS)),
    values=st.lists(st.floats(0.0, 1e6, width=32), min_size=3, max_size=60),
    numbers=st.tuples(st.floats(0.0, 6.7), st.floats(0.0, 1.0), st.floats(0.0, 100.0)),
    kind=st.sampled_from(["<f4", ">f4", "<f8", ">f8"]),
    names=st.sets(st.text("0123456789_ab", min_size=1, max_size=8), min_size=1, max_size=3),
)
@settings(max_examples=40)
def test_that_any_curve_is_read_by_value(
    tmp_path: Path,
    layout: str,
    values: list[float],
    numbers: tuple[float, float, float],
    kind: str,
    names: set[str],
) -> None:
    path, chi2 = tmp_path / "any.h5", np.array(values, dtype=kind)
    with h5py.File(path, "w") as file:
        for name in names:
            for key, value in zip(LAYOUTS[layout], (chi2, *numbers), strict=True):
                file.require_group(name)[key] = value
    trials = RedshiftGrid(0.0, (len(values) - 1) * 0.01, 0.01)

    curves = {curve.source_id: curve for curve in read_curves(path, trials)}

    assert set(curves) == names
    for curve in curves.values():
        np.testing.assert_array_equal(curve.chi2, chi2.astype(np.float64))
        assert len(curve.redshifts) == len(values)
        assert (curve.redshift, curve.dchi2, curve.robustness) == numbers


def test_that_the_oldest_layout_is_a_curve_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "c.h5"
    with h5py.File(path, "w") as file:
        file["12"] = CHI2

    (curve,) = read_curves(path)

    assert curve.source_id == "12"
    assert np.isnan(curve.redshift)


def test_that_other_trials_must_be_known(tmp_path: Path) -> None:
    path = tmp_path / "c.h5"
    with h5py.File(path, "w") as file:
        file["12"] = CHI2[:101]

    with pytest.raises(InputError, match="101 values for 13401 trial redshifts"):
        read_curves(path)
    (curve,) = read_curves(path, RedshiftGrid(0.0, 1.0, 0.01))

    assert curve.redshifts[-1] == pytest.approx(1.0)


def test_that_the_curves_of_a_cube_bring_their_trials(tmp_path: Path) -> None:
    path = tmp_path / "x_Moose.h5"
    with h5py.File(path, "w") as file:
        file.attrs.update({"zmin": 0.0, "zmax": 2.0, "dz": 0.02})
        file.create_group("CHI2_SPAXELS")["3_4"] = CHI2[:101]

    (curve,) = read_curves(path)

    assert moose_kind(path) == "curves of a cube"
    assert (curve.source_id, curve.redshifts[-1]) == ("3_4", 2.0)


def write_cube(path: Path) -> Path:
    """Write a cube as Julia does, axes reversed: the flux is 10 i + j, counted from 1."""
    n_x, n_y, n_wave = 3, 2, 400
    values = 10.0 * np.arange(1, n_x + 1)[None, :] + np.arange(1, n_y + 1)[:, None]
    with h5py.File(path, "w") as file:
        file["data"] = np.ones((n_wave, 1, 1)) * values
        file["stat"] = np.full((n_wave, n_y, n_x), 4.0)
        file.attrs.update({"λᵣ": 4750.0, "δλ": 1.25})
    return path


def test_that_a_cube_is_a_list_of_its_spaxels(tmp_path: Path) -> None:
    headers = list_headers(write_cube(tmp_path / "cube.h5"))

    spectra = {header.source_id: read_spectrum(header.ref) for header in headers}

    assert len(spectra) == 6
    assert spectra["3_2"].flux[0] == 32.0
    np.testing.assert_allclose(spectra["1_1"].sigma, 2.0)
    np.testing.assert_allclose(spectra["1_1"].wave, vacuum_of(stored_wave()), rtol=3e-8)


@pytest.mark.parametrize(
    ("datasets", "what"),
    [
        ({"rank_6": np.ones((50, 6))}, "a basis of Moose.jl"),
        (
            {"spectra_matrix": np.ones((3, 9)), "redshifts": np.ones(3)},
            "a training set of Moose.jl",
        ),
        ({"12": CHI2}, "chi2 curves that Moose.jl wrote"),
        ({"x": np.ones((2, 2))}, "an HDF5 file"),
    ],
)
def test_that_what_holds_no_spectrum_is_called_what_it_is(
    tmp_path: Path, datasets: dict[str, np.ndarray], what: str
) -> None:
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[name] = values

    with pytest.raises(InputError, match=what):
        list_headers(path)
