"""Rules of the window that no single part can hold: keys, sizes, and what lines up."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import QPoint, QRectF
from PyQt6.QtWidgets import QAbstractButton, QWidget
from seen import canvas_in, named, plot_in
from small_survey import FIRST, SECOND

from moosegui.gui.keys.actions import ACTIONS, ActionSpec
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.verdict.zconf_button import ZconfButton

ARROWS = {"Left", "Right", "Up", "Down"}
LASTING = ("Decide", "Reconcile", "File")  # groups of actions that write something
SETTINGS = {"next_vote"}  # of these groups, what only looks


def unmodified(spec: ActionSpec) -> list[str]:
    """The keys of an action that are an arrow or a punctuation mark alone."""
    return [key for key in spec.keys if key in ARROWS or (len(key) == 1 and not key.isalnum())]


@pytest.mark.parametrize("spec", [s for s in ACTIONS if s.group in LASTING], ids=lambda s: s.name)
def test_that_nothing_that_lasts_lies_on_an_arrow_or_punctuation(spec: ActionSpec) -> None:
    assert spec.name in SETTINGS or unmodified(spec) == []


def test_that_no_vote_is_taken_by_a_held_key(expert: Expert) -> None:
    votes = [spec.name for spec in ACTIONS if spec.name.startswith("vote")]

    assert votes
    assert not any(expert.action(name).autoRepeat() for name in votes)


def test_that_a_decision_that_is_ignored_flashes(expert: Expert) -> None:
    expert.press("n")
    expert.now -= 0.9  # the next key comes 100 ms after

    expert.press("3")

    assert expert.session.verdict(SECOND) is None
    assert expert.verdict.property("flash") is True


def test_that_a_draft_is_said_for_two_seconds(expert: Expert) -> None:
    notices: list[Notice] = []
    expert.session.notice_posted.connect(notices.append)

    expert.press("on")

    (notice,) = [n for n in notices if f"draft of {FIRST}" in n.text]
    assert notice.seconds == 2.0


def left_edge(window: QWidget, canvas: QWidget, box: QRectF) -> float:
    return canvas.mapTo(window, QPoint(0, 0)).x() + box.left()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_that_spectrum_residual_and_curve_line_up_to_the_pixel(
    expert: Expert, size: tuple[int, int], qtbot
) -> None:
    expert.window.resize(*size)
    expert.wait_for_jobs()
    places = ((expert.spectrum, 0), (expert.spectrum, 1), (expert.chi2, 0))

    edges = [
        left_edge(
            expert.window,
            canvas_in(view),
            plot_in(view, row).getViewBox().sceneBoundingRect(),
        )
        for view, row in places
    ]

    assert max(edges) - min(edges) < 1.0


def test_that_the_zconf_buttons_are_the_largest_controls(expert: Expert) -> None:
    expert.window.resize(1920, 1080)
    panel = expert.verdict
    zconf = panel.findChildren(ZconfButton)
    go_on = named(panel, "Confirm and go on")
    own = (*zconf, go_on)
    others = [b for b in panel.findChildren(QAbstractButton) if b not in own and b.isVisible()]

    sizes = [button.width() * button.height() for button in zconf]

    assert all(button.width() * button.height() < min(sizes) for button in others)
    assert go_on.width() * go_on.height() < sum(sizes)
