"""Ctrl+D steps through the spectra of a Source file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from expert import Expert
from PyQt6.QtCore import Qt

from moosegui.files.tables.read import read_table
from moosegui.gui.spectrum.extraction_control import ExtractionControl

NAMES = ("MUSE_TOT_SKYSUB", "MUSE_PSF_SKYSUB", "MUSE_SKY")
CONTROL = Qt.KeyboardModifier.ControlModifier
N_WAVE = 600


def write_source(path: Path, seed: int) -> None:
    """Write a Source with three spectra, the second of which REFSPEC names."""
    primary = fits.PrimaryHDU()
    primary.header.update({"ID": seed, "REFSPEC": NAMES[1]})
    hdus = [primary]
    noise = np.random.default_rng(seed).normal(size=N_WAVE)
    for name, factor in zip(NAMES, (4.0, 2.0, 9.0), strict=True):
        for kind, values in (("DATA", factor * (30.0 + noise)), ("STAT", np.full(N_WAVE, factor))):
            hdu = fits.ImageHDU(values.astype(np.float32), name=f"SPE_{name}_{kind}")
            axis = {"CTYPE1": "AWAV", "CUNIT1": "Angstrom", "CRVAL1": 4750.0, "CRPIX1": 1.0}
            hdu.header.update({**axis, "CDELT1": 1.25})
            hdus.append(hdu)
    fits.HDUList(hdus).writeto(path)


@pytest.fixture
def someone(qtbot, tmp_path: Path):
    folder = tmp_path / "sources"
    folder.mkdir()
    for seed in (1, 2):
        write_source(folder / f"source-{seed:05d}.fits", seed)
    expert = Expert(qtbot, folder)
    yield expert
    if not expert.has_quit:
        expert.quit()


def step(expert: Expert, qtbot, wanted: str) -> None:
    expert.press_key(Qt.Key.Key_D, CONTROL)

    def is_shown() -> bool:
        spectrum = expert.session.on_screen.spectrum
        return spectrum is not None and spectrum.name == wanted

    qtbot.waitUntil(is_shown, timeout=60_000)
    expert.wait_for_jobs()
    qtbot.waitUntil(lambda: not expert.window.jobs.n_pending, timeout=60_000)


def test_that_a_key_steps_through_the_spectra_with_the_others_behind(
    someone: Expert, qtbot
) -> None:
    control = someone.control(ExtractionControl)
    first = someone.session.on_screen.spectrum

    step(someone, qtbot, NAMES[0])
    second, behind = someone.session.on_screen.spectrum, control.drawn
    step(someone, qtbot, NAMES[1])

    assert first.name == NAMES[1]
    assert np.median(second.flux) == pytest.approx(2.0 * np.median(first.flux), rel=1e-4)
    assert behind == (NAMES[1],)
    assert control.drawn == (NAMES[0],)
    assert someone.session.current.spectrum.choice.flux == ""


def test_that_the_choice_is_part_of_the_verdict_and_of_the_export(
    someone: Expert, qtbot, tmp_path: Path
) -> None:
    step(someone, qtbot, NAMES[0])
    key = someone.session.current.key
    someone.now += 1.0
    someone.session.decisions.judge(0)
    someone.session.export(tmp_path / "out.fits")
    someone.wait_for_jobs()

    table = read_table(tmp_path / "out.fits")

    assert someone.session.verdict(key).extraction == NAMES[0]
    assert [text.strip() for text in table["SPEC_VI"]] == [NAMES[0], ""]
    assert "flux MUSE_TOT_SKYSUB" in table["READ_VI"][0]
    someone.quit()
    someone.start()
    assert someone.session.verdict(key).extraction == NAMES[0]
    someone.session.select(key)
    someone.wait_for_jobs()
    assert someone.session.on_screen.spectrum.name == NAMES[0]


def test_that_the_others_are_hidden_again(someone: Expert, qtbot) -> None:
    step(someone, qtbot, NAMES[0])
    control = someone.control(ExtractionControl)

    someone.action("extractions").trigger()

    assert control.drawn == ()
