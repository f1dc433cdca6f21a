"""The state of a training on its way, so that it continues where it was interrupted.

Beside the basis lies the folder `<basis>.checkpoint`: `run.json` says what the run depends on, and
`rank_<k>.npz` holds the factors of each rank, the last of which may be unfinished. Each file is
replaced whole or not at all. The folder goes when the basis has been written.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.errors import ExportError, InputError
from moosegui.files.limits import read_document
from moosegui.files.safe_write import replacing

DESCRIPTION = "run.json"
_RANK_FILE = re.compile(r"rank_(\d+)\.npz")


@dataclass(frozen=True, slots=True, eq=False)
class SavedRank:
    """The factors of one rank.

    Parameters
    ----------
    components : ndarray of shape (rank, n_wave)
    weights : ndarray of shape (n_spectra, rank)
    chi2 : ndarray of shape (n_iterations,)
    is_converged : bool
    """

    components: FloatArray
    weights: FloatArray
    chi2: FloatArray
    is_converged: bool

    @property
    def rank(self) -> int:
        """Number of components."""
        return int(self.components.shape[0])


class TrainingCheckpoint:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, basis_path: Path) -> Self:
        """Return the checkpoint of the run that writes `basis_path`."""
        return cls(basis_path.with_name(f"{basis_path.name}.checkpoint"))

    @property
    def exists(self) -> bool:
        """Whether an earlier run left its state."""
        return (self.path / DESCRIPTION).is_file() and bool(self._ranks())

    def start(self, description: Mapping[str, str]) -> None:
        """Begin a run.

        Parameters
        ----------
        description : mapping of str to str
            Whatever the factors depend on.

        Raises
        ------
        ExportError
            If the folder cannot be written.
        """
        self.remove()
        try:
            self.path.mkdir(exist_ok=True)
        except OSError as error:
            raise ExportError(
                f"{self.path} cannot be created ({error.strerror}); choose another place."
            ) from error
        with replacing(self.path / DESCRIPTION) as temporary:
            temporary.write_text(json.dumps(dict(description), indent=1), encoding="utf-8")

    def check(self, description: Mapping[str, str]) -> None:
        """Make sure that the earlier run was made with the same options and data.

        Raises
        ------
        InputError
            If it was not, or its description is damaged.
        """
        try:
            found = json.loads(read_document(self.path / DESCRIPTION))
            items = {str(key): str(value) for key, value in found.items()}
        except (OSError, ValueError, AttributeError) as error:
            raise InputError(
                f"The checkpoint {self.path} is damaged ({error}); delete it and start again."
            ) from error
        for key in [*description, *items]:
            was, now = items.get(key, "nothing"), description.get(key, "nothing")
            if was != now:
                raise InputError(
                    f"The checkpoint {self.path} was made with {key} {was} and this run has {now}; "
                    "use the same options, or delete it."
                )

    def save(self, state: SavedRank) -> None:
        """Write the state of a rank, replacing an earlier one.

        Raises
        ------
        ExportError
            If it cannot be written.
        """
        with replacing(self.path / f"rank_{state.rank}.npz") as temporary:
            np.savez(
                temporary,
                components=state.components,
                weights=state.weights,
                chi2=state.chi2,
                is_converged=np.array(state.is_converged),
            )

    def load(self) -> tuple[SavedRank, ...]:
        """Return what was saved, by increasing rank.

        Raises
        ------
        InputError
            If a file is damaged.
        """
        return tuple(self._read(rank) for rank in self._ranks())

    def remove(self) -> None:
        """Delete the folder, if there is one."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _ranks(self) -> list[int]:
        matches = [_RANK_FILE.fullmatch(path.name) for path in self.path.iterdir()]
        return sorted(int(match[1]) for match in matches if match)

    def _read(self, rank: int) -> SavedRank:
        path = self.path / f"rank_{rank}.npz"
        try:
            with np.load(path, allow_pickle=False) as stored:
                state = SavedRank(
                    components=stored["components"],
                    weights=stored["weights"],
                    chi2=stored["chi2"],
                    is_converged=bool(stored["is_converged"]),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(
                f"The checkpoint {path} is damaged ({error}); delete that file to continue from "
                "the rank before."
            ) from error
        return state
