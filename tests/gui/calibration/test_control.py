"""The menu learns from the verdicts of the open session, shows what changes, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from expert import Expert
from pytestqt.qtbot import QtBot
from survey_file import make_table, write_survey

from moosegui.data.catalogue import Verdict
from moosegui.files.session.calibration import calibration_path, own_calibration
from moosegui.files.session.file import session_path
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.read import read_table
from moosegui.gui.calibration.dialog import CalibrationDialog

N = 205


@pytest.fixture
def judged(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """The window on a survey of which an inspector, who rejects every fourth, judged all."""
    survey = write_survey(tmp_path / "survey.fits", make_table(n=N))
    truths = read_table(survey)["Z"]
    path = session_path(survey, "ZB")
    with SessionStore.open(path, inspector="ZB", source_path=survey) as store:
        for i, source in enumerate(open_source_list(survey)):
            verdict = Verdict(zconf=0) if i % 4 == 0 else Verdict(float(truths[i]), zconf=3)
            store.record(source.key, verdict)
    expert = Expert(qtbot, survey)
    yield expert
    if not expert.has_quit:
        expert.quit()


def test_that_what_was_learned_is_shown_used_and_taken_back(judged: Expert, qtbot: QtBot) -> None:
    session = judged.session.store.path
    dialog = judged.view(CalibrationDialog)

    judged.action("calibrate").trigger()
    qtbot.waitUntil(dialog.isVisible, timeout=120_000)

    assert f"P(z), {N} verdicts" in dialog.text
    assert "before stated" in dialog.text and "after  stated" in dialog.text
    assert own_calibration(session) is None  # looking at it changes nothing

    dialog.accept()

    learned = own_calibration(session)
    assert learned is not None and dict(learned.provenance)["verdicts"] == str(N)

    judged.quit()
    judged.start()
    assert judged.session.engine.confidence == learned

    judged.action("calibrate_undo").trigger()
    assert not calibration_path(session).exists()


def test_that_too_few_verdicts_are_told_in_a_sentence(expert: Expert) -> None:
    expert.action("calibrate").trigger()

    assert any("200 are needed" in text for text in expert.notices)


def test_that_there_is_nothing_to_take_back_at_first(expert: Expert) -> None:
    expert.action("calibrate_undo").trigger()

    assert any("nothing can be taken back" in text for text in expert.notices)
