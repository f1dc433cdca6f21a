"""What a worker needs to make the engine of a scan: bases and settings, not their transforms.

The transforms of a basis are many times its size and made in a second, so each process makes its
own, once, and shows by the fingerprint that they are those that were asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from threadpoolctl import threadpool_limits

from moosegui import __version__
from moosegui.data.basis import Basis
from moosegui.data.confidence import ConfidenceModel
from moosegui.data.deblending import Method
from moosegui.data.results import ScanSettings
from moosegui.errors import MooseError
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.machines.pool import other_version, version_here
from moosegui.pipeline.models import (
    blend_model,
    default_classes,
    false_model,
    spatial_blend_model,
    spatial_false_model,
)


@dataclass(frozen=True, slots=True)
class Search:
    """How second galaxies and false sources are searched for: as `moosegui.pipeline.vetting.vet`.

    `line_fit` is a name of `moosegui.fit.linefit.alternatives`.
    """

    method: Method = "fixed"
    line_fit: str = "own"


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """A scan as it is sent to workers.

    Parameters
    ----------
    bases : tuple of Basis
        The first of the ensemble, and its companions.
    settings : ScanSettings
    confidence : ConfidenceModel
    has_classes : bool
        Whether stars and quasars compete: those of the installation.
    search : Search or None
    cube : Path or None
        Where all sources lie on the sky, absolute.
    has_curves : bool
        Whether the curves come back too.
    fingerprint : str
        Of the engine that these make, with the models of the search.
    version : str
    """

    bases: tuple[Basis, ...] = field(repr=False)
    settings: ScanSettings
    confidence: ConfidenceModel = field(repr=False)
    has_classes: bool
    search: Search | None
    cube: Path | None
    fingerprint: str
    has_curves: bool = False
    version: str = __version__

    def made(self, worker: str) -> Engine:
        """Return the engine, made once a process.

        Parameters
        ----------
        worker : str
            Its name, for the sentence.

        Raises
        ------
        MooseError
            If it is another engine than the one that was asked for.
        """
        with _MAKING:
            if self.fingerprint not in _MADE:
                engine = self._make()
                if fingerprint_of(engine) != self.fingerprint:
                    raise MooseError(
                        f"The worker {worker} makes another engine of the same bases and settings: "
                        "its installation has other models of classes, blends or false sources. "
                        "Install the same moosegui there, or stop that worker."
                    )
                _MADE.clear()  # one at a time: an engine is some hundred megabytes
                _MADE[self.fingerprint] = engine
            return _MADE[self.fingerprint]

    def made_here(self) -> Engine:
        """Return the engine in a worker, which refuses work of another version.

        Raises
        ------
        MooseError
            If this process has another version, or makes another engine.
        """
        from distributed import get_worker

        worker = get_worker().address
        if self.version != version_here():
            raise MooseError(other_version(worker, version_here(), self.version))
        return self.made(worker)

    def _make(self) -> Engine:
        # for the life of the process: the local scan has one thread a spectrum, and so its bits
        threadpool_limits(1, "blas")
        first, *others = self.bases
        engine = make_engine(first, self.settings, companions=others)
        engine = engine.with_confidence(self.confidence)
        return engine.with_classes(default_classes()) if self.has_classes else engine


_MAKING = Lock()
_MADE: dict[str, Engine] = {}


def recipe_of(engine: Engine, search: Search | None = None, cube: Path | None = None) -> Recipe:
    """Return what makes the same engine elsewhere."""
    return Recipe(
        tuple(one.basis for one in (engine.prepared, *engine.companions)),
        engine.settings,
        engine.confidence,
        has_classes=engine.classes is not None,
        search=search,
        cube=None if cube is None else cube.absolute(),
        fingerprint=fingerprint_of(engine),
    )


def fingerprint_of(engine: Engine) -> str:
    """Return the fingerprint of an engine and of the models that judge what it finds."""
    models = (blend_model(), false_model(), spatial_blend_model(), spatial_false_model())
    return "+".join([engine.fingerprint, *(model.fingerprint for model in models)])
