"""Updates of FITS catalogues: bytes that are not ours to change do not change."""

from __future__ import annotations

import gzip
import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from files.decisions import COMMENT_WRITTEN, DECISIONS, SUMMARIES, a_source_list

from moosegui.errors import ExportError
from moosegui.files.tables.fits_text import escaped
from moosegui.files.tables.read import read_table
from moosegui.files.update.fits_append import append_to_fits
from moosegui.files.update.layout import column_names, update_columns
from moosegui.files.update.update import write_update

N_ROWS = 5


def a_table() -> fits.BinTableHDU:
    """A table with text, nulls, a scaled, a vector, a logical and a variable-length column."""
    lengths = np.array([np.arange(i, dtype=np.float32) for i in range(N_ROWS)], dtype=object)
    scaled = fits.Column("SCALED", "I", array=np.arange(N_ROWS) * 100)
    unit = "10**(-20)*erg/s/cm**2"
    columns = [
        fits.Column("ID", "5A", array=[f"{i:05d}" for i in range(N_ROWS)]),
        fits.Column("Z", "D", array=[0.1, np.nan, -99.0, 0.3, 1 / 3]),
        fits.Column("ZCONF", "I", null=-7, array=[3, -7, 0, 1, 2]),
        scaled,
        fits.Column("FLUX", "3E", unit=unit, array=np.ones((N_ROWS, 3), np.float32)),
        fits.Column("GOOD", "L", array=[True, False, True, False, True]),
        fits.Column("LINES", "PE()", array=lengths),
        fits.Column("NAME", "8A", array=["a", "", "Lya", "b ", "c"]),
    ]
    hdu = fits.BinTableHDU.from_columns(columns, name="SOURCES")
    hdu.header.comments["TTYPE2"] = "redshift, my favourite"
    hdu.header["TSCAL4"], hdu.header["TZERO4"] = 0.01, 5.0
    hdu.header["COMMENT"] = "kept by hand since 2014"
    hdu.header["HIERARCH zconfname"] = "ZCONF"
    return hdu


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "cat.fits"
    primary = fits.PrimaryHDU(np.arange(12, dtype=np.int16))
    primary.header["ORIGIN"] = ("MUSE", "where from")
    image = fits.ImageHDU(np.random.default_rng(1).normal(size=(7, 9)), name="WHITE")
    other = fits.BinTableHDU(Table({"X": [1, 2, 3]}), name="NOTES")
    hdus = fits.HDUList([primary, image, a_table(), other])
    hdus.writeto(path, checksum=True)
    return path


def updated(catalogue: Path) -> Path:
    sources = a_source_list(catalogue)
    return write_update(sources, DECISIONS, summaries=SUMMARIES)


def units_of(path: Path) -> list[tuple[bytes, bytes]]:
    """Header and data bytes of every HDU."""
    content = path.read_bytes()
    units = []
    with fits.open(path) as hdus:
        for hdu in hdus:
            info = hdu.fileinfo()
            header = content[info["hdrLoc"] : info["datLoc"]]
            units.append((header, content[info["datLoc"] : info["datLoc"] + info["datSpan"]]))
    return units


def test_that_the_update_lies_beside_the_catalogue(catalogue: Path) -> None:
    assert updated(catalogue) == catalogue.with_name("cat_updated.fits")


def test_that_the_input_keeps_every_byte(catalogue: Path) -> None:
    before = catalogue.read_bytes()

    updated(catalogue)

    assert catalogue.read_bytes() == before


def test_that_the_other_extensions_keep_every_byte(catalogue: Path) -> None:
    before = units_of(catalogue)

    after = units_of(updated(catalogue))

    assert [after[i] for i in (0, 1, 3)] == [before[i] for i in (0, 1, 3)]


def test_that_the_cards_of_the_table_stay_in_order(catalogue: Path) -> None:
    changing = (b"NAXIS1", b"TFIELDS", b"THEAP", b"CHECKSUM", b"DATASUM", b"END")

    def cards(path: Path) -> list[bytes]:
        header = units_of(path)[2][0]
        every = [header[i : i + 80] for i in range(0, len(header), 80)]
        return [card for card in every if card.strip() and not card.startswith(changing)]

    before = cards(catalogue)
    after = cards(updated(catalogue))

    assert after[: len(before)] == before


def test_that_old_cells_keep_every_byte(catalogue: Path) -> None:
    with fits.open(catalogue) as hdus:
        width, n_heap = hdus[2].header["NAXIS1"], hdus[2].header["PCOUNT"]
    before = units_of(catalogue)[2][1]

    path = updated(catalogue)

    with fits.open(path) as hdus:
        new_width = hdus[2].header["NAXIS1"]
    after = units_of(path)[2][1]
    for i in range(N_ROWS):
        old_row = before[i * width : (i + 1) * width]
        assert after[i * new_width : i * new_width + width] == old_row
    heap = before[N_ROWS * width : N_ROWS * width + n_heap]
    assert after[N_ROWS * new_width : N_ROWS * new_width + n_heap] == heap


def test_that_every_column_reads_as_before(catalogue: Path) -> None:
    path = updated(catalogue)

    with fits.open(catalogue) as old, fits.open(path) as new:
        for name in old[2].columns.names:
            first, second = old[2].data[name], new[2].data[name]
            pairs = zip(first, second, strict=True)
            assert all(np.array_equal(a, b) or (a != a and b != b) for a, b in pairs), name
            assert old[2].columns[name].unit == new[2].columns[name].unit


def test_that_the_new_columns_hold_the_decisions(catalogue: Path) -> None:
    path = updated(catalogue)

    with fits.open(path) as hdus:
        data = hdus[2].data
        assert tuple(hdus[2].columns.names[-len(column_names()) :]) == column_names()
        assert data["Z_VI"][0] == 3.1234567890123
        assert np.isnan(data["Z_VI"][1:]).all()
        assert list(data["ZCONF_VI"]) == [3, 0, 0, -1, -1]
        assert data["Z_AUTO"][0] == 0.512
        assert list(data["FALSE_VI"]) == ["", "", "wing of a neighbour", "", ""]


def test_that_a_comment_is_text_for_every_reader(catalogue: Path) -> None:
    path = updated(catalogue)

    with fits.open(path) as hdus:
        texts = hdus[2].data["COMMENT_VI"]
    assert texts.dtype.kind == "U"
    assert texts[0] == escaped(COMMENT_WRITTEN)


def test_that_a_comment_reads_back_with_its_letters(catalogue: Path) -> None:
    path = updated(catalogue)

    assert str(read_table(path)["COMMENT_VI"][0]) == COMMENT_WRITTEN


def test_that_a_confidence_that_is_null_reads_as_masked(catalogue: Path) -> None:
    table = Table.read(updated(catalogue), hdu=2)

    assert table["ZCONF_VI"].dtype.itemsize == 2
    assert list(table["ZCONF_VI"].mask) == [False, False, False, True, True]


def test_that_new_columns_are_described(catalogue: Path) -> None:
    path = updated(catalogue)

    header = fits.getheader(path, 2)
    assert header["TTYPE9"] == "Z_VI"
    assert header["TCOMM9"] == "redshift assigned by the inspector, vacuum convention"
    assert header["TUCD9"] == "src.redshift"


def test_that_the_file_passes_verification_with_its_checksums(catalogue: Path) -> None:
    path = updated(catalogue)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with fits.open(path, checksum=True) as hdus:
            hdus.verify("exception")
            assert [hdu.verify_checksum() for hdu in hdus] == [1, 1, 1, 1]
            assert [hdu.verify_datasum() for hdu in hdus] == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(20))
def test_that_checksums_are_right_whatever_the_content(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hdu = fits.BinTableHDU(Table({"X": rng.integers(-(2**62), 2**62, 5), "Y": rng.normal(size=5)}))
    columns = update_columns([], {}, {}, 5)

    content = append_to_fits(_file_of(hdu), 1, columns)

    with fits.open(io.BytesIO(content), checksum=True) as hdus:
        assert hdus[1].verify_checksum() == 1
        assert hdus[1].verify_datasum() == 1


def test_that_an_update_can_be_updated(catalogue: Path) -> None:
    first = updated(catalogue)

    second = updated(first)

    names = Table.read(second, hdu=2).colnames
    assert second.name == "cat_updated_updated.fits"
    assert {"Z_VI", "Z_VI_2", "R", "R_2"} <= set(names)


def test_that_a_heap_behind_a_gap_moves_with_the_rows() -> None:
    hdu = a_table()
    width = hdu.header["NAXIS1"]
    content = bytearray(_file_of(hdu))
    with fits.open(io.BytesIO(bytes(content))) as hdus:
        start = hdus[1].fileinfo()["datLoc"]
        header = hdus[1].header.copy()
    gap = 40
    header["PCOUNT"] += gap
    header["THEAP"] = N_ROWS * width + gap
    data = content[start:]
    data[N_ROWS * width : N_ROWS * width] = b"\0" * gap
    data = data[: N_ROWS * width + header["PCOUNT"]]
    moved = header.tostring().encode() + bytes(data).ljust(-(-len(data) // 2880) * 2880, b"\0")

    extended = append_to_fits(bytes(content[:2880]) + moved, 1, update_columns([], {}, {}, N_ROWS))

    with fits.open(io.BytesIO(extended)) as hdus:
        assert [len(cell) for cell in hdus[1].data["LINES"]] == list(range(N_ROWS))
        assert list(hdus[1].data["LINES"][4]) == [0, 1, 2, 3]


def test_that_a_packed_catalogue_gives_a_packed_update(catalogue: Path) -> None:
    packed = catalogue.with_name("cat.fits.gz")
    packed.write_bytes(gzip.compress(catalogue.read_bytes()))

    path = updated(packed)

    assert path.name == "cat_updated.fits.gz"
    assert gzip.decompress(path.read_bytes()) == updated(catalogue).read_bytes()


def test_that_of_a_stacked_survey_only_the_catalogue_is_written(tmp_path: Path) -> None:
    path = tmp_path / "survey.fits"
    primary = fits.PrimaryHDU()
    primary.header["SURVEY"] = "DEEP"
    images = [fits.ImageHDU(np.ones((N_ROWS, 300)), name=name) for name in ("DATA", "STAT")]
    table = a_table()
    table.name = "CATALOGUE"
    fits.HDUList([primary, *images, table]).writeto(path)

    with fits.open(updated(path)) as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "CATALOGUE"]
        assert hdus[0].header["SURVEY"] == "DEEP"
        assert hdus[1].data["Z_VI"][0] == 3.1234567890123


def test_that_the_description_of_a_fits_plus_table_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "topcat.fits"
    primary = fits.PrimaryHDU(np.frombuffer(b"<VOTABLE/>".ljust(100), dtype=np.uint8))
    primary.header["VOTMETA"] = True
    primary.header["CREATOR"] = "TOPCAT"
    fits.HDUList([primary, a_table()]).writeto(path)

    with fits.open(updated(path)) as hdus:
        hdus.verify("exception")
        assert hdus[0].data is None
        assert "VOTMETA" not in hdus[0].header
        assert hdus[0].header["CREATOR"] == "TOPCAT"


def test_that_an_ascii_table_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    columns = [fits.Column("ID", "A5", ascii=True, array=["1", "2", "3", "4", "5"])]
    fits.HDUList([fits.PrimaryHDU(), fits.TableHDU.from_columns(columns)]).writeto(path)

    with pytest.raises(ExportError, match="ASCII table"):
        updated(path)

    assert [entry.name for entry in tmp_path.iterdir()] == ["cat.fits"]


def test_that_a_catalogue_without_rows_gets_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    Table({"ID": np.array([], dtype="S5"), "Z": np.array([], dtype=float)}).write(path)

    table = Table.read(write_update(a_source_list(path, 0), {}))

    assert len(table) == 0
    assert table.colnames == ["ID", "Z", *column_names()]


@pytest.mark.shared_data
def test_that_a_survey_of_1500_sources_is_updated(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "validation_survey.fits"
    target = tmp_path / "updated.fits"

    write_update(a_source_list(path, 1500), DECISIONS, target)

    with fits.open(path) as old, fits.open(target) as new:
        assert list(new["CATALOGUE"].data["ID"]) == list(old["CATALOGUE"].data["ID"])
        assert target.stat().st_size < 1_000_000


def _file_of(hdu: fits.BinTableHDU) -> bytes:
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(stream, checksum=True)
    return stream.getvalue()


def test_that_redshifts_of_redrock_are_updated_beside_their_fibres(tmp_path: Path) -> None:
    numbers = np.arange(N_ROWS, dtype=np.int64)
    redshifts = Table({"TARGETID": numbers, "COEFF": np.ones((N_ROWS, 10)), "Z": numbers * 0.1})
    fibres = Table(
        {"TARGETID": numbers[::-1], "TARGET_RA": numbers * 1.0, "TARGET_DEC": numbers * 1.0}
    )
    tables = [
        fits.BinTableHDU(redshifts, name="REDSHIFTS"),
        fits.BinTableHDU(fibres, name="FIBERMAP"),
    ]
    fits.HDUList([fits.PrimaryHDU(), *tables]).writeto(tmp_path / "redrock.fits")

    path = updated(tmp_path / "redrock.fits")

    with fits.open(path) as hdus, fits.open(tmp_path / "redrock.fits") as before:
        assert hdus["REDSHIFTS"].columns.names[3:] == list(column_names())
        assert np.array_equal(hdus["FIBERMAP"].data, before["FIBERMAP"].data)
        assert np.array_equal(hdus["REDSHIFTS"].data["COEFF"], before["REDSHIFTS"].data["COEFF"])
