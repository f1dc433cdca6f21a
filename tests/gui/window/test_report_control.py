"""File, Page of this survey: written beside the session while work goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from small_survey import FIRST, write_catalogue

from moosegui.data.catalogue import Verdict
from moosegui.files.session.file import session_path
from moosegui.files.session.store import SessionStore


def test_that_the_menu_writes_the_page_and_shows_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = write_catalogue(tmp_path / "cat.fits")
    with SessionStore.open(
        session_path(catalogue, "ZB"), inspector="ZB", source_path=catalogue
    ) as store:
        store.record(FIRST, Verdict(0.31, 1e-4, zconf=3))
    expert = Expert(qtbot, catalogue)
    page, shown = tmp_path / "page.html", list[str]()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(page), ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    try:
        expert.action("report").trigger()
        qtbot.waitUntil(lambda: bool(shown), timeout=60_000)

        assert shown == [str(page)]
        assert "1 of 6 sources are inspected" in page.read_text(encoding="utf-8")
    finally:
        expert.quit()
