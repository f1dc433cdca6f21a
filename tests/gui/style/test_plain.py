"""Texts of files and people mean nothing to Qt."""

from __future__ import annotations

from moosegui.gui.style.plain import plain_tip


def test_that_a_tip_shows_marks_as_they_are() -> None:
    assert plain_tip("<img src='file:///etc/passwd'>").startswith("<qt>&lt;img")
    assert plain_tip("R = 3 & more") == "R = 3 & more"
