"""Where the session of a list lies, also when its folder could not be written for a while."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from expert import Expert
from files.decisions import a_source_list
from small_survey import FIRST

from moosegui.files.session.merge import MOVED
from moosegui.gui.window.options import WindowOptions, session_place

OPTIONS = WindowOptions(inspector="ZB")


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "survey" / "cat.fits"
    path.parent.mkdir()
    return path


def kept_elsewhere(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session of a time when the folder could not be written."""
    with monkeypatch.context() as then:
        then.setattr(os, "access", lambda path, _mode: path != catalogue.parent)
        path, notice = session_place(a_source_list(catalogue), OPTIONS)
    assert "cannot be written" in notice
    path.touch()
    return path


def test_that_a_session_lies_beside_its_catalogue(catalogue: Path) -> None:
    found = session_place(a_source_list(catalogue), OPTIONS)

    assert found == (catalogue.with_name("cat.fits.ZB.moose"), "")


def test_that_a_session_kept_elsewhere_is_found_again(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = kept_elsewhere(catalogue, monkeypatch)

    path, notice = session_place(a_source_list(catalogue), OPTIONS)

    assert path == elsewhere
    assert f"-o {catalogue.with_name('cat.fits.ZB.moose')}" in notice


def test_that_two_sessions_of_one_catalogue_are_told(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = kept_elsewhere(catalogue, monkeypatch)
    beside = catalogue.with_name("cat.fits.ZB.moose")
    beside.touch()

    path, notice = session_place(a_source_list(catalogue), OPTIONS)

    assert path == beside
    assert str(elsewhere) in notice


@pytest.fixture
def locked_out(expert: Expert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Expert:
    """Somebody whose session was kept elsewhere, in a folder that can be written now."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "moosegui").mkdir(parents=True)
    expert.session.close()
    expert.catalogue.with_name("catalogue.csv.ZB.moose").unlink()
    allowed = os.access
    with monkeypatch.context() as then:
        then.setattr(os, "access", lambda path, mode: path != tmp_path and allowed(path, mode))
        expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()
    expert.press("3")
    return expert


def test_that_the_window_brings_a_session_back(locked_out: Expert) -> None:
    expert = locked_out
    kept = expert.session.store.path
    place = expert.catalogue.with_name("catalogue.csv.ZB.moose")

    expert.action("bring_session").trigger()
    expert.wait_for_jobs()

    assert expert.session.store.path == place != kept
    assert expert.session.verdict(FIRST).zconf == 3
    assert not kept.exists()
    assert kept.with_name(f"{kept.name}{MOVED}").is_file()


def test_that_a_session_in_the_way_leaves_both_as_they_are(locked_out: Expert) -> None:
    expert = locked_out
    kept = expert.session.store.path
    place = expert.catalogue.with_name("catalogue.csv.ZB.moose")
    place.mkdir()

    expert.action("bring_session").trigger()
    place.rmdir()

    assert any("exists; moosegui merge" in text for text in expert.notices)
    assert expert.session.store.path == kept
    assert expert.session.verdict(FIRST).zconf == 3


def test_that_a_session_beside_its_catalogue_stays(expert: Expert) -> None:
    place = expert.session.store.path

    expert.action("bring_session").trigger()

    assert expert.session.store.path == place
    assert "stays where it is" in expert.notices[-1]
