"""A basis that workers learn, or that is learned from a disk, is that of this process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import dying
import numpy as np
import pytest
from survey_file import write_survey

from moosegui.errors import InputError, MooseError
from moosegui.fit.basis.groups import GroupTask
from moosegui.fit.basis.nmf import Factorisation, TrainingOptions, refine, train
from moosegui.fit.basis.windows import Windows
from moosegui.pipeline.machines import training
from moosegui.pipeline.machines.pool import Pool
from moosegui.pipeline.machines.training import (
    Iteration,
    group_on_worker,
    windows_of,
)
from moosegui.pipeline.training import TrainingRecipe, TrainingSet, load_training_set

OPTIONS = TrainingOptions(rank=3, max_iterations=4, tolerance=0.0, n_threads=2)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_survey(tmp_path_factory.mktemp("survey") / "survey.fits")


@pytest.fixture(scope="module")
def training_set(survey: Path) -> TrainingSet:
    return load_training_set(survey, TrainingRecipe(zmax=2.0, resolution="half"))


def learned(training_set: TrainingSet, options: TrainingOptions) -> Factorisation:
    with windows_of(training_set) as (windows, crew):
        assert crew is None
        return train(windows, options).of_rank(options.rank)


def assert_same(found: Factorisation, expected: Factorisation) -> None:
    np.testing.assert_array_equal(found.components, expected.components)
    np.testing.assert_array_equal(found.weights, expected.weights)
    np.testing.assert_array_equal(found.chi2, expected.chi2)


def test_that_workers_learn_the_same_basis_though_one_is_killed(
    pool: Pool, training_set: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = list[int]()
    monkeypatch.setattr(training, "group_on_worker", dying.group_once_dead)

    with windows_of(training_set, tmp_path / "basis.h5", pool) as (windows, crew):
        found = train(windows, OPTIONS, crew=crew, report=lambda p: done.append(p.iteration))

    assert (tmp_path / dying.MARK).exists()
    assert done == [1, 2, 3, 4] * OPTIONS.rank
    assert_same(found.of_rank(3), learned(training_set, OPTIONS))
    assert [path.name for path in tmp_path.iterdir()] == [dying.MARK]


def test_that_a_disk_gives_the_same_basis_as_memory(
    survey: Path, training_set: TrainingSet, tmp_path: Path
) -> None:
    recipe = training_set.recipe
    on_disk = load_training_set(survey, recipe, scratch=tmp_path)
    assert isinstance(on_disk.spectra.flux, np.memmap)

    with windows_of(on_disk, tmp_path / "basis.h5") as (windows, crew):
        assert crew is None
        assert not any(block.scaled.flags.owndata for block in windows.blocks)
        found = train(windows, OPTIONS).of_rank(3)

    assert_same(found, learned(training_set, OPTIONS))
    assert not list(tmp_path.iterdir())


def test_that_workers_refine_the_same_basis(
    pool: Pool, training_set: TrainingSet, tmp_path: Path
) -> None:
    start = learned(training_set, OPTIONS).components
    options = replace(OPTIONS, solver="multiplicative")

    with windows_of(training_set, tmp_path / "basis.h5", pool) as (windows, crew):
        found = refine(windows, start, options, crew=crew)

    with windows_of(training_set) as (near, _):
        assert_same(found, refine(near, start, options))


def test_that_a_second_run_under_the_same_path_has_its_own_spectra(
    pool: Pool, survey: Path, training_set: TrainingSet, tmp_path: Path
) -> None:
    full = load_training_set(survey, TrainingRecipe(zmax=2.0))
    for one in (full, training_set):
        with windows_of(one, tmp_path / "basis.h5", pool) as (windows, crew):
            found = train(windows, OPTIONS, crew=crew).of_rank(3)
        assert_same(found, learned(one, OPTIONS))


def task_of(windows: Windows) -> GroupTask:
    block = windows.blocks[0]
    span = block.tiles.start, block.tiles.stop
    weights = np.ones((block.rows.size, 1))
    return GroupTask(0, 0, 1, span, weights, "solved", "exact")


def test_that_a_worker_of_another_version_refuses(
    training_set: TrainingSet, tmp_path: Path
) -> None:
    with windows_of(training_set) as (windows, _):
        shared = Iteration(tmp_path / "none", np.ones((windows.n_tiles, 1, 256)), "0.0.1")

        with pytest.raises(MooseError, match=r"0\.0\.1"):
            group_on_worker(shared, task_of(windows))


def test_that_a_worker_that_does_not_see_the_spectra_says_so(
    pool: Pool, training_set: TrainingSet, tmp_path: Path
) -> None:
    with windows_of(training_set, tmp_path / "basis.h5", pool) as (windows, crew):
        (path,) = tmp_path.iterdir()
        path.rename(tmp_path / "elsewhere")

        with pytest.raises(InputError, match="every machine must see it"):
            train(windows, OPTIONS, crew=crew)


def test_that_workers_let_the_disk_go_when_a_run_ends(
    pool: Pool, training_set: TrainingSet, tmp_path: Path
) -> None:
    with windows_of(training_set, tmp_path / "basis.h5", pool) as (windows, crew):
        train(windows, OPTIONS, crew=crew)
        during = list(pool.results(dying.mapped_files, ".windows", range(4)))

    after = list(pool.results(dying.mapped_files, ".windows", range(4)))

    assert max(during) == 1
    assert max(after) == 0


def test_that_no_file_has_a_name_where_nobody_else_reads_it(
    training_set: TrainingSet, tmp_path: Path
) -> None:
    with windows_of(training_set, tmp_path / "basis.h5") as (windows, _):
        assert not list(tmp_path.iterdir())
        assert windows.n_samples() > 0


def test_that_nobody_can_change_the_spectra_of_others(
    training_set: TrainingSet, tmp_path: Path
) -> None:
    with windows_of(training_set, tmp_path / "basis.h5") as (windows, _):
        for block in windows.blocks:
            assert not block.scaled.flags.writeable
            assert not block.roots.flags.writeable
