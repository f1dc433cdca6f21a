"""What is laid below the list beside its cube: maps of a scanned cube, images of the sky."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from moosegui.data.catalogue import Source
from moosegui.data.sky.sky_image import SkyImage
from moosegui.errors import MooseError
from moosegui.files.cubes.laid_images import read_laid_image
from moosegui.files.cubes.maps import read_map_images
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.gui.style.control import Handlers

LAYERS = ("layers",)  # key of the job
MAPS, IMAGES = "maps", "laid_images"  # in the session: a path, and a list of them


class LaidLayers(QObject):
    """Reads around each source what the laid files show there, off the GUI thread.

    Signals: `changed()` when there are other images.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        store: Callable[[], SessionStore],
        jobs: JobRunner,
        window: QWidget,
        post: Callable[[Notice], None],
    ) -> None:
        super().__init__(window)
        self._store, self._jobs, self._window, self._post = store, jobs, window, post
        self._source: Source | None = None
        self._said: set[str] = set()  # a file that is gone is told once, not at each source
        self.images: tuple[SkyImage, ...] = ()

    def handlers(self) -> Handlers:
        """Return what the menu calls."""
        return {
            "maps": self._ask_for_maps,
            "lay_image": self._ask_for_image,
            "take_images": self._take_away,
        }

    def enter(self, source: Source) -> None:
        """Read what there is around another source."""
        self._source, self.images = source, ()
        self._follow()

    def lay(self, path: Path) -> None:
        """Lay an image below the list, on top of those that lie there."""
        laid = [name for name in self._laid() if name != str(path)]
        self._store().set(IMAGES, json.dumps([*laid, str(path)]))
        self._follow()

    def _ask_for_maps(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "The maps of a scanned cube")
        if name and self._source is not None:
            self._store().set(MAPS, str(Path(name).absolute()))
            self._follow()

    def _ask_for_image(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "An image of the sky (FITS)")
        if name and self._source is not None:
            self.lay(Path(name).absolute())

    def _take_away(self) -> None:
        laid = self._laid()
        if not laid:
            self._post(Notice("No image is laid below this list.", is_brief=True))
            return
        before = json.dumps(laid)
        self._store().set(IMAGES, "[]")
        self._follow()
        names = ", ".join(Path(name).name for name in laid)
        back = ("Lay them again", partial(self._lay_again, before))
        self._post(Notice(f"Taken away: {names}.", offer=back))

    def _lay_again(self, before: str) -> None:
        self._store().set(IMAGES, before)
        self._follow()

    def _laid(self) -> list[str]:
        try:
            found = json.loads(self._store().get(IMAGES) or "[]")
        except ValueError:
            return []
        return [str(name) for name in found] if isinstance(found, list) else []

    def _follow(self) -> None:
        self._jobs.cancel(LAYERS)
        source, maps, laid = self._source, self._store().get(MAPS), self._laid()
        if source is None or not np.isfinite([source.ra, source.dec]).all():
            return
        if not maps and not laid:
            self._show(())
            return
        work = without_report(_read, maps or "", laid, (source.ra, source.dec))
        self._jobs.submit(LAYERS, work, self._on_read, self._on_unread)

    def _on_read(self, found: tuple[tuple[SkyImage, ...], tuple[str, ...]]) -> None:
        images, problems = found
        for problem in problems:
            if problem not in self._said:
                self._said.add(problem)
                self._post(Notice(problem, "warning"))
        self._show(images)

    def _on_unread(self, error: Exception) -> None:
        self._post(notice_of_failure("what is laid below the list", error))

    def _show(self, images: tuple[SkyImage, ...]) -> None:
        if images or self.images:
            self.images = images
            self.changed.emit()


def _read(
    maps: str, laid: list[str], position: tuple[float, float]
) -> tuple[tuple[SkyImage, ...], tuple[str, ...]]:
    """Read images and maps; what cannot be read is a sentence and hides none of the others."""
    images, problems = list[SkyImage](), list[str]()
    for name in laid:
        try:
            image = read_laid_image(Path(name), position)
        except MooseError as error:
            problems.append(str(error))
        else:
            images += [] if image is None else [image]
    if maps:
        try:
            images += read_map_images(Path(maps), position)
        except MooseError as error:
            problems.append(str(error))
    return tuple(images), tuple(problems)
