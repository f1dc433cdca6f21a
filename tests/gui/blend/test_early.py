"""What is said of a second galaxy that is not there, or not there yet."""

from __future__ import annotations

import pytest
from expert import Expert

from moosegui.gui.session.work.second_galaxy import BlendReview


@pytest.mark.parametrize(
    ("keys", "is_searching", "said"),
    [("j3", False, "Look first"), ("kj3", True, "still being looked for")],
)
def test_that_what_cannot_be_judged_yet_says_why(
    expert: Expert, monkeypatch: pytest.MonkeyPatch, keys: str, is_searching: bool, said: str
) -> None:
    monkeypatch.setattr(BlendReview, "candidate", property(lambda _review: None))
    monkeypatch.setattr(BlendReview, "is_searching", property(lambda _review: is_searching))

    expert.press(keys)

    assert any(said in text for text in expert.notices)
    verdict = expert.session.verdict()
    assert verdict is None or verdict.blend is None
