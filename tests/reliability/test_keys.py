"""Random keys in the window, with dialogs and deletions between them: nothing lost, memory flat.

The long form presses keys for `MOOSEGUI_RELIABILITY_MINUTES` (60), the short one some dozens.
"""

from __future__ import annotations

import os
import random
import resource as system
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import QEvent, QSettings, Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot
from reliability import reader
from reliability.forms import IS_LONG
from reliability.reader import decided, digest
from small_survey import write_catalogue

from moosegui.errors import SessionError
from moosegui.fit.spare import release_memory
from moosegui.gui.window.layout import APPLICATION, ORGANISATION
from moosegui.gui.window.patience import GivenUpError

SECONDS = 60.0 * float(os.environ.get("MOOSEGUI_RELIABILITY_MINUTES", "60")) if IS_LONG else 0.0
N_KEYS = 60  # of the short form
N_BETWEEN = 200  # keys between looks at file and memory
MAX_GROWTH = 60 << 20  # bytes, after the first tenth
PLAIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ?[]+-,./ "
SPECIAL = (
    *(Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backspace),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_Delete, Qt.Key.Key_F1, Qt.Key.Key_Space),
)
WITH_CONTROL = "ZYSGOFIELB"
PATIENT = threading.Event()  # while somebody waits for a list
NO_MODIFIER, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    QSettings(ORGANISATION, APPLICATION).clear()
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    yield someone
    if not someone.has_quit:
        someone.quit()


@pytest.fixture
def leaving() -> Iterator[None]:
    """Leave every dialog and menu that opens, since it waits for ever."""
    timer = QTimer()

    def leave() -> None:
        if PATIENT.is_set():
            return
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if isinstance(popup, QMenu):
            popup.close()
        elif isinstance(modal, QDialog):
            modal.reject()
        elif modal is not None:
            modal.close()

    timer.timeout.connect(leave)
    timer.start(100)
    yield
    timer.stop()


def memory() -> int:
    """What the process holds that is its own and no page of a file, in bytes."""
    status = Path("/proc/self/smaps_rollup")
    if not status.exists():
        return system.getrusage(system.RUSAGE_SELF).ru_maxrss * 1024
    lines = status.read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("Anonymous:")).split()[1])


def press_any(expert: Expert, rng: random.Random) -> None:
    act = rng.random()
    if act < 0.70:
        expert.press(rng.choice(PLAIN))
    elif act < 0.90:
        expert.press_key(rng.choice(SPECIAL))
    else:
        expert.press(rng.choice(WITH_CONTROL), CONTROL)


def disturb(expert: Expert, rng: random.Random) -> None:
    """Delete or touch what lies around the session, as what cleans and synchronises does."""
    folder, path = expert.catalogue.parent, expert.session.store.path
    act = rng.randrange(4)
    if act == 0:
        path.unlink(missing_ok=True)
    elif act == 1:
        for update in folder.glob("catalogue_updated*"):
            update.unlink()
    elif act == 2:
        for copy in folder.glob("*.bak*"):
            copy.unlink()
    else:
        open_again(expert)


def open_again(expert: Expert) -> None:
    """Open what is open, as Ctrl+O does, and wait for it as long as it takes."""
    reasons: list[Exception] = []
    for _ in range(20):
        PATIENT.set()  # a long history is read while a dialog says so: nobody leaves that one
        try:
            expert.application.open_path(expert.catalogue)
        except (GivenUpError, SessionError) as error:
            reasons.append(error)
            QTest.qWait(500)
        else:
            return
        finally:
            PATIENT.clear()
    raise AssertionError(f"the catalogue cannot be opened again: {reasons[-1]!r}")


def decide_once(expert: Expert) -> None:
    """Leave whatever card is open and decide; a session that was deleted is written again then."""
    n_events = expert.session.store.n_events
    for i_try in range(5):
        expert.wait_for_jobs()
        expert.press_key(Qt.Key.Key_Escape)
        expert.session.select("0007")
        expert.wait_for_jobs()
        expert.press("O1" if i_try else "1")  # a source without a redshift has none on screen
        expert.wait_for_jobs()
        if expert.session.store.n_events > n_events:
            return
    said = [label.text() for label in expert.window.findChildren(QLabel) if label.isVisible()]
    place = f"{QApplication.activeWindow()}, {QApplication.focusWidget()}"
    raise AssertionError(f"a decision is not taken in {place}: {said}")


@pytest.fixture
def on_file() -> Iterator[Callable[[Path], str]]:
    """Ask another process for the digest of what a session holds."""
    command = [sys.executable, str(reader.__file__)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        questions, answers = process.stdin, process.stdout
        assert questions is not None
        assert answers is not None

        def ask(path: Path) -> str:
            print(path, file=questions)
            return answers.readline().rstrip("\n")

        yield ask
        questions.close()


@pytest.mark.usefixtures("leaving")
def test_that_random_keys_lose_nothing_and_keep_no_memory(
    expert: Expert, on_file: Callable[[Path], str]
) -> None:
    rng, began, n_keys = random.Random(12), time.monotonic(), 0
    curve: list[tuple[float, int]] = []

    while n_keys < N_KEYS or time.monotonic() - began < SECONDS:
        press_any(expert, rng)
        n_keys += 1
        if rng.random() < 0.01:
            disturb(expert, rng)
        if n_keys % N_BETWEEN == 0 or n_keys == N_KEYS:
            decide_once(expert)
            # what was deleted for later goes here when the loop of the program turns, not this one
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            release_memory()  # as the program does when nobody presses a key for a while
            curve.append((time.monotonic() - began, memory()))
            store = expert.session.store
            assert on_file(store.path) == digest(decided(store))
            minutes, mebibytes = curve[-1][0] / 60, curve[-1][1] / 2**20
            n_events = store.n_events
            print(
                f"{minutes:6.2f} min {n_keys:6d} keys {n_events:6d} events {mebibytes:7.1f} MiB",
                flush=True,
            )

    settled = [n_bytes for seconds, n_bytes in curve if seconds >= 0.1 * curve[-1][0]]
    assert max(settled) - settled[0] < MAX_GROWTH
    assert len(decided(expert.session.store)) > 0
