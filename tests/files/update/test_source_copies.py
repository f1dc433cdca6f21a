"""Files of MPDAF that are written from decisions: copies of Sources, and spectra."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from spectrum_files import N_WAVE, linear_header, noisy_flux, stored_wave, write_source
from spectrum_files import write_spectrum as write_file

from moosegui.data.catalogue import (
    FalseReason,
    Source,
    SourceList,
    SpectrumRef,
    Verdict,
    VerdictEvent,
)
from moosegui.errors import ExportError
from moosegui.files.spectra import read_spectrum
from moosegui.files.update.source_copies import write_source_copies

TIME = "2026-03-04T05:06:07Z"
COMMENT = "Lyα, with a blue bump; " + "seen by all " * 8


def decided(path: Path, verdict: Verdict) -> tuple[SourceList, dict[str, VerdictEvent]]:
    source = Source("7", "7", 0, SpectrumRef(path), ra=53.1, dec=-27.8)
    event = VerdictEvent(1, TIME, "ZB", "7", verdict)
    return SourceList((source,), path, has_catalogue=False), {"7": event}


def secure(redshift: float = 3.2711) -> Verdict:
    return Verdict(redshift, 0.0002, zconf=3, comment=COMMENT)


@pytest.fixture
def source_file(tmp_path: Path) -> Path:
    names, cards = ("MUSE_TOT_SKYSUB", "MUSE_SKY"), {"SRC_V": "0.4", "CONFID": 1}
    return write_source(tmp_path / "s.fits", names, primary=cards)


def test_that_a_source_is_copied_with_its_redshift(source_file: Path, tmp_path: Path) -> None:
    before = source_file.read_bytes()

    written = write_source_copies(*decided(source_file, secure()), tmp_path / "out")

    assert [path.name for path in written.paths] == ["source-00007.fits"]
    assert source_file.read_bytes() == before
    with fits.open(written.paths[0]) as hdus, fits.open(source_file) as old:
        assert [hdu.name for hdu in hdus] == [*(hdu.name for hdu in old), "Z"]
        row = hdus["Z"].data[0]
        assert (row["Z_DESC"], row["Z"]) == ("MOOSE", 3.2711)
        assert row["Z_MAX"] - row["Z_MIN"] == pytest.approx(0.0002)
        header = hdus[0].header
        assert (header["ZCONF"], header["CONFID"]) == (3, 3)
        assert str(header["HISTORY"]) == "[0.4] z = 3.27110, ZCONF 3 (ZB 2026-03-04)"
        comments = [str(line) for line in header["COMMENT"]]
        assert comments[0].startswith(r"[ZB 2026-03-04] Ly\u03b1, with a blue bump;")
        assert max(map(len, comments)) <= 60
        np.testing.assert_array_equal(hdus[1].data, old[1].data)


def test_that_other_redshifts_stay_and_ours_is_replaced(source_file: Path, tmp_path: Path) -> None:
    table = Table({"Z_DESC": ["MUSE", "MOOSE"], "Z": [0.5, 0.6], "Z_ERR": [0.1, 0.1]})
    with fits.open(source_file, mode="append") as hdus:
        hdus.append(fits.BinTableHDU(table, name="Z"))

    written = write_source_copies(*decided(source_file, secure()), tmp_path / "out")

    found = Table.read(written.paths[0], hdu="Z")
    assert list(found["Z_DESC"]) == ["MUSE", "MOOSE"]
    assert list(found["Z"]) == [0.5, 3.2711]
    assert list(found["Z_ERR"]) == [0.1, 0.0002]


def test_that_a_false_source_has_no_redshift_in_its_copy(source_file: Path, tmp_path: Path) -> None:
    verdict = Verdict(false_reason=next(iter(FalseReason)))

    written = write_source_copies(*decided(source_file, verdict), tmp_path / "out")

    with fits.open(written.paths[0]) as hdus:
        assert "Z" not in [hdu.name for hdu in hdus]
        assert "false source" in str(hdus[0].header["HISTORY"])


def test_that_a_spectrum_reads_back_as_it_was(tmp_path: Path) -> None:
    path = write_file(tmp_path / "one.fits", flux=noisy_flux(), variance=np.ones(N_WAVE))

    written = write_source_copies(*decided(path, secure()), tmp_path / "out")

    before, after = (read_spectrum(SpectrumRef(p)) for p in (path, written.paths[0]))
    np.testing.assert_allclose(after.wave, before.wave, atol=1e-6)
    np.testing.assert_allclose(after.flux, before.flux, rtol=1e-6)
    np.testing.assert_allclose(after.ivar, before.ivar, rtol=1e-6)
    assert fits.getheader(written.paths[0])["ZCONF"] == 3
    header = fits.getheader(written.paths[0], "DATA")
    assert (header["CTYPE1"], header["CRVAL1"]) == ("AWAV", pytest.approx(stored_wave()[0]))
    assert linear_header()["CDELT1"] == pytest.approx(header["CDELT1"])


def test_that_uneven_wavelengths_are_a_problem_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    wave = np.geomspace(4750.0, 9300.0, N_WAVE)
    Table({"wave": wave, "flux": noisy_flux(), "err": np.ones(N_WAVE)}).write(path)

    written = write_source_copies(*decided(path, secure()), tmp_path / "out")

    assert not written.paths
    assert "not evenly spaced" in written.problems[0]
    assert not list((tmp_path / "out").iterdir())


def test_that_no_file_is_replaced_unasked_and_none_that_was_read(
    source_file: Path, tmp_path: Path
) -> None:
    written = write_source_copies(*decided(source_file, secure()), tmp_path / "out")

    with pytest.raises(ExportError, match="lies there already"):
        write_source_copies(*decided(source_file, secure()), tmp_path / "out")
    with pytest.raises(ExportError, match="was read"):
        write_source_copies(*decided(written.paths[0], secure()), tmp_path / "out", overwrite=True)
    again = write_source_copies(
        *decided(source_file, secure(0.5)), tmp_path / "out", overwrite=True
    )
    assert Table.read(again.paths[0], hdu="Z")["Z"][0] == 0.5
