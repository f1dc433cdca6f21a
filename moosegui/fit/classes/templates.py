"""The bases of stars and quasars, made ready for scanning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from moosegui.data.basis import Basis, joint_fingerprint
from moosegui.data.logistic import LogisticModel
from moosegui.fit.scan.prepared import PreparedBasis, prepare_together


@dataclass(frozen=True, slots=True, eq=False)
class ClassTemplates:
    """What competes with the basis of galaxies, and how the outcome is judged.

    Parameters
    ----------
    stars : tuple of (str, PreparedBasis)
        Type and basis; all share a grid.
    quasar : PreparedBasis
    star_model, quasar_model : LogisticModel
        Of the features in `moosegui.fit.classes.decide`.
    """

    stars: tuple[tuple[str, PreparedBasis], ...]
    quasar: PreparedBasis
    star_model: LogisticModel
    quasar_model: LogisticModel

    @property
    def fingerprint(self) -> str:
        """Of the bases and of the numbers of both models."""
        bases = (*(prepared.basis for _, prepared in self.stars), self.quasar.basis)
        models = f"{self.star_model.fingerprint}+{self.quasar_model.fingerprint}"
        return f"{joint_fingerprint(bases)}+{models}"

    def are_reached_by(self, observed_range: tuple[float, float]) -> bool:
        """Whether a basis of galaxies for these observed wavelengths can compete with them."""
        lower, upper = self.stars[0][1].basis.observed_range
        return observed_range[0] <= lower and upper <= observed_range[1]


def prepare_templates(
    stars: Mapping[str, Basis],
    quasar: Basis,
    models: tuple[LogisticModel, LogisticModel],
    *,
    prepare: Callable[[Sequence[Basis]], Sequence[PreparedBasis]] = prepare_together,
) -> ClassTemplates:
    """Transform the bases for scanning.

    Parameters
    ----------
    stars : mapping of str to Basis
        By type.
    quasar : Basis
    models : (LogisticModel, LogisticModel)
        Of stars and of quasars.
    prepare : callable
        Makes bases ready that are scanned together.

    Raises
    ------
    ValueError
        If the bases of the stars differ in grid or medium.
    """
    if len({(basis.grid, basis.medium) for basis in stars.values()}) != 1:
        raise ValueError(f"the bases of stars ({', '.join(stars)}) must share one grid")
    prepared = tuple(zip(stars, prepare(list(stars.values())), strict=True))
    return ClassTemplates(prepared, prepare([quasar])[0], *models)
