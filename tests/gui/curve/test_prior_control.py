"""The prior of z in the window: asked for, drawn under χ²(z), taken away, exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot
from small_survey import write_catalogue

from moosegui.data.prior import RedshiftPrior
from moosegui.gui.curve.prior_control import NOT_HERE

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Answers:
    """What stood in the dialog, and what is typed into it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.text: str | None = ""
        self.offered: list[str] = []
        self.asked: list[str] = []
        monkeypatch.setattr(QInputDialog, "exec", lambda dialog: self._answer(dialog))

    def _answer(self, dialog: QInputDialog) -> int:
        self.offered.append(dialog.textValue())
        self.asked.append(dialog.labelText())
        if self.text is None:
            return 0
        if self.text:
            dialog.setTextValue(self.text if self.text != "nothing" else "")
        return 1


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """At a catalogue with a photometric redshift of its second source."""
    path = write_catalogue(tmp_path / "catalogue.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    added = [",z_phot,z_phot_err", ",-99,-99", ",1.2,0.03", *[",,"] * (len(lines) - 3)]
    text = "".join(f"{line}{cells}\n" for line, cells in zip(lines, added, strict=True))
    path.write_text(text, encoding="utf-8")
    someone = Expert(qtbot, path)
    yield someone
    if not someone.has_quit:
        someone.quit()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


def ask(expert: Expert) -> None:
    expert.press_key(Qt.Key.Key_P, CONTROL | SHIFT)
    expert.wait_for_jobs()


def test_that_a_typed_prior_is_kept_with_the_verdict_and_drawn(
    expert: Expert, answers: Answers, qtbot: QtBot
) -> None:
    answers.text = "0.7 0.1"

    ask(expert)

    assert answers.offered == [""]
    assert expert.session.live.conditions.prior == RedshiftPrior(0.7, 0.1)
    assert expert.session.verdict().conditions.prior == RedshiftPrior(0.7, 0.1)
    whole, zoom = expert.chi2._panes
    qtbot.waitUntil(lambda: whole.prior.is_shown and zoom.prior.is_shown)
    assert whole.prior.words == "prior 0.7 ± 0.1"


def test_that_the_photometric_redshift_is_offered(expert: Expert, answers: Answers) -> None:
    expert.press("n")
    expert.wait_for_jobs()

    ask(expert)

    assert answers.offered == ["1.2 ± 0.03"]
    assert expert.session.live.conditions.prior == RedshiftPrior(1.2, 0.03)


def test_that_an_empty_field_takes_it_away(expert: Expert, answers: Answers) -> None:
    answers.text = "0.7 0.1"
    ask(expert)

    answers.text = "nothing"
    ask(expert)

    assert answers.offered[-1] == "0.7 ± 0.1"
    assert expert.session.live.conditions.is_default
    assert not expert.chi2._panes[0].prior.is_shown


@pytest.mark.parametrize("text", ["seven", "0.7 -1"])
def test_that_nonsense_is_said_and_changes_nothing(
    expert: Expert, answers: Answers, text: str
) -> None:
    answers.text = text

    ask(expert)

    assert any(f"“{text}”" in notice for notice in expert.notices)
    assert expert.session.live.conditions.is_default


def test_that_leaving_the_dialog_changes_nothing(expert: Expert, answers: Answers) -> None:
    answers.text = None

    ask(expert)

    assert expert.session.live.conditions.is_default
    assert expert.session.store.n_events == 0


def test_that_it_is_taken_back_as_a_decision_is(expert: Expert, answers: Answers) -> None:
    answers.text = "0.7 0.1"
    ask(expert)

    expert.press("z", CONTROL)
    expert.wait_for_jobs()

    assert expert.session.live.conditions.is_default


def test_that_the_full_scan_has_no_prior(expert: Expert, answers: Answers) -> None:
    answers.text = "0.7 0.1"
    ask(expert)

    expert.press_key(Qt.Key.Key_Q, SHIFT)
    expert.wait_for_jobs()

    assert expert.session.live.conditions.is_default


def test_that_no_prior_is_asked_for_where_the_scan_is_hidden(
    expert: Expert, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(expert.session.on_screen), "is_scan_hidden", property(lambda _: True))

    ask(expert)

    assert not answers.asked
    assert NOT_HERE in expert.notices


def test_that_the_redshift_of_the_catalogue_is_marked_unless_it_is_hidden(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_catalogue(tmp_path / "catalogue.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    added = [",Z", *[",2.5"] * (len(lines) - 1)]
    text = "".join(f"{line}{cells}\n" for line, cells in zip(lines, added, strict=True))
    path.write_text(text, encoding="utf-8")
    someone = Expert(qtbot, path)
    mark = someone.chi2._panes[0].catalogue
    qtbot.waitUntil(lambda: mark.isVisible() and mark.value() == 2.5)

    someone.session.redshift.type("2.5")
    someone.wait_for_jobs()
    qtbot.waitUntil(lambda: not mark.isVisible())
    someone.session.redshift.type("2.6")
    qtbot.waitUntil(mark.isVisible)
    someone.press_key(Qt.Key.Key_B, CONTROL | SHIFT)

    qtbot.waitUntil(lambda: not mark.isVisible())
    someone.quit()
