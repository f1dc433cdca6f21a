"""The real spectra and their originals: every one opens, or says in a sentence why not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from spectrum_files import vacuum_of

from moosegui.data.catalogue import SpectrumRef
from moosegui.errors import InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import list_headers, list_spectra, read_spectrum

pytestmark = pytest.mark.shared_data

WITHOUT_SPECTRUM = {
    "cube_subcub_mosaic.fits": "cube",
    "source_origin-00026.fits": "without a spectrum",
    "source_sing-0032.fits": "without a spectrum",
}
SAME_IN_BOTH = {  # original, its row: the file that was made of it
    ("muse_udf10_00002.fits", None): "muse_udf10_00002.fits",
    ("muse_DR2_001032.fits", None): "muse_DR2_001032.fits",
    ("muse_autospec_120.fits", None): "muse_autospec_120.fits",
    ("aat_emlLinearSkyAirNoHelio.fits", None): "aat_emlLinearSkyAirNoHelio.fits",
    ("aat_emlMultiple_0.fits", 1): "aat_emlMultiple_1.fits",
    ("boss_6781-56274-0989.fits", None): "boss_6781-56274-0989.fits",
    ("isis_IZw18.fits", None): "isis_IZw18.fits",
    ("muse_mypython_test.fits", None): "muse_mypython_test.fits",
    ("osiris_gp121903.fits", None): "osiris_gp121903.fits",
    ("sdss_SHOC579.fits", None): "sdss_SHOC579.fits",
}


def test_that_every_real_spectrum_opens(shared_data: Path) -> None:
    refs = list_spectra(shared_data / "real" / "spectra")

    spectra = [read_spectrum(ref) for ref in refs]

    assert len(spectra) == 102
    assert all(spectrum.n_good > 0 for spectrum in spectra)
    assert all(spectrum.median_snr > -1 for spectrum in spectra)


def test_that_real_wavelengths_agree_with_an_independent_computation(shared_data: Path) -> None:
    for ref in list_spectra(shared_data / "real" / "spectra"):
        header = fits.getheader(ref.path, "DATA")
        pixels = np.arange(header["NAXIS1"]) + 1 - header["CRPIX1"]
        stored = header["CRVAL1"] + pixels * header["CDELT1"]
        expected = vacuum_of(stored) if header["CTYPE1"] == "AWAV" else stored

        spectrum = read_spectrum(ref)

        np.testing.assert_allclose(spectrum.wave, expected, rtol=3e-8, err_msg=ref.path.name)


def test_that_the_median_snr_is_the_published_one(shared_data: Path) -> None:
    snr = {
        source.source_id: float(dict(source.values)["median_snr"])
        for source in open_source_list(shared_data / "real" / "truth.csv")
        if source.source_id.startswith("muse_udf10")
    }

    for name, expected in snr.items():
        ref = SpectrumRef(shared_data / "real" / "spectra" / f"{name}.fits")
        assert read_spectrum(ref).median_snr == pytest.approx(expected, abs=0.02), name


def test_that_the_laser_notch_is_masked(shared_data: Path) -> None:
    path = shared_data / "real" / "original" / "muse_DR2_001032.fits"

    spectrum = read_spectrum(SpectrumRef(path))

    notch = (spectrum.wave > 5802.0) & (spectrum.wave < 5967.0)
    assert spectrum.is_masked[notch].all()


def test_that_every_original_opens_or_says_why_not(shared_data: Path) -> None:
    for path in sorted((shared_data / "real" / "original").iterdir()):
        if path.name in WITHOUT_SPECTRUM:
            with pytest.raises(InputError, match=WITHOUT_SPECTRUM[path.name]):
                list_headers(path)
            continue

        spectra = [read_spectrum(header.ref) for header in list_headers(path)]

        assert all(spectrum.n_good > 100 for spectrum in spectra), path.name


@pytest.mark.parametrize(("original", "made"), SAME_IN_BOTH.items())
def test_that_an_original_has_the_wavelengths_and_fluxes_of_the_simple_file(
    shared_data: Path, original: tuple[str, int | None], made: str
) -> None:
    name, row = original
    simple = read_spectrum(SpectrumRef(shared_data / "real" / "spectra" / made))
    refs = {ref.row: ref for ref in list_spectra(shared_data / "real" / "original" / name)}

    spectrum = read_spectrum(refs[row] if row is not None else next(iter(refs.values())))

    good = ~simple.is_masked & (np.interp(simple.wave, spectrum.wave, spectrum.ivar) > 0)
    likeness = {}
    for shift in (-1.4, 0.0, 1.4):  # Angstrom, as large as air is from vacuum
        flux = np.interp(simple.wave + shift, spectrum.wave, spectrum.flux)[good]
        likeness[shift] = np.corrcoef(simple.flux[good], flux)[0, 1]
    assert likeness[0.0] > max(0.98, likeness[-1.4], likeness[1.4])


def test_that_a_folder_of_originals_keeps_the_unreadable_ones_marked(shared_data: Path) -> None:
    sources = open_source_list(shared_data / "real" / "original")

    marked = {source.spectrum.path.name for source in sources if source.problem and source.spectrum}
    assert marked == set(WITHOUT_SPECTRUM)


def test_that_the_validation_survey_opens_with_all_its_sources(shared_data: Path) -> None:
    sources = open_source_list(shared_data / "validation_survey.fits")

    assert len(sources) == 1500
    assert not any(source.problem for source in sources)
    assert read_spectrum(sources.sources[-1].spectrum or SpectrumRef(Path())).n_good > 3000
