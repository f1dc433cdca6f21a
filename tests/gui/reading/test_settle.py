"""The card that asks how a file is to be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from moosegui.data.catalogue import ReadingChoice
from moosegui.files.tables.read import read_table
from moosegui.gui.reading.account_panel import ProvenancePanel
from moosegui.gui.reading.settle_card import SettleCard
from moosegui.pipeline.reading.questions import open_question

N_WAVE = 400


def write_spectrum(path: Path, *, unit: float = 1.0, names: str = "wave_vac,flux,err") -> None:
    wave = np.linspace(4800.0, 9300.0, N_WAVE) * unit
    columns = [wave, 20.0 + np.random.default_rng(3).normal(size=N_WAVE)]
    columns += [columns[1] * 2.0] * (names.count("flux") - 1) + [np.full(N_WAVE, 1.0)]
    rows = [",".join(f"{value:.4f}" for value in row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join([names, *rows]))


@pytest.fixture
def opened(qtbot, tmp_path: Path):
    """Open a folder of two spectra; the arguments are those of `write_spectrum`."""
    experts = []

    def open_folder(**how: object) -> Expert:
        for name in ("a.csv", "b.csv"):
            (tmp_path / "spectra").mkdir(exist_ok=True)
            write_spectrum(tmp_path / "spectra" / name, **how)
        experts.append(Expert(qtbot, tmp_path / "spectra"))
        settle(experts[0], qtbot)
        return experts[0]

    yield open_folder
    for expert in experts:
        if not expert.has_quit:
            expert.quit()


def settle(expert: Expert, qtbot) -> None:
    expert.wait_for_jobs()
    qtbot.waitUntil(lambda: not expert.window.jobs.n_pending, timeout=60_000)


def answer(expert: Expert, qtbot, words: str) -> None:
    card = expert.view(SettleCard)
    next(b for b in card.buttons() if b.text().startswith(words)).click()
    settle(expert, qtbot)


def test_that_a_unit_is_asked_with_the_spectrum_under_each_reading(opened, qtbot) -> None:
    expert = opened(unit=0.1)
    card = expert.view(SettleCard)

    assert card.isVisible()
    assert "480 to 930" in card.sentence
    assert "--wave-unit" not in card.sentence
    assert [button.text() for button in card.buttons()] == ["Angstrom", "nm"]
    answer(expert, qtbot, "nm")
    assert expert.session.on_screen.spectrum.wave[0] == pytest.approx(4800.0)
    assert not card.isVisible()


def test_that_an_answer_holds_for_the_list_and_is_remembered(opened, qtbot) -> None:
    expert = opened(unit=0.1)

    answer(expert, qtbot, "nm")
    expert.session.step(1)
    settle(expert, qtbot)

    assert expert.session.on_screen.spectrum.wave[0] == pytest.approx(4800.0)
    expert.quit()
    expert.start()
    settle(expert, qtbot)
    assert not expert.view(SettleCard).isVisible()
    assert expert.session.current.spectrum.choice == ReadingChoice(wave_unit="nm")


def test_that_an_answer_for_one_source_leaves_the_others(opened, qtbot, tmp_path: Path) -> None:
    expert = opened(names="wave,flux,err")
    first = expert.session.current.key

    expert.view(SettleCard).for_source.setChecked(True)
    answer(expert, qtbot, "vacuum")
    expert.session.export(tmp_path / "out.csv")
    expert.wait_for_jobs()
    choices = {s.key: s.spectrum.choice.medium for s in expert.session.source_list}

    assert expert.session.on_screen.spectrum.wave[0] == pytest.approx(4800.0)
    assert choices.pop(first) == "vacuum"
    assert set(choices.values()) == {""}
    assert list(read_table(tmp_path / "out.csv")["READ_VI"]) == ["medium vacuum", ""]
    expert.quit()
    expert.start()
    assert expert.session.source(first).spectrum.choice.medium == "vacuum"


def test_that_what_is_left_as_it_is_is_not_asked_again(opened, qtbot) -> None:
    expert = opened(names="wave,flux,err")
    card, before = expert.view(SettleCard), expert.session.on_screen.spectrum

    card.leave.click()
    expert.session.step(1)
    settle(expert, qtbot)
    expert.quit()
    expert.start()
    settle(expert, qtbot)

    assert not expert.view(SettleCard).isVisible()
    assert expert.session.on_screen.spectrum.wave[0] == before.wave[0]


def test_that_what_was_taken_is_confirmed_without_reading_again(opened, qtbot) -> None:
    expert = opened(names="wave,flux,err")
    before = expert.session.on_screen.spectrum

    answer(expert, qtbot, "air  (as now)")

    assert expert.session.on_screen.spectrum is before
    assert not expert.view(SettleCard).isVisible()


def test_that_one_question_follows_the_other(opened, qtbot) -> None:
    expert = opened(names="wave,flux_a,flux_b,err")
    card = expert.view(SettleCard)
    first = card.sentence

    answer(expert, qtbot, "flux_b")

    assert "several fluxes" in first
    assert "in air or in vacuum" in card.sentence
    assert np.median(expert.session.on_screen.spectrum.flux) == pytest.approx(40.0, rel=0.05)


def test_that_nothing_is_asked_where_the_file_says_all(opened) -> None:
    expert = opened()

    assert not expert.view(SettleCard).isVisible()


def test_that_the_keys_go_on_deciding_below_the_card(opened) -> None:
    expert = opened(names="wave,flux,err")
    key = expert.session.current.key

    expert.press("0")

    assert expert.session.verdict(key).zconf == 0


def test_that_the_card_is_asked_for_and_closed_with_keys(opened, qtbot) -> None:
    expert = opened(names="wave,flux,err")
    card = expert.view(SettleCard)
    card.leave.click()

    expert.action("settle").trigger()
    qtbot.waitUntil(lambda: card.isVisible() and card.buttons()[0].hasFocus())
    was_visible = card.isVisible()
    expert.press_key(Qt.Key.Key_Escape)

    assert was_visible
    assert not card.isVisible()


def test_that_the_card_is_answered_with_keys(opened, qtbot) -> None:
    expert = opened(names="wave,flux,err")
    key = expert.session.current.key
    expert.action("settle").trigger()
    card = expert.view(SettleCard)
    qtbot.waitUntil(lambda: card.buttons()[0].hasFocus())

    expert.press_key(Qt.Key.Key_Tab)
    expert.press_key(Qt.Key.Key_Return)
    settle(expert, qtbot)

    qtbot.waitUntil(lambda: expert.session.on_screen.spectrum.wave[0] == pytest.approx(4800.0))
    assert expert.session.verdict(key) is None


def test_that_the_answers_of_a_new_question_can_be_reached_at_once(opened) -> None:
    """Asked over an open card, they came in a later turn: Tab jumped over the second of them."""
    expert = opened(names="wave,flux,err")
    card = expert.view(SettleCard)
    question = open_question(expert.session.current.spectrum, frozenset())
    assert card.isVisible()

    card.display(question)
    card.ask_for_keys()

    assert [button.isVisible() for button in card.buttons()] == [True, True]
    assert card.buttons()[0].hasFocus()


def test_that_tab_goes_round_the_answers_in_their_order(opened, qtbot) -> None:
    expert = opened(names="wave,flux,err")
    card = expert.view(SettleCard)
    order = []
    for _ in range(3):  # each time the answers are made anew, and the old ones may still be there
        expert.action("settle").trigger()
        settle(expert, qtbot)
        qtbot.waitUntil(lambda: card.buttons()[0].hasFocus())
    for _ in range(6):
        expert.press_key(Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    expert.press_key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)

    first, second = card.buttons()
    assert order == [second, card.for_list, card.for_source, card.leave, first, second]
    assert first.hasFocus()


@pytest.mark.parametrize("is_early", [True, False])
def test_that_a_scan_that_ends_changes_nothing_under_the_fingers(opened, qtbot, is_early) -> None:
    expert = opened(names="wave,flux,err")
    key = expert.session.current.key
    card = expert.view(SettleCard)
    expert.action("settle").trigger()
    if not is_early:
        qtbot.waitUntil(lambda: card.isVisible() and card.buttons()[0].hasFocus())

    expert.session.analysis_updated.emit(key)
    expert.wait_for_window()

    assert card.isVisible()
    qtbot.waitUntil(lambda: card.buttons()[0].hasFocus())


def test_that_the_window_names_no_option_of_the_command_line(opened) -> None:
    expert = opened(unit=0.1)

    problem = expert.session.problem(expert.session.current.key)

    assert "--" not in problem
    assert "Ctrl+I" in problem
    assert not expert.view(ProvenancePanel).isVisible()


def test_that_unknown_columns_are_asked_one_after_the_other(opened, qtbot) -> None:
    expert = opened(names="x,y,dy")
    card = expert.view(SettleCard)

    assert "x, y, dy" in card.sentence
    answer(expert, qtbot, "x")
    assert "none is named as fluxes" in card.sentence
    answer(expert, qtbot, "y")
    expert.session.step(1)
    settle(expert, qtbot)

    assert expert.session.on_screen.spectrum.wave[0] == pytest.approx(4801.34, abs=0.01)
    expert.quit()
    expert.start()
    settle(expert, qtbot)
    assert expert.session.current.spectrum.choice == ReadingChoice(wave="x", flux="y")
