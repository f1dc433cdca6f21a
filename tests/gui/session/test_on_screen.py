"""What is known of the source on screen, once a cube showed where its light lies."""

from __future__ import annotations

import pytest
from desk import Desk
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton
from seen import item_in, named, plot_in
from small_survey import FIRST, SECOND

from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.data.deblending import Vetting
from moosegui.files.session.verdict_fields import verdict_from_json
from moosegui.gui.curve.markers import MinimaMarkers
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.queue.projection import is_proposed_false
from moosegui.gui.session.sources import N_READ
from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.style.solution_rows import percent
from moosegui.gui.verdict.projection import vetting_badges


def test_that_a_long_history_is_not_read_again_at_each_move(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i_comment in range(400):
        desk.session.decisions.set_comment(FIRST, f"remark {i_comment}")
    assert desk.session.on_screen.remarks[-1].text == "remark 399"
    read: list[str] = []

    def counted(text: str) -> Verdict:
        read.append(text)
        return verdict_from_json(text)

    monkeypatch.setattr("moosegui.files.session.store.verdict_from_json", counted)

    for _ in range(10):
        desk.go(SECOND)
        desk.go(FIRST)
        assert len(desk.session.on_screen.remarks) == N_READ

    assert not read


def test_that_the_place_of_the_light_counts_wherever_p_is_told(expert: Expert) -> None:
    on_screen, background = expert.session.on_screen, expert.background
    before = on_screen.analysis
    suggested = on_screen.suggestion
    assert before is not None and before.posterior is not None and suggested is not None

    background.summaries.add_vetting(FIRST, Vetting(map_own=0.1))
    background.vetted.emit(FIRST)
    after = on_screen.analysis
    assert after is not None and after.posterior is not None

    known = before.posterior.modes[0].probability
    assert after.posterior.modes[0].probability == pytest.approx(0.1 * known)
    assert on_screen.analysis is after
    assert on_screen.suggestion is not None
    assert on_screen.suggestion.zconf < suggested.zconf
    lists = expert.window.findChildren(SolutionList)
    shown = next(rows for one in lists if (rows := one.rows()))
    assert shown[0].probability == pytest.approx(0.1 * known)
    markers = item_in(plot_in(expert.view(Chi2Plot)), MinimaMarkers).markers
    assert next(m.text for m in markers if m.rank == 1) == percent(0.1 * known)


def call_probably_false(expert: Expert, key: str) -> None:
    """Let vetting find that a source is a residual of the sky."""
    found = Vetting(false_score=0.91, is_false=True, false_reason="sky residual")
    expert.background.summaries.add_vetting(key, found)
    expert.background.vetted.emit(key)


def test_that_enter_calls_false_what_is_suggested_as_false(expert: Expert) -> None:
    call_probably_false(expert, FIRST)
    button = named(expert.window, "False source")
    texts = [one.text() for one in expert.window.findChildren(QPushButton)]

    expert.press_key(Qt.Key.Key_Return)

    assert "False: sky residual, go on   ⏎" in texts
    assert button.property("suggested") is not None
    verdict = expert.session.verdict(FIRST)
    assert verdict.false_reason is FalseReason.SKY_RESIDUAL
    assert verdict.zconf is None
    assert expert.current != FIRST


def test_that_a_redshift_of_the_expert_is_not_called_false_by_enter(expert: Expert) -> None:
    call_probably_false(expert, FIRST)
    expert.press("o")

    expert.press_key(Qt.Key.Key_Return)

    verdict = expert.session.verdict(FIRST)
    assert verdict.false_reason is None
    assert verdict.zconf == 1


def test_that_a_number_overrules_what_is_suggested_as_false(expert: Expert) -> None:
    call_probably_false(expert, FIRST)

    expert.press("2")

    assert expert.session.verdict(FIRST).zconf == 2
    assert expert.session.verdict(FIRST).false_reason is None


def test_that_mark_proposal_and_enter_agree_on_what_is_false(expert: Expert) -> None:
    found = Vetting(false_score=0.6, is_false=False, false_reason="noise")

    expert.background.summaries.add_vetting(FIRST, found)
    expert.background.vetted.emit(FIRST)

    summary = expert.session.summary(FIRST)
    assert is_proposed_false(summary)
    assert vetting_badges(summary)[0][0] == "false? noise (X N)"
    assert expert.session.on_screen.suggestion.false_reason is FalseReason.NOISE
