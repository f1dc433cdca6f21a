"""From the review of a second galaxy to the spectrum that is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.deblending import Deblending
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.session.work.second_galaxy import BlendReview, Focus


def view_of_galaxy(view: SpectrumView, review: BlendReview) -> SpectrumView:
    """Return the spectrum for the galaxy that is looked at."""
    found, focus, candidate = review.deblending, review.focus, review.candidate
    if found is None or candidate is None or focus is Focus.OFF:
        return view
    if view.model is None or not fits(found, view.spectrum):
        return view
    if focus is Focus.BOTH:
        model = replace(view.model, flux=found.first + found.second)
        return replace(view, model=model, subtitle="A + B")
    if focus is Focus.FIRST:
        model = replace(view.model, flux=found.first)
        return replace(
            view,
            spectrum=_without(view.spectrum, found.second),
            model=model,
            subtitle="A: the data without B",
        )
    model = replace(view.model, flux=found.second, redshift=candidate.redshift)
    return replace(
        view,
        spectrum=_without(view.spectrum, found.first),
        model=model,
        redshift=candidate.redshift,
        is_second=True,
        subtitle="B: the data without A",
    )


NO_COEFFICIENTS = np.empty(0)


def second_alone(review: BlendReview, spectrum: Spectrum) -> tuple[Spectrum, Reconstruction] | None:
    """Return B and the data without A while B is looked at, else None."""
    found, candidate = review.deblending, review.candidate
    if found is None or candidate is None or review.focus is not Focus.SECOND:
        return None
    if not fits(found, spectrum):
        return None
    model = Reconstruction(
        candidate.redshift, spectrum.wave, found.second, float("nan"), NO_COEFFICIENTS
    )
    return _without(spectrum, found.first), model


def fits(found: Deblending, spectrum: Spectrum) -> bool:
    """Whether what was found has the pixels of a spectrum."""
    return bool(found.first.shape == spectrum.wave.shape)


def _without(spectrum: Spectrum, flux: np.ndarray) -> Spectrum:
    """Return what is left of a spectrum, for the screen only."""
    return replace(spectrum, flux=spectrum.flux - flux)
