"""A type of star, or a quasar, over a spectrum: whatever the competition of the classes says."""

from __future__ import annotations

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import STAR_REACH, Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.fit.classes.compete import QUASARS
from moosegui.fit.classes.templates import ClassTemplates
from moosegui.fit.classes.tilted import tilted_model
from moosegui.fit.scan.reconstruct import reconstruct

QUASAR = "quasar"
VELOCITIES = np.arange(-600.0, 601.0, 30.0)  # km/s, of stars that are tried
AROUND = np.arange(-25.0, 26.0, 5.0)  # km/s, around the best of them


def template_names(templates: ClassTemplates) -> tuple[str, ...]:
    """Return what can be laid over a spectrum: the types of stars, and the quasar."""
    return (*(f"star {label}" for label, _ in templates.stars), QUASAR)


def template_over(
    spectrum: Spectrum, templates: ClassTemplates, name: str, redshift: float
) -> Reconstruction:
    """Fit one of `template_names` to a spectrum.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum, without impossible pixels.
    templates : ClassTemplates
    name : str
    redshift : float
        Vacuum convention. A star has it where it is within 1000 km/s of zero, else the velocity
        that fits best.

    Returns
    -------
    Reconstruction
        Its redshift is where the template lies; chi2 per fitted pixel.

    Raises
    ------
    InputError
        If the basis of quasars does not reach this redshift.
    """
    if name == QUASAR:
        if not redshift >= QUASARS.trials.zmin:
            raise InputError(
                f"The basis of quasars begins at z {QUASARS.trials.zmin:g}; look at a larger z."
            )
        return reconstruct(spectrum, templates.quasar.basis, redshift)
    basis = dict(templates.stars)[name.removeprefix("star ")].basis
    if abs(redshift) * SPEED_OF_LIGHT <= STAR_REACH:
        return tilted_model(spectrum, basis, redshift)
    best = 0.0
    for velocities in (VELOCITIES, AROUND):
        models = [tilted_model(spectrum, basis, best + v / SPEED_OF_LIGHT) for v in velocities]
        best = min(models, key=lambda model: model.chi2).redshift
    return tilted_model(spectrum, basis, best)
