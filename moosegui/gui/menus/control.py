"""What the right mouse button offers: in the spectrum, on χ²(z), on solutions and in the queue."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFileDialog, QMenu, QWidget

from moosegui.data.lines import LINES_BY_LETTER, Line
from moosegui.data.prior import USUAL_WIDTH, RedshiftPrior
from moosegui.gui.keys.context_menu import ActionByName, ContextMenu
from moosegui.gui.plots.places import CurvePlace, SpectrumPlace
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.live_scan import LiveScan
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control

MASK_HALF_WIDTH = 12.0  # Angstrom, of a mask that is made by a click
LIMIT_HALF_WIDTH = 0.1  # in units of (1 + z), of limits that are made by a click
REDSHIFTS_NAMED = (-0.005, 7.0)  # of names that are offered for a place
SMOOTHING = ("smoother", "sharper", "smooth_auto")
SPECTRUM_SHOWS = ("lines", "model", "sky", "rest_axis", "robust_y", "rival")
CURVE_SHOWS = ("second_opinion", "foreign_curve")
PROPOSES = ("automatic", "assigned", "refine")


@dataclass(frozen=True, slots=True)
class PlacesOfMenus:
    """What the menus lie over, and what they do there beside the actions.

    `mark` marks the feature at a wavelength, `name` calls the marked feature a line, `close_up`
    shows the surroundings of a wavelength, `own_lines` are those of the user, `extend_row` adds to
    the menu of a row.
    """

    window: QWidget
    spectrum: QWidget
    curve: QWidget
    mark: Callable[[float], None]
    name: Callable[[Line], None]
    close_up: Callable[[float], None]
    own_lines: Callable[[], tuple[Line, ...]]
    extend_row: Callable[[QMenu, str], None]


class MenusControl(Control):
    """Makes the menu of a place; what it decides or changes are the actions that keys reach."""

    def __init__(
        self,
        session: Session,
        places: PlacesOfMenus,
        action: ActionByName,
        *,
        scan: tuple[LiveScan, Decisions, RedshiftOnScreen],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._places, self._action, self._post = session, places, action, post
        self._live, self._decisions, self._redshift = scan
        self._on_screen = session.on_screen

    # Made of a place

    def over_spectrum(self, place: SpectrumPlace) -> ContextMenu:
        """Open the menu of a wavelength."""
        line = place.line
        title = f"{place.wave:.1f} Å" if line is None else f"{line.label} {line.wave:.0f}"
        menu = ContextMenu(self._places.window, self._action, title)
        if line is not None:
            menu.add(f"Measure {line.label}, take its z", partial(self._name_at, place.wave, line))
        menu.add("Measure the feature here", partial(self._places.mark, place.wave))
        self._add_names(menu.add_group("This feature is"), place.wave)
        menu.add("Look at it closely", partial(self._places.close_up, place.wave))
        menu.add_known("reset_view")
        menu.addSeparator()
        self._add_masks(menu, place.wave)
        menu.addSeparator()
        menu.add_group("Smoothing", *SMOOTHING)
        menu.add_group("Show", *SPECTRUM_SHOWS)
        menu.add_known("next_extraction")
        menu.addSeparator()
        menu.add("Copy this wavelength", partial(_copy, f"{place.wave:.2f}"))
        self._add_copies(menu, self._places.spectrum)
        menu.open(place.at)
        return menu

    def over_curve(self, place: CurvePlace) -> ContextMenu:
        """Open the menu of a trial redshift, or of the solution that is marked there."""
        shown = f"{place.redshift:.5f}" if place.rank is not None else f"{place.redshift:.4f}"
        title = f"z {shown}" if place.rank is None else f"Solution {place.rank}: z {shown}"
        menu = ContextMenu(self._places.window, self._action, title)
        self._add_choice(menu, place)
        menu.add_known(*PROPOSES)
        menu.addSeparator()
        menu.add("Scan only near this z", partial(self._limit_near, place.redshift))
        menu.add("Expect z around here: a prior", partial(self._expect, place.redshift))
        menu.add_known("prior", "mask", "full_scan", "weighting")
        menu.addSeparator()
        menu.add_group("Show", *CURVE_SHOWS, "rival")
        menu.add_known("reset_view")
        menu.addSeparator()
        menu.add(f"Copy z {shown}", partial(_copy, shown))
        self._add_copies(menu, self._places.curve)
        menu.open(place.at)
        return menu

    def over_rank(self, rank: int, at: QPoint) -> ContextMenu | None:
        """Open the menu of a row of the list of solutions."""
        analysis = self._on_screen.analysis
        offered = () if analysis is None else analysis.proposals
        solution = next((one for one in offered if one.rank == rank), None)
        if solution is None:
            return None
        place = CurvePlace(at, solution.redshift, rank)
        title = f"Solution {rank}: z {place.redshift:.5f}"
        menu = ContextMenu(self._places.window, self._action, title)
        self._add_choice(menu, place)
        menu.add_known("rival", *PROPOSES)
        menu.addSeparator()
        menu.add(f"Copy z {place.redshift:.5f}", partial(_copy, f"{place.redshift:.6f}"))
        menu.open(place.at)
        return menu

    def extend_row(self, menu: QMenu, key: str) -> None:
        """Add to the menu of a row of the queue what is known of its source."""
        source, summary = self._session.source(key), self._session.summary(key)
        if source is not None and math.isfinite(source.ra) and math.isfinite(source.dec):
            entry = menu.addAction("Copy its position (degrees)")
            assert entry is not None
            position = f"{source.ra:.6f} {source.dec:+.6f}"
            entry.triggered.connect(lambda _checked=False: _copy(position))
        verdict, redshift = self._session.verdict(key), math.nan
        if verdict is not None and math.isfinite(verdict.redshift):
            redshift = verdict.redshift
        elif summary is not None:
            redshift = summary.redshift
        if math.isfinite(redshift):
            entry = menu.addAction(f"Copy its z {redshift:.5f}")
            assert entry is not None
            entry.triggered.connect(lambda _checked=False: _copy(f"{redshift:.6f}"))
        menu.addSeparator()
        for name in ("next_unreviewed", "back", "sort_near", "sort_uncertain", "sort_catalogue"):
            menu.addAction(self._action(name))
        self._places.extend_row(menu, key)

    # Parts of menus

    def _add_names(self, menu: ContextMenu, wave: float) -> None:
        low, high = REDSHIFTS_NAMED
        keys = [(f"name_{letter}", line) for letter, line in LINES_BY_LETTER.items()]
        for key_of, line in (*keys, *(("", line) for line in self._places.own_lines())):
            redshift = wave / line.wave - 1.0
            if low <= redshift <= high:
                text = f"{line.label} {line.wave:.0f}: z {redshift:.3f}".replace("-", "−")
                menu.add(text, partial(self._name_at, wave, line), key_of=key_of)

    def _add_masks(self, menu: ContextMenu, wave: float) -> None:
        masks = self._live.conditions.masks
        around = [mask for mask in masks if mask[0] <= wave <= mask[1]]
        if around:
            menu.add("Fit this mask again", partial(self._unmask, around[0]))
        else:
            text = f"Mask ±{MASK_HALF_WIDTH:.0f} Å here"
            menu.add(text, partial(self._mask, wave))
        menu.add_known("mask", "full_scan", "weighting")

    def _add_choice(self, menu: ContextMenu, place: CurvePlace) -> None:
        rank = place.rank
        if rank is None:
            menu.add("Look at this z", partial(self._redshift.point_at, place.redshift))
            return
        key_of = f"solution{rank}" if rank <= len("123456789") else ""
        menu.add(
            "Look at this solution", partial(self._redshift.choose_solution, rank), key_of=key_of
        )

    def _add_copies(self, menu: ContextMenu, view: QWidget) -> None:
        redshift = self._redshift.shown.redshift
        if math.isfinite(redshift):
            menu.add(f"Copy z on screen {redshift:.5f}", partial(_copy, f"{redshift:.6f}"))
        menu.add("Copy picture", partial(_copy_picture, view))
        menu.add("Save picture …", partial(self._save_picture, view))

    # What they do

    def _name_at(self, wave: float, line: Line) -> None:
        self._places.mark(wave)
        self._places.name(line)

    def _mask(self, wave: float) -> None:
        masks = self._live.conditions.masks
        self._take_masks((*masks, (wave - MASK_HALF_WIDTH, wave + MASK_HALF_WIDTH)))

    def _unmask(self, mask: tuple[float, float]) -> None:
        self._take_masks(tuple(one for one in self._live.conditions.masks if one != mask))

    def _take_masks(self, masks: tuple[tuple[float, float], ...]) -> None:
        self._decisions.set_conditions(self._live.conditions.with_masks(masks))

    def _limit_near(self, redshift: float) -> None:
        half = LIMIT_HALF_WIDTH * (1.0 + redshift)
        limits = (redshift - half, redshift + half)
        self._decisions.set_conditions(self._live.conditions.with_limits(limits))

    def _expect(self, redshift: float) -> None:
        prior = RedshiftPrior(round(redshift, 4), round(USUAL_WIDTH * (1.0 + redshift), 4))
        self._decisions.set_conditions(self._live.conditions.with_prior(prior))

    def _save_picture(self, view: QWidget) -> None:
        current = self._session.current
        name = "spectrum" if current is None else current.source_id
        text, _ = QFileDialog.getSaveFileName(
            self._places.window, "Save picture", f"{name}.png", "Pictures (*.png)"
        )
        if text:
            path = Path(text).with_suffix(Path(text).suffix or ".png")
            is_saved = view.grab().save(str(path))
            words = f"Saved {path.name}." if is_saved else f"{path} cannot be written."
            self._post(Notice(words, "error") if not is_saved else Notice(words, is_brief=True))


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)


def _copy_picture(view: QWidget) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setPixmap(view.grab())
