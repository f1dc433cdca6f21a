"""The curve of Moose.jl lies under ours."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from expert import Expert
from small_survey import IDS, write_catalogue

from moosegui.files.moosejl.curves import curve_beside
from moosegui.gui.curve.foreign_control import NOTHING

CHI2 = 1.0 + np.cos(np.arange(13401) / 500.0)


def write_curves(path: Path, name: str) -> None:
    with h5py.File(path, "w") as file:
        group = file.create_group(name)
        for key, value in (("chi2", CHI2), ("z_hat", 0.5), ("dchi2", 0.1), ("R", 0.3)):
            group[key] = value


@pytest.fixture
def someone(qtbot, tmp_path: Path):
    path = write_catalogue(tmp_path / "catalogue.csv")
    (tmp_path / "aaa.h5").write_bytes(b"\x89HDF\r\n\x1a\n damaged")
    write_curves(tmp_path / "run.h5", IDS[0].lstrip("0"))
    expert = Expert(qtbot, path)
    qtbot.waitUntil(lambda: not expert.window.jobs.n_pending)
    yield expert
    expert.quit()


def words(expert: Expert) -> str:
    return expert.chi2.foreign_words


def test_that_the_curve_of_the_source_is_found_by_its_id(someone: Expert, tmp_path: Path) -> None:
    found = curve_beside(tmp_path, IDS[0])

    assert found is not None
    np.testing.assert_allclose(found[1].chi2, CHI2)
    assert curve_beside(tmp_path, IDS[1]) is None


def test_that_it_is_drawn_with_what_moose_found(someone: Expert, qtbot) -> None:
    qtbot.waitUntil(lambda: bool(words(someone)))

    assert words(someone) == "run.h5, stretched: z 0.5  Δχ² 0.1  R 0.3"


def test_that_a_source_without_a_curve_has_none(someone: Expert, qtbot) -> None:
    qtbot.waitUntil(lambda: bool(words(someone)))

    someone.session.step(1)
    qtbot.waitUntil(lambda: not someone.window.jobs.n_pending)

    assert words(someone) == ""


def test_that_it_is_hidden_and_said_where_there_is_none(someone: Expert, qtbot) -> None:
    qtbot.waitUntil(lambda: bool(words(someone)))

    someone.action("foreign_curve").trigger()
    hidden = words(someone)
    someone.session.step(1)
    someone.action("foreign_curve").trigger()
    qtbot.waitUntil(lambda: NOTHING in someone.notices)

    assert hidden == ""
