"""The commands read spectra in other folders where the window was told that they may."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_survey import IDS, write_catalogue
from synthetic import small_basis

from moosegui.cli.main import main
from moosegui.data.catalogue import Verdict
from moosegui.files.models.basis import write_basis
from moosegui.files.session.file import session_path
from moosegui.files.session.roots import remember_root
from moosegui.files.session.store import SessionStore

TRIALS = ("--zmax", "2", "--dz", "0.001")


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue whose column of paths leads to another folder, and its session."""
    monkeypatch.setenv("MOOSE_INSPECTOR", "ZB")
    first = write_catalogue(tmp_path / "catalogue.csv")
    (tmp_path / "survey").mkdir()
    moved = tmp_path / "survey" / "catalogue.csv"
    moved.write_text(first.read_text().replace("spectra/", "../spectra/"))
    with SessionStore.open(session_path(moved, "ZB"), inspector="ZB", source_path=moved) as store:
        store.record(IDS[0], Verdict(0.31, zconf=3))
    return moved


def answer(catalogue: Path, *, is_allowed: bool) -> None:
    with SessionStore.open(session_path(catalogue, "ZB")) as store:
        remember_root(store, catalogue.parents[1] / "spectra", is_allowed=is_allowed)


@pytest.mark.parametrize("is_allowed", [True, False])
def test_that_a_scan_uses_the_answer(
    catalogue: Path, capsys: pytest.CaptureFixture[str], *, is_allowed: bool
) -> None:
    basis, output = catalogue.with_name("small.h5"), catalogue.with_name("scan.csv")
    write_basis(basis, [small_basis(step=5e-5)])
    answer(catalogue, is_allowed=is_allowed)

    main(["scan", str(catalogue), "-o", str(output), "--basis", str(basis), *TRIALS])

    n_left = 0 if is_allowed else len(IDS)
    assert f"{len(IDS)} sources, {n_left} not scanned" in capsys.readouterr().out


@pytest.mark.parametrize("is_allowed", [True, False])
def test_that_an_export_uses_the_answer(catalogue: Path, *, is_allowed: bool) -> None:
    answer(catalogue, is_allowed=is_allowed)
    session, folder = session_path(catalogue, "ZB"), catalogue.with_name("copies")

    status = main(["export", str(session), "--format", "mpdaf", "-o", str(folder)])

    assert status == (0 if is_allowed else 1)


def test_that_an_export_finds_spectra_that_moved(catalogue: Path) -> None:
    text = catalogue.read_text().splitlines()
    catalogue.write_text("\n".join(line.rsplit(",", 1)[0] for line in text) + "\n")
    session, spectra = session_path(catalogue, "ZB"), catalogue.parents[1] / "spectra"

    assert main(["export", str(session)]) == 1
    assert main(["export", str(session), "--spectra", str(spectra)]) == 0
