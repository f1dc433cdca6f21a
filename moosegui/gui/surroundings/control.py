"""Images, lines on the sky and neighbours of the source on screen; hidden without any."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDockWidget, QFileDialog, QMainWindow, QWidget

from moosegui.data.catalogue import Source
from moosegui.data.grids import is_same_redshift
from moosegui.data.sky.aperture import ApertureView
from moosegui.data.sky.neighbours import Neighbour, sky_offsets
from moosegui.data.sky.sky_image import SkyImage
from moosegui.data.sky.sky_outline import SkyOutline
from moosegui.errors import MooseError
from moosegui.files.cubes.cube import open_cube
from moosegui.files.cubes.picked import picked_path
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.images import read_images, read_outlines
from moosegui.fit.sky.stretch import levels_of
from moosegui.gui.session.background import CUBE
from moosegui.gui.session.session import Session
from moosegui.gui.session.sources import KnownSources
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours
from moosegui.gui.surroundings.aperture_control import ApertureControl
from moosegui.gui.surroundings.band_item import BandItem
from moosegui.gui.surroundings.layers_control import LaidLayers
from moosegui.gui.surroundings.line_images_control import LineImages
from moosegui.gui.surroundings.panel import NeighbourRow, SurroundingsPanel
from moosegui.gui.surroundings.sky_control import SkyViewControl
from moosegui.gui.surroundings.sky_scene import SkyScene

IMAGES = ("images",)  # key of the job
TITLE = "Around"
N_BESIDE = 3  # images of the file beside the list; the view in full size has all
TALL = 1000  # px of the window from which a queue leaves room for a dock below it


class SurroundingsControl(Control):
    """Reads images off the GUI thread, and only where the file of the spectrum may have some."""

    def __init__(
        self,
        session: Session,
        known: KnownSources,
        store: Callable[[], SessionStore],
        window: QMainWindow,
        jobs: JobRunner,
        *,
        add_tab: Callable[[str, QWidget], QDockWidget],
        sky: SkyViewControl,
        add_to_spectrum: Callable[[BandItem, BandItem], None],
        second: Callable[[], float],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._known, self._store = session, known, store
        self._on_screen, self._picked = session.on_screen, session.picked
        self._window, self._jobs, self._post = window, jobs, post
        self._key, self._images, self._shown = "", tuple[SkyImage, ...](), tuple[SkyImage, ...]()
        self._panel = SurroundingsPanel()
        self._dock = add_tab(TITLE, self._panel)
        self._is_apart = False
        self._dock.hide()
        if (shown := self._dock.toggleViewAction()) is not None:
            shown.toggled.connect(self._on_shown)  # also where another tab covers it
        self._panel.neighbour_chosen.connect(self._session.select)
        self._second = second  # redshift of the other galaxy in the spectrum
        self._layers, self._has_velocities = LaidLayers(store, jobs, window, post), False
        self._layers.changed.connect(self._show)
        self._sky, self._outlines = sky, tuple[SkyOutline, ...]()
        self._sky.neighbour_chosen.connect(self._session.select)
        self._lines = LineImages(session.on_screen, jobs, self._show, post, second=second)
        self._bands, of_residual = BandItem(), BandItem()
        add_to_spectrum(self._bands, of_residual)
        self._bands.widened.connect(self._lines.widen)
        blends = session.blends
        blends.changed.connect(self._on_second_changed)
        self._aperture = ApertureControl(session.on_screen, jobs, lambda: self._lines.box, post)
        self._sky.aperture_drawn.connect(self._aperture.look)
        self._aperture.looked.connect(self._on_looked)

    @override
    def handlers(self) -> Handlers:
        return {
            "cube": self._ask_for_cube,
            "pick_source": self._pick,
            "velocities": self._toggle_velocities,
            **self._sky.handlers(),
            **self._layers.handlers(),
        }

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        source = self._session.current
        if source is None:
            return
        if is_new_source and source.key != self._key:
            self._key, self._images, self._outlines = source.key, (), ()
            self._layers.enter(source)
            self._sky.enter(source)
            self._aperture.enter()
            self._ask_for_images(source)
            self._lines.enter(source, self._cube)
        self._lines.follow()
        if is_new_source:
            self._show()

    @property
    def images(self) -> tuple[SkyImage, ...]:
        """Every image of the source on screen, as they are shown in full size."""
        return self._shown

    def lay_image(self, path: Path) -> None:
        """Lay an image of the sky below the list."""
        self._layers.lay(path)

    @property
    def _cube(self) -> Path | None:
        """The cube that was laid below the list, now or when the session was open last."""
        name = self._store().get(CUBE)
        return Path(name) if name else None

    def _ask_for_cube(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "The cube of this list")
        source = self._session.current
        if not name or source is None:
            return
        try:
            open_cube(Path(name))
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return
        cube = Path(name).absolute()
        self._store().set(CUBE, str(cube))
        self._lines.enter(source, cube)
        self._session.lay_cube(cube, source.key)

    @override
    def set_colours(self, colours: Colours) -> None:
        self._panel.set_colours(colours)
        self._bands.set_colours(colours)
        self._sky.set_colours(colours)

    def _ask_for_images(self, source: Source) -> None:
        self._jobs.cancel(IMAGES)
        if source.spectrum is not None and source.spectrum.row is None:
            work = without_report(_read, source)
            self._jobs.submit(IMAGES, work, self._on_read, self._on_unread)

    def _on_read(self, found: tuple[tuple[SkyImage, ...], tuple[SkyOutline, ...]]) -> None:
        self._images, self._outlines = found
        if self._images:
            self._show()

    def _on_unread(self, error: Exception) -> None:
        if not isinstance(error, MooseError):  # the source says itself that it cannot be read
            self._post(notice_of_failure("the images", error))

    def _toggle_velocities(self) -> None:
        """Show how fast the strongest line moves, in the images in full size."""
        self._has_velocities = not self._has_velocities
        if self._has_velocities and self._lines.velocities() is None:
            text = "No line is bright enough for a map of velocities, or there is no cube."
            self._post(Notice(text, is_brief=True))
        self._show()

    def _on_second_changed(self) -> None:
        """Mark the neighbour whose redshift it is, and look where its lines are."""
        self._lines.follow()
        self._show()

    def _on_looked(self, view: ApertureView | None) -> None:
        self._sky.display_aperture(view, self._on_screen.spectrum)

    def _pick(self) -> None:
        source, opened = self._session.current, self._session.source_list
        if source is None or opened is None:
            return
        if (made := self._aperture.keep(source, opened, self._cube)) is not None:
            name, words = made
            self._picked.add(name, words)
            go_to_it = ("Go to it", partial(self._session.select, name))
            words = f"{name} is a source of this list now, kept in {picked_path(opened.path).name}."
            self._post(Notice(words, offer=go_to_it))

    def _show(self) -> None:
        source = self._session.current
        if source is None:
            return
        rows = tuple(self._row(source, near) for near in self._on_screen.neighbours)
        of_cube = self._lines.images()
        images = (*self._images[:N_BESIDE], *of_cube[1:]) if self._images else of_cube
        every = (*self._images, *of_cube[1:]) if self._images else of_cube
        images = images or self._layers.images[:N_BESIDE]
        moving = self._lines.velocities() if self._has_velocities else None
        every = (*every, *self._layers.images, *(() if moving is None else (moving,)))
        self._shown = every
        self._sky.display(SkyScene(every, rows, self._outlines, self._lines.light_of_lines()))
        self._bands.show_bands(self._lines.bands)
        places = tuple((row.source_id, row.east, row.north) for row in rows)
        self._panel.display(rows, images, self._lines.words(places))
        self._panel.images.setToolTip(self._lines.noise_in_words())
        decision = self._dock_of("Decision")
        self._dock.setVisible(self._panel.has_something and not decision.isHidden())
        if self._dock.isVisible():
            self._place()

    def _place(self) -> None:
        """Lie below the queue where the window is high enough, else in a tab with the solutions.

        On the right the decision and the solutions need the height whole.
        """
        window, queue, solutions = self._window, self._dock_of("Queue"), self._dock_of("Solutions")
        beside = window.tabifiedDockWidgets(self._dock)
        if window.height() < TALL:
            if not beside:
                window.tabifyDockWidget(solutions, self._dock)
                solutions.raise_()
        elif beside or not self._is_apart:
            self._is_apart = True
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._dock)
            height = self._dock.sizeHint().height()
            heights = [max(queue.height() - height, height), height]
            window.resizeDocks([queue, self._dock], heights, Qt.Orientation.Vertical)

    def _dock_of(self, title: str) -> QDockWidget:
        """Return another dock of the window; all are folded and unfolded together."""
        return self._window.findChild(QDockWidget, title) or self._dock

    def _row(self, here: Source, near: Neighbour) -> NeighbourRow:
        source = near.source
        east, north = sky_offsets(source, here)
        return NeighbourRow(
            key=source.key,
            source_id=source.source_id,
            distance=near.distance,
            redshift=self._known.redshift(source),
            magnitude=source.magnitude,
            east=east,
            north=north,
            is_second=bool(is_same_redshift(self._known.redshift(source), self._second())),
        )

    def _on_shown(self, is_shown: bool) -> None:  # noqa: FBT001  (Qt's signature)
        if is_shown and not self._panel.has_something:
            self._dock.hide()  # panels that are unfolded come back all together


def _read(source: Source) -> tuple[tuple[SkyImage, ...], tuple[SkyOutline, ...]]:
    assert source.spectrum is not None
    here = (source.ra, source.dec)
    images = read_images(source.spectrum, here)
    for image in images:
        levels_of(image)  # here, and not where it is drawn
    return images, read_outlines(source.spectrum, here)
