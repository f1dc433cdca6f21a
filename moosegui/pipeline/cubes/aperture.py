"""The spectrum of a circle on the sky, and its redshift, fast enough to follow the mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.sky.aperture import Aperture, ApertureView
from moosegui.data.sky.cube import CubeBox
from moosegui.errors import InputError
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.fit.sky.extraction import ExtractionOptions, extract
from moosegui.pipeline.analyse import model_at
from moosegui.pipeline.cubes.spaxels import quick_solutions
from moosegui.pipeline.engine import Engine


def look_through(box: CubeBox, engine: Engine, aperture: Aperture) -> ApertureView:
    """Extract the spectrum of an aperture, and scan it with the first basis.

    Parameters
    ----------
    box : CubeBox
        Around a source.
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
    x, y = np.linalg.solve(box.offsets, np.array([aperture.east, aperture.north]))
    here = replace(box, centre=(box.centre[0] + float(x), box.centre[1] + float(y)))
    n_y, n_x = box.shape
    inside = here.within(aperture.radius)
    is_inside = -0.5 <= here.centre[0] <= n_x - 0.5 and -0.5 <= here.centre[1] <= n_y - 0.5
    if not (inside.any() and is_inside and bool((box.ivar[:, inside] > 0).any())):
        raise InputError("There are no data in the aperture; move it onto the image.")
    spectrum = extract(here, ExtractionOptions("aperture", aperture.radius))
    quick = engine.with_settings(replace(engine.settings, classes=False, ensemble=False))
    solutions, chance = quick_solutions(quick, without_impossible(spectrum))
    nan = float("nan")
    if not solutions:
        nothing = np.full(spectrum.wave.size, nan)
        return ApertureView(aperture, spectrum, nan, nan, nan, nan, nan, nothing)
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
    )
