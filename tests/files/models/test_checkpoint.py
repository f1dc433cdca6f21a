from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moosegui.errors import InputError
from moosegui.files.models.checkpoint import SavedRank, TrainingCheckpoint


def state(rank: int) -> SavedRank:
    rng = np.random.default_rng(rank)
    return SavedRank(rng.random((rank, 50)), rng.random((8, rank)), rng.random(3), rank == 1)


@pytest.fixture
def checkpoint(tmp_path: Path) -> TrainingCheckpoint:
    checkpoint = TrainingCheckpoint.beside(tmp_path / "basis.h5")
    checkpoint.start({"seed": "0"})
    return checkpoint


def test_that_what_was_saved_comes_back_by_rank(checkpoint: TrainingCheckpoint) -> None:
    for rank in (10, 2, 1):
        checkpoint.save(state(rank))

    loaded = checkpoint.load()

    assert [one.rank for one in loaded] == [1, 2, 10]
    np.testing.assert_array_equal(loaded[2].components, state(10).components)
    assert [one.is_converged for one in loaded] == [True, False, False]


def test_that_a_run_without_a_saved_rank_leaves_nothing_to_resume(
    checkpoint: TrainingCheckpoint,
) -> None:
    assert not checkpoint.exists


def test_that_a_new_run_forgets_the_ranks_of_the_old(checkpoint: TrainingCheckpoint) -> None:
    checkpoint.save(state(3))

    checkpoint.start({"seed": "1"})

    assert checkpoint.load() == ()


@pytest.mark.parametrize("name", ["run.json", "rank_2.npz"])
def test_that_a_damaged_file_is_answered_with_a_sentence(
    checkpoint: TrainingCheckpoint, name: str
) -> None:
    checkpoint.save(state(2))
    (checkpoint.path / name).write_bytes(b"PK\x03\x04 damaged")

    with pytest.raises(InputError, match="damaged"):
        checkpoint.check({"seed": "0"})
        checkpoint.load()


def test_that_the_option_that_differs_is_named(checkpoint: TrainingCheckpoint) -> None:
    with pytest.raises(InputError, match="seed 0 and this run has 5"):
        checkpoint.check({"seed": "5"})
