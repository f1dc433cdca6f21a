"""Scan with several bases at once: the mean of their chi2(z) curves.

Bases that were learned from different random starts are about equally good and fail on different
spectra: where one of them imitates a wrong redshift, it is often alone. Their mean is steadier than
each of them; it costs one scan for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.results import ScanResult, ScanSettings
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.normal_equations import NormalEquations
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.scan import empty_result, result_of, scan_together
from moosegui.fit.workers import Report


@dataclass(frozen=True, slots=True, eq=False)
class EnsembleEquations(NormalEquations):
    """The normal equations of the first basis, with those of its companions.

    Parameters
    ----------
    companions : tuple of NormalEquations
        Of the same spectrum on the same grid.
    """

    companions: tuple[NormalEquations, ...] = ()

    def solve(
        self,
        shifts: IntArray,
        *,
        executor: Executor | None = None,
        report: Report | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Return the mean chi2 over all bases, and the coefficients of the first, at shifts."""
        # slots make a new class, which super() without arguments does not find
        chi2, coefficients = NormalEquations.solve(self, shifts, executor=executor, report=report)
        others = [companion.solve(shifts, executor=executor)[0] for companion in self.companions]
        return np.mean([chi2, *others], axis=0), coefficients


def scan_ensemble(
    embedded: EmbeddedSpectrum,
    prepared: Sequence[PreparedBasis],
    settings: ScanSettings | None = None,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> tuple[ScanResult, NormalEquations | None]:
    """Scan with several bases and average their curves.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
        On the grid that the bases share.
    prepared : sequence of PreparedBasis
        The first one gives the coefficients.
    settings : ScanSettings, optional
    executor, report
        As in `moosegui.fit.scan.scan.scan`; `report` receives the fraction of all scans.

    Returns
    -------
    result : ScanResult
        chi2 is the mean; everything else is that of the first basis.
    equations : NormalEquations or None
        For `find_solutions`, which then ranks and refines by the mean; None when nothing could be
        fitted.

    Raises
    ------
    ValueError
        If there is no basis, or they differ in grid or medium.
    Cancelled
        When `report` raised it.
    """
    if not prepared:
        raise ValueError("no basis to scan with")
    first = prepared[0].basis
    for other in prepared[1:]:
        if (other.basis.grid, other.basis.medium) != (first.grid, first.medium):
            raise ValueError(f"{other.basis.name} differs from {first.name} in grid or medium")
    settings = settings or ScanSettings()
    curves = scan_together(embedded, prepared, settings, executor=executor, report=report)
    if not curves:
        return empty_result(embedded, settings), None
    mean = np.mean([chi2 for chi2, _ in curves], axis=0)
    equations = [own for _, own in curves]
    own = {field.name: getattr(equations[0], field.name) for field in fields(NormalEquations)}
    together = EnsembleEquations(**own, companions=tuple(equations[1:]))
    return replace(result_of(embedded, prepared[0], settings, curves[0][0]), chi2=mean), together
