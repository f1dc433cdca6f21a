"""An aperture in the images: its spectrum follows the mouse, and becomes a source on a key."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.sky.aperture import Aperture, ApertureView
from moosegui.data.sky.cube import CubeBox
from moosegui.data.sky.words import place_in_words
from moosegui.errors import MooseError
from moosegui.files.cubes.picked import add_picked, picked_path
from moosegui.fit.sky.aperture_sums import ApertureSums
from moosegui.gui.session.on_screen import OnScreen
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.pipeline.cubes.aperture import look_through
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.sky import cube_of

APERTURE = ("aperture",)  # key of the job


class ApertureControl(QObject):
    """Looks through one aperture at a time; only the newest wish waits for it.

    Signals: `looked(object)` with what was seen, or None where there is nothing to show.
    """

    looked = pyqtSignal(object)

    def __init__(
        self,
        on_screen: OnScreen,
        jobs: JobRunner,
        box: Callable[[], CubeBox | None],
        post: Callable[[Notice], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_screen, self._jobs, self._box, self._post = on_screen, jobs, box, post
        self._wish: Aperture | None = None
        self._sums: ApertureSums | None = None  # of the box that was looked at last
        self._is_busy = False
        self.view: ApertureView | None = None

    def enter(self) -> None:
        """Forget the aperture of another source."""
        self._jobs.cancel(APERTURE)
        self._is_busy, self._wish, self.view, self._sums = False, None, None, None
        self.looked.emit(None)

    def look(self, aperture: Aperture) -> None:
        """Ask for the spectrum of an aperture."""
        if self._box() is None:
            self._post(Notice("There is no cube of this source; lay one below the list (File)."))
            return
        self._wish = aperture
        self._go_on()

    def keep(self, source: Source, listed: SourceList, cube: Path | None) -> tuple[str, str] | None:
        """Make a source of the aperture: a row of the survey of picked ones.

        Returns
        -------
        (str, str) or None
            Its ID, and where it is; None where nothing was made of it, which is said.
        """
        view = self.view
        if view is None:
            words = "Draw an aperture in the images (F2) first: Shift and drag."
            self._post(Notice(words, is_brief=True))
            return None
        east, north, radius = view.aperture.east, view.aperture.north, view.aperture.radius
        stretch = math.cos(math.radians(source.dec))
        row = {
            "RA": source.ra + east / 3600.0 / stretch,
            "DEC": source.dec + north / 3600.0,
            "Z": view.redshift,
            "Z_ERR": view.redshift_error,
            "P_Z": view.probability,
            "BESIDE": source.source_id,
            "RADIUS": radius,
        }
        path = picked_path(listed.path)
        found = cube_of(source.spectrum, cube)
        name_of_cube, taken = "" if found is None else str(found), {one.key for one in listed}
        try:
            name = add_picked(path, view.spectrum, row, cube=name_of_cube, taken=taken)
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return None
        place = place_in_words(east, north)
        return name, f"picked {place} of {source.source_id}, radius {radius:.1f}″"

    def _go_on(self) -> None:
        box = self._box()
        if self._is_busy or self._wish is None or box is None:
            return
        wish, self._wish, self._is_busy = self._wish, None, True
        sums = self._sums if self._sums is not None and self._sums.box is box else None
        work = without_report(_look, sums or box, self._on_screen.engine, wish)
        self._jobs.submit(APERTURE, work, self._on_looked, self._on_failed, priority=0)

    def _on_looked(self, found: tuple[ApertureSums, ApertureView]) -> None:
        self._is_busy, (self._sums, view) = False, found
        self.view = view
        self.looked.emit(view)
        self._go_on()

    def _on_failed(self, error: Exception) -> None:
        self._is_busy, self.view = False, None
        if isinstance(error, MooseError):
            self._post(Notice(str(error), is_brief=True))
        else:
            self._post(notice_of_failure("the aperture", error))
        self.looked.emit(None)
        self._go_on()


def _look(
    box: CubeBox | ApertureSums, engine: Engine, aperture: Aperture
) -> tuple[ApertureSums, ApertureView]:
    """Look through an aperture; the box is prepared once for all that are drawn in it."""
    sums = box if isinstance(box, ApertureSums) else ApertureSums.prepare(box)
    return sums, look_through(sums, engine, aperture)
