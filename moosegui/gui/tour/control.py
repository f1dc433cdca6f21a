"""The guided tour: cards that point at parts of the window, each until its key was pressed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from html import escape

from PyQt6.QtCore import QEvent, QObject, QRect, QTimer
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMainWindow, QWidget

from moosegui.files.surveys.demo import DEMO_SURVEY
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours
from moosegui.gui.tour.card import Outline, TourCard
from moosegui.gui.tour.parts import Part
from moosegui.gui.tour.steps import STEPS, Step

BEGIN = "begin"
NO_TOUR = "There is no tour on screen; Help, Guided tour begins one."


class TourControl(Control):
    """Leads through the demo, which it opens where another list is open; no key is taken away."""

    def __init__(
        self,
        session: Session,
        window: QMainWindow,
        parts: Mapping[Part, QWidget],
        *,
        action: Callable[[str], QAction],
        open_demo: Callable[[], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._window, self._parts = session, window, parts
        self._action, self._open_demo, self._post = action, open_demo, post
        self._keys: Mapping[str, str] = {}
        self._i_step: int | None = None
        self._is_wished = self._is_listening = False
        self._card, self._outline = TourCard(window), Outline(window)
        self._moving, self._turning = _soon(window, self._place), _soon(window, self._turn)
        self._done = ""
        window.installEventFilter(_Resizes(window, self._moving.start))
        self._connect()

    def _connect(self) -> None:
        self._session.sources_opened.connect(self._on_sources_opened)
        self._card.next_requested.connect(self._forth)
        self._card.back_requested.connect(self._back)
        self._card.end_requested.connect(self._end)

    @override
    def handlers(self) -> Handlers:
        return {"tour": self.begin, "tour_next": self._forth, "tour_back": self._back}

    @override
    def set_keys(self, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._display()

    @override
    def set_colours(self, colours: Colours) -> None:
        self._card.set_colours(colours)
        self._outline.set_colours(colours)

    @property
    def step(self) -> Step | None:
        """The card on screen."""
        return None if self._i_step is None else STEPS[self._i_step]

    def begin(self) -> None:
        """Begin with the first card, in the demo."""
        self._listen()
        if self._is_demo():
            self._go_to(0)
        else:
            self._is_wished = True
            self._open_demo()

    def _listen(self) -> None:
        """Hear of what is asked for, once the window has its actions."""
        if self._is_listening:
            return
        self._is_listening = True
        self._action("clear_mark").triggered.connect(self._end)
        for name in sorted({step.action for step in STEPS}):
            self._action(name).triggered.connect(partial(self._on_done, name))

    def _is_demo(self) -> bool:
        source_list = self._session.source_list
        return source_list is not None and source_list.path.name == DEMO_SURVEY

    def _on_sources_opened(self) -> None:
        if self._is_wished and self._is_demo():
            self._is_wished = False
            self._i_step, self._done = None, BEGIN
            self._turning.start()
        elif not self._is_demo():
            self._end()

    def _on_done(self, name: str, _checked: object = None) -> None:
        """Go on after what a card asked for, once the window has done it."""
        step = self.step
        if step is not None and step.action == name:
            self._done = name
            self._turning.start()

    def _turn(self) -> None:
        done, self._done = self._done, ""
        if done == BEGIN:
            self._go_to(0)
        elif self.step is not None and self.step.action == done:
            self._forth()

    def _forth(self) -> None:
        if self._i_step is None:
            self._post(Notice(NO_TOUR, is_brief=True))
        elif self._i_step + 1 < len(STEPS):
            self._go_to(self._i_step + 1)
        else:
            self._end()
            self._post(Notice("That was the tour; the rest is in the manual.", is_brief=True))

    def _back(self) -> None:
        if self._i_step is None:
            self._post(Notice(NO_TOUR, is_brief=True))
        elif self._i_step > 0:
            self._go_to(self._i_step - 1)

    def _end(self) -> None:
        self._i_step = None
        self._card.hide()
        self._outline.hide()

    def _go_to(self, i_step: int) -> None:
        step = STEPS[i_step]
        current = self._session.current
        if current is None or current.source_id != step.source_id:
            source_list = self._session.source_list
            sources = () if source_list is None else tuple(source_list)
            key = next((s.key for s in sources if s.source_id == step.source_id), None)
            if key is None:
                return
            self._session.select(key)
        self._i_step = i_step
        self._display()

    def _display(self) -> None:
        step = self.step
        if step is None or self._i_step is None:
            return
        keys: defaultdict[str, str] = defaultdict(lambda: "(no key)")
        keys |= {name: f"<b>{escape(key)}</b>" for name, key in self._keys.items() if key}
        count = f"{self._i_step + 1} of {len(STEPS)}"
        turning = (self._keys.get("tour_back", ""), self._keys.get("tour_next", ""))
        self._card.display(step.title, step.text.format_map(keys), count, turning)
        for widget in (self._outline, self._card):
            widget.show()
        self._place()

    def _place(self) -> None:
        step = self.step
        if step is None:
            return
        part = self._parts[step.part]
        where = _seen(part, self._window)
        self._outline.setGeometry(where)
        self._outline.raise_()
        self._card.lie_beside(where, self._window.rect())


def _seen(part: QWidget, window: QWidget) -> QRect:
    """Return where a part is seen in the window, as far as no scroll area cuts it."""
    if not part.isVisible():
        return QRect()
    where = QRect(part.mapTo(window, part.rect().topLeft()), part.size())
    around = part.parentWidget()
    while around is not None and around is not window:
        where &= QRect(around.mapTo(window, around.rect().topLeft()), around.size())
        around = around.parentWidget()
    return where


class _Resizes(QObject):
    """Tells when the window takes another size or is laid out anew."""

    def __init__(self, window: QMainWindow, tell: Callable[[], None]) -> None:
        super().__init__(window)
        self._tell = tell

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if a1 is not None and a1.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._tell()
        return False


def _soon(window: QMainWindow, do: Callable[[], None]) -> QTimer:
    """Return what does something once the events of now are over."""
    timer = QTimer(window)
    timer.setSingleShot(True)
    timer.timeout.connect(do)
    return timer
