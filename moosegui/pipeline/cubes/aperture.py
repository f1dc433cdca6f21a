"""The spectrum of a circle on the sky, and its redshift, fast enough to follow the mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.sky.aperture import Aperture, ApertureView
from moosegui.errors import InputError
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.fit.sky.aperture_sums import ApertureSums
from moosegui.pipeline.analyse import model_at
from moosegui.pipeline.cubes.spaxels import quick_solutions
from moosegui.pipeline.engine import Engine


def look_through(sums: ApertureSums, engine: Engine, aperture: Aperture) -> ApertureView:
    """Extract the spectrum of an aperture, and scan it with the first basis.

    Parameters
    ----------
    sums : ApertureSums
        Of the box around a source.
    engine : Engine
    aperture : Aperture
        Around a place near that source.

    Returns
    -------
    ApertureView

    Raises
    ------
    InputError
        If there are no data in the aperture.
    """
    box = sums.box
    x, y = np.linalg.solve(box.offsets, np.array([aperture.east, aperture.north]))
    centre = (box.centre[0] + float(x), box.centre[1] + float(y))
    n_y, n_x = box.shape
    inside = replace(box, centre=centre).within(aperture.radius).ravel()
    is_inside = -0.5 <= centre[0] <= n_x - 0.5 and -0.5 <= centre[1] <= n_y - 0.5
    if not (inside.any() and is_inside and bool(sums.good[:, inside].any())):
        raise InputError("There are no data in the aperture; move it onto the image.")
    spectrum = sums.spectrum(centre, aperture.radius)
    quick = engine.with_settings(replace(engine.settings, classes=False, ensemble=False))
    solutions, chance, result = quick_solutions(quick, without_impossible(spectrum))
    curve = (quick.to_vacuum(result.redshifts), result.chi2)
    nan = float("nan")
    if not solutions:
        nothing = np.full(spectrum.wave.size, nan)
        return ApertureView(aperture, spectrum, nan, nan, nan, nan, nan, nothing, *curve)
    first = solutions[0]
    return ApertureView(
        aperture,
        spectrum,
        first.redshift,
        first.redshift_error,
        first.relative_depth,
        first.robustness,
        chance,
        model_at(spectrum, quick, first.redshift).flux,
        *curve,
    )
