"""What stands in a catalogue or a comment is shown as it is, wherever it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from small_survey import FIRST, SECOND

MARK = "<i>x</i>"


@pytest.fixture
def marked(expert: Expert, tmp_path: Path) -> Expert:
    """Somebody whose catalogue and folder have names that look like HTML."""
    expert.session.close()
    expert.catalogue = expert.catalogue.rename(tmp_path / "a<i>x<i>.csv")
    lines = expert.catalogue.read_text().splitlines()
    lines = [line.replace(f"{FIRST},", f"{MARK},", 1) for line in lines]
    expert.catalogue.write_text(
        "\n".join([f"{lines[0]},COMMENT", *(f"{a},{MARK}" for a in lines[1:])])
    )
    expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()
    expert.press("C")
    expert.write(MARK)
    expert.press_key(Qt.Key.Key_Return)
    expert.go(SECOND)
    expert.session.step(-1)
    expert.wait_for_jobs()
    return expert


def widgets() -> list[QWidget]:
    return [w for window in QApplication.topLevelWidgets() for w in window.findChildren(QWidget)]


def test_that_no_label_shows_text_of_files_as_html(marked: Expert) -> None:
    labels = [one for one in widgets() if isinstance(one, QLabel) and "<i>" in one.text()]

    assert marked.current == MARK
    assert labels
    assert [one.text() for one in labels if one.textFormat() != Qt.TextFormat.PlainText] == []


def test_that_no_tip_shows_text_of_files_as_html(marked: Expert) -> None:
    del marked
    tips = [one.toolTip() for one in widgets()]

    assert [tip for tip in tips if "<i>" in tip] == []
