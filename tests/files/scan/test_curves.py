"""Curves that a scan keeps: whole after a crash, and one file at the end."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from moosegui.errors import ExportError
from moosegui.files.scan.curves import Curve, CurveJournal

N_Z = 7
REDSHIFTS = np.linspace(0.0, 0.6, N_Z)
SETTINGS = {"BASIS": "small"}


def curve(value: float) -> Curve:
    return Curve(np.linspace(value, value + 1.0, N_Z, dtype=np.float32), 500)


def opened(path: Path, settings: dict[str, str] = SETTINGS) -> CurveJournal:
    return CurveJournal.open(path, settings, N_Z)


def test_that_curves_are_in_the_order_of_the_list_with_nan_for_what_was_not_scanned(
    tmp_path: Path,
) -> None:
    target = tmp_path / "curves.h5"
    with opened(target) as journal:
        journal.append("b", curve(2.0))
        journal.append("a", curve(1.0))
        journal.write(target, REDSHIFTS, [("a", "α 1"), ("c", "3"), ("b", "2")], {"RANK": "2"})
        journal.remove()

    with h5py.File(target) as file:
        assert file.attrs["format"] == "moosegui curves"
        assert file.attrs["RANK"] == "2"
        assert list(file["id"].asstr()) == ["α 1", "3", "2"]
        np.testing.assert_array_equal(file["redshift"][:], REDSHIFTS)
        np.testing.assert_array_equal(file["chi2"][0], curve(1.0).chi2)
        assert np.isnan(file["chi2"][1]).all()
        np.testing.assert_array_equal(file["chi2"][2], curve(2.0).chi2)
        assert list(file["n_samples"]) == [500, 0, 500]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("n_lost", [1, 4, 20, 40])
def test_that_a_torn_end_costs_one_curve_and_no_other(tmp_path: Path, n_lost: int) -> None:
    target = tmp_path / "curves.h5"
    with opened(target) as journal:
        for i, key in enumerate("abc"):
            journal.append(key, curve(float(i)))
    content = journal.path.read_bytes()
    journal.path.write_bytes(content[:-n_lost])

    with opened(target) as again:
        assert [key in again for key in "abc"] == [True, True, False]
        again.append("c", curve(9.0))
        again.write(target, REDSHIFTS, [(key, key) for key in "abc"], {})

    with h5py.File(target) as file:
        np.testing.assert_array_equal(file["chi2"][:, 0], [0.0, 1.0, 9.0])


def test_that_a_flipped_byte_ends_what_is_taken_up(tmp_path: Path) -> None:
    target = tmp_path / "curves.h5"
    with opened(target) as journal:
        for key in "abc":
            journal.append(key, curve(1.0))
    content = bytearray(journal.path.read_bytes())
    content[-60] ^= 1
    journal.path.write_bytes(content)

    with opened(target) as again:
        assert [key in again for key in "abc"] == [True, False, False] or "b" in again
        assert "c" not in again


def test_that_curves_of_other_settings_are_not_taken_up(tmp_path: Path) -> None:
    target = tmp_path / "curves.h5"
    with opened(target) as journal:
        journal.append("a", curve(1.0))

    with pytest.raises(ExportError, match="with other settings"):
        opened(target, {"BASIS": "large"})

    CurveJournal.drop(target)
    with opened(target, {"BASIS": "large"}) as fresh:
        assert "a" not in fresh
