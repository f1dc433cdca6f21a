"""Kept transforms are those that would be made, and scans with them are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic import small_basis, spectrum_at

from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.files.models import kept_arrays
from moosegui.fit.scan.prepared import PreparedBasis, prepare_together
from moosegui.pipeline import prepared_bases
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import make_engine
from moosegui.pipeline.prepared_bases import prepare_bases, prepare_basis


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOOSEGUI_CACHE", str(tmp_path))
    monkeypatch.setattr(prepared_bases, "WORTH_KEEPING", 0)
    monkeypatch.setattr(kept_arrays, "is_on_own_disk", lambda _: True)
    return tmp_path / "arrays"


@pytest.fixture
def bases() -> list[Basis]:
    first = small_basis(step=5e-5)
    other = first.components[:3].copy()
    other[1, 40] = 1e6  # a sample that the transforms leave out
    return [first, Basis(other, first.grid)]


def _assert_same(found: PreparedBasis, expected: PreparedBasis) -> None:
    for name in ("support", "spikes", "norms", "square_norms"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    for name in ("blocks", "shares", "slots", "norms"):
        np.testing.assert_array_equal(getattr(found.rows, name), getattr(expected.rows, name))
    assert found.rows.plan is expected.rows.plan
    assert found.basis is expected.basis


def test_that_kept_transforms_are_those_that_would_be_made(bases: list[Basis], folder: Path):
    expected = prepare_together(bases)
    assert expected[1].spikes.size
    for _ in range(2):  # made and kept; read
        found = prepare_bases(bases)
        for one, other in zip(found, expected, strict=True):
            _assert_same(one, other)
        assert found[0].rows.blocks is found[1].rows.blocks
        assert len(list(folder.iterdir())) == 1


def test_that_kept_transforms_are_not_made_again(
    bases: list[Basis], monkeypatch: pytest.MonkeyPatch
):
    prepare_basis(bases[0])
    monkeypatch.setattr(prepared_bases, "prepare_together", None)
    prepare_basis(bases[0])
    with pytest.raises(TypeError):
        prepare_basis(bases[1])


def test_that_what_differs_has_transforms_of_its_own(bases: list[Basis], folder: Path):
    first = bases[0]
    nearly = first.components.copy()
    nearly[0, 100] *= 1.0 + 1e-12  # less than its fingerprint tells
    others = [
        [Basis(nearly, first.grid)],
        [Basis(first.components, first.grid, observed_range=(4700.0, 9300.0))],
        bases,
        bases[::-1],
    ]
    prepare_basis(first)
    for n, several in enumerate(others, start=2):
        prepare_bases(several)
        assert len(list(folder.iterdir())) == n


def test_that_other_code_makes_other_transforms(
    bases: list[Basis], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    prepare_basis(bases[0])
    monkeypatch.setattr(prepared_bases, "_code", lambda: b"changed")
    prepare_basis(bases[0])
    assert len(list(folder.iterdir())) == 2


def test_that_small_transforms_are_not_kept(
    bases: list[Basis], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(prepared_bases, "WORTH_KEEPING", 1 << 40)
    prepare_basis(bases[0])
    assert not folder.exists()


@pytest.mark.parametrize("is_mapped", [True, False])
def test_that_scans_are_the_same_to_the_last_bit(
    bases: list[Basis],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    rng: np.random.Generator,
    is_mapped: bool,
):
    monkeypatch.setattr(kept_arrays, "TELLS_DISKS", False)
    monkeypatch.setattr(kept_arrays, "is_on_own_disk", lambda _: is_mapped)
    settings = ScanSettings(RedshiftGrid(0.0, 2.0, 0.001))
    spectrum = spectrum_at(bases[0], 0.84, rng, snr=8.0)

    def curve() -> np.ndarray:
        engine = make_engine(bases[0], settings, companions=bases[1:])
        assert engine.prepared.rows.blocks.ctypes.data % 64 == 0
        return analyse("", spectrum, engine).scan.chi2

    with monkeypatch.context() as patched:
        patched.setenv("MOOSEGUI_CACHE", "")
        expected = curve()
    assert not folder.exists()
    np.testing.assert_array_equal(curve(), expected)
    assert len(list(folder.iterdir())) == 2
    monkeypatch.setattr(prepared_bases, "prepare_together", None)
    np.testing.assert_array_equal(curve(), expected)


def test_that_what_cannot_be_restored_is_kept_anew(bases: list[Basis], folder: Path):
    prepare_basis(bases[0])
    (kept,) = folder.iterdir()
    kept_arrays.drop_arrays(kept.name)
    kept_arrays.keep_arrays(kept.name, {"blocks": np.zeros(3), "support": np.zeros((1, 2))})
    _assert_same(prepare_basis(bases[0]), prepare_together(bases[:1])[0])
    assert (kept / "slots.npy").exists()
