"""What is written for MPDAF opens in it with the values that were decided."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from spectrum_files import N_WAVE, noisy_flux, stored_wave, write_source
from spectrum_files import write_spectrum as write_file

from moosegui.data.catalogue import Source, SourceList, SpectrumRef, Verdict, VerdictEvent
from moosegui.files.update.source_copies import write_source_copies

mpdaf_obj = pytest.importorskip("mpdaf.obj", reason="mpdaf is not installed")
mpdaf_sdetect = pytest.importorskip("mpdaf.sdetect", reason="mpdaf is not installed")

VERDICT = Verdict(3.2711, 0.0002, zconf=2, comment="Lyα, double")


def written(path: Path, folder: Path) -> Path:
    source = Source("7", "7", 0, SpectrumRef(path), ra=53.1, dec=-27.8)
    decided = {"7": VerdictEvent(1, "2026-03-04T05:06:07Z", "ZB", "7", VERDICT)}
    listed = SourceList((source,), path, has_catalogue=False)
    return write_source_copies(listed, decided, folder).paths[0]


def test_that_mpdaf_opens_the_copy_of_a_source(tmp_path: Path) -> None:
    cards = {"SRC_V": "0.4", "CUBE": "c.fits", "CUBE_V": "1", "FROM": "ORIGIN", "FROM_V": "3"}
    path = write_source(tmp_path / "s.fits", ("MUSE_TOT_SKYSUB",), primary=cards)

    source = mpdaf_sdetect.Source.from_file(str(written(path, tmp_path / "out")))

    before = mpdaf_sdetect.Source.from_file(str(path))
    (row,) = source.z
    assert (row["Z_DESC"], row["Z"]) == ("MOOSE", 3.2711)
    assert (row["Z_MIN"] + row["Z_MAX"]) / 2 == pytest.approx(3.2711)
    assert source.header["ZCONF"] == 2
    assert "ZCONF 2 (ZB 2026-03-04)" in str(source.header["HISTORY"])
    spectra = (one.spectra["MUSE_TOT_SKYSUB"] for one in (before, source))
    first, second = ((one.data.data, one.var.data) for one in spectra)
    np.testing.assert_array_equal(first, second)


def test_that_mpdaf_opens_a_spectrum_with_its_mask(tmp_path: Path) -> None:
    flux = noisy_flux()
    flux[10:14] = np.nan
    path = write_file(tmp_path / "one.fits", flux=flux, variance=np.full(N_WAVE, 4.0))

    spectrum = mpdaf_obj.Spectrum(str(written(path, tmp_path / "out")))

    good = np.isfinite(flux)
    np.testing.assert_allclose(spectrum.wave.coord(), stored_wave(), atol=1e-6)
    np.testing.assert_allclose(spectrum.data.data[good], flux[good], rtol=1e-6)
    np.testing.assert_allclose(spectrum.var.data[good], 4.0, rtol=1e-6)
    np.testing.assert_array_equal(np.ma.getmaskarray(spectrum.data), ~good)
    assert spectrum.unit.to_string() == "1e-20 erg / (Angstrom s cm2)"
