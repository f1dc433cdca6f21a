"""What the words beside a suggestion know, and what they do not know yet."""

from __future__ import annotations

from desk import Desk
from small_survey import write_catalogue

from moosegui.gui.verdict.projection import NOT_SEARCHED, verdict_view


def test_that_a_suggestion_says_that_the_search_is_still_to_come(qtbot, tmp_path) -> None:
    desk = Desk(write_catalogue(tmp_path / "catalogue.csv"), is_vetting=True)
    while desk.session.on_screen.analysis is None:
        desk.runner.run_one()
    before = verdict_view(desk.session)
    desk.wait()
    after = verdict_view(desk.session)
    desk.session.close()

    assert before is not None
    assert after is not None
    assert before.reasons[-1] == NOT_SEARCHED
    assert NOT_SEARCHED not in after.reasons


def test_that_nothing_is_awaited_where_nothing_is_searched(desk: Desk) -> None:
    view = verdict_view(desk.session)

    assert view is not None
    assert NOT_SEARCHED not in view.reasons
