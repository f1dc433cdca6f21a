"""The line images of the source on screen: read once, drawn anew with every z."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from moosegui.data.catalogue import Source
from moosegui.data.sky.cube import CubeBox
from moosegui.data.sky.sky_image import SkyImage
from moosegui.errors import MooseError
from moosegui.fit.sky.line_image import Band
from moosegui.gui.session.on_screen import OnScreen
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.pipeline.sky import (
    Candidate,
    LineViews,
    as_sky_image,
    line_views,
    place_in_words,
    read_box,
    velocity_image,
    white_image,
)

BOX, LINES = ("cube",), ("line images",)  # keys of the jobs

SECOND = "z₂"
NARROWEST, WIDEST = 0.3, 6.0  # of the bands, times the width of lines
Places = tuple[tuple[str, float, float], ...]  # ID, arcseconds east and north


class LineImages:
    """Asks for the box of a source, then for its lines at the z on screen and at the rival's.

    Parameters
    ----------
    on_screen : OnScreen
    jobs : JobRunner
    changed : callable
        Told when there is something else to show.
    post : callable
        Takes a notice.
    second : callable
        Returns the redshift of the second galaxy under review; nan without one.
    """

    def __init__(
        self,
        on_screen: OnScreen,
        jobs: JobRunner,
        changed: Callable[[], None],
        post: Callable[[Notice], None],
        *,
        second: Callable[[], float] = lambda: math.nan,
    ) -> None:
        self._on_screen, self._jobs, self._second = on_screen, jobs, second
        self._changed, self._post = changed, post
        self._box: CubeBox | None = None
        self._white: SkyImage | None = None
        self._views: tuple[LineViews, ...] = ()
        self._told: set[str] = set()
        self._widened = 1.0  # times as wide as lines mostly are, until the window closes

    def enter(self, source: Source, cube: Path | None) -> None:
        """Forget what was shown, and read what a cube has around a source."""
        self._box, self._white, self._views = None, None, ()
        self._jobs.cancel(BOX)
        self._jobs.cancel(LINES)
        if source.spectrum is not None or cube is not None:
            work = without_report(read_box, source, cube)
            self._jobs.submit(BOX, work, self._on_box, self._on_failed)

    def follow(self) -> None:
        """Ask for the lines at the z that is on screen now."""
        spectrum = self._on_screen.spectrum
        if self._box is None or spectrum is None:
            return
        candidates = self._candidates()
        if not candidates:
            self._on_views(())
            return
        work = without_report(line_views, self._box, spectrum, candidates, self._widened)
        self._jobs.submit(LINES, work, self._on_views, self._on_failed)

    @property
    def box(self) -> CubeBox | None:
        """What the cube has around the source; None before it was read."""
        return self._box

    @property
    def bands(self) -> tuple[Band, ...]:
        """The wavelengths of the lines whose images are shown for the z on screen."""
        return self._views[0].bands if self._box is not None and self._views else ()

    def widen(self, factor: float) -> None:
        """Make all bands wider by a factor than they are; 0 makes them as wide as at first."""
        wanted = self._widened * factor if factor else 1.0
        self._widened = min(max(wanted, NARROWEST), WIDEST)
        self.follow()

    def images(self) -> tuple[SkyImage, ...]:
        """Return white light, the strongest line, all lines of what is on screen and its rival."""
        if self._box is None or self._white is None:
            return ()
        shown = [self._white]
        for i_view, view in enumerate(self._views):
            found = (view.strongest, view.together) if i_view == 0 else (view.together,)
            if i_view > 0 and view.together is None:
                found = (view.strongest,)
            of = view.candidate.name
            shown += [as_sky_image(self._box, image, of) for image in found if image is not None]
        return tuple(shown)

    def noise_in_words(self) -> str:
        """Say by what every S/N was divided; empty without a cube."""
        if self._box is None:
            return ""
        return (
            f"Neighbouring spaxels share noise: every S/N is divided by {self._box.noise:.2f}, "
            "measured around the source."
        )

    def light_of_lines(self) -> SkyImage | None:
        """Return the light of all lines of what is on screen, or of the strongest."""
        if self._box is None or not self._views:
            return None
        view = self._views[0]
        image = view.together or view.strongest
        return None if image is None else as_sky_image(self._box, image, view.candidate.name)

    def velocities(self) -> SkyImage | None:
        """Return how fast the strongest line moves in each spaxel; None where none is seen."""
        if self._box is None or not self._views or self._views[0].strongest is None:
            return None
        return velocity_image(self._box, self._views[0].strongest)

    def words(self, neighbours: Places) -> str:
        """Return where the lines of what is on screen lie, if that is beside the source."""
        if not self._views:
            return ""
        images = (self._views[0].strongest, self._views[0].together)
        said = (place_in_words(image, neighbours) for image in images if image is not None)
        return next(filter(None, said), "")

    def _candidates(self) -> tuple[Candidate, ...]:
        """Return the z on screen, then z2 or else the best solution that is another one."""
        shown, spectrum = self._on_screen.shown, self._on_screen.spectrum
        analysis = self._on_screen.analysis
        if spectrum is None or not shown.is_known:
            return ()
        rivals = [] if analysis is None else list(analysis.solutions)
        rank = shown.solution_rank
        others = [s for s in rivals if s.rank != rank and s.redshift != shown.redshift]
        wanted = [("", shown.redshift)]
        if math.isfinite(second := self._second()) and second != shown.redshift:
            wanted.append((SECOND, second))
        else:
            wanted += [(str(other.rank), other.redshift) for other in others[:1]]
        models = [(name, z, self._on_screen.model_at(z)) for name, z in wanted]
        return tuple(
            Candidate(name, z, model.flux)
            for name, z, model in models
            if model is not None and model.flux.shape == spectrum.wave.shape
        )

    def _on_box(self, box: CubeBox | None) -> None:
        self._box = box
        if box is not None:
            self._white = white_image(box)
            self._changed()
            self.follow()

    def _on_views(self, views: tuple[LineViews, ...]) -> None:
        self._views = views
        self._changed()

    def _on_failed(self, error: Exception) -> None:
        """Say once what is wrong with a cube; the spectrum is the source, images are an aid."""
        if not isinstance(error, MooseError):
            self._post(notice_of_failure("the line images", error))
        elif str(error) not in self._told:
            self._told.add(str(error))
            self._post(Notice(str(error), "warning"))
