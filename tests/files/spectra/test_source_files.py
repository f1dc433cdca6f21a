"""MPDAF Source files: which of their spectra is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from spectrum_files import N_WAVE, linear_header, write_source

from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, list_spectra, read_spectrum
from moosegui.pipeline.reading.account import account_of

ALL = ("MUSE_SKY", "MUSE_TOT_SKYSUB", "MUSE_WHITE_SKYSUB", "MUSE_PSF_SKYSUB", "ORI_CORR_4_SKYSUB")


def shown(path: Path, name: str | None = None) -> str:
    return read_spectrum(SpectrumRef(path, name=name)).name


def test_that_refspec_is_shown(tmp_path: Path) -> None:
    path = write_source(tmp_path / "s.fits", ALL, primary={"REFSPEC": "MUSE_TOT_SKYSUB"})

    assert shown(path) == "MUSE_TOT_SKYSUB"


@pytest.mark.parametrize("reference", [None, "GONE_SKYSUB", "ORI_CORR_4_SKYSUB", "MUSE_SKY"])
def test_that_the_psf_spectrum_replaces_a_refspec_that_is_no_spectrum(
    tmp_path: Path, reference: str | None
) -> None:
    path = write_source(tmp_path / "s.fits", ALL, primary={"REFSPEC": reference or ""})

    assert shown(path) == "MUSE_PSF_SKYSUB"
    told = [fact for fact in read_spectrum(SpectrumRef(path)).facts if "REFSPEC" in fact]
    assert len(told) == bool(reference)


@pytest.mark.parametrize("card", [None, 0.7])
def test_that_the_redshift_of_the_experts_is_taken_from_the_table_z(
    tmp_path: Path, card: float | None
) -> None:
    path = write_source(tmp_path / "s.fits", ALL, primary={} if card is None else {"Z": card})
    redshifts = Table({"Z_DESC": ["PHOTO", "MUSE", "ABS"], "Z": [0.51, 0.4213, -99.0]})
    with fits.open(path, mode="append") as hdus:
        hdus.append(fits.BinTableHDU(redshifts, name="Z"))

    taken = "MUSE" if card is None else "none"
    assert list_headers(path)[0].redshift == (card or 0.4213)
    said = f"Table Z has PHOTO 0.51000, MUSE 0.42130; {taken} was taken."
    assert said in account_of(path).left_out


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (ALL[:3], "MUSE_WHITE_SKYSUB"),
        (ALL[:2], "MUSE_TOT_SKYSUB"),
        (("MUSE_SKY", "ORI_SPEC_1", "SLIT_A"), "SLIT_A"),
    ],
)
def test_that_the_next_best_spectrum_is_shown(
    tmp_path: Path, names: tuple[str, ...], expected: str
) -> None:
    path = write_source(tmp_path / "s.fits", names)

    assert shown(path) == expected


def test_that_a_long_spectrum_with_variance_wins_over_others(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    sizes = {"A": 16, "B": N_WAVE, "C": N_WAVE}
    hdus = [fits.PrimaryHDU()]
    for name, n_wave in sizes.items():
        header = linear_header()
        hdus.append(fits.ImageHDU(np.ones(n_wave), header, name=f"SPE_{name}_DATA"))
        if name != "B":
            hdus.append(fits.ImageHDU(np.ones(n_wave), header, name=f"SPE_{name}_STAT"))
    fits.HDUList(hdus).writeto(path)

    assert shown(path) == "C"


def test_that_a_spectrum_that_is_asked_for_is_shown(tmp_path: Path) -> None:
    path = write_source(tmp_path / "s.fits", ALL)

    assert shown(path, "MUSE_SKY") == "MUSE_SKY"


def test_that_another_spectrum_than_the_one_asked_for_is_told(tmp_path: Path) -> None:
    path = write_source(tmp_path / "s.fits", ALL)

    spectrum = read_spectrum(SpectrumRef(path, name="HST_GRISM"))

    assert any("no spectrum HST_GRISM" in fact for fact in spectrum.facts)


def test_that_the_flux_is_that_of_the_named_spectrum(tmp_path: Path) -> None:
    path = write_source(tmp_path / "s.fits", ALL)

    spectrum = read_spectrum(SpectrumRef(path, name="MUSE_TOT_SKYSUB"))

    assert set(spectrum.flux.tolist()) == {2.0}


def test_that_a_source_file_is_one_entry_with_its_position(tmp_path: Path) -> None:
    path = write_source(tmp_path / "s.fits", ALL)

    (header,) = list_headers(path)

    assert list_spectra(path) == (SpectrumRef(path),)
    assert (header.source_id, header.ra, header.dec) == ("7", 53.1, -27.8)


@pytest.mark.parametrize("names", [(), ("MUSE_SKY", "ORI_CORR_1")])
def test_that_a_source_without_a_spectrum_is_a_sentence(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    path = write_source(tmp_path / "s.fits", names)

    with pytest.raises(InputError, match="without a spectrum"):
        shown(path)


def test_that_a_plain_spectrum_with_a_table_is_no_source_file(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    hdus = [
        fits.PrimaryHDU(),
        fits.ImageHDU(np.ones(N_WAVE), linear_header(), name="DATA"),
        fits.BinTableHDU(Table({"LBDA_OBS": [5000.0]}), name="LINES"),
    ]
    fits.HDUList(hdus).writeto(path)

    assert shown(path) == "DATA"


def test_that_a_list_may_ask_for_another_of_the_spectra(tmp_path: Path) -> None:
    path = write_source(tmp_path / "s.fits", ALL)
    choice = ReadingChoice(flux="muse_tot_skysub", sigma_factor=2.0)

    spectrum = read_spectrum(SpectrumRef(path, choice=choice))

    assert spectrum.name == "MUSE_TOT_SKYSUB"
    assert spectrum.sigma[0] == pytest.approx(2.0 * read_spectrum(SpectrumRef(path)).sigma[0])
    assert not any("There is no" in fact for fact in spectrum.facts)
