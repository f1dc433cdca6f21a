"""F2: the images of the source in full size, above the spectrum; Shift+F2: one by one."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QSplitter, QWidget

from moosegui.data.catalogue import Source
from moosegui.data.sky.aperture import ApertureView
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.stretch import LIMITS, STRETCHES
from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Handlers
from moosegui.gui.style.theme import LIGHT, Colours
from moosegui.gui.surroundings.sky_scene import COLOUR_MAPS, SkyLook, SkyScene
from moosegui.gui.surroundings.sky_view import SkyView

PART = 0.6  # of the height between the docks, for the images


class SkyViewControl(QObject):
    """Grows the images over the place of χ² and of a part of the spectrum, and folds them again.

    Signals: `neighbour_chosen(str)` with the key; `aperture_drawn(object)` with an aperture.

    Parameters
    ----------
    centre : QSplitter
        Its last two widgets are the spectrum and χ².
    preferences : PreferenceStore
        Keeps how images are drawn.
    post : callable
        Takes a notice.
    """

    neighbour_chosen = pyqtSignal(str)
    aperture_drawn = pyqtSignal(object)

    def __init__(
        self,
        centre: QSplitter,
        preferences: PreferenceStore,
        post: Callable[[Notice], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._centre, self._preferences, self._post = centre, preferences, post
        self._view: SkyView | None = None  # made when it is asked for: a start has no time for it
        self._scene = SkyScene()
        self._source: Source | None = None
        self._colours = LIGHT
        self._sizes: list[int] = []
        self._is_new = True

    def handlers(self) -> Handlers:
        """Return what the two keys call."""
        return {"sky_view": self._toggle, "blink": self._blink}

    @property
    def is_grown(self) -> bool:
        """Whether the images are in full size."""
        return self._view is not None and not self._view.isHidden()

    def enter(self, source: Source) -> None:
        """Show another source."""
        self._source, self._is_new = source, True

    def display(self, scene: SkyScene) -> None:
        """Show what is known of the sky around the source."""
        self._scene = scene
        if self.is_grown:
            self._draw()

    def display_aperture(self, view: ApertureView | None, source: Spectrum | None) -> None:
        """Show what an aperture says, where the images are in full size."""
        if self._view is not None:
            self._view.display_aperture(view, source)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        if self._view is not None:
            self._view.set_colours(colours)

    def _draw(self) -> None:
        if self._view is None or self._source is None:
            return
        here = (self._source.ra, self._source.dec)
        self._view.display(self._scene, here, is_new_source=self._is_new)
        self._is_new = False

    def _blink(self) -> None:
        if not self.is_grown:
            self._toggle()
        if self._view is not None and self.is_grown:
            self._view.canvas.blink()

    def _toggle(self) -> None:
        if self.is_grown:
            self._fold()
        elif not self._scene.images:
            self._post(Notice("There are no images of this source.", is_brief=True))
        else:
            self._grow()

    def _grow(self) -> None:
        view = self._made()
        self._sizes = self._centre.sizes()
        self._chi2.hide()
        view.show()
        height = self._centre.height()
        sizes = [0] * self._centre.count()
        sizes[0], sizes[-2] = round(PART * height), round((1.0 - PART) * height)
        self._centre.setSizes(sizes)
        self._is_new = True
        self._draw()

    def _fold(self) -> None:
        if self._view is None:
            return
        self._view.hide()
        self._chi2.show()
        self._centre.setSizes(self._sizes)

    def _made(self) -> SkyView:
        if self._view is None:
            self._view = SkyView(colours=self._colours)
            self._view.hide()
            self._view.set_look(self._look())
            self._view.neighbour_chosen.connect(self.neighbour_chosen)
            self._view.look_changed.connect(self._on_look_changed)
            self._view.aperture_drawn.connect(self.aperture_drawn)
            self._centre.insertWidget(0, self._view)
        return self._view

    @property
    def _chi2(self) -> QWidget:
        widget = self._centre.widget(self._centre.count() - 1)
        assert widget is not None
        return widget

    def _look(self) -> SkyLook:
        """Return what was chosen last, as far as this version knows it."""
        kept, first = self._preferences.preferences, SkyLook()
        return SkyLook(
            stretch=next((s for s in STRETCHES if s == kept.image_stretch), first.stretch),
            limits=next((s for s in LIMITS if s == kept.image_limits), first.limits),
            colour_map=next((s for s in COLOUR_MAPS if s == kept.image_colours), first.colour_map),
        )

    def _on_look_changed(self, look: SkyLook) -> None:
        self._preferences.change(
            image_stretch=look.stretch, image_limits=look.limits, image_colours=look.colour_map
        )
