"""Basis files: what is written comes back, and what is no basis gets a sentence."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from moosegui import config
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid
from moosegui.errors import BasisError
from moosegui.files.models import basis as basis_file
from moosegui.files.models.basis import list_ranks, read_basis, read_ensemble, write_basis

GRID = LogGrid(2.8, 2.0e-5, 400)


def a_basis(rank: int) -> Basis:
    components = np.random.default_rng(rank).random((rank, GRID.n_wave)).astype(np.float32)
    provenance = (("made by", "Zoë"), ("spectra", "12"))
    return Basis(components, GRID, "air", (4700.0, 9350.0), f"test {rank}", provenance)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "basis.h5"
    write_basis(path, [a_basis(6), a_basis(10), a_basis(14)], default_rank=10)
    return path


@pytest.fixture
def of_moose_jl(tmp_path: Path) -> Path:
    path = tmp_path / "H_v1.2.h5"
    with h5py.File(path, "w") as file:
        for rank in (6, 10):
            shape = (basis_file.MOOSE_JL_N_WAVE, rank)
            values = np.full(shape, 0.5, dtype=np.float32)
            values[:, 1] = 0.75
            values[100] = 1e-42
            file.create_dataset(f"rank_{rank}", data=values)
    return path


@pytest.mark.parametrize("rank", [6, 10, 14])
def test_that_a_rank_comes_back_as_it_was_written(written: Path, rank: int) -> None:
    expected = a_basis(rank)

    basis = read_basis(written, rank)

    assert basis.fingerprint == expected.fingerprint
    assert np.array_equal(basis.components, expected.components)
    assert (basis.grid, basis.medium) == (expected.grid, expected.medium)
    assert basis.observed_range == expected.observed_range
    assert (basis.name, basis.provenance) == (expected.name, expected.provenance)


def test_that_ranks_are_listed_in_order(written: Path) -> None:
    ranks = list_ranks(written)

    assert ranks == (6, 10, 14)


def test_that_the_default_rank_is_the_one_of_the_file(written: Path) -> None:
    basis = read_basis(written)

    assert basis.n_components == 10


def test_that_writing_replaces_the_file_and_leaves_nothing_beside_it(written: Path) -> None:
    write_basis(written, [a_basis(8)])

    assert list_ranks(written) == (8,)
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_that_bases_on_different_grids_do_not_share_a_file(tmp_path: Path) -> None:
    other = Basis(np.ones((3, 50)), LogGrid(2.8, 2.0e-5, 50), "air", (4700.0, 9350.0))

    with pytest.raises(ValueError, match="share grid"):
        write_basis(tmp_path / "basis.h5", [a_basis(6), other])


def test_that_two_bases_of_one_rank_do_not_share_a_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="different ranks"):
        write_basis(tmp_path / "basis.h5", [a_basis(6), a_basis(6)])


def test_that_a_missing_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BasisError, match="cannot be written"):
        write_basis(tmp_path / "nowhere" / "basis.h5", [a_basis(6)])


def test_that_a_basis_of_moose_jl_is_transposed_and_put_on_its_own_grid(of_moose_jl: Path) -> None:
    basis = read_basis(of_moose_jl, 6)

    assert basis.components.shape == (6, 56241)
    assert (basis.components[1, :100] == 0.75).all()
    assert (basis.components[0, :100] == 0.5).all()
    assert basis.medium == "air"
    assert basis.grid.wave_range == pytest.approx((562.5, 9349.5), abs=0.1)
    assert basis.grid.log10_step == pytest.approx(2.170461e-5, rel=1e-6)


def test_that_the_blend_in_the_second_component_of_moose_jl_is_zeroed(of_moose_jl: Path) -> None:
    basis = read_basis(of_moose_jl)
    is_zero = basis.components == 0
    is_zero[:, 100] = False

    assert is_zero.sum() == is_zero[1].sum() == 121
    assert basis.grid.wave[is_zero[1]][0] == pytest.approx(856.9, abs=0.1)
    assert basis.grid.wave[is_zero[1]][-1] == pytest.approx(862.1, abs=0.1)


def test_that_subnormals_of_moose_jl_are_zeroed(of_moose_jl: Path) -> None:
    basis = read_basis(of_moose_jl)

    assert (basis.components[:, 100] == 0).all()


def test_that_a_rank_that_is_not_there_names_those_that_are(written: Path) -> None:
    with pytest.raises(BasisError, match="no rank 7; choose one of 6, 10, 14"):
        read_basis(written, 7)


def test_that_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BasisError, match="no basis file"):
        read_basis(tmp_path / "absent.h5")


def test_that_another_kind_of_file_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "basis.h5"
    path.write_text("SIMPLE  =                    T")

    with pytest.raises(BasisError, match="not an HDF5 file"):
        read_basis(path)


@pytest.mark.parametrize("fraction", [0.05, 0.3, 0.6, 0.95])
def test_that_a_truncated_file_gets_a_sentence(written: Path, fraction: float) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: int(len(content) * fraction)])

    with pytest.raises(BasisError, match="damaged"):
        read_basis(written, 14)


def test_that_a_flipped_byte_gets_a_sentence(written: Path) -> None:
    with h5py.File(written) as file:
        offset = file["rank_14"].id.get_chunk_info(0).byte_offset
    content = bytearray(written.read_bytes())
    content[offset + 50] ^= 0xFF
    written.write_bytes(content)

    with pytest.raises(BasisError, match="damaged"):
        read_basis(written, 14)


def test_that_hdf5_without_components_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cube.h5"
    with h5py.File(path, "w") as file:
        file["data"] = np.ones((3, 4))

    with pytest.raises(BasisError, match="not a basis"):
        list_ranks(path)


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_that_impossible_values_get_a_sentence(written: Path, value: float) -> None:
    with h5py.File(written, "r+") as file:
        file["rank_6"][2, 3] = value

    with pytest.raises(BasisError, match="negative or undefined"):
        read_basis(written, 6)


def test_that_a_changed_component_is_noticed(written: Path) -> None:
    with h5py.File(written, "r+") as file:
        file["rank_6"][2, 3] += 0.5

    with pytest.raises(BasisError, match="changed after it was written"):
        read_basis(written, 6)


def test_that_a_newer_version_asks_for_an_update(written: Path) -> None:
    with h5py.File(written, "r+") as file:
        file.attrs["format_version"] = basis_file.FORMAT_VERSION + 1

    with pytest.raises(BasisError, match="newer than 1; update moosegui"):
        list_ranks(written)


@pytest.mark.parametrize("attribute", ["log10_step", "medium", "observed_range"])
def test_that_a_lost_attribute_gets_a_sentence(written: Path, attribute: str) -> None:
    with h5py.File(written, "r+") as file:
        del file.attrs[attribute]

    with pytest.raises(BasisError, match="incomplete"):
        read_basis(written)


def test_that_components_of_another_length_get_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "basis.h5"
    with h5py.File(path, "w") as file:
        file["rank_6"] = np.ones((6, 56241), dtype=np.float32)

    with pytest.raises(BasisError, match="shape"):
        read_basis(path)


def test_that_the_shipped_ensemble_is_of_two_ranks_in_vacuum() -> None:
    members = read_ensemble(config.resource("basis", config.DEFAULT_BASIS))

    assert [(basis.n_components, basis.medium) for basis in members] == [
        (12, "vacuum"),
        (11, "vacuum"),
    ]


def test_that_the_shipped_basis_says_how_it_was_made() -> None:
    for basis in read_ensemble(config.resource("basis", config.DEFAULT_BASIS)):
        provenance = dict(basis.provenance)

        assert provenance["survey"] == "training_survey.fits"
        assert len(provenance["survey SHA-256"]) == 64
        assert {"seed", "solver", "tolerance", "error floor", "version"} <= provenance.keys()


def test_that_the_shipped_basis_is_small() -> None:
    assert config.resource("basis", config.DEFAULT_BASIS).stat().st_size < 6_000_000


@pytest.fixture
def of_three(tmp_path: Path) -> Path:
    path = tmp_path / "ensemble.h5"
    write_basis(path, [a_basis(6), a_basis(10), a_basis(14)], ensemble=[14, 6])
    return path


def test_that_an_ensemble_comes_back_in_its_order(of_three: Path) -> None:
    members = read_ensemble(of_three)

    assert [basis.n_components for basis in members] == [14, 6]
    assert read_basis(of_three).n_components == 14


def test_that_one_rank_of_an_ensemble_stands_alone(of_three: Path) -> None:
    members = read_ensemble(of_three, 10)

    assert [basis.n_components for basis in members] == [10]


def test_that_a_file_without_an_ensemble_gives_its_default(written: Path) -> None:
    members = read_ensemble(written)

    assert [basis.n_components for basis in members] == [10]


@pytest.mark.parametrize("ensemble", [[6, 6], [6, 12], [10, 6]])
def test_that_an_ensemble_is_of_different_ranks_of_the_file_with_the_default_first(
    tmp_path: Path, ensemble: list[int]
) -> None:
    bases = [a_basis(6), a_basis(10)]

    with pytest.raises(ValueError, match="ensemble"):
        write_basis(tmp_path / "basis.h5", bases, default_rank=6, ensemble=ensemble)
