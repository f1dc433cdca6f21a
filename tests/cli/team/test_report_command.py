"""The page of a survey from the command line: whole, alone, and never over somebody's file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_survey import IDS, TRUTHS, write_catalogue

from moosegui.cli.main import main
from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import FalseReason, SourceFlag, Verdict
from moosegui.files.session.file import session_path
from moosegui.files.session.store import SessionStore


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Four of six sources judged: secure with a second galaxy, a quasar, false, and none."""
    catalogue = write_catalogue(tmp_path / "cat.fits")
    path = session_path(catalogue, "ZB")
    verdicts = (
        Verdict(TRUTHS[0], 1e-4, zconf=3, proposal=TRUTHS[0]).with_blend(
            BlendVerdict(BlendKind.BLEND, 1.23456, 2)
        ),
        Verdict(TRUTHS[1], 1e-4, zconf=2, proposal=1.9).with_flag_toggled(SourceFlag.QSO),
        Verdict(false_reason=FalseReason.COSMIC_RAY),
        Verdict(zconf=0),
    )
    with SessionStore.open(path, inspector="ZB", source_path=catalogue) as store:
        for key, verdict in zip(IDS, verdicts, strict=False):
            store.record(key, verdict)
        store.save_draft(IDS[5], 0.5)
    return path


@pytest.fixture
def page(session: Path, tmp_path: Path) -> str:
    assert main(["report", str(session), "-o", str(tmp_path / "page.html")]) == 0
    return (tmp_path / "page.html").read_text(encoding="utf-8")


def test_that_the_page_tells_what_was_found(page: str) -> None:
    text = re.sub(r"<[^>]+>", "|", page)

    assert "4 of 6 sources are inspected (66.7 %): 1 redshifts are secure, 1 probable" in text
    assert re.search(r"tried and not decided\|+1\|", text)
    assert re.search(r"cosmic ray\|+1\|", text)
    assert re.search(r"QSO/AGN\|+1\|", text)
    assert "1.23456" in text
    assert re.search(r"proposal of the scan\|+1\|+2\|+50.0 %", text)


def test_that_there_is_an_example_of_each_confidence_and_kind(page: str) -> None:
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)

    assert captions == [
        f"{IDS[0]}: galaxy, z = {TRUTHS[0]:.5f}, ZCONF 3",
        f"{IDS[1]}: QSO/AGN, z = {TRUTHS[1]:.5f}, ZCONF 2",
    ]


def test_that_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    links = re.findall(r'(?:src|href)="([^"]*)"', page)

    assert "<script" not in page and "@import" not in page
    assert [link for link in links if not link.startswith(("#", "data:"))] == []


def test_that_identifiers_are_unique(page: str) -> None:
    names = re.findall(r'\bid="([^"]+)"', page)

    assert len(names) == len(set(names))


def test_that_a_page_is_written_anew_but_no_other_file(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = session.with_name(f"{session.name}.report.html")
    before = session.read_bytes()

    assert main(["report", str(session)]) == 0
    assert main(["report", str(session)]) == 0
    page.write_text("mine")
    assert main(["report", str(session)]) == 1

    assert page.read_text() == "mine"
    assert "--overwrite" in capsys.readouterr().err
    assert session.read_bytes() == before


def test_that_a_survey_that_nobody_inspected_has_a_page(tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "cat.fits")
    path = session_path(catalogue, "ZB")
    SessionStore.open(path, inspector="ZB", source_path=catalogue).close()

    assert main(["report", str(path)]) == 0

    text = path.with_name(f"{path.name}.report.html").read_text(encoding="utf-8")
    assert "0 of 6 sources are inspected" in text
