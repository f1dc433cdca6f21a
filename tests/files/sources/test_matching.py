"""Which spectrum belongs to which row of a catalogue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import SpectrumRef
from moosegui.files.sources.identity import number_text
from moosegui.files.sources.matching import match_spectra, plates_of, separations
from moosegui.files.spectra import SpectrumHeader


def headers(*items: tuple[str, str]) -> list[SpectrumHeader]:
    """Headers of files, each given by its name and its ID."""
    return [SpectrumHeader(SpectrumRef(Path(name)), source_id) for name, source_id in items]


def test_that_the_file_column_is_the_surest_way() -> None:
    found = headers(("a.fits", "2"), ("b.fits", "1"))

    matches = match_spectra(["1", "2"], ["data/a.fits", "data\\b"], found)

    assert matches.spectra == (0, 1)


def test_that_an_id_matches_as_text_before_it_matches_as_a_number() -> None:
    found = headers(("a.fits", "12"), ("b.fits", "0012"))

    matches = match_spectra(["0012", "12"], ["", ""], found)

    assert matches.spectra == (1, 0)


@pytest.mark.parametrize(("catalogue", "spectrum"), [("00012", "12"), ("12", "00012")])
def test_that_leading_zeros_do_not_matter(catalogue: str, spectrum: str) -> None:
    matches = match_spectra([catalogue], [""], headers(("a.fits", spectrum)))

    assert matches.spectra == (0,)


def test_that_the_last_integer_of_a_file_name_is_an_id() -> None:
    found = headers(("udf10_source-00017.fits", "UDF"), ("udf10_source-00018.fits", "UDF"))

    matches = match_spectra(["18", "19"], ["", ""], found)

    assert matches.spectra == (1, None)
    assert matches.unclaimed == (0,)


@pytest.mark.parametrize(
    ("name", "own", "catalogue"),
    [
        ("VIPERS_404035711.fits", "404035711", "VIPERS 404035711"),
        ("sc_CDFS003618_P2M1Q3_052_1.fits", "sc_CDFS003618_P2M1Q3_052_1", "CDFS003618"),
        ("J0239-0133_coadd.fits", "maskA370", "J0239_0133 coadd"),
    ],
)
def test_that_an_id_that_is_written_otherwise_is_found(name: str, own: str, catalogue: str) -> None:
    matches = match_spectra([catalogue, "other"], ["", ""], headers((name, own)))

    assert matches.spectra == (0, None)


def test_that_plate_date_and_fibre_name_a_spectrum_of_sdss() -> None:
    table = Table({"objid": [1, 2], "plate": [266, 266], "MJD": [51602, 51602], "fiberID": [12, 1]})
    found = headers(("spec.fits", "0266-51602-0012"))

    assert plates_of(table) == ["0266-51602-0012", "0266-51602-0001"]
    assert match_spectra(["1", "2"], ["", ""], found, plates_of(table)).spectra == (0, None)
    assert plates_of(table["objid", "plate"]) == []


def test_that_a_word_that_two_files_share_fits_none() -> None:
    found = headers(("A370_12.fits", "A370_12"), ("A370_13.fits", "A370_13"))

    assert match_spectra(["A370x", "A3700"], ["", ""], found).spectra == (None, None)
    found = headers(("CDFS12_a.fits", "CDFS12_a"), ("CDFS12_b.fits", "CDFS12_b"))
    assert match_spectra(["CDFS12"], [""], found).spectra == (None,)


def test_that_a_spectrum_matched_by_id_is_not_matched_again_by_its_name() -> None:
    found = headers(("cube_2.fits", "1"), ("cube_9.fits", "x"))

    matches = match_spectra(["1", "2"], ["", ""], found)

    assert matches.spectra == (0, None)


def test_that_a_name_that_fits_two_spectra_fits_none() -> None:
    found = headers(("a_7.fits", "x"), ("b_7.fits", "y"))

    matches = match_spectra(["7"], [""], found)

    assert matches.spectra == (None,)
    assert matches.ambiguous == ("7",)


def test_that_rows_of_the_same_id_share_its_spectrum() -> None:
    matches = match_spectra(["5", "5"], ["", ""], headers(("a.fits", "5")))

    assert matches.spectra == (0, 0)


@given(
    numbers=st.lists(st.integers(0, 10**12), min_size=1, max_size=20, unique=True),
    widths=st.tuples(st.integers(0, 15), st.integers(0, 15)),
)
def test_that_ids_match_whatever_their_padding_and_order(
    numbers: list[int], widths: tuple[int, int]
) -> None:
    shuffled = sorted(numbers, key=lambda n: str(n)[::-1])
    found = headers(*((f"s{n}.fits", f"{n:0{widths[0]}d}") for n in shuffled))

    matches = match_spectra([f"{n:0{widths[1]}d}" for n in numbers], [""] * len(numbers), found)

    assert [shuffled[i] for i in matches.spectra if i is not None] == numbers
    assert matches.unclaimed == ()


@given(st.integers(0, 2**63))
def test_that_a_number_is_its_own_text(number: int) -> None:
    assert number_text(f"000{number}") == str(number)


@pytest.mark.parametrize("text", ["", "1.5", "1e3", "-3", "12a", "١٢"])
def test_that_what_is_no_whole_number_is_no_number(text: str) -> None:
    assert number_text(text) == ""


def test_that_separations_are_on_the_sphere_and_across_zero() -> None:
    ref = SpectrumRef(Path("a.fits"))
    found = [SpectrumHeader(ref, "1", 0.0, 60.0), SpectrumHeader(ref, "2", 10.0, 0.0)]

    apart = separations(np.array([360.0 - 2.0 / 3600.0, 10.0]), np.array([60.0, 0.001]), found)

    assert apart.tolist() == pytest.approx([1.0, 3.6], rel=1e-3)
