"""Small files that were once read wrong or refused: each is read as what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from spectrum_files import vacuum_of

from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.registry import with_choice

pytestmark = pytest.mark.shared_data

AIR = 4750.0 + 1.25 * np.arange(3681)
SIGNAL_TO_NOISE = 5.66  # of the template and errors of 3 that most of the files hold


@pytest.fixture(scope="module")
def reports(shared_data: Path) -> Path:
    return shared_data / "reports"


def read(path: Path, choice: ReadingChoice | None = None) -> Spectrum:
    """Read the first spectrum of a file."""
    ref = list_headers(path)[0].ref
    return read_spectrum(ref if choice is None else with_choice(ref, choice))


@pytest.mark.parametrize(
    ("name", "medium"),
    [
        ("02-table-columns-raw/a_table_tscal.fits", ""),
        ("02-table-columns-raw/b_dq_u2.fits", ""),
        ("02-table-columns-raw/b_dq_u4.fits", ""),
        ("02-table-columns-raw/a_bool.fits", ""),
        ("03-mask-true-false-text/d_bool.csv", ""),
        ("05-nm-or-micron-without-tunit/b_units_line_nm.txt", ""),
        ("06-error-column-lost/fluxerror.fits", ""),
        ("06-error-column-lost/flux_unc.fits", ""),
        ("06-error-column-lost/FLAM_SIG.fits", ""),
        ("06-error-column-lost/STATERROR.fits", ""),
        ("06-error-column-lost/dflux.fits", ""),
        ("06-error-column-lost/fluxVariance.fits", ""),
        ("06-error-column-lost/FLUX_IVAR.fits", ""),
        ("07-unnamed-companion-image/sigma.fits", ""),
        ("07-unnamed-companion-image/ivar.fits", ""),
        ("14-zero-padded-arrays/a_cells.fits", ""),
        ("14-zero-padded-arrays/b_rows.fits", ""),
        ("15-wavelength-image/lt.fits", ""),
        ("17-rows-with-arrays/rows_with_arrays.fits", ""),
        ("19-text-spectra/d_paren.csv", ""),
        ("19-text-spectra/e_bracket.csv", ""),
        ("19-text-spectra/g_five_columns.txt", ""),
        ("19-text-spectra/k_decimal_comma.txt", ""),
        ("19-text-spectra/o_spectrum.vot", ""),
        ("24-flux-and-error-files/q1_F.fits", ""),
        ("27-redshift-card/b.fits", "air"),
    ],
)
def test_that_wavelengths_and_errors_are_those_of_the_file(
    reports: Path, name: str, medium: str
) -> None:
    spectrum = read(reports / name)

    assert spectrum.stored_medium == medium
    np.testing.assert_allclose(spectrum.wave, vacuum_of(AIR), rtol=3e-7)
    assert spectrum.median_snr == pytest.approx(SIGNAL_TO_NOISE, abs=0.1)
    assert spectrum.n_good > 3600
    assert not spectrum.is_variance_estimated
    assert spectrum.provenance.error


@pytest.mark.parametrize("name", ["coadd-uint32mask.fits", "marz_int16.fits"])
def test_that_scaled_images_are_not_damaged(reports: Path, name: str) -> None:
    headers = list_headers(reports / "01-desi-uint32-mask" / name)

    spectra = [read_spectrum(header.ref) for header in headers]

    assert len(spectra) == 3
    assert all(spectrum.n_good > 3600 for spectrum in spectra)


def test_that_only_true_masks(reports: Path) -> None:
    spectrum = read(reports / "03-mask-true-false-text" / "d_bool.csv")

    assert spectrum.is_masked.sum() == 40


def test_that_frequencies_become_vacuum_wavelengths(reports: Path) -> None:
    spectrum = read(reports / "04-wave-unit-not-a-length" / "d_wavelength_in_GHz.fits")

    assert spectrum.stored_medium == "vacuum"
    np.testing.assert_allclose(spectrum.wave, vacuum_of(AIR), rtol=3e-7)


def test_that_numbers_without_a_unit_are_a_question(reports: Path) -> None:
    path = reports / "05-nm-or-micron-without-tunit" / "c_nm_noheader.txt"

    with pytest.raises(InputError, match=r"could be Angstrom or nm; say which with --wave-unit"):
        read(path)
    spectrum = read(path, ReadingChoice(wave_unit="nm", medium="vacuum"))

    np.testing.assert_allclose(spectrum.wave, AIR, rtol=1e-6)


def test_that_a_units_line_in_microns_is_heeded(reports: Path) -> None:
    path = reports / "05-nm-or-micron-without-tunit" / "two_column_microns.txt"

    spectrum = read(path, ReadingChoice(medium="vacuum"))

    assert spectrum.wave[0] == pytest.approx(21000.0)
    assert spectrum.unit.startswith("1e-20 erg")


def test_that_pfs_is_in_nanometres_of_vacuum(reports: Path) -> None:
    spectrum = read(reports / "05-nm-or-micron-without-tunit" / "t_pfs.fits")

    assert spectrum.wave[[0, -1]] == pytest.approx([4750.0, 9350.0], rel=1e-6)
    assert spectrum.provenance.error == "column fluxVariance (variance)"
    assert any("nm was taken" in sentence for sentence in spectrum.provenance.assumed)


def test_that_the_blue_and_the_red_half_are_one_spectrum(reports: Path) -> None:
    spectrum = read(reports / "08-blue-and-red-tables" / "spec1d.fits")

    stored = vacuum_of(np.array([6485.9, 9110.9]))
    assert spectrum.wave[[0, -1]] == pytest.approx(stored, rel=1e-6)
    assert any("joined" in fact for fact in spectrum.facts)


def test_that_rows_of_an_image_are_error_and_mask(reports: Path) -> None:
    sdss = read(reports / "09-band-images" / "spSpec-1.fit")
    lamost = read(reports / "09-band-images" / "lamost.fits")

    assert sdss.sigma[~sdss.is_masked] == pytest.approx(50.0, rel=0.2)
    assert sdss.is_masked.sum() == 10
    assert lamost.ivar[~lamost.is_masked] == pytest.approx(0.25)
    assert lamost.is_masked.sum() == 20
    assert {sdss.stored_medium, lamost.stored_medium} == {"vacuum"}


def test_that_a_flux_per_frequency_is_converted(reports: Path) -> None:
    spectrum = read(reports / "10-flux-per-frequency" / "fnu.fits")
    other = read(reports / "02-table-columns-raw" / "b_dq_u2.fits")

    ratio = spectrum.flux / other.flux
    finite = np.isfinite(ratio) & (np.abs(other.flux) > 1.0)
    assert np.ptp(np.log10(ratio[finite])) < 0.01


def test_that_redrock_gives_redshifts_and_fibermap_positions(reports: Path) -> None:
    folder = reports / "11-redrock-catalogue"

    sources = open_source_list(folder / "redrock.fits", folder / "coadd-nomask.fits")

    assert [source.redshift for source in sources] == pytest.approx([0.70, 0.45, 0.25], abs=0.01)
    assert all(np.isfinite(source.ra) and source.spectrum is not None for source in sources)
    assert all("ZWARN" in dict(source.values) for source in sources)


def test_that_multispec_lists_its_apertures(reports: Path) -> None:
    headers = list_headers(reports / "16-multispec-and-popler" / "ms.fits")

    spectra = [read_spectrum(header.ref) for header in headers]

    assert len(spectra) == 12
    np.testing.assert_allclose(spectra[3].wave, vacuum_of(AIR), rtol=3e-7)


def test_that_uves_popler_is_log10_in_vacuum(reports: Path) -> None:
    spectrum = read(reports / "16-multispec-and-popler" / "popler.fits")

    assert spectrum.wave[0] == pytest.approx(4750.0)
    assert spectrum.sigma[0] == pytest.approx(0.05)
    assert any("continuum" in sentence for sentence in spectrum.provenance.left_out)


def test_that_rows_with_arrays_are_the_sources_of_their_own_catalogue(reports: Path) -> None:
    sources = open_source_list(reports / "17-rows-with-arrays" / "rows_with_arrays.fits")

    assert [source.source_id for source in sources] == ["a", "b", "c"]
    assert not any(source.problem for source in sources)
    assert all(np.isfinite(source.redshift) for source in sources)


def test_that_wspectext_is_air_with_its_object(reports: Path) -> None:
    (header,) = list_headers(reports / "19-text-spectra" / "m_iraf_wspectext.txt")

    assert header.source_id == "obj 1"
    assert read_spectrum(header.ref).stored_medium == "air"


def test_that_an_error_file_is_no_source(reports: Path) -> None:
    folder = reports / "24-flux-and-error-files"

    sources = open_source_list(folder)

    assert [source.source_id for source in sources] == ["q1"]
    with pytest.raises(InputError, match=r"holds the errors of q1_F\.fits"):
        list_headers(folder / "q1_E.fits")


def test_that_a_cube_is_called_a_cube(reports: Path) -> None:
    with pytest.raises(InputError, match="holds a cube and no spectrum"):
        open_source_list(reports / "25-sentence-for-a-cube" / "cube.fits")


def test_that_a_redshift_card_is_the_quoted_redshift(reports: Path) -> None:
    (header,) = list_headers(reports / "27-redshift-card" / "b.fits")

    assert header.redshift == pytest.approx(0.7001)
    assert header.ref == SpectrumRef(header.ref.path)
