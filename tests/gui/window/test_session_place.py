"""Where the session of a list lies, also when its folder could not be written for a while."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from files.decisions import a_source_list

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
