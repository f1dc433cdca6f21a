"""What files may not ask for: size, depth, and what lies outside them."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from astropy.io import fits

from moosegui.errors import InputError, MooseError
from moosegui.files import limits as limits_module
from moosegui.files.content import open_content
from moosegui.files.limits import DESCRIPTIONS, PREFIX, Limits, depth_excess, limits
from moosegui.files.models.basis import read_basis
from moosegui.files.models.confidence import read_confidence
from moosegui.files.models.logistic import read_logistic
from moosegui.files.moosejl.curves import read_curves
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.read import read_table
from moosegui.preferences import Preferences, read_preferences, write_preferences

VOTABLE = """<?xml version="1.0"?>{doctype}
<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE{rows}>
<FIELD name="ID" datatype="char" arraysize="{size}"/><DATA>{data}</DATA></TABLE></RESOURCE>
</VOTABLE>
"""
CELLS = "<TABLEDATA><TR><TD>a</TD></TR></TABLEDATA>"


def cards(*lines: str) -> bytes:
    """A FITS header of these cards."""
    text = "".join(line.ljust(80) for line in (*lines, "END"))
    return text.ljust(-(-len(text) // 2880) * 2880).encode()


PRIMARY = cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T")


def a_table(rows: int, width: int, fields: int, *more: str) -> bytes:
    return PRIMARY + cards(
        "XTENSION= 'BINTABLE'",
        "BITPIX  = 8",
        "NAXIS   = 2",
        f"NAXIS1  = {width}",
        f"NAXIS2  = {rows}",
        "PCOUNT  = 0",
        "GCOUNT  = 1",
        f"TFIELDS = {fields}",
        *more,
    )


def an_image(size: int) -> bytes:
    return cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", f"NAXIS1  = {size}")


PACKED_IMAGE = (
    "ZIMAGE  = T",
    "ZBITPIX = -64",
    "ZNAXIS  = 2",
    "ZNAXIS1 = 4000",
    "ZNAXIS2 = 1000000000",
    "ZCMPTYPE= 'GZIP_1'",
)

HOSTILE: dict[str, bytes] = {
    "fields.fits": a_table(1, 8, 1_000_000_000) + bytes(2880),
    "no_width.fits": a_table(1_000_000_000, 0, 0),
    "packed_image.fits": a_table(0, 8, 1, *PACKED_IMAGE, "TTYPE1  = 'COMPRESSED_DATA'"),
    "negative.fits": cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = -5"),
    "bomb.fits.gz": gzip.compress(an_image(300 << 20) + bytes(300 << 20), compresslevel=1),
    "wide.csv": (",".join(f"c{i}" for i in range(20_000)) + "\n").encode(),
    "alias.ecsv": b"# %ECSV 1.0\n# ---\n# meta: {a: &x [1], b: ["
    + b", ".join([b"*x"] * 21)
    + b"]}\n# datatype:\n# - {name: ID, datatype: string}\nID\na\n",
    "stream.xml": VOTABLE.format(
        doctype="",
        rows="",
        size="*",
        data="<BINARY><STREAM href='file:///etc/passwd'/></BINARY>",
    ).encode(),
    "hidden_stream.xml": VOTABLE.format(
        doctype="",
        rows="",
        size="*",
        data="""<BINARY><STREAM rights='">' actuate=">'" href='file:///etc/passwd'/></BINARY>""",
    ).encode(),
    "entity.xml": VOTABLE.format(
        doctype='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        rows="",
        size="*",
        data=CELLS,
    ).encode(),
    "rows.xml": VOTABLE.format(
        doctype="", rows=' nrows="1000000000"', size="*", data=CELLS
    ).encode(),
    "arraysize.xml": VOTABLE.format(doctype="", rows="", size="900000000", data=CELLS).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_that_a_hostile_table_is_refused_with_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])

    tracemalloc.start()
    with pytest.raises(InputError, match=name):
        read_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 100e6


def test_that_a_pipe_and_a_device_are_never_read(tmp_path: Path) -> None:
    pipe = tmp_path / "cat.csv"
    os.mkfifo(pipe)

    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(InputError, match="a device, a pipe"):
            open_content(path)


def test_that_a_link_to_a_device_is_never_read(tmp_path: Path) -> None:
    link = tmp_path / "cat.csv"
    link.symlink_to("/dev/zero")

    with pytest.raises(InputError, match="a device"):
        open_source_list(link)


def test_that_cells_of_many_characters_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text(f"ID,NOTE\n1,{'x' * 200_000}\n")

    assert len(read_table(path)["NOTE"][0]) == 200_000


def linked_outside(file: h5py.File, other: Path) -> None:
    file["rank_8"] = h5py.ExternalLink(str(other), "rank_8")


def virtual(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((8, 10), dtype="f4")
    layout[:] = h5py.VirtualSource(str(other), "rank_8", shape=(8, 10))
    file.create_virtual_dataset("rank_8", layout)


def stored_outside(file: h5py.File, other: Path) -> None:
    file.create_dataset("rank_8", (8, 10), dtype="f4", external=[(str(other), 0, 320)])


def of_absurd_size(file: h5py.File, _other: Path) -> None:
    file.create_dataset("rank_8", (8, 10**12), dtype="f4", chunks=(8, 1000))


@pytest.mark.parametrize("fill", [linked_outside, virtual, stored_outside, of_absurd_size])
def test_that_a_basis_outside_its_file_is_refused(
    tmp_path: Path, fill: Callable[[h5py.File, Path], None]
) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["rank_8"] = np.ones((8, 10), np.float32)
    path = tmp_path / "basis.h5"
    with h5py.File(path, "w") as file:
        fill(file, other)

    with pytest.raises(MooseError, match="rank_8"):
        read_basis(path)
    with pytest.raises(InputError, match="rank_8"):
        read_curves(path)


def test_that_texts_of_absurd_depth_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("[" * 100_000 + "]" * 100_000)

    for read in (read_confidence, read_logistic):
        with pytest.raises(InputError, match="levels"):
            read(path)
    assert not depth_excess('{"a": "[[[[' + "[" * 500 + '"}')


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"a = " + b"[" * 5000 + b"]" * 5000,
        b"n = " + b"9" * 10_000,
        b".".join([b"a"] * 50_000) + b" = 1",
        b"theme = 3",
        b"keys = 7",
        b"[keys]\nquit = 7",
        b"x" * 20_000_000,
        b"[view]\nsmoothing = [nan]",
    ],
)
def test_that_preferences_of_any_content_are_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "preferences.toml"
    path.write_bytes(content)

    preferences, notice = read_preferences(path)
    write_preferences(path, preferences)

    assert preferences == Preferences()
    assert "preferences" in notice


def test_that_a_limit_can_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}MAX_COLUMNS", "30000")
    limits.cache_clear()

    assert limits().max_columns == 30_000
    limits.cache_clear()


def test_that_every_limit_is_described() -> None:
    assert set(DESCRIPTIONS) == set(Limits.__dataclass_fields__)
    assert limits_module.__doc__


def test_that_a_compressed_survey_that_is_mostly_empty_is_read(tmp_path: Path) -> None:
    path = tmp_path / "survey.fits.gz"
    fits.PrimaryHDU(np.zeros((100, 4000), np.float32)).writeto(path)

    assert open_content(path).hdus[0].shape == (100, 4000)
