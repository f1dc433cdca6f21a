"""Ctrl+D: the next spectrum of a Source file, with the others faint behind it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg

from moosegui.data.spectrum import Spectrum
from moosegui.files.session.reading import remember_own_choice
from moosegui.fit.lines.smooth import smooth_spectrum
from moosegui.gui.plots.items import StepCurve
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours, mixed
from moosegui.pipeline.reading.extractions import Extraction, extractions_of, scale_to

EXTRACTIONS = ("extractions",)  # key of the job
WIDTH = 5.0  # Angstrom, to which the others are smoothed
OPACITIES = (0.55, 0.35)  # of the first of the others, and of the rest
SUBJECT = "extraction"  # of notices
NO_OTHER = "This file holds no other spectrum of the source."

AddLayer = Callable[[pg.GraphicsObject, pg.GraphicsObject], None]


class ExtractionControl(Control):
    """Steps through the extractions of a source; the one on screen is part of its verdict.

    From the first step on the others of every source are drawn behind, until that is ended.
    """

    def __init__(
        self, session: Session, jobs: JobRunner, add_layer: AddLayer, post: Callable[[Notice], None]
    ) -> None:
        self._session, self._on_screen, self._jobs = session, session.on_screen, jobs
        self._add_layer, self._post = add_layer, post
        self._curves: list[StepCurve] = []
        self._colours = LIGHT
        self._is_on = False
        self._found: tuple[Extraction, ...] = ()
        self._key = ""  # of the source that they belong to

    @override
    def handlers(self) -> Handlers:
        return {"next_extraction": self._step, "extractions": self._toggle}

    @override
    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        for curve, opacity in zip(self._curves, _opacities(len(self._curves)), strict=True):
            curve.set_colour(mixed(colours.data, colours.canvas, opacity).name())

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        source = self._session.current
        if source is None or source.key != self._key:
            self._key, self._found = "" if source is None else source.key, ()
            self._draw()
            if self._is_on:
                self._read(self._draw)
        elif is_new_source:
            self._draw()

    @property
    def drawn(self) -> tuple[str, ...]:
        """Names of the spectra behind the one on screen, in their order."""
        return tuple(one.name for one in self._others()) if self._is_on else ()

    def _read(self, then: Callable[[], None]) -> None:
        source = self._session.current
        if source is None or source.spectrum is None:
            return
        work, key = without_report(extractions_of, source.spectrum), source.key

        def take(found: tuple[Extraction, ...]) -> None:
            if self._key == key:
                self._found = found
                then()

        self._jobs.submit(EXTRACTIONS, work, take)

    def _step(self) -> None:
        if self._found:
            self._go_on()
        else:
            self._read(self._go_on)

    def _go_on(self) -> None:
        """Show the next spectrum, and keep the choice."""
        shown = self._on_screen.spectrum
        if len(self._found) < 2 or shown is None:
            self._post(Notice(NO_OTHER, is_brief=True))
            return
        self._is_on = True
        names = [one.name for one in self._found]
        place = names.index(shown.name) if shown.name in names else 0
        chosen = self._found[(place + 1) % len(names)]
        if remember_own_choice(self._session.store, self._key, chosen.choice):
            self._session.reread(self._key, chosen.choice)
        others = ", ".join(name for name in names if name != chosen.name)
        said = f"Spectrum {names.index(chosen.name) + 1} of {len(names)}: {chosen.name}"
        self._post(Notice(f"{said}; faint: {others}.", is_brief=True, subject=SUBJECT))

    def _toggle(self) -> None:
        self._is_on = not self._is_on
        if self._is_on and not self._found:
            self._read(self._draw_or_say)
        else:
            self._draw()

    def _draw_or_say(self) -> None:
        self._draw()
        if not self._others():
            self._post(Notice(NO_OTHER, is_brief=True))

    def _others(self) -> tuple[Extraction, ...]:
        shown = self._on_screen.spectrum
        name = "" if shown is None else shown.name
        return tuple(one for one in self._found if one.name != name)

    def _draw(self) -> None:
        shown = self._on_screen.spectrum
        others = self._others() if self._is_on and shown is not None else ()
        while len(self._curves) < len(others):
            self._curves.append(StepCurve())
            self._add_layer(self._curves[-1], StepCurve())
        for curve in self._curves[len(others) :]:
            curve.clear()
        if shown is not None:
            for curve, other in zip(self._curves, others, strict=False):
                curve.show_line(*_as_drawn(shown, other.spectrum))
        self.set_colours(self._colours)


def _as_drawn(shown: Spectrum, other: Spectrum) -> tuple[np.ndarray, np.ndarray]:
    """Return wavelengths and fluxes of another spectrum at the height of the one on screen."""
    smooth = smooth_spectrum(other, WIDTH)
    flux = np.where(smooth.ivar > 0, smooth.flux, np.nan)
    return other.wave, flux * scale_to(shown, other)


def _opacities(n_curves: int) -> list[float]:
    return [OPACITIES[min(i, len(OPACITIES) - 1)] for i in range(n_curves)]
