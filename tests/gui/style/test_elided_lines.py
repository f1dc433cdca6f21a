"""Lines of words that end in dots where there is no room."""

from __future__ import annotations

import pytest

from moosegui.gui.style.elided_label import ElidedLines

TEXT = "2: above 5 σ: Lyα, P(z) = 96.3 %, may be confused with solution 2: [O II] as Lyα (1 %)"


@pytest.fixture
def label(qtbot) -> ElidedLines:
    widget = ElidedLines(2)
    qtbot.addWidget(widget)
    widget.setText(TEXT)
    return widget


def test_that_what_fits_is_broken_between_words(label: ElidedLines) -> None:
    label.resize(label.fontMetrics().horizontalAdvance(TEXT) * 2 // 3, label.height())

    assert len(label.lines()) == 2
    assert " ".join(label.lines()) == TEXT


def test_that_the_last_line_ends_in_dots(label: ElidedLines) -> None:
    label.resize(label.fontMetrics().horizontalAdvance(TEXT) // 3, label.height())

    lines = label.lines()
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert TEXT.startswith(lines[0])


def test_that_the_height_is_that_of_its_lines_whatever_they_say(label: ElidedLines) -> None:
    full = label.height()

    label.setText("")

    assert label.height() == full >= 2 * label.fontMetrics().height()
    assert label.lines() == [""]


def test_that_the_name_of_a_line_is_not_broken(label: ElidedLines) -> None:
    label.setText("3: above 5 σ: [O II], C III], Mg II, [O III], Ca K, Ca H, Na D")
    for width in range(label.fontMetrics().horizontalAdvance("[O III], …"), 300, 3):
        label.resize(width, label.height())
        first = label.lines()[0]
        assert not first.endswith(("[O", " C", "Mg", "Ca", "Na")), first
