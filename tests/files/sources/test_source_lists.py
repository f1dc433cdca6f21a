"""The list of sources: from catalogues, surveys and folders, with nothing lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from spectrum_files import write_source, write_spectrum, write_survey

from moosegui.data.catalogue import SourceList, SpectrumRef
from moosegui.errors import InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import read_spectrum


def notices(sources: SourceList) -> str:
    return " ".join(sources.notices)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three spectra with IDs 1, 2 and 3."""
    path = tmp_path / "spectra"
    path.mkdir()
    for i in (3, 1, 2):
        write_spectrum(path / f"source-{i:05d}.fits", primary={"ID": i, "RA": 53.1, "DEC": -27.8})
    return path


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A catalogue of IDs 3, 1 and 4."""
    path = tmp_path / "catalogue.csv"
    path.write_text("ID,RA,DEC,Z,ZCONF,MAG,TYPE,COMMENT,SNR\n"
                    "003,53.1,-27.8,0.5,3,24.5,sf,NA,1.50\n"
                    "001,53.1,-27.8,,0,99,,\"x, y\",2\n"
                    "004,53.1,-27.8,1.5,-1,,,,3\n")  # fmt: skip
    return path


def test_that_a_folder_is_listed_by_file_name(folder: Path) -> None:
    sources = open_source_list(folder)

    assert [source.source_id for source in sources] == ["1", "2", "3"]
    assert not sources.has_catalogue
    assert sources.notices == ()
    assert sources.sources[0].ra == 53.1


def test_that_a_table_of_something_unknown_beside_spectra_is_told(folder: Path) -> None:
    wave = np.linspace(4800.0, 9300.0, 200)
    Table({"x": wave, "fwhm": np.full(200, 2.5)}).write(folder / "lsf.fits")

    sources = open_source_list(folder)

    assert len(sources) == 3
    assert "lsf.fits has columns that nobody knows and is left out" in notices(sources)


def test_that_equal_names_in_headers_give_way_to_file_names(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_spectrum(tmp_path / f"{name}.fits", primary={"OBJECT": "UDF-MOSAIC"})

    sources = open_source_list(tmp_path)

    assert [source.source_id for source in sources] == ["a", "b"]


def test_that_an_unreadable_file_stays_in_the_list_with_its_reason(folder: Path) -> None:
    path = folder / "source-00002.fits"
    path.write_bytes(path.read_bytes()[:4000])

    sources = open_source_list(folder)

    marked = [source for source in sources if source.problem]
    assert [source.source_id for source in marked] == ["source-00002"]
    assert "truncated" in marked[0].problem
    assert "source-00002" in notices(sources)


def test_that_a_source_file_without_spectrum_stays_in_the_list(folder: Path) -> None:
    write_source(folder / "source-00009.fits", ())

    sources = open_source_list(folder)

    assert "without a spectrum" in sources.sources[-1].problem


@pytest.mark.parametrize("name", ["README.md", "catalogue.csv", ".hidden.fits", "run.moose"])
def test_that_other_files_of_a_folder_are_left_out(folder: Path, name: str) -> None:
    (folder / name).write_text("ID,RA\n1,53.1\n")

    assert len(open_source_list(folder)) == 3


def test_that_a_catalogue_in_fits_is_no_spectrum_of_its_folder(folder: Path) -> None:
    Table({"ID": [1], "RA": [53.1]}).write(folder / "cat.fits")

    assert len(open_source_list(folder)) == 3


def test_that_text_that_calls_itself_fits_is_marked(folder: Path) -> None:
    (folder / "zzz.fits").write_text("404 not found")

    sources = open_source_list(folder)

    assert "not a FITS file" in sources.sources[-1].problem


def test_that_a_folder_without_spectra_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no spectra"):
        open_source_list(tmp_path)


def test_that_one_spectrum_is_a_list_of_one(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits")

    (source,) = open_source_list(path)

    assert source.spectrum == SpectrumRef(path)


def test_that_a_survey_is_a_list_with_its_catalogue(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits")

    sources = open_source_list(path)

    assert sources.has_catalogue
    assert [source.zconf for source in sources] == [0, 1, 2, 3, 0, 1]
    assert sources.sources[2].spectrum == SpectrumRef(path, row=2)
    assert sources.sources[1].kind == "lae"
    assert dict(sources.sources[0].values) == {"SNR": "0.5"}


def test_that_every_column_reaches_its_source(catalogue: Path, folder: Path) -> None:
    first, second, third = open_source_list(catalogue, folder)

    assert (first.source_id, first.redshift, first.zconf, first.magnitude) == ("003", 0.5, 3, 24.5)
    assert (first.kind, first.comment, first.values) == ("sf", "NA", (("SNR", "1.50"),))
    assert (second.zconf, second.comment, third.zconf) == (0, "x, y", None)
    assert np.isnan([second.redshift, second.magnitude]).all()


def test_that_rows_without_spectra_and_spectra_without_rows_are_reported(
    catalogue: Path, folder: Path
) -> None:
    sources = open_source_list(catalogue, folder)

    assert [bool(source.problem) for source in sources] == [False, False, True]
    assert "belongs to ID 004" in sources.sources[2].problem
    assert "1 spectra belong to no row of the catalogue: source-00002.fits" in notices(sources)


def test_that_a_survey_can_be_joined_to_another_catalogue(catalogue: Path, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "s.fits", 3)

    sources = open_source_list(catalogue, survey)

    spectra = [source.spectrum for source in sources]
    assert spectra == [SpectrumRef(survey, row=2), SpectrumRef(survey, row=0), None]


def test_that_spectra_of_another_place_raise_a_notice(catalogue: Path, folder: Path) -> None:
    write_spectrum(folder / "source-00003.fits", primary={"ID": 3, "RA": 53.2, "DEC": -27.8})

    sources = open_source_list(catalogue, folder)

    assert "1 of 2 spectra lie more than 0.5 arcsec" in notices(sources)


def test_that_the_pointing_of_the_telescope_is_no_position_of_a_source(tmp_path: Path) -> None:
    for i in (1, 2):
        write_spectrum(tmp_path / f"s{i}.fits", primary={"RA": 53.0, "DEC": -27.0})
    path = tmp_path / "c.csv"
    path.write_text("ID,RA,DEC\n1,53.1,-27.8\n2,53.2,-27.9\n")

    assert open_source_list(path).notices == ()


def test_that_a_survey_may_be_named_as_its_own_spectra(tmp_path: Path) -> None:
    path = write_survey(tmp_path / "s.fits", 3)

    sources = open_source_list(path, path)

    assert [source.spectrum for source in sources] == [SpectrumRef(path, row=i) for i in range(3)]


def test_that_a_column_of_paths_is_relative_to_the_catalogue(folder: Path) -> None:
    path = folder.parent / "c.csv"
    path.write_text("ID,FILE\na,spectra/source-00002.fits\nb,spectra/none.fits\nc,\n")

    found, missing, empty = open_source_list(path)

    assert found.spectrum == SpectrumRef(folder / "source-00002.fits")
    assert "none.fits does not exist" in missing.problem
    assert "names no file" in empty.problem


def test_that_paths_alone_make_a_list(folder: Path) -> None:
    path = folder.parent / "c.csv"
    path.write_text("FILE,X\nspectra/source-00002.fits,1\n")

    (source,) = open_source_list(path)

    assert source.source_id == "source-00002"


def test_that_the_folder_of_a_catalogue_is_searched_without_paths(folder: Path) -> None:
    path = folder / "c.csv"
    path.write_text("ID\n2\n")

    (source,) = open_source_list(path)

    assert source.spectrum == SpectrumRef(folder / "source-00002.fits")


def test_that_a_catalogue_without_any_spectra_asks_for_them(catalogue: Path) -> None:
    with pytest.raises(InputError, match="--spectra"):
        open_source_list(catalogue)


def test_that_repeated_ids_are_kept_with_keys_of_their_own(folder: Path) -> None:
    path = folder / "c.csv"
    path.write_text("ID,Z\n1,0.1\n2,0.2\n1,0.3\n,0.4\n")

    sources = open_source_list(path)

    keys = [source.key for source in sources]
    assert keys == ["1 (row 1)", "2", "1 (row 3)", "(row 4)"]
    assert "1 stands for several rows" in notices(sources)
    assert "1 rows have no ID" in notices(sources)


def test_that_missing_columns_are_named_with_those_that_exist(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("alpha,beta\n1,2\n")

    with pytest.raises(InputError, match=r"alpha, beta.*ID, MUSE_ID"):
        open_source_list(path)


def test_that_a_column_that_only_looks_like_a_redshift_is_told(folder: Path) -> None:
    path = folder / "c.csv"
    path.write_text("ID,z\n1,1044\n2,2205\n")

    sources = open_source_list(path)

    assert np.isnan([source.redshift for source in sources]).all()
    assert "Column z was not taken as redshift" in notices(sources)


def test_that_an_empty_catalogue_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("ID,RA\n")

    with pytest.raises(InputError, match="no rows"):
        open_source_list(path)


def test_that_a_missing_catalogue_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        open_source_list(tmp_path / "gone.fits")


def write_positions(path: Path, unit: str | None, name: str) -> Path:
    table = Table({"ID": [1, 2], "RA": np.radians([53.1, 53.2]), "DEC": np.radians([-27.8, -27.7])})
    if unit:
        table["RA"].unit = table["DEC"].unit = unit
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU(table, name=name)]).writeto(path)
    return path


@pytest.mark.parametrize(("unit", "name"), [("rad", "CAT"), (None, "FIBRES")])
def test_that_radians_become_degrees_where_the_file_says_so(
    folder: Path, unit: str | None, name: str
) -> None:
    path = write_positions(folder.parent / "c.fits", unit, name)

    sources = open_source_list(path, folder)

    assert sources.sources[0].ra == pytest.approx(53.1)
    assert sources.sources[0].dec == pytest.approx(-27.8)


def test_that_what_could_be_radians_is_kept_and_told(folder: Path) -> None:
    path = write_positions(folder.parent / "c.fits", None, "CAT")

    sources = open_source_list(path, folder)

    assert sources.sources[0].ra == pytest.approx(np.radians(53.1))
    assert "could be radians" in notices(sources)


def test_that_the_catalogues_refspec_chooses_the_spectrum_of_a_source(tmp_path: Path) -> None:
    write_source(tmp_path / "s-7.fits", ("MUSE_PSF_SKYSUB", "MUSE_TOT_SKYSUB", "ORI_CORR"))
    path = tmp_path / "c.csv"
    path.write_text("ID,REFSPEC\n7,MUSE_TOT_SKYSUB\n7,ORI_CORR\n")

    total, correlation = open_source_list(path)

    assert total.spectrum is not None
    assert correlation.spectrum is not None
    assert read_spectrum(total.spectrum).name == "MUSE_TOT_SKYSUB"
    assert read_spectrum(correlation.spectrum).name == "MUSE_PSF_SKYSUB"


def test_that_a_huge_catalogue_shows_its_first_columns_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moosegui.files.sources.source_lists.MAX_CELLS", 6)
    path = folder / "c.csv"
    path.write_text("ID,A,B,C,D\n" + "\n".join(f"{i},1,2,3,4" for i in (1, 2, 3)))

    sources = open_source_list(path)

    assert [name for name, _ in sources.sources[0].values] == ["A", "B"]
    assert "first 2 of its 4 other columns" in notices(sources)


def test_that_hours_minutes_and_seconds_in_columns_are_a_position(folder: Path) -> None:
    path = folder.parent / "cat.csv"
    names = "ID,RAh,RAm,RAs,DE-,DEd,DEm,DEs"
    path.write_text(f"{names}\n1,3,32,38.5,-,0,47,0.1\n2,3,32,39.5,-,27,47,30\n")

    first, second = open_source_list(path, folder).sources

    assert (first.ra, first.dec) == pytest.approx((53.160417, -0.783361), abs=1e-6)
    assert second.dec == pytest.approx(-27.791667, abs=1e-6)
