"""Whatever bytes a file holds, a reader answers with a spectrum or with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from spectrum_files import linear_header, write_source, write_spectrum, write_survey

from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.content import open_content
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import list_spectra, read_spectrum


def try_to_read(path: Path) -> list[Spectrum]:
    """Read all that a file holds; empty when it answers with a sentence."""
    try:
        return [read_spectrum(ref) for ref in list_spectra(path)]
    except InputError as error:
        assert str(error).endswith(".")
        assert path.name in str(error)
        return []


class Bytes(list[bytes]):
    """Whole files, too long to be printed when a test fails."""

    def __repr__(self) -> str:
        return f"{len(self)} files"


def _others(folder: Path) -> list[Path]:
    """Write a table of sources with their spectra, halves of one, rows with names, and a text."""
    wave = np.tile(5000.0 + np.arange(60.0), (2, 1))
    columns = {"WAVE": wave, "FLUX": wave, "IVAR": wave**0}
    rows = fits.BinTableHDU(Table({"ID": ["a", "b"], "Z": [0.1, 0.2], **columns}))
    halves = [
        fits.BinTableHDU(Table({n: v[:1] + shift for n, v in columns.items()}), name=name)
        for name, shift in (("SPEC-B", 0.0), ("SPEC-R", 70.0))
    ]
    header = linear_header(ARRAY1="flux", ARRAY2="error")
    named = fits.PrimaryHDU(wave, header)
    files = [[fits.PrimaryHDU(), rows], [fits.PrimaryHDU(), *halves], [named]]
    paths = [folder / f"other_{i}.fits" for i in range(len(files))]
    for path, hdus in zip(paths, files, strict=True):
        fits.HDUList(hdus).writeto(path)
    text = folder / "other.txt"
    text.write_text("wave (nm),flux,err\n" + "\n".join(f"{w / 10},1,2" for w in wave[0]))
    return [*paths, text]


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> Bytes:
    folder = tmp_path_factory.mktemp("whole")
    items = [
        write_spectrum(folder / "a.fits", quality=np.zeros(400)).read_bytes(),
        write_source(folder / "b.fits", ("MUSE_TOT_SKYSUB",)).read_bytes(),
        write_survey(folder / "c.fits", 2, is_compressed=False).read_bytes(),
        write_survey(folder / "d.fits", 2).read_bytes(),
        *(path.read_bytes() for path in _others(folder)),
    ]
    return Bytes(items)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=120)
@given(data=st.data())
def test_that_changed_bytes_never_end_in_a_traceback(
    whole_files: Bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "damaged.fits"
    content = bytearray(whole_files[data.draw(st.integers(0, len(whole_files) - 1))])
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, min(len(content), 9000) - 1))
        patch = data.draw(st.sampled_from([b"-1", b"9", b"X", b"\0\0", b"' ", b"nan", b"0  "]))
        content[position : position + len(patch)] = patch
    path.write_bytes(content)

    try_to_read(path)


@settings(max_examples=60)
@given(text=st.text(max_size=300))
def test_that_no_text_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "some.txt"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")

    try_to_read(path)
    try:
        open_source_list(path)
    except InputError as error:
        assert "some.txt" in str(error)


def test_that_bytes_that_are_nothing_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(np.random.default_rng(2).bytes(5000))

    assert try_to_read(path) == []


def test_that_an_unchanged_file_is_scanned_once(tmp_path: Path) -> None:
    path = write_spectrum(tmp_path / "a.fits")

    assert open_content(path) is open_content(path)
