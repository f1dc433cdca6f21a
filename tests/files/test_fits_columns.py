"""Columns and images of FITS files have the values that astropy gives them, one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from moosegui.files.content import open_content
from moosegui.files.fits_columns import number_of, numbers_of, open_table

INTEGERS = {"B": np.uint8, "I": np.int16, "J": np.int32, "K": np.int64}
UNSIGNED = {"I": 2**15, "J": 2**31}


@st.composite
def tables(draw: st.DrawFn, n_rows: int) -> fits.BinTableHDU:
    """A column of any type: scaled, unsigned, with nulls, of scalars, arrays or texts."""
    code = draw(st.sampled_from("BIJKEDLA"))
    n = draw(st.integers(1, 3))
    shape = (n_rows,) if n == 1 else (n_rows, n)
    cards: dict[str, float] = {}
    if code in INTEGERS:
        values = draw(st_numpy.arrays(INTEGERS[code], shape))
        what = draw(st.sampled_from(("plain", "scaled", "unsigned", "null")))
        if what == "scaled":
            cards = {"TSCAL1": draw(st.sampled_from((0.25, 0.01, 3.0))), "TZERO1": 4000.0}
        elif what == "unsigned" and code in UNSIGNED:
            cards = {"TZERO1": UNSIGNED[code]}
        if what in ("null", "scaled"):
            cards["TNULL1"] = int(values.reshape(-1)[0])
    elif code in "ED":
        values = draw(st_numpy.arrays({"E": np.float32, "D": np.float64}[code], shape))
    elif code == "L":
        values = draw(st_numpy.arrays(np.bool_, shape))
    else:
        n, values = 6, np.array(draw(st.lists(TEXTS, min_size=n_rows, max_size=n_rows)))
    column = fits.Column("x", f"{n}{code}" if n > 1 else code, array=values)
    hdu = fits.BinTableHDU.from_columns([column])
    hdu.header.update(cards)
    return hdu


TEXTS = st.sampled_from(("True", "False", "NaN", "-99", "1.5", "", "abc"))


@settings(max_examples=200)
@given(data=st.data())
def test_that_a_column_has_the_values_that_the_standard_gives_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("columns") / "t.fits"
    n_rows = data.draw(st.integers(1, 5))
    data.draw(tables(n_rows)).writeto(path)
    with fits.open(path) as hdus:
        header, stored = hdus[1].header, hdus[1].data.view(np.ndarray)["x"]
        code = header["TFORM1"][-1]
        if code in INTEGERS:  # the standard; astropy compares TNULL with the scaled values
            expected = stored * header.get("TSCAL1", 1.0) + header.get("TZERO1", 0.0)
            expected = np.where(stored == header.get("TNULL1", np.inf), np.nan, expected)
        else:
            expected = np.array(hdus[1].data["x"])
    content = open_content(path)

    with open_table(content, content.hdus[1]) as table:
        values = table.values(0)
        cell = table.values(0, n_rows - 1)

    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(cell, values[-1])
    assert values.dtype.isnative


@pytest.mark.parametrize("name", ["a_table_tscal", "b_dq_u2", "b_dq_u4", "a_bool"])
def test_that_reported_columns_have_the_values_that_astropy_gives_them(
    shared_data: Path, name: str
) -> None:
    path = shared_data / "reports" / "02-table-columns-raw" / f"{name}.fits"
    expected = Table.read(path, mask_invalid=False)
    content = open_content(path)

    with open_table(content, content.hdus[1]) as table:
        for i, column in enumerate(content.hdus[1].columns):
            np.testing.assert_array_equal(table.numbers(i), expected[column].astype(np.float64))


@settings(max_examples=60)
@given(
    code=st.sampled_from("BIJED"),
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    scale=st.sampled_from((None, 0.5)),
)
def test_that_cells_of_variable_length_are_read_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, code: str, lengths: list[int], scale: float | None
) -> None:
    path = tmp_path_factory.mktemp("vla") / "t.fits"
    kind = {**INTEGERS, "E": np.float32, "D": np.float64}[code]
    cells = np.empty(len(lengths), dtype=object)
    for i, n in enumerate(lengths):
        cells[i] = np.arange(n, dtype=kind) + i
    hdu = fits.BinTableHDU.from_columns([fits.Column("x", f"P{code}()", array=cells)])
    if scale:
        hdu.header["TSCAL1"], hdu.header["TZERO1"] = scale, 10.0
    hdu.writeto(path)
    content = open_content(path)

    with open_table(content, content.hdus[1]) as table:
        read = [table.numbers(0, i) for i in range(len(lengths))]

    for cell, found in zip(cells, read, strict=True):
        np.testing.assert_allclose(found, cell * (scale or 1.0) + (10.0 if scale else 0.0))


@settings(max_examples=120)
@given(data=st.data())
def test_that_a_row_of_an_image_has_the_values_that_astropy_gives_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("images") / "i.fits"
    kind = data.draw(st.sampled_from((np.uint8, np.int16, np.uint16, np.int32, np.uint32, ">f4")))
    pixels = data.draw(st_numpy.arrays(np.dtype(kind), (3, 8)))
    image = data.draw(st.sampled_from((fits.ImageHDU, fits.CompImageHDU)))
    hdu = image(pixels, name="DATA")
    if image is fits.ImageHDU and np.dtype(kind) in (np.dtype(np.int16), np.dtype(np.int32)):
        hdu.header["BSCALE"], hdu.header["BZERO"] = 0.02, data.draw(st.sampled_from((0.0, 5.0)))
        hdu.header["BLANK"] = int(pixels[0, 0])
        raw = fits.ImageHDU(pixels, hdu.header, do_not_scale_image_data=True)
        hdu = raw
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    expected = fits.getdata(path, 1).astype(np.float64)
    content = open_content(path)

    rows = [content.image_row(content.hdus[1], i) for i in range(3)]

    np.testing.assert_array_equal(np.array(rows), expected)
    np.testing.assert_array_equal(content.image(content.hdus[1]), expected)


def test_that_a_packed_table_is_read_like_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "t.fits.gz"
    Table({"x": np.arange(5, dtype=">i2")}).write(path, format="fits")
    content = open_content(path)

    with open_table(content, content.hdus[1]) as table:
        values = table.numbers(0)

    assert values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("text", "number"), [("True", 1.0), ("f", 0.0), ("NaN", np.nan), ("-99", -99.0), ("x", np.nan)]
)
def test_that_a_text_is_the_number_that_it_says(text: str, number: float) -> None:
    np.testing.assert_equal(number_of(text), number)
    np.testing.assert_equal(numbers_of(np.array([text, "2"])), [number, 2.0])
