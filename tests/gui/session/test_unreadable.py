"""Files that cannot be read in a long list: marked where they stand, and no pile of notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.table import Table
from desk import Desk
from pytestqt.qtbot import QtBot
from small_survey import IDS, write_spectra

from moosegui.data.deblending import Vetting
from moosegui.gui.session.work import vetter

N_SOURCES, BROKEN = 40, ("S07", "S15", "S23", "S31")


def write_list(folder: Path) -> Path:
    """A catalogue of forty sources, four of whose files are no spectra."""
    spectra = write_spectra(folder / "spectra")
    keys = [f"S{i:02d}" for i in range(N_SOURCES)]
    for key in BROKEN:
        (spectra / f"{key}.fits").write_text("no spectrum")
    good = [f"spectra/spectrum_{IDS[i % len(IDS)]}.fits" for i in range(N_SOURCES)]
    files = [
        f"spectra/{key}.fits" if key in BROKEN else file
        for key, file in zip(keys, good, strict=True)
    ]
    path = folder / "catalogue.csv"
    Table({"ID": keys, "FILE": files}).write(path)
    return path


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(vetter, "vet", lambda *_known, **_how: Vetting())
    opened = Desk(write_list(tmp_path), is_vetting=True)
    yield opened
    opened.session.close()


def marked(desk: Desk) -> list[str]:
    keys = (source.key for source in desk.session.source_list or ())
    return [key for key in keys if desk.session.problem(key)]


def vetted(desk: Desk) -> list[str]:
    found = {source.key: desk.session.summary(source.key) for source in desk.session.source_list}
    return [key for key, summary in found.items() if summary and summary.vetting is not None]


def test_that_files_that_cannot_be_read_are_marked_without_a_notice_each(desk: Desk) -> None:
    desk.wait()

    assert marked(desk) == list(BROKEN)
    assert [level for level in desk.levels if level == "error"] == []
    assert [text for text in desk.notices if any(key in text for key in BROKEN)] == []


def test_that_all_others_are_vetted(desk: Desk) -> None:
    desk.wait()

    assert len(vetted(desk)) == N_SOURCES - len(BROKEN)


def test_that_files_that_went_bad_since_they_were_scanned_are_marked_too(desk: Desk) -> None:
    desk.session.select("S39")
    while any(key[0] == "scan" for key in desk.runner.jobs):
        desk.runner.run_one()
    for source_id in IDS[:2]:
        (desk.catalogue.parent / "spectra" / f"spectrum_{source_id}.fits").write_text("lost")
    n_before = len(desk.notices)
    desk.restart()

    assert len(marked(desk)) > len(BROKEN)
    assert "error" not in desk.levels[n_before:]
