"""Enter means something else once a search has ended: no key takes what nobody saw."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk
from small_survey import write_catalogue

from moosegui.data.catalogue import FalseReason
from moosegui.data.deblending import Vetting
from moosegui.gui.session.work import vetter


@pytest.mark.parametrize("is_false", [True, False])
def test_that_a_key_waits_until_what_was_found_could_be_seen(
    qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_false: bool
) -> None:
    found = Vetting(is_false=is_false, false_score=0.9 * is_false, false_reason="noise")
    monkeypatch.setattr(vetter, "vet", lambda *_known, **_how: found)
    desk = Desk(write_catalogue(tmp_path / "catalogue.csv"), is_vetting=True)
    while desk.session.on_screen.analysis is None:
        desk.runner.run_one()
    desk.now += 1.0
    first = desk.current
    desk.runner.run_all()

    at_once = desk.session.decisions.confirm()
    desk.now += 1.0
    later = desk.session.decisions.confirm()

    verdict = desk.session.verdict(first)
    desk.session.close()
    assert (at_once, later) == (not is_false, True)
    assert verdict is not None
    assert (verdict.false_reason is FalseReason.NOISE) is is_false
