"""Exports read the files of a list as its session was told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from moosegui.cli.main import main
from moosegui.data.catalogue import ReadingChoice, Verdict
from moosegui.files.session.reading import remember_choice, remember_own_choice
from moosegui.files.session.store import SessionStore
from moosegui.files.spectra import read_spectrum
from moosegui.files.spectra.registry import list_spectra
from moosegui.files.tables.read import read_table

WAVE = np.linspace(480.0, 930.0, 400)  # nm, which the files do not say


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A list of two silent spectra and its session, with a verdict on each."""
    folder = tmp_path / "list"
    folder.mkdir()
    flux = 20.0 + np.random.default_rng(3).normal(size=WAVE.size)
    for name in ("a", "b"):
        rows = [f"{w:.4f},{f:.4f},1.0" for w, f in zip(WAVE, flux, strict=True)]
        (folder / f"{name}.csv").write_text("\n".join(["wave,flux,err", *rows]))
    path = tmp_path / "list.moose"
    with SessionStore.open(path, inspector="ZB", source_path=folder) as store:
        for key in ("a", "b"):
            store.record(key, Verdict(0.5, 0.0002, zconf=3))
        remember_choice(store, ReadingChoice(wave_unit="nm"))
        remember_own_choice(store, "b", ReadingChoice(wave_unit="nm", medium="vacuum"))
    return path


def test_that_files_of_mpdaf_have_the_wavelengths_that_were_said(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["export", str(session), "--format", "mpdaf", "-o", str(tmp_path / "out")])

    spectra = {
        fits.getval(ref.path, "ID"): read_spectrum(ref) for ref in list_spectra(tmp_path / "out")
    }
    assert status == 0
    assert "wrote 2 files" in capsys.readouterr().out
    assert spectra["a"].wave[0] == pytest.approx(4801.342, abs=0.01)
    assert spectra["b"].wave[0] == pytest.approx(4800.0, abs=0.01)


def test_that_a_folder_must_be_named(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(session), "--format", "mpdaf"]) == 1
    assert "-o FOLDER" in capsys.readouterr().err


def test_that_the_update_tells_what_was_said(session: Path, tmp_path: Path) -> None:
    assert main(["export", str(session), "-o", str(tmp_path / "out.csv")]) == 0

    told = list(read_table(tmp_path / "out.csv")["READ_VI"])
    assert told == ["wavelengths in nm", "wavelengths in nm, medium vacuum"]


@pytest.mark.parametrize("name", ["out.fits", "out.ecsv", "out.vot"])
def test_that_the_header_of_the_update_tells_it_too(
    session: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    catalogue = tmp_path / f"list{path.suffix}"
    Table({"ID": ["a", "b"], "FILE": ["list/a.csv", "list/b.csv"]}).write(
        catalogue, format="votable" if path.suffix == ".vot" else None
    )
    own = tmp_path / "own.moose"
    with SessionStore.open(own, inspector="ZB", source_path=catalogue) as store:
        store.record("a", Verdict(0.5, 0.0002, zconf=3))
        remember_choice(store, ReadingChoice(wave_unit="nm"))

    assert main(["export", str(own), "-o", str(path)]) == 0

    assert list(read_table(path)["READ_VI"]) == ["wavelengths in nm"] * 2
    if path.suffix == ".fits":
        header = fits.getheader(path, 1)
        said = next(v for k, v in header.items() if k.startswith("TCOMM") and "nm" in str(v))
    else:
        said = path.read_text()
    assert "as the inspector said: wavelengths in nm" in said
