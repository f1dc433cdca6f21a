"""From a labelled survey on disk to the spectra and the grid from which a basis is learned."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import OBSERVED_RANGE, Basis
from moosegui.data.grids import SHIPPED_LOG10_STEP, LogGrid
from moosegui.errors import InputError
from moosegui.files.session.backups import SUFFIX
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.files.tables.columns import as_texts
from moosegui.fit.basis.nmf import Factorisation
from moosegui.fit.basis.training_set import (
    Balance,
    QualityCuts,
    Rejection,
    TrainingLabels,
    cut_spectra,
    importance_of,
    median_snr,
)
from moosegui.fit.basis.windows import TrainingSpectra, training_memory
from moosegui.memory import require_memory
from moosegui.pipeline.verdict_survey import survey_of_verdicts

Resolution = Literal["full", "half", "refined"]
RESOLUTIONS: tuple[Resolution, ...] = ("full", "half", "refined")

ZMAX = 6.7  # what the shipped grid has room for
SHOWN_IDS = 5
NARROW = 1.1  # (1 + zmax) / (1 + zmin) below which other redshifts do not fill the grid's ends


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """Everything but the factorisation that a basis depends on.

    Parameters
    ----------
    rules : QualityCuts
    balance : Balance
    error_floor : float
        Relative error added in quadrature.
    zmax : float
        Redshift up to which the grid has room for the blue end of the spectra.
    zmin : float
        Redshift down to which it has room for their red end; negative for stars.
    kinds : tuple of str
        Classes that are learned from; all when empty. `star` is every class that begins with it.
    resolution : "full", "half" or "refined"
        Half has twice the step of the shipped grid; refined learns there and ends at full.
    """

    rules: QualityCuts = field(default_factory=QualityCuts)
    balance: Balance = field(default_factory=Balance)
    error_floor: float = 0.05
    zmax: float = ZMAX
    resolution: Resolution = "full"
    zmin: float = 0.0
    kinds: tuple[str, ...] = ()

    def described(self) -> dict[str, str]:
        """Return every choice as name and text; those of galaxies are told without being asked."""
        own = {"smallest redshift": f"{self.zmin:g}"} if self.zmin != 0 else {}
        return (
            own
            | ({"classes": ", ".join(self.kinds)} if self.kinds else {})
            | {
                "smallest ZCONF": str(self.rules.zconf_min),
                "largest FRAC2": f"{self.rules.max_blend:g}",
                "class weight": f"{self.balance.class_power:g}",
                "redshift bin": f"{self.balance.redshift_bin:g}",
                "S/N weight": f"{self.balance.snr_power:g}",
                "error floor": f"{self.error_floor:g}",
                "largest redshift": f"{self.zmax:g}",
                "resolution": self.resolution,
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Spectra that passed, and where they came from.

    Parameters
    ----------
    spectra : TrainingSpectra
    grid : LogGrid
    observed_range : (float, float)
        Observed wavelengths in Angstrom for which the basis is made.
    survey : str
        Name of the file.
    sha256 : str
        Of the file.
    n_all : int
        Spectra in it.
    notes : tuple of str
        What was left out and why, in sentences.
    recipe : TrainingRecipe
    """

    spectra: TrainingSpectra
    grid: LogGrid
    observed_range: tuple[float, float]
    survey: str
    sha256: str
    n_all: int
    notes: tuple[str, ...]
    recipe: TrainingRecipe

    @property
    def n_window(self) -> int:
        """Samples of the grid that one spectrum fills."""
        wave = self.spectra.wave
        return int(np.log10(wave[-1] / wave[0]) / self.grid.log10_step) + 2

    def memory(self, rank: int, *, is_on_disk: bool = False, is_shared: bool = False) -> int:
        """Foresee the bytes that learning up to a rank takes, at its finest grid.

        With windows that lie on a disk, what cannot lie there; other machines may share the work.
        """
        last = self if self.recipe.resolution != "refined" else self.at_full_resolution()
        size = len(last.spectra), last.n_window, rank, last.grid
        return training_memory(*size, has_windows=not is_on_disk, is_shared=is_shared)

    def at_full_resolution(self) -> TrainingSet:
        """Return the same spectra for the fine grid."""
        return replace(self, grid=training_grid(self.observed_range, self.recipe))

    def described(self) -> dict[str, str]:
        """Return the data and the recipe as name and text."""
        return {
            "survey": self.survey,
            "survey SHA-256": self.sha256,
            "spectra": f"{len(self.spectra)} of {self.n_all}",
            **self.recipe.described(),
        }


def load_training_set(
    path: Path, recipe: TrainingRecipe, *, scratch: Path | None = None
) -> TrainingSet:
    """Read a stacked survey, or the verdicts of a session, and keep what may be learned from.

    Parameters
    ----------
    path : Path
    recipe : TrainingRecipe
    scratch : Path, optional
        A folder whose disk holds the spectra of a survey, where memory does not.

    Raises
    ------
    InputError
        If it cannot be read, or nothing is left.
    ExportError
        If nothing can be written to `scratch`.
    """
    if path.name.endswith(SUFFIX):
        labelled, said = survey_of_verdicts(path)
    else:
        labelled, said = read_survey_arrays(path, scratch=scratch), ()
    survey = _of_kinds(labelled, recipe.kinds)
    observed_range = _observed_range(survey.wave, recipe)
    grid = training_grid(observed_range, recipe, is_half=recipe.resolution != "full")
    selection = cut_spectra(
        survey.flux,
        survey.ivar,
        _labels(survey),
        grid,
        wave_range=(float(survey.wave[0]), float(survey.wave[-1])),
        rules=recipe.rules,
    )
    notes = (*said, *(_told(rejection, survey) for rejection in selection.rejections))
    kept = selection.is_kept
    if not kept.any():
        raise InputError(f"{path} has no spectrum to learn from: {' '.join(notes)}")
    chosen = survey.only(np.flatnonzero(kept))
    snr = np.where(np.isfinite(chosen.snr), chosen.snr, median_snr(chosen.flux, chosen.ivar))
    importance = importance_of(chosen.redshift, chosen.kind, snr, recipe.balance)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return TrainingSet(
        spectra=TrainingSpectra(chosen.wave, chosen.flux, chosen.ivar, chosen.redshift, importance),
        grid=grid,
        observed_range=observed_range,
        survey=path.name,
        sha256=digest,
        n_all=len(survey),
        notes=notes,
        recipe=recipe,
    )


def _observed_range(wave: FloatArray, recipe: TrainingRecipe) -> tuple[float, float]:
    """Return the range of MUSE, widened to that of the survey.

    Where all spectra have nearly one redshift, as stars do, nothing fills the grid beyond the
    survey: then what it covers at every trial redshift.
    """
    first, last = float(wave[0]), float(wave[-1])
    stretch = (1.0 + recipe.zmax) / (1.0 + recipe.zmin) if recipe.zmin > -1.0 else 0.0
    if 1.0 < stretch < NARROW:
        return first * stretch, last / stretch
    return min(OBSERVED_RANGE[0], first), max(OBSERVED_RANGE[1], last)


def _of_kinds(survey: SurveyArrays, wanted: tuple[str, ...]) -> SurveyArrays:
    """Return the spectra of some classes, all of them if none is named."""
    is_wanted = [not wanted or any(_belongs(one, to) for to in wanted) for one in survey.kind]
    rows = np.flatnonzero(is_wanted)
    if rows.size == 0:
        raise InputError(f"The survey has no spectrum of the class {', '.join(wanted)}.")
    return survey.only(rows)


def _belongs(kind: str, wanted: str) -> bool:
    return kind == wanted or kind.startswith(f"{wanted}_")


def training_grid(
    observed_range: tuple[float, float], recipe: TrainingRecipe, *, is_half: bool = False
) -> LogGrid:
    """Return the grid from the blue end of a range at `zmax` to its red end at `zmin`.

    Raises
    ------
    InputError
        If there is no room for any redshift.
    """
    if not -1.0 < recipe.zmin < recipe.zmax:
        raise InputError(
            f"A grid from the redshift {recipe.zmin:g} to {recipe.zmax:g} is empty; raise --zmax."
        )
    start = float(np.log10(observed_range[0] / (1.0 + recipe.zmax)))
    last = float(np.log10(observed_range[1] / (1.0 + recipe.zmin)))
    step = (2.0 if is_half else 1.0) * SHIPPED_LOG10_STEP
    return LogGrid(start, step, int(np.ceil((last - start) / step)) + 1)


def check_memory(
    training_set: TrainingSet, rank: int, *, is_on_disk: bool = False, is_shared: bool = False
) -> None:
    """Refuse a training for which there is too little memory; as `TrainingSet.memory`.

    Raises
    ------
    InputError
    """
    n = len(training_set.spectra)
    require_memory(
        training_set.memory(rank, is_on_disk=is_on_disk, is_shared=is_shared),
        f"Learning {rank} components from {n:,} spectra",
        "close other programs, take fewer spectra (--zconf-min 3), or use --resolution half",
    )


def make_basis(
    training_set: TrainingSet, factorisation: Factorisation, provenance: dict[str, str]
) -> Basis:
    """Return a factorisation as a basis that says how it was made."""
    history = factorisation.chi2
    learned = {
        "iterations": str(history.size),
        "converged": "yes" if factorisation.is_converged else "no",
        "chi2": f"{history[-1]:.8g}",
    }
    rank = factorisation.rank
    return Basis(
        factorisation.unit_components(),
        training_set.grid,
        observed_range=training_set.observed_range,
        name=f"{Path(training_set.survey).stem} rank {rank}",
        provenance=tuple((training_set.described() | provenance | learned).items()),
    )


def _labels(survey: SurveyArrays) -> TrainingLabels:
    return TrainingLabels(survey.redshift, survey.zconf, survey.kind, _blends(survey))


def _blends(survey: SurveyArrays) -> FloatArray:
    """Return how bright a second galaxy is, by FRAC2, BLEND or a flag, shape (n,)."""
    blend = np.zeros(len(survey))
    for name in survey.columns:
        if name.upper() == "FRAC2":
            blend = np.maximum(blend, np.nan_to_num(survey.column(name)))
        elif name.upper() in ("BLEND", "IS_BLEND"):
            blend[_is_true(as_texts(survey.table, name))] = np.inf
        elif name.upper() in ("FLAG", "FLAGS"):
            texts = as_texts(survey.table, name)
            blend[np.array(["blend" in text.lower() for text in texts], dtype=bool)] = np.inf
    return blend


def _is_true(texts: list[str]) -> np.ndarray:
    return np.array([text.lower() in ("1", "1.0", "true", "t", "yes", "y") for text in texts])


def _told(rejection: Rejection, survey: SurveyArrays) -> str:
    rows = rejection.rows
    shown = ", ".join(survey.ids[row] for row in rows[:SHOWN_IDS])
    more = ", ..." if rows.size > SHOWN_IDS else ""
    return f"{rows.size:,} of {len(survey):,} spectra left out: {rejection.reason} ({shown}{more})."
